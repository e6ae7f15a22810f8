"""Generations: a reload under a running request, and ``lua_code_cache off`` beside a cached location."""

from __future__ import annotations

import signal
from collections.abc import Callable

from serving import Client, Serving, wait_for

MakeServer = Callable[..., Serving]

SLOW = """
location /slow { content_by_lua_block { package.loaded.shown = "NAME" ngx.print("NAME ") ngx.flush(true) ngx.sleep(0.5)
    ngx.print("NAME ", tostring(package.loaded.shown)) } }
location /name { content_by_lua_block { ngx.print("NAME") } }
"""


def first(client: Client, path: str) -> str:
    return client.ask(path).text


# ---------------------------------------------------------------------------------------------------------- reload


def test_reload_under_a_running_request(make_server: MakeServer) -> None:
    server = make_server(SLOW.replace("NAME", "old"))
    before = server.probe()
    assert (before["vms"], before["generations"]) == (1, 1)
    idle = server.connect()
    assert first(idle, "/name") == "old"
    busy = server.connect()
    busy.send("/slow")
    busy._until(b"old ")  # its request runs, on the old VM
    server.write(SLOW.replace("NAME", "new"))
    server.reload()
    assert server.get("/name").text == "new"
    probe = server.probe()
    assert probe["pid"] == before["pid"] and (probe["vms"], probe["generations"]) == (2, 2)
    assert idle.at_end()
    answer = busy.read()
    assert (answer.status, answer.text) == (200, "old old old")
    assert busy.at_end()
    after = server.settles(vms=1, generations=1)
    assert (after["connections"], after["lua_connections"], after["waits"]) == (1, 1, 0)
    assert after["fds"] == before["fds"]
    assert server.stop() == 0


def test_reload_ends_the_timers_of_the_old_configuration(make_server: MakeServer) -> None:
    init = 'init_worker_by_lua_block { ngx.timer.every(30, function(premature) print("premature ", premature) end) }'
    server = make_server(SLOW, http=init)
    server.reload()
    server.expect("premature true")
    server.settles(vms=1, generations=1)
    assert server.stop() == 0


def test_many_reloads_leave_nothing(make_server: MakeServer) -> None:
    server = make_server(SLOW)
    server.reload()
    before = server.settles(vms=1)
    for number in range(10):
        log = server.prefix / f"access{number % 2}.log"
        server.write(SLOW.replace("NAME", f"n{number}"), http=f"access_log {log};")
        server.reload()
        assert server.get("/name").text == f"n{number}"
    server.write(SLOW)
    server.reload()
    after = server.settles(vms=1, generations=1)
    assert after["fds"] == before["fds"]
    assert after["rss"] < before["rss"] + (8 << 20)
    assert server.stop() == 0


def test_a_refused_configuration_changes_nothing(make_server: MakeServer) -> None:
    server = make_server(SLOW.replace("NAME", "old"))
    server.write("nonsense;")
    server.send(signal.SIGHUP)
    server.expect(r'unknown directive "nonsense"')
    with server.client() as client:
        assert first(client, "/name") == "old"
        assert first(client, "/name") == "old"
    server.settles(vms=1, generations=1)
    assert server.stop() == 0


# -------------------------------------------------------------------------------------------------- lua_code_cache off

COUNT = """
location /cached { content_by_lua_block { ngx.req.read_body()
    local m = require "counter" m.n = m.n + 1 ngx.print("cached ", m.n, " ", ngx.req.get_body_data()) } }
location /fresh { lua_code_cache off; content_by_lua_block { ngx.req.read_body()
    local m = require "counter" m.n = m.n + 1 ngx.print("fresh ", m.n, " ", ngx.req.get_body_data()) } }
location /sleepy { lua_code_cache off; content_by_lua_block { ngx.sleep(0.2)
    local m = require "counter" m.n = m.n + 1 ngx.print("sleepy ", m.n) } }
location /timer { lua_code_cache off; content_by_lua_block {
    ngx.timer.at(0.1, function() print("fresh timer ran in ", require("counter").n) end)
    require("counter").n = 7 ngx.print("set") } }
location /fails { lua_code_cache off; content_by_lua_block { error("oops") } }
location /large { content_by_lua_block { ngx.print(("x"):rep(12000000)) } }
"""


def counting(make_server: MakeServer, **options: object) -> Serving:
    server = make_server(COUNT, **options)
    (server.prefix / "counter.lua").write_text("return {n = 0}")
    return server


def test_cached_and_fresh_alternate_on_one_connection(make_server: MakeServer) -> None:
    server = counting(make_server)
    with server.client() as client:
        for number in range(1, 6):
            assert client.ask("/cached", b"a body").text == f"cached {number} a body"
            answer = client.ask("/fresh", b"b" * 3000)
            assert answer.text == "fresh 1 " + "b" * 3000
            assert "Connection: keep-alive" in answer.head
    server.settles(vms=1, connections=1, lua_connections=1)
    assert server.stop() == 0


