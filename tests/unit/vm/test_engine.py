"""Engines and VMs: which Lua runs, what crosses, which modules are found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pyresty.vm import engine as engines
from pyresty.vm.engine import ENGINES, VM, EngineError, default_paths, expand_path, lua_root

ROOT = Path(engines.__file__).resolve().parents[2]


def run_python(code: str) -> str:
    """Standard output of a fresh interpreter: engines stay loaded for the life of a process."""
    done = subprocess.run(
        [sys.executable, "-c", f"from pyresty.vm.engine import *\n{code}"],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_right_lua(vm: VM) -> None:
    version, jit = vm.eval(b"return _VERSION, jit and jit.version")
    assert version == ENGINES[vm.engine]
    assert (jit is not None) is (vm.engine == "luajit21")


def test_unknown_engine() -> None:
    with pytest.raises(EngineError, match=r'unknown Lua engine "lua99", it must be one of luajit21, lua51, lua52'):
        VM("lua99")


def test_lua_root_has_the_loader() -> None:
    assert (lua_root() / "loader.lua").is_file()


@pytest.mark.parametrize("application", list(ENGINES))
def test_kernel_beside_each_application_engine(application: str) -> None:
    """Both engines keep their own code, FFI works in the kernel and the application's language layer goes on."""
    out = run_python(f"""
vm = VM("{application}")
kernel = kernel_vm()
assert kernel is kernel_vm() and application_engine() == "{application}"
print(kernel.eval(b"local f = require('ffi') f.cdef 'int abs(int);' return f.C.abs(-7)"))
print(kernel.eval(b"return jit.version").startswith(b"LuaJIT 2.1"))
print(vm.eval(b"return _VERSION, bit.bxor(5, 1), coroutine.wrap(function() return pcall(coroutine.yield, 1) end)()"))
""")
    assert out.split("\n") == ["7", "True", str((ENGINES[application], 4, 1))]


def test_kernel_first_is_refused() -> None:
    out = run_python("""
try:
    kernel_vm()
except EngineError as error:
    print(error)
""")
    assert out == "the application's engine has to be loaded before the kernel"


@pytest.mark.parametrize("application", ["luajit21", "lua51"])
def test_c_module_in_the_application_engine(application: str) -> None:
    """A C cjson on package.cpath wins over ours, and its null is ours."""
    out = run_python(f"""
vm = VM("{application}")
ok, kind, null = vm.eval(b'''
    package.path = ""
    local searched = package.searchpath("cjson", package.cpath)
    if not searched then return false, "", false end
    local cjson = require "cjson"
    return true, debug.getinfo(cjson.encode, "S").what, cjson.null == require "pyresty.null"
''')
print(ok, kind, null)
""")
    if out.startswith("False"):
        pytest.skip("no C lua-cjson on the default package.cpath")
    assert out == "True b'C' True"


def test_other_engines_load_no_c_modules() -> None:
    out = run_python("""
VM("luajit21")
other = VM("lua51")
print(other.eval(b"return package.cpath, package.loadlib('x.so', '*')"))
""")
    assert out == str((b"", None, b"C modules can be loaded by the application's Lua engine only", b"absent"))


def test_null_is_the_null_light_userdata(vm: VM, luajit: VM) -> None:
    null, text = vm.eval(b"local n = require 'pyresty.null' return type(n), tostring(n)")
    assert null == b"userdata"
    assert text in (b"userdata: NULL", b"userdata: (nil)", b"userdata: 0x0", b"userdata: (null)")
    assert luajit.eval(b"return require('ffi').cast('void *', require 'pyresty.null') == nil") is True


def test_to_lua(vm: VM) -> None:
    shared = {"x": 1}
    plan = {"name": "caf\u00e9", b"raw": b"\xff", "list": [1, [2.5, True], {"deep": [b"z"]}], "none": None,
            "hole": [1, None, 3], "a": shared, "b": shared, 7: "seven", "tuple": (1, 2)}  # fmt: skip
    result = vm.eval(
        b"""
        local p = ...
        return p.name, p.raw, p.list[1], p.list[2][1], p.list[2][2], p.list[3].deep[1], p.none, p.hole[2], p.hole[3],
            p.a == p.b, p.a.x, p[7], #p.tuple, type(p.list)""",
        b"=t",
        vm.to_lua(plan),
    )
    assert result == ("caf\u00e9".encode(), b"\xff", 1, 2.5, True, b"z", None, None, 3, True, 1, b"seven", 2, b"table")
    assert [vm.to_lua(v) for v in (None, 1, 1.5, True, "a", b"b")] == [None, 1, 1.5, True, b"a", b"b"]


