"""Lua virtual machines: the only importer of lupa.

A process runs one *application* engine, whose symbols are global so that C modules on ``package.cpath`` find the Lua
they were built for. Every further engine of the process, the LuaJIT *kernel* among them, is loaded behind it and
sees its own symbols first; C modules cannot be loaded there.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

#: engine → what `_VERSION` of its VM says
ENGINES: dict[str, bytes] = {"luajit21": b"Lua 5.1", "lua51": b"Lua 5.1", "lua52": b"Lua 5.2"}

_GLOBALS_INDEX = -10002  # LUA_GLOBALSINDEX of Lua 5.1 and LuaJIT
_IDLE = b"__pyresty_idle"  # globals that exist only while a VM is made
_SLOT = b"__pyresty_slot"

_modules: dict[str, ModuleType] = {}
#: engine → path below the Lua root → bytecode: further VMs of the process compile nothing again
_compiled: dict[str, dict[bytes, bytes]] = {}
_application: str | None = None
_kernel: VM | None = None


class EngineError(RuntimeError):
    """An engine is unknown, absent or not the Lua it claims to be."""


@cache
def lua_root() -> Path:
    """The directory of our Lua tree: ``pyresty/_lua`` in a wheel, ``lua`` beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for root in (package / "_lua", package.parent / "lua"):
        if (root / "loader.lua").is_file():
            return root
    raise EngineError(f"the Lua files of pyresty are neither in {package / '_lua'} nor in {package.parent / 'lua'}")


def application_engine() -> str | None:
    """The engine whose symbols are global in this process; None before the first was loaded."""
    return _application


def loaded_engines() -> tuple[str, ...]:
    """The engines that are loaded in this process."""
    return tuple(_modules)


def load_engine(name: str) -> ModuleType:
    """lupa's module for the engine. The first engine loaded in a process is the application's."""
    global _application
    if name not in ENGINES:
        raise EngineError(f'unknown Lua engine "{name}", it must be one of {", ".join(ENGINES)}')
    module = _modules.get(name)
    if module is None:
        first = _application is None
        flags = os.RTLD_NOW | (os.RTLD_GLOBAL if first else getattr(os, "RTLD_DEEPBIND", 0))
        module = _modules[name] = _import_engine(name, flags)
        if first:
            _application = name
    return module


def _import_engine(name: str, flags: int) -> ModuleType:
    old = sys.getdlopenflags()
    sys.setdlopenflags(flags)
    try:
        module = importlib.import_module(f"lupa.{name}")
    except ImportError as error:
        raise EngineError(f'the Lua engine "{name}" cannot be loaded: {error}') from error
    finally:
        sys.setdlopenflags(old)
    _check_engine(name, module)
    return module


def _check_engine(name: str, module: ModuleType) -> None:
    """Refuses an engine that runs another's code, which happens when symbols are resolved in the wrong library."""
    lua = module.LuaRuntime(encoding=None, unpack_returned_tuples=True)
    version, jit = lua.execute(b"return _VERSION, jit and jit.version or false")
    is_luajit = isinstance(jit, bytes) and jit.startswith(b"LuaJIT 2.1")
    if version != ENGINES[name] or is_luajit is not (name == "luajit21"):
        raise EngineError(f'the Lua engine "{name}" runs {version!r} {jit!r}: two engines got mixed up')


@cache
def native_libraries() -> dict[str, ctypes.CDLL]:
    """Makes libcrypto, libssl and libz visible to ``ffi.C``; returns those that were found, by that name.

    They are the interpreter's own copies: importing its modules first makes the loader find them again by name.
    """
    major = 3
    try:
        import _ssl
        import zlib  # noqa: F401

        major = getattr(_ssl, "OPENSSL_VERSION_NUMBER", 3 << 28) >> 28
    except ImportError:
        pass  # an interpreter without OpenSSL: the system's own may still be there
    suffix = "3" if major >= 3 else "1.1"
    if sys.platform == "darwin":
        names = {lib: f"{lib}.{suffix}.dylib" for lib in ("libcrypto", "libssl")} | {"libz": "libz.1.dylib"}
    else:
        names = {lib: f"{lib}.so.{suffix}" for lib in ("libcrypto", "libssl")} | {"libz": "libz.so.1"}
    found: dict[str, ctypes.CDLL] = {}
    for lib, file in names.items():
        try:
            found[lib] = ctypes.CDLL(file, mode=ctypes.RTLD_GLOBAL)
        except OSError:
            continue
    return found


@cache
def default_paths(engine: str) -> tuple[bytes, bytes]:
    """``package.path`` and ``package.cpath`` where no directive says otherwise.

    As of every Lua: the environment's LUA_PATH and LUA_CPATH (of Lua 5.2 first LUA_PATH_5_2 …), where ``;;`` stands for
    the built-in paths, Debian's places after /usr/local.
    """
    path, cpath = _builtin_paths(engine)
    return _from_environment("LUA_PATH", engine, path), _from_environment("LUA_CPATH", engine, cpath)


