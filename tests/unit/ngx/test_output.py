from __future__ import annotations

from typing import Any


def test_say_sends_header_text_and_line_feed(faces: Any) -> None:
    assert faces.run("return ngx.say('hello')") == 1
    assert faces.out() == b"<head>hello\n"
    assert faces.field("r.headers_out.content_type") == b"text/plain"
