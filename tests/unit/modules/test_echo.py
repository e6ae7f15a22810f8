"""ngx_http_echo_module and ngx_http_set_misc_module."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from conftest import Make

SERVER = """
root html;
location /echo { echo hello $arg_a world; echo; echo -n "a" "" "b"; echo -- -n x; }
location /dup { echo_duplicate 3 "ab"; echo; echo_duplicate 1_0 x; }
location /dup2 { echo_duplicate x "ab"; }
location /sleep { echo a; echo_sleep 0.05; echo b; }
location /badsleep { echo_sleep abc; echo b; }
location /loc { echo before; echo_location /a1 x=1; echo mid; echo_location "/a1?y=2"; echo after; }
location /loc404 { echo before; echo_location /nofile; echo after; }
location /a1 { echo "a1 $args $request_method $echo_request_method $echo_request_uri $request_uri"; }
location /async { echo before; echo_location_async /s1; echo mid; echo_location_async /a1?q=1; echo after; }
location /s1 { echo_sleep 0.05; echo slept; }
location /sub { echo_subrequest POST /b1 -q a=1 -b "body"; echo x; echo_subrequest PUT /b1?b=2; }
location /b1 { echo "$echo_request_method $args $http_content_length $content_length"; echo_request_body; echo; }
location /body { echo_read_request_body; echo_request_body; echo " [$request_body]"; }
location /exec { echo_exec /a1 q=2; echo never; }
location /named { echo_exec @n; }
location @n { echo "named $uri"; }
location /each { echo_foreach_split "," "a,b,,c"; echo "it $echo_it"; echo_end; echo done; }
location /each0 { echo_foreach_split "," ""; echo "it $echo_it"; echo_end; echo done; }
location /status { echo_status 404; echo nf; }
location /around { echo_before_body b1 "$uri"; echo_before_body -n b2; echo_after_body a1; return 200 "mid\\n"; }
location /hdrs { echo "[$echo_client_request_headers]"; }
location /if { echo outer; if ($arg_x) { echo inner; } }
location /incr { echo $echo_incr $echo_incr; echo_location /incr2; echo $echo_incr; }
location /keep { echo outer; if ($arg_x) { set $y 1; } }
location /lead { echo_before_body hello; echo_location /sub1; }
location /sub1 { echo world; }
location /order { echo "pre $echo_incr"; echo_location_async /incr2; echo "post $echo_incr"; }
location /head { echo_subrequest HEAD /sub1; echo end; }
location ~ ^/cased/(?<theName>.*)$ { echo $theName; }
location /incr2 { echo "in $echo_incr"; }
"""


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/echo?a=1", "hello 1 world\n\na  b-n x\n"),
        ("/dup", "ababab\nxxxxxxxxxx"),
        ("/sleep", "a\nb\n"),
        ("/loc", "before\na1 x=1 GET GET /a1 /loc\nmid\na1 y=2 GET GET /a1 /loc\nafter\n"),
        ("/async", "before\nslept\nmid\na1 q=1 GET GET /a1 /async\nafter\n"),
        ("/sub", "POST a=1 4 4\nbody\nx\nPUT b=2  \n\n"),
        ("/exec?z=1", "a1 q=2 GET GET /a1 /exec?z=1\n"),
        ("/named", "named /named\n"),
        ("/each", "it a\nit b\nit c\ndone\n"),
        ("/each0", "done\n"),
        ("/around", "b1 /around\nb2mid\na1\n"),
        ("/if", "outer\n"),
        ("/if?x=1", "inner\n"),
        ("/keep?x=1", "outer\n"),
        ("/lead", "hello\nworld\n"),
        ("/order", "pre 1\nin 3\npost 2\n"),
        ("/head", "end\n"),
        ("/cased/x", "x\n"),
        ("/incr", "1 2\nin 3\n4\n"),
        ("/hdrs", "[GET /hdrs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n]\n"),
    ],
)
def test_body(any_site: Make, target: str, body: str) -> None:
    answer = any_site(SERVER).get(target)
    assert (answer.status, answer.body) == (200, body)


def test_each_command_is_a_chunk(site: Make) -> None:
    raw = site(SERVER).get("/echo").raw
    assert raw.endswith(b"\r\n\r\nd\r\nhello  world\n\r\n1\r\n\n\r\n4\r\na  b\r\n5\r\n-n x\n\r\n0\r\n\r\n")


@pytest.mark.parametrize(
    ("target", "status", "message"),
    [
        ("/status", 404, ""),
        ("/dup2", 500, '4 invalid size specified: "x"'),
        ("/badsleep", 400, '4 invalid sleep duration "abc"'),
    ],
)
def test_status(site: Make, target: str, status: int, message: str) -> None:
    served = site(SERVER)
    assert served.get(target).status == status
    assert served.log() == message


def test_request_body(any_site: Make) -> None:
    assert any_site(SERVER).get("/body", method="POST", body="hello").body == "hello [hello]\n"


def test_failed_subrequest_leaves_its_page(site: Make) -> None:
    body = site(SERVER).get("/loc404").body
    assert body.startswith("before\n<html>\r\n<head><title>404 Not Found</title></head>")
    assert body.endswith("</html>\r\nafter\n")


SET = (
    ("set_unescape_uri $x $arg_a;", 'a%20b"', 'a b"'),
    ("set_escape_uri $x $arg_a;", "a/b", "a%2Fb"),
    ("set_quote_sql_str $x $arg_a;", "a'b\\", "'a\\'b\\\\'"),
    ("set_quote_sql_str $x $arg_a;", "", "''"),
    ("set_quote_json_str $x $arg_a;", 'q"', '"q\\""'),
    ("set_quote_json_str $x $arg_a;", "", "null"),
    ("set_md5 $x $arg_a;", "abc", "900150983cd24fb0d6963f7d28e17f72"),
    ("set_sha1 $x $arg_a;", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("set_encode_base64 $x $arg_a;", "abcd", "YWJjZA=="),
    ("set_decode_base64 $x $arg_a;", "YWJjZA==", "abcd"),
    ("set_encode_hex $x $arg_a;", "az", "617a"),
    ("set_decode_hex $x $arg_a;", "617A", "az"),
    ("set_encode_base32 $x $arg_a;", "abcd", "c5h66p0="),
    ("set_base32_padding off; set_encode_base32 $x $arg_a;", "abcd", "c5h66p0"),
    ("set_decode_base32 $x $arg_a;", "c5h66p0=", "abcd"),
    ("set $x $arg_a; set_if_empty $x none;", "", "none"),
    ("set $x $arg_a; set_if_empty $x none;", "v", "v"),
    ("set $x $arg_a; set_md5 $x;", "abc", "900150983cd24fb0d6963f7d28e17f72"),
    ("set_hmac_sha1 $x k $arg_a; set_encode_hex $x;", "v", "94fc6a2f7e89b8196cf74e1079a8c11eb679a552"),
)


@pytest.mark.parametrize(("lines", "value", "result"), SET)
def test_set_misc(any_site: Make, lines: str, value: str, result: str) -> None:
    site = any_site(f'location / {{ {lines} return 200 "$x"; }}')
    assert site.get(f"/?a={value}").body == result


def test_random(site: Make) -> None:
    served = site(
        'location / { set_random $r 3 5; set_secure_random_alphanum $a 12; set_rotate $t 1 3; return 200 "$r $a $t"; }'
    )
    answers = [served.get("/").body.split() for _ in range(6)]
    assert {number for number, _, _ in answers} <= {"3", "4", "5"}
    assert len({text for _, text, _ in answers}) == 6
    assert all(len(text) == 12 and text.isalnum() for _, text, _ in answers)
    turns = [int(turn) for _, _, turn in answers]
    assert all(after == before % 3 + 1 for before, after in pairwise(turns))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("echo_sleep;", 'invalid number of arguments in "echo_sleep" directive'),
        ("set_md5 x y;", 'invalid variable name "x"'),
        ("set_base32_alphabet abc;", '"set_base32_alphabet" directive takes an alphabet of 3 bytes but 32 expected'),
    ],
)
def test_errors(refused: Callable[..., str], text: str, message: str) -> None:
    assert refused(text) == message