@pytest.mark.parametrize(
    ("value", "where"),
    [({"a": [1, {"b": object()}]}, r"plan\.'a'\[2\]\.'b': .* object"), ({None: 1}, "plan: a key of type NoneType")],
)
def test_to_lua_refuses(luajit: VM, value: Any, where: str) -> None:
    with pytest.raises(TypeError, match=where):
        luajit.to_lua(value)


def test_eval_names_the_chunk(vm: VM) -> None:
    with pytest.raises(vm.LuaError, match=r"^name:2: message"):
        vm.eval(b"\nerror('message')", b"=name")
    with pytest.raises(vm.LuaSyntaxError, match="name:1:"):
        vm.eval(b"x =", b"@name")


def test_require_is_the_vms_own(vm: VM) -> None:
    assert vm.require(b"pyresty.lang") is not None
    vm.eval(b"require = nil package.loaded['mine'] = 5")
    assert vm.require(b"mine") == 5


def test_missing_own_module(vm: VM) -> None:
    with pytest.raises(vm.LuaError, match=r"module 'pyresty.no.such' not found") as caught:
        vm.eval(b"require 'pyresty.no.such'")
    assert f"no file '{lua_root()}/no/such.lua'" in str(caught.value)


def test_own_modules_ignore_the_users_path(engine: str, tmp_path: Path) -> None:
    (tmp_path / "pyresty").mkdir()
    (tmp_path / "pyresty" / "lang.lua").write_text("return 'theirs'")
    (tmp_path / "mine.lua").write_text("return 'mine'")
    vm = VM(engine, lua_path=f"{tmp_path}/?.lua".encode())
    assert vm.eval(b"return type(require 'pyresty.lang'), require 'mine'") == (b"table", b"mine")
    assert vm.eval(b"return package.path") == f"{tmp_path}/?.lua".encode()


def test_openresty_names_win_over_the_users_path(engine: str, tmp_path: Path) -> None:
    (tmp_path / "table").mkdir()
    (tmp_path / "table" / "nkeys.lua").write_text("return 'theirs'")
    vm = VM(engine, lua_path=f"{tmp_path}/?.lua;;".encode())
    assert vm.eval(b"return require('table.nkeys')({1, 2})") == 2
    assert vm.eval(b"return package.path").startswith(f"{tmp_path}/?.lua;./?.lua;".encode())


def test_expand_path() -> None:
    assert expand_path(None, b"D") == b"D"
    assert expand_path(b"/a/?.lua", b"D") == b"/a/?.lua"
    assert expand_path(b"/a/?.lua;;", b"D1;D2") == b"/a/?.lua;D1;D2;"
    assert expand_path(b";;/a/?.lua", b"D") == b";D;/a/?.lua"
    assert b"/usr/local/share/lua/5.2/?.lua" in default_paths("lua52")[0]


def test_paths_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    default_paths.cache_clear()
    builtin = default_paths("luajit21")
    monkeypatch.setenv("LUA_PATH", "/mine/?.lua;;")
    monkeypatch.setenv("LUA_CPATH", "/mine/?.so")
    monkeypatch.setenv("LUA_PATH_5_2", "/of52/?.lua")
    default_paths.cache_clear()
    try:
        assert default_paths("luajit21") == (b"/mine/?.lua;" + builtin[0] + b";", b"/mine/?.so")
        assert default_paths("lua52") == (b"/of52/?.lua", b"/mine/?.so")
    finally:
        default_paths.cache_clear()


def test_openssl_is_visible_to_ffi(luajit: VM) -> None:
    if "libcrypto" not in engines.native_libraries():
        pytest.skip("no libcrypto")
    code = b"local f = require 'ffi' f.cdef 'unsigned long OpenSSL_version_num(void);' return f.C.OpenSSL_version_num()"
    import ssl

    assert int(float(str(luajit.eval(b"return tostring(tonumber((function() " + code + b" end)()))").decode()))) == (
        ssl.OPENSSL_VERSION_NUMBER
    )


def test_python_exceptions_reach_lua_and_back(vm: VM) -> None:
    def fails() -> None:
        raise ValueError("from Python")

    assert vm.eval(b"local ok, e = pcall(...) return ok, tostring(e)", b"=t", fails) == (False, b"from Python")
    with pytest.raises(ValueError, match="from Python"):
        vm.eval(b"local f = ... f()", b"=t", fails)
