"""The configuration: text → tree of directives → merged scopes → the plan."""

from pyresty.conf.configuration import Config, load
from pyresty.conf.directive import ConfError

__all__ = ["ConfError", "Config", "load"]
