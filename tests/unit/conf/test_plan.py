"""The plan of whole configurations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pyresty.conf import Config

Read = Callable[..., Config]


def test_values_are_merged_into_every_table(read: Read) -> None:
    plan = read(
        """client_max_body_size 2m; keepalive_timeout 5s 7;
        server { listen 1; send_timeout 100ms;
          location / { client_max_body_size 8k; location /a { tcp_nodelay off; } } }
        server { listen 2; client_max_body_size 0; }""",
    ).plan
    assert plan["http"]["client_max_body_size"] == 2 << 20
    sizes = [loc["client_max_body_size"] for loc in plan["locations"]]
    assert sizes == [2 << 20, 8192, 8192, 0]
    assert [loc["tcp_nodelay"] for loc in plan["locations"]] == [True, True, False, True]
    assert [loc["send_timeout"] for loc in plan["locations"]] == [0.1, 0.1, 0.1, 60.0]
    assert [server["client_max_body_size"] for server in plan["servers"]] == [2 << 20, 0]
    assert plan["locations"][2]["keepalive_timeout"] == 5.0
    assert plan["locations"][2]["keepalive_header"] == 7
    assert [loc["server"] for loc in plan["locations"]] == [1, 1, 1, 2]
    assert [server["root"] for server in plan["servers"]] == [1, 4]


def test_location_trees(read: Read) -> None:
    plan = read(
        """location / { location /a/ { } location = /a/x { } location ~ \\.js$ { } }
        location ^~ /abc { } location = / { } location ~* \\.(png|gif)$ { } location ~ ^/x { } location @name { }
        location "= /q" { }""",
        "server",
    ).plan
    server, locations = plan["servers"][0], plan["locations"]
    assert [(entry["name"], entry["noregex"]) for entry in server["prefixes"]] == [(b"/abc", True), (b"/", False)]
    assert {name: locations[index - 1]["kind"] for name, index in server["exact"].items()} == {
        b"/": "exact",
        b" /q": "exact",
    }
    assert [(entry["pattern"], entry["caseless"]) for entry in server["regexes"]] == [
        (rb"\.(png|gif)$", True),
        (b"^/x", False),
    ]
    assert list(server["named"]) == [b"@name"]
    outer = locations[server["prefixes"][1]["loc"] - 1]
    assert [entry["name"] for entry in outer["prefixes"]] == [b"/a/"]
    assert list(outer["exact"]) == [b"/a/x"]
    assert [entry["pattern"] for entry in outer["regexes"]] == [rb"\.js$"]


def test_listens_share_sockets_with_the_wildcard(read: Read) -> None:
    plan = read(
        """server { listen 127.0.0.1:8080; server_name a; }
        server { listen 8080; listen 127.0.0.2:8080 bind; server_name b; }
        server { listen 8080 default_server; listen 127.0.0.1:9090; server_name c; }""",
    ).plan
    listens = {listen["text"]: listen for listen in plan["listens"]}
    assert {text: listen["fd_key"] for text, listen in listens.items()} == {
        b"127.0.0.2:8080": b"127.0.0.2:8080",
        b"127.0.0.1:8080": b"0.0.0.0:8080",
        b"0.0.0.0:8080": b"0.0.0.0:8080",
        b"127.0.0.1:9090": b"127.0.0.1:9090",
    }
    assert listens[b"0.0.0.0:8080"]["default_server"] == 3
    assert listens[b"0.0.0.0:8080"]["names"] == {b"b": 2, b"c": 3}
    assert listens[b"127.0.0.1:8080"]["default_server"] == 1
    sockets = {entry["fd_key"]: entry for entry in plan["sockets"]}
    texts = [[plan["listens"][index - 1]["text"] for index in entry["listens"]] for entry in sockets.values()]
    assert texts == [[b"127.0.0.2:8080"], [b"127.0.0.1:8080", b"0.0.0.0:8080"], [b"127.0.0.1:9090"]]


def test_listen_options(read: Read) -> None:
    plan = read(
        """server { listen [::1]:8080 backlog=7 rcvbuf=1k ipv6only=off so_keepalive=1m::3 reuseport; }
        server { listen [::1]:8080; } server { listen unix:/tmp/x; } server { listen 8081-8083; }""",
    ).plan
    socket = plan["sockets"][0]
    chosen = ("family", "address", "port", "backlog", "rcvbuf", "ipv6only", "so_keepalive", "keepidle", "keepcnt")
    assert [socket[name] for name in chosen] == [b"inet6", b"::1", 8080, 7, 1024, False, True, 60, 3]
    assert socket["reuseport"]
    assert plan["listens"][0]["servers"] == [1, 2]
    assert plan["listens"][1]["family"] == b"unix"
    assert plan["listens"][1]["address"] == b"/tmp/x"
    assert [listen["port"] for listen in plan["listens"][2:]] == [8081, 8082, 8083]


def test_server_names(read: Read) -> None:
    warnings: list[str] = []
    plan = read(
        """server { listen 1; server_name A.com *.B.com .c.com d.* "" ~^(?<sub>.+)\\.e$ ~X; }
        server { listen 1; server_name a.com f.com; location / { root /r/$sub; } }""",
        log=lambda level, text: warnings.append(text),
    ).plan
    listen, server = plan["listens"][0], plan["servers"][0]
    assert listen["names"] == {b"a.com": 1, b"c.com": 1, b"": 1, b"f.com": 2}
    assert listen["wildcard_head"] == {b".b.com": 1, b".c.com": 1}
    assert listen["wildcard_tail"] == {b"d.": 1}
    assert [(r["pattern"], r["caseless"]) for r in listen["regexes"]] == [(rb"^(?<sub>.+)\.e$", False), (b"X", True)]
    assert server["name"] == b"a.com"
    assert warnings == ['conflicting server name "a.com" on 0.0.0.0:1, ignored']


def test_a_single_server_needs_no_names(read: Read) -> None:
    assert read("server { listen 1; server_name a; }").plan["listens"][0]["names"] == {}


@pytest.mark.parametrize(
    ("directive", "root", "alias"),
    [
        ("root /a/;", b"/a", False),
        ("root a;", b"PREFIX/a", False),
        ("alias /a/;", b"/a/", 3),
        ("root $host;", {"script": True, 1: {"var": b"host"}}, False),
        ("", b"PREFIX/html", False),
    ],
)
def test_root_and_alias(read: Read, directive: str, root: object, alias: object) -> None:
    config = read(f"location /x/ {{ {directive} location /x/y/ {{ }} }}", "server")
    for loc in config.plan["locations"][1:]:
        if isinstance(root, bytes):
            root = root.replace(b"PREFIX/", config.prefix)
        assert (loc["root"], loc["alias"]) == (root, alias)


def test_error_pages(read: Read) -> None:
    loc = read(
        "error_page 404 500 /e; error_page 403 =200 /f?a=b; error_page 401 = @x; error_page 497 https://$host;", "loc"
    ).plan["locations"][1]
    assert [(page["status"], page["overwrite"], page["args"]) for page in loc["error_page"]] == [
        (404, None, None),
        (500, None, None),
        (403, 200, b"a=b"),
        (401, 0, None),
        (497, 400, None),
    ]
    assert loc["error_page"][2]["value"] == b"/f"


def test_limit_except(read: Read) -> None:
    plan = read("limit_except GET put { }", "loc").plan
    loc = plan["locations"][1]
    assert loc["limit_except"]["methods"] == {b"GET": True, b"HEAD": True, b"PUT": True}
    assert plan["locations"][loc["limit_except"]["loc"] - 1]["kind"] == "limit_except"


def test_try_files_is_not_inherited(read: Read) -> None:
    plan = read("try_files $uri $uri/ =404; location / { try_files /a/ @b; } location /c { }", "server").plan
    server, first, second = plan["locations"]
    assert server["try_files"]["code"] == 404
    assert [entry["directory"] for entry in server["try_files"]["files"]] == [False, True]
    assert first["try_files"]["fallback"] == b"@b"
    assert second["try_files"] is None


def test_types(read: Read) -> None:
    plan = read("types { text/html html HTM; }  server { listen 1; location / { types { a/b c; } } }").plan
    assert plan["locations"][0]["types"] == {b"html": b"text/html", b"htm": b"text/html"}
    assert plan["locations"][1]["types"] == {b"c": b"a/b"}
    assert read("server { listen 1; }").plan["locations"][0]["types"][b"jpg"] == b"image/jpeg"


def test_main_values(read: Read) -> None:
    config = read(
        "worker_processes 3; env A; env B=c; worker_cpu_affinity 01 10 11; pyresty_lua lua51; error_log stderr warn;"
        "events { worker_connections 7; } thread_pool p threads=2;",
        "raw",
    )
    main = config.plan["main"]
    assert (main["worker_processes"], main["worker_connections"], main["pyresty_lua"]) == (3, 7, b"lua51")
    assert main["env"] == [{"name": b"A", "value": None}, {"name": b"B", "value": b"c"}]
    assert main["worker_cpu_affinity"]["masks"] == [[0], [1], [0, 1]]
    assert config.error_log == [{"stderr": True, "level": b"warn"}]
    assert config.pid_path == config.prefix.decode() + "logs/nginx.pid"


def test_error_logs_fall_back_to_the_main_ones(read: Read) -> None:
    config = read("events {} http { server { listen 1; location / { error_log a info; } } } error_log b;", "raw")
    prefix = config.prefix
    server, location = config.plan["locations"]
    assert server["error_log"] == [{"file": prefix + b"b", "level": b"error"}]
    assert location["error_log"] == [{"file": prefix + b"a", "level": b"info"}]
    default = read("events {}", "raw", error_log="x/y.log")
    assert default.error_log == [{"file": prefix + b"x/y.log", "level": b"error"}]
    assert read("events {}", "raw", error_log="").error_log == [{"stderr": True, "level": b"error"}]


def test_syslog(read: Read) -> None:
    logs = read("error_log syslog:server=127.0.0.1:515,facility=user,tag=t,nohostname crit;", "main").error_log
    log = logs[0]
    assert logs[1]["file"].endswith(b"/logs/error.log") and logs[1]["level"] == b"error"
    assert len(read("error_log stderr;", "main").error_log) == 1
    assert log["level"] == b"crit"
    assert log["syslog"] == {
        "server": b"127.0.0.1", "port": 515, "family": b"inet", "facility": 1, "severity": 6, "tag": b"t",
        "nohostname": True,
    }  # fmt: skip


def test_resolver(read: Read) -> None:
    plan = read("resolver 127.0.0.1 [::1]:54 valid=30s ipv6=off; resolver_timeout 2s;").plan
    assert plan["http"]["resolver"] == {
        "servers": [
            {"family": b"inet", "address": b"127.0.0.1", "port": 53},
            {"family": b"inet6", "address": b"::1", "port": 54},
        ],
        "valid": 30.0,
        "ipv6": False,
        "local": False,
    }


def test_temp_paths(read: Read) -> None:
    config = read("client_body_temp_path t 1 2; proxy_temp_path p; server { listen 1; }")
    assert config.temp_paths == [config.prefix + b"t", config.prefix + b"p"]
    assert config.plan["locations"][0]["client_body_temp_path"]["levels"] == [1, 2]
    assert read("server { listen 1; }").temp_paths == [config.prefix + b"client_body_temp"]


def test_the_plan_is_plain(read: Read) -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            assert all(isinstance(key, str | bytes | int) for key in value)
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                check(item)
        else:
            assert value is None or isinstance(value, bytes | str | int | float)

    check(read("server { listen 1; location ~ x { root $uri; error_page 404 /x; } }").plan)