def _from_environment(name: str, engine: str, builtin: bytes) -> bytes:
    value = os.environb.get(name.encode())
    if engine == "lua52":
        value = os.environb.get(f"{name}_5_2".encode(), value)
    return expand_path(value, builtin)


def _builtin_paths(engine: str) -> tuple[bytes, bytes]:
    versions = ("5.2", "5.1") if engine == "lua52" else ("5.1",)
    path = ["./?.lua"]
    for base in ("/usr/local/share/lua", "/usr/share/lua"):
        for version in versions:
            path += [f"{base}/{version}/?.lua", f"{base}/{version}/?/init.lua"]
    abi = versions[0]
    cpath = ["./?.so", f"/usr/local/lib/lua/{abi}/?.so"]
    multiarch = sysconfig.get_config_var("MULTIARCH")
    if multiarch:
        cpath.append(f"/usr/lib/{multiarch}/lua/{abi}/?.so")
    cpath += [f"/usr/lib/lua/{abi}/?.so", f"/usr/lib64/lua/{abi}/?.so", f"/usr/local/lib/lua/{abi}/loadall.so"]
    return ";".join(path).encode(), ";".join(cpath).encode()


def expand_path(path: bytes | None, default: bytes) -> bytes:
    """A ``lua_package_path`` value with each ``;;`` replaced by the default path; None is the default itself."""
    if path is None:
        return default
    return path.replace(b";;", b";\1;").replace(b"\1", default)


@cache
def _own_modules(root: Path) -> tuple[tuple[bytes, bytes], ...]:
    """(module name, path below the root) of every file that stands under its OpenResty name: resty, table, thread."""
    found = []
    for top in ("resty", "table", "thread"):
        for file in sorted((root / top).rglob("*.lua")):
            relative = file.relative_to(root)
            name = ".".join(relative.with_suffix("").parts)
            found.append((name.removesuffix(".init").encode(), str(relative).encode()))
    return tuple(found)


class VM:
    """One Lua VM with our language layer and module searchers.

    ``lua_path`` and ``lua_cpath`` are the values of lua_package_path and lua_package_cpath with variables already
    expanded. Call its methods from the main state only, never from Python code that Lua called inside a coroutine,
    and keep no Lua object that was handed over in there.

    Attributes: ``engine``, ``lua`` (lupa's LuaRuntime; strings are bytes), ``null`` (what ``ngx.null`` is),
    ``LuaError`` (raised for Lua errors; a syntax error is its subclass ``LuaSyntaxError``).
    """

    def __init__(self, engine: str = "luajit21", lua_path: bytes | None = None, lua_cpath: bytes | None = None) -> None:
        module = load_engine(engine)
        if engine == "luajit21":
            native_libraries()
        self.engine = engine
        self.LuaError: type[Exception] = module.LuaError
        self.LuaSyntaxError: type[Exception] = module.LuaSyntaxError
        self.lua: Any = module.LuaRuntime(
            encoding=None, unpack_returned_tuples=True, register_eval=False, register_builtins=False
        )
        self._library = _library(str(module.__file__))
        self._table_type = type(self.lua.table())
        self._install_null()
        self._install_main_thread()
        self._load_tree(lua_path, lua_cpath)

    def eval(self, code: bytes, chunkname: bytes = b"=pyresty", *args: Any) -> Any:
        """Runs a chunk with `args` as its ``...``; returns what it returns (several values as a tuple)."""
        return self.lua.execute(code, *args, name=chunkname)

    def require(self, name: bytes) -> Any:
        """``require(name)`` with the VM's own require, whatever an application made of the global."""
        return self._require(name)

    def to_lua(self, value: Any) -> Any:
        """A Lua value for a plan: dict → table, list or tuple → array, str → UTF-8 bytes, scalars as they are.

        None in a dict leaves the key out, None in a list leaves a hole. One dict or list that occurs several times
        becomes one table. Raises TypeError for anything else, with the path to it.
        """
        return self._to_lua(_plain(value, {}, "plan"), {})

    def _to_lua(self, value: Any, seen: dict[int, Any]) -> Any:
        """A plain value; shared containers become one table each. (lupa's own recursion loses some of those.)"""
        if not isinstance(value, dict | list):
            return value
        table = seen.get(id(value))
        if table is None:
            pairs = value.items() if isinstance(value, dict) else enumerate(value, 1)
            table = seen[id(value)] = self.lua.table_from(
                {key: self._to_lua(item, seen) for key, item in pairs if item is not None}
            )
        return table

    @contextmanager
    def _idle_state(self) -> Iterator[ctypes.c_void_p]:
        """A lua_State that runs nothing: the C API may be used on it from outside."""
        text = self.lua.execute(
            b"local idle = coroutine.create(function() end) " + _IDLE + b" = idle return tostring(idle)"
        )
        try:
            yield ctypes.c_void_p(int(text.rpartition(b"0x")[2], 16))
        finally:
            self.lua.globals()[_IDLE] = None

    def _set_global(self, state: ctypes.c_void_p, name: bytes) -> None:
        if self.engine == "lua52":
            self._library.lua_setglobal(state, name)
        else:
            self._library.lua_setfield(state, _GLOBALS_INDEX, name)

    def _install_null(self) -> None:
        """pyresty.null: the light userdata NULL, which is equal to the null of a C cjson."""
        with self._idle_state() as state:
            self._library.lua_pushlightuserdata(state, None)
            self._set_global(state, _SLOT)
        self.lua.execute(b"package.loaded['pyresty.null'], " + _SLOT + b" = " + _SLOT + b", nil")
        self.null = self.lua.execute(b"return package.loaded['pyresty.null']")

    def _install_main_thread(self) -> None:
        """pyresty.main_thread: the main thread as a Lua value, which Lua 5.1 does not give to Lua code."""
        push = self._library.lua_pushthread

        def main_thread(state: int) -> int:
            push(state)
            return 1

        function = _LUA_FUNCTION(main_thread)
        with self._idle_state() as state:
            self._library.lua_pushcclosure(state, function, 0)
            self._set_global(state, _SLOT)
            self.lua.execute(
                b"local f = " + _SLOT + b" " + _SLOT + b" = nil package.loaded['pyresty.main_thread'] = f()"
            )

    def _load_tree(self, lua_path: bytes | None, lua_cpath: bytes | None) -> None:
        root = lua_root()
        path, cpath = default_paths(self.engine)
        application = self.engine == _application
        options = {
            "root": os.fsencode(root),
            "engine": self.engine,
            "path": expand_path(lua_path, path),
            "cpath": expand_path(lua_cpath, cpath) if application else b"",
            "c_modules": application,
            "modules": dict(_own_modules(root)),
        }
        compiled = _compiled.setdefault(self.engine, {})
        loader = root / "loader.lua"
        self._require = self.lua.execute(
            _source(loader),
            self.to_lua(options),
            compiled.get,
            compiled.__setitem__,
            name=b"@" + os.fsencode(loader),
        )


