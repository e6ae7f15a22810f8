"""Escaping, encodings and digests."""

from __future__ import annotations

from pyresty.ngx.phases import ANY
from pyresty.ngx.registry import Face, api_face

_FUNCTIONS = (
    ("ngx.escape_uri", "text = ngx.escape_uri(s, type?)", "Percent-escapes; types 0 (URI) … 2 (component) … 6."),
    ("ngx.unescape_uri", "text = ngx.unescape_uri(s)", "Undoes percent-escapes; `+` is a space."),
    (
        "ngx.encode_args",
        "text = ngx.encode_args(t)",
        "A table as query string; true is a bare name, false is left out.",
    ),
    (
        "ngx.decode_args",
        "t, err = ngx.decode_args(s, max?)",
        'A query string as table; at most `max` (100; 0: all) arguments, more give err "truncated".',
    ),
    ("ngx.encode_base64", "text = ngx.encode_base64(s, no_padding?)", "Base64."),
    ("ngx.decode_base64", "s = ngx.decode_base64(text)", "Undoes base64; nil when malformed."),
    ("ngx.decode_base64mime", "s = ngx.decode_base64mime(text)", "Undoes base64, skipping characters it does not use."),
    ("ngx.crc32_short", "n = ngx.crc32_short(s)", "CRC-32; meant for short texts."),
    ("ngx.crc32_long", "n = ngx.crc32_long(s)", "CRC-32; meant for long texts."),
    ("ngx.md5", "hex = ngx.md5(s)", "MD5 as 32 hexadecimal digits."),
    ("ngx.md5_bin", "digest = ngx.md5_bin(s)", "MD5 as 16 bytes."),
    ("ngx.sha1_bin", "digest = ngx.sha1_bin(s)", "SHA-1 as 20 bytes."),
    ("ngx.hmac_sha1", "digest = ngx.hmac_sha1(key, s)", "HMAC-SHA-1 as 20 bytes."),
    ("ngx.quote_sql_str", "text = ngx.quote_sql_str(s)", "A text in MySQL's quotes and escapes."),
)

FACES: list[Face] = [api_face(name, phases=ANY, signature=signature, doc=doc) for name, signature, doc in _FUNCTIONS]
