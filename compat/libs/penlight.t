Penlight of Debian, unmodified.

--- requires: /usr/share/lua/5.1/pl/init.lua /usr/lib/x86_64-linux-gnu/lua/5.1/lfs.so
--- skip_engine
lua52: LuaFileSystem is there for Lua 5.1
--- user_files
>>> data/a.txt
one
two
>>> data/deep/b.txt
three
--- config
location /collections {
    content_by_lua_block {
        local List, Map, Set, OrderedMap = require "pl.List", require "pl.Map", require "pl.Set", require "pl.OrderedMap"
        local list = List {10, 20, 30}
        ngx.say(tostring(list:map "_ * 2"), " ", list:reduce "+", " ", tostring(list:slice(2, 3)), " ", list == List {10, 20, 30})
        local a, b = Set {"x", "y"}, Set {"y", "z"}
        ngx.say(tostring(a * b), " ", Set.len(a + b), " ", a < Set {"x", "y", "z"})
        local ordered = OrderedMap()
        ordered:set("z", 1) ordered:set("a", 2)
        ngx.say(tostring(ordered), " ", table.concat(ordered:keys(), ","))
        ngx.say(Map {one = 1}:get "one")
    }
}
location /strings {
    content_by_lua_block {
        local stringx, text, sip = require "pl.stringx", require "pl.text", require "pl.sip"
        ngx.say(stringx.strip "  x  ", "|", table.concat(stringx.split("a b  c"), ","), "|", stringx.center("x", 5, "."))
        ngx.say(stringx.startswith("hello", "he"), " ", stringx.count("banana", "an"), " ", stringx.title "hello world")
        local t = {}
        ngx.say(sip.match("$v{key} = $i{value}", "size = 42", t), " ", t.key, " ", t.value)
        local template = text.Template "Hello ${name}"
        ngx.say(template:substitute {name = "Ann"})
        ngx.print(text.dedent "  indented\n    more\n")
    }
}
location /tables {
    content_by_lua_block {
        local tablex, pretty, comp = require "pl.tablex", require "pl.pretty", require "pl.comprehension".new()
        local deep = {a = {b = {1, 2, {c = "d"}}}}
        ngx.say(tablex.deepcompare(deep, tablex.deepcopy(deep)), " ", tablex.size(tablex.merge({a = 1, b = 2}, {b = 3, c = 4}, true)))
        ngx.say(pretty.write({1, "two", {x = true}}, ""), " ", pretty.read("{1, y = {2}}").y[1])
        ngx.say(table.concat(comp "x ^ 2 for x = 1, 4 if x % 2 == 0"(), ","))
        ngx.say(table.concat(tablex.imap(function(x) return x + 1 end, {1, 2, 3}), ","))
    }
}
location /class {
    content_by_lua_block {
        local class = require "pl.class"
        local Animal = class()
        function Animal:_init(name) self.name = name end
        function Animal:__tostring() return self.name .. ": " .. self:speak() end
        local Dog = class(Animal)
        function Dog:speak() return "bark" end
        local dog = Dog "Fido"
        ngx.say(tostring(dog), " ", Dog:class_of(dog), " ", dog:is_a(Animal), " ", Animal:class_of "text")
    }
}
location /template {
    content_by_lua_block {
        local template = require "pl.template"
        local out, err = template.substitute([[
# for i, name in ipairs(names) do
$(i): $(name:upper())
# end
]], {names = {"ann", "bob"}, ipairs = ipairs})
        ngx.print(out or err)
    }
}
location /files {
    content_by_lua_block {
        local dir, path, file = require "pl.dir", require "pl.path", require "pl.file"
        local root = "$TEST_NGINX_HTML_DIR/data"
        local names = {}
        for name in dir.dirtree(root) do names[#names + 1] = path.relpath(name, root) end
        table.sort(names)
        ngx.say(table.concat(names, " "), " ", path.extension(names[1]), " ", path.isdir(root), " ", path.getsize(root .. "/a.txt"))
        ngx.say((file.read(root .. "/a.txt"):gsub("\n", ";")))
    }
}
location /xml {
    content_by_lua_block {
        local xml = require "pl.xml"
        local doc = xml.parse [[<list><item id="1">one</item><item id="2">two</item></list>]]
        ngx.say(doc.tag, " ", doc[2].attr.id, " ", doc[1][1], " ", tostring(doc[1]))
        local found = xml.parse [[<p><a>1</a></p>]]:match [[<p><a>$number</a></p>]]
        ngx.say(found.number)
    }
}
location /rest {
    content_by_lua_block {
        local lexer, seq, data, Date = require "pl.lexer", require "pl.seq", require "pl.data", require "pl.Date"
        local kinds = {}
        for kind, value in lexer.lua "local x = 'a' -- c" do kinds[#kinds + 1] = kind end
        ngx.say(table.concat(kinds, " "))
        ngx.say(seq.sum(seq.range(1, 10)), " ", table.concat(seq.copy(seq.filter(seq.list {1, 2, 3, 4}, function(x) return x > 2 end)), ","))
        local d = data.read(require "pl.stringio".open "name,age\nann,30\nbob,40\n")
        ngx.say(d[2].age or d[2][2], " ", table.concat(d:column_by_name "name", "+"))
        ngx.say(Date {year = 2024, month = 2, day = 29}:add {day = 1}:month())
        ngx.say(select(2, pcall(require "pl.utils".assert_string, 1, 5)):match("expected.*"))
    }
}

=== collections
--- request
GET /collections
--- response_body
{20,40,60} 60 {20,30} true
[y] 3 true
{z=1,a=2} z,a
1

=== strings
--- request
GET /strings
--- response_body
x|a,b,c|..x..
true 2 Hello World
true size 42
Hello Ann
indented
  more

=== tables
--- request
GET /tables
--- response_body
true 3
{1,"two",{x=true}} 2
4,16
2,3,4

=== classes
--- request
GET /class
--- response_body
Fido: bark true true false

=== templates
--- request
GET /template
--- response_body
1: ANN
2: BOB

=== files
--- request
GET /files
--- response_body
a.txt deep deep/b.txt .txt true 8
one;two;

=== XML
--- request
GET /xml
--- response_body
list 2 one <item id='1'>one</item>
1

=== lexer, sequences, data, dates
--- request
GET /rest
--- response_body
keyword iden = string - - iden
55 3,4
40 ann+bob
3
expected a 'string', got a 'number'
