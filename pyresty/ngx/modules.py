"""Functions of the modules that `require "ngx.…"` loads."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, REQUEST, Phase
from pyresty.ngx.registry import Face, api_face, api_module

FACES: list[Face] = [
    api_module("ngx.base64", ANY, "Base64 in the alphabet for URLs."),
    api_face(
        "ngx.base64.encode_base64url",
        phases=ANY,
        signature='text = require("ngx.base64").encode_base64url(s)',
        doc="Base64 in the alphabet for URLs, without padding.",
    ),
    api_face(
        "ngx.base64.decode_base64url",
        phases=ANY,
        signature='s, err = require("ngx.base64").decode_base64url(text)',
        doc="Undoes base64 in the alphabet for URLs.",
    ),
    api_module("ngx.errlog", ANY, "The error log."),
    api_face(
        "ngx.errlog.set_filter_level",
        phases=ANY,
        signature='ok, err = require("ngx.errlog").set_filter_level(level)',
        doc="The level up to which lines are captured; needs `lua_capture_error_log`.",
    ),
    api_face(
        "ngx.errlog.get_logs",
        phases=ANY,
        signature='logs, err = require("ngx.errlog").get_logs(max?, t?)',
        doc="Takes captured lines: {level, time, message, level, time, message, …}.",
    ),
    api_face(
        "ngx.errlog.get_sys_filter_level",
        phases=ANY,
        signature='level = require("ngx.errlog").get_sys_filter_level()',
        doc="The level of `error_log`.",
    ),
    api_face(
        "ngx.errlog.raw_log",
        phases=ANY,
        signature='require("ngx.errlog").raw_log(level, message)',
        doc="Writes a message to the error log as it is.",
    ),
    api_module("ngx.process", ANY, "Processes."),
    api_face(
        "ngx.process.type",
        phases=ANY,
        signature='name = require("ngx.process").type()',
        doc='What this process is: "single", "master", "worker", "helper", "privileged agent".',
    ),
    api_face(
        "ngx.process.enable_privileged_agent",
        phases=Phase.INIT,
        signature='ok, err = require("ngx.process").enable_privileged_agent(connections?)',
        doc="Has a privileged agent process started.",
    ),
    api_face(
        "ngx.process.signal_graceful_exit",
        phases=ANY,
        signature='require("ngx.process").signal_graceful_exit()',
        doc="Has this worker end when its requests have.",
    ),
    api_face(
        "ngx.process.get_master_pid",
        phases=ANY,
        signature='pid = require("ngx.process").get_master_pid()',
        doc="The master's process id; nil without a master.",
    ),
    api_module("ngx.req", ANY, "Further functions on the request."),
    api_face(
        "ngx.req.add_header",
        module="ngx.req",
        phases=REQUEST,
        signature='require("ngx.req").add_header(name, value)',
        doc="Adds a request header.",
    ),
    api_module("ngx.resp", ANY, "Further functions on the response."),
    api_face(
        "ngx.resp.add_header",
        module="ngx.resp",
        phases=REQUEST,
        signature='require("ngx.resp").add_header(name, value)',
        doc="Adds a response header.",
    ),
    api_face(
        "ngx.resp.set_status",
        module="ngx.resp",
        phases=REQUEST,
        signature='require("ngx.resp").set_status(status, reason?)',
        doc="Sets the response's status and its reason phrase.",
    ),
    api_face(
        "ngx.resp.bypass_if_checks",
        module="ngx.resp",
        phases=REQUEST,
        signature='require("ngx.resp").bypass_if_checks()',
        doc="Has the header filter skip If-Modified-Since and its kin.",
    ),
]