def test_cached_and_fresh_pipelined(make_server: MakeServer) -> None:
    server = counting(make_server)
    with server.client() as client:
        client.send("/cached", "/cached", "/fresh", "/cached", "/fresh", "/fresh", "/cached", body=b"+")
        texts = [client.read().text for _ in range(7)]
    assert texts == [
        "cached 1 +", "cached 2 +", "fresh 1 +", "cached 3 +", "fresh 1 +", "fresh 1 +", "cached 4 +",
    ]  # fmt: skip
    server.settles(vms=1, connections=1, lua_connections=1)
    assert server.stop() == 0


def test_a_fresh_request_behind_output_that_waits(make_server: MakeServer) -> None:
    server = counting(make_server)
    with server.client() as client:
        client.send("/large", "/fresh", "/cached", body=b"+")
        wait_for(lambda: server.probe()["connections"] == 2, "both connections are there")
        assert client.read().body == b"x" * 12000000
        assert client.read().text == "fresh 1 +"
        assert client.read().text == "cached 1 +"
    assert server.stop() == 0


def test_a_body_in_pieces_comes_to_the_fresh_vm(make_server: MakeServer) -> None:
    server = counting(make_server)
    with server.client() as client:
        client.sock.sendall(b"POST /fresh HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabcde")
        server.settles(vms=2)
        client.sock.sendall(b"fghijGET /cached HTTP/1.1\r\nHost: h\r\n\r\n")
        assert client.read().text == "fresh 1 abcdefghij"
        assert client.read().text == "cached 1 nil"
    assert server.stop() == 0


def test_fresh_vms_are_freed(make_server: MakeServer) -> None:
    server = counting(make_server)
    with server.client() as client:
        for _ in range(20):
            client.ask("/fresh", b"x")
        before = server.settles(vms=1)
        for _ in range(200):
            assert client.ask("/fresh", b"x").text == "fresh 1 x"
        after = server.settles(vms=1, generations=1)
    assert after["rss"] < before["rss"] + (6 << 20)
    assert after["fds"] == before["fds"] and after["greenlets"] == before["greenlets"]
    assert server.stop() == 0


def test_a_client_that_leaves_its_fresh_vm(make_server: MakeServer) -> None:
    server = counting(make_server)
    before = server.probe()
    client = server.connect()
    client.send("/sleepy")
    server.settles(vms=2)
    client.close()
    after = server.settles(vms=1, connections=1, lua_connections=1)
    assert after["fds"] == before["fds"]
    assert server.stop() == 0


def test_timers_of_a_fresh_vm_run_in_it(make_server: MakeServer) -> None:
    server = counting(make_server)
    assert server.get("/timer").text == "set"
    server.expect("fresh timer ran in 7")
    server.settles(vms=1, generations=1)
    assert server.stop() == 0


def test_reload_while_a_fresh_vm_serves(make_server: MakeServer) -> None:
    server = counting(make_server)
    client = server.connect()
    client.send("/sleepy")
    server.settles(vms=2)
    server.reload()
    assert client.read().text == "sleepy 1"
    assert client.at_end()
    server.settles(vms=1, generations=1, connections=1, lua_connections=1)
    assert server.stop() == 0


def test_errors_in_a_fresh_vm(make_server: MakeServer) -> None:
    server = counting(make_server)
    with server.client() as client:
        assert client.ask("/fails").status == 500
    server.settles(vms=1, connections=1, lua_connections=1)
    assert server.stop() == 0


def test_init_by_lua_that_fails_in_a_fresh_vm(make_server: MakeServer) -> None:
    server = counting(
        make_server,
        http="lua_shared_dict d 1m; init_by_lua_block { if ngx.shared.d:incr('n', 1, 0) > 1 then error('no') end }",
    )
    with server.client() as client:
        assert client.ask("/cached").text == "cached 1 nil"
        assert client.ask("/fresh").status == 500
    server.expect(r"\[error\].*init_by_lua error: .*no")
    server.settles(vms=1, connections=1, lua_connections=1)
    assert server.stop() == 0


def test_server_rewrite_runs_once_in_the_fresh_vm(make_server: MakeServer) -> None:
    server = make_server(
        "lua_code_cache off; server_rewrite_by_lua_block { ngx.shared.d:incr('n', 1, 0) }"
        "location /n { content_by_lua_block { ngx.print(ngx.shared.d:get('n')) } }",
        http="lua_shared_dict d 1m;",
    )
    assert server.get("/n").text == "1"
    assert server.get("/n").text == "2"
    assert server.stop() == 0
