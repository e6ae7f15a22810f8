"""Lua VMs and what drives them."""
