"""Versions we have and report."""

__version__ = "0.1.0"

#: What clients and Lua code are told: the nginx and ngx_lua whose behaviour this is.
NGINX_VERSION = "1.22.1"
NGX_LUA_VERSION = "0.10.23"