@cache
def _source(file: Path) -> bytes:
    return file.read_bytes()


_COMPILE = b"""
local loadfile, dump = loadfile, string.dump
return function(path)
    local chunk = loadfile(path)
    return chunk and dump(chunk)
end
"""


def precompile(engine: str) -> None:
    """Compile the whole Lua tree, for a process that is about to lose the right to read it.

    What is for another engine and does not compile here is left out.
    """
    root, compiled = lua_root(), _compiled.setdefault(engine, {})
    compile_file = load_engine(engine).LuaRuntime(encoding=None).execute(_COMPILE)
    for file in sorted(root.rglob("*.lua")):
        path = os.fsencode(file.relative_to(root))
        if path in compiled:
            continue
        code = compile_file(os.fsencode(file))
        if code is not None:
            compiled[path] = code


_LUA_FUNCTION = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


@cache
def _library(file: str) -> ctypes.CDLL:
    """The C API of the engine whose shared object `file` is."""
    library = ctypes.CDLL(file)
    state = ctypes.c_void_p
    library.lua_pushlightuserdata.argtypes = [state, ctypes.c_void_p]
    library.lua_pushthread.argtypes = [state]
    library.lua_pushcclosure.argtypes = [state, _LUA_FUNCTION, ctypes.c_int]
    if hasattr(library, "lua_setglobal"):
        library.lua_setglobal.argtypes = [state, ctypes.c_char_p]
    library.lua_setfield.argtypes = [state, ctypes.c_int, ctypes.c_char_p]
    for function in ("lua_pushlightuserdata", "lua_pushcclosure", "lua_setfield"):
        getattr(library, function).restype = None
    return library


def _plain(value: Any, seen: dict[int, Any], where: str) -> Any:
    """`value` with bytes for str and lists for tuples; shared containers stay shared."""
    if isinstance(value, str):
        return value.encode()
    if value is None or isinstance(value, bytes | bool | int | float):
        return value
    if id(value) in seen:
        return seen[id(value)]
    if isinstance(value, Mapping):
        table: dict[Any, Any] = {}
        seen[id(value)] = table
        for key, item in value.items():
            if not isinstance(key, bytes | str | int | float):
                raise TypeError(f"{where}: a key of type {type(key).__name__} has no place in Lua")
            table[_plain(key, seen, where)] = _plain(item, seen, f"{where}.{key!r}")
        return table
    if isinstance(value, list | tuple):
        array: list[Any] = []
        seen[id(value)] = array
        array.extend(_plain(item, seen, f"{where}[{index}]") for index, item in enumerate(value, 1))
        return array
    raise TypeError(f"{where}: a value of type {type(value).__name__} has no place in Lua")


def kernel_vm() -> VM:
    """The private LuaJIT VM that runs ``lua/native`` for an application engine without FFI; one a process.

    Raises EngineError when no application engine was loaded before: in the other order the kernel's symbols would be
    the ones that C modules find.
    """
    global _kernel
    if _kernel is None:
        if _application is None:
            raise EngineError("the application's engine has to be loaded before the kernel")
        kernel = VM("luajit21")
        _check_engine(_application, _modules[_application])
        _kernel = kernel
    return _kernel
