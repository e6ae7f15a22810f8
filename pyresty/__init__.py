"""pyresty: runs OpenResty applications (an nginx.conf and Lua) in Python."""

from pyresty.version import __version__

__all__ = ["__version__"]
