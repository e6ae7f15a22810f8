"""Modules that luarocks put into an application's lua_modules/: a rock in Lua, and one in C that depends on it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pyresty.testing.case import Setup
from pyresty.testing.server import Binary, Server

HEADER = Path("/usr/include/lua5.1/lua.h")
NGINX = "/usr/sbin/nginx"

LUA_ROCK = {
    "greeter-1.0-1.rockspec": """
        package = "greeter"
        version = "1.0-1"
        source = {url = "git://example.test/greeter"}
        description = {summary = "says hello", license = "MIT"}
        dependencies = {"lua >= 5.1"}
        build = {type = "builtin", modules = {
            greeter = "src/greeter.lua", ["greeter.words"] = "src/words.lua", ["greeter.deep"] = "src/deep/init.lua",
        }}
    """,
    "src/greeter.lua": """
        local words = require "greeter.words"
        local greeter = {}
        function greeter.greet(name) return words.hello .. ", " .. name end
        function greeter.log(name) ngx.log(ngx.WARN, greeter.greet(name)) end
        return greeter
    """,
    "src/words.lua": 'return {hello = "Good day"}',
    "src/deep/init.lua": "return {name = ...}",
}
C_ROCK = {
    "counter-2.1-1.rockspec": """
        package = "counter"
        version = "2.1-1"
        source = {url = "git://example.test/counter"}
        description = {summary = "counts bytes", license = "MIT"}
        dependencies = {"lua >= 5.1", "greeter >= 1.0"}
        build = {type = "builtin", modules = {["counter.core"] = "core.c", counter = "counter.lua"}}
    """,
    "counter.lua": """
        local core, greeter = require "counter.core", require "greeter"
        return {describe = function(s) return greeter.greet(core.count(s, "a") .. " of " .. #s) end, core = core}
    """,
    "core.c": """
        #include <lua.h>
        #include <lauxlib.h>

        static int count(lua_State *L)
        {
            size_t size, i;
            const char *text = luaL_checklstring(L, 1, &size), *wanted = luaL_checkstring(L, 2);
            lua_Integer found = 0;

            for (i = 0; i < size; i++)
                found += text[i] == *wanted;
            lua_pushinteger(L, found);
            return 1;
        }

        static int call(lua_State *L)
        {
            lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
            return lua_gettop(L);
        }

        static const luaL_Reg functions[] = {{"count", count}, {"call", call}, {NULL, NULL}};

        int luaopen_counter_core(lua_State *L)
        {
            lua_newtable(L);
            luaL_register(L, NULL, functions);
            return 1;
        }
    """,
}
HTTP = """
lua_package_path "$prefix/lua_modules/share/lua/5.1/?.lua;$prefix/lua_modules/share/lua/5.1/?/init.lua;;";
lua_package_cpath "$prefix/lua_modules/lib/lua/5.1/?.so;;";
"""
SERVER = """
location /lua { content_by_lua_block {
    local greeter = require "greeter"
    greeter.log(ngx.var.arg_name)
    ngx.say(greeter.greet(ngx.var.arg_name), " ", require("greeter.deep").name)
} }
location /c { content_by_lua_block {
    local counter = require "counter"
    ngx.say(counter.describe("banana"))
    ngx.say(counter.core.call(function(...) return select("#", ...), ngx.var.uri end, 1, 2, 3))
    ngx.say(select(2, pcall(counter.core.count, {})))
} }
"""


def make(directory: Path, files: dict[str, str], tree: Path) -> None:
    """Build and install the rock that `files` are."""
    for name, text in files.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    command = ["luarocks", "--lua-version", "5.1", "--tree", str(tree), "make"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """lua_modules/ with the rock in Lua."""
    if shutil.which("luarocks") is None:
        pytest.skip("no luarocks")
    tree = tmp_path_factory.mktemp("project") / "lua_modules"
    make(tmp_path_factory.mktemp("greeter"), LUA_ROCK, tree)
    return tree


@pytest.fixture(scope="module")
def tree_with_c(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, and the rock in C."""
    if shutil.which("gcc") is None or not HEADER.exists():
        pytest.skip("no C compiler, or no headers of Lua 5.1")
    make(tmp_path_factory.mktemp("counter"), C_ROCK, tree)
    return tree


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.config.getoption("--engine", default="luajit21")
    return name


def binaries(engine: str) -> list[Binary]:
    found = [Binary.find(None, engine)]
    if engine == "luajit21" and Path(NGINX).exists():
        found.append(Binary.find(NGINX, engine))
    return found


def get(binary: Binary, tree: Path, path: str) -> tuple[str, str]:
    """→ body of the response, error log"""
    server = Server(binary, Setup(http_config=HTTP.replace("$prefix", "$TEST_NGINX_SERVER_ROOT"), config=SERVER))
    try:
        (server.prefix / "lua_modules").symlink_to(tree)
        server.start()
        done = subprocess.run(
            ["curl", "-sS", f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True
        )
        server.sync()
        log = server.log().decode()
        server.stop()
    finally:
        server.remove()
    return done.stdout, log


def test_rock_in_lua(tree: Path, engine: str) -> None:
    for binary in binaries(engine):
        body, log = get(binary, tree, "/lua?name=Ann")
        assert body == "Good day, Ann greeter.deep\n"
        assert "greeter.lua:5: log(): Good day, Ann, client:" in log


def test_rock_in_c(tree_with_c: Path, engine: str) -> None:
    if engine == "lua52":
        pytest.skip("the rock is made for Lua 5.1")
    for binary in binaries(engine):
        body, _ = get(binary, tree_with_c, "/c")
        assert body == "Good day, 3 of 6\n3/c\nbad argument #1 to '?' (string expected, got table)\n"
