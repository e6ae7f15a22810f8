"""lua/sched.lua: light threads, what they wait for, and coroutines of users in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pyresty.vm import ops
from pyresty.vm.engine import VM

#: ``T.start(fn)`` runs fn in a light thread that notes what becomes of it; ``T.ops()`` is what Python would be told.
PRELUDE = b"""
local state, sched, ops, timers =
    require "pyresty.state", require "pyresty.sched", require "pyresty.ops", require "pyresty.timers"
require("pyresty.coroutines").install(coroutine)
T = {log = {}, sched = sched, state = state, timers = timers}
function T.note(...)
    local words = {...}
    for i = 1, select("#", ...) do words[i] = tostring(words[i]) end
    T.log[#T.log + 1] = table.concat(words, " ")
end
-- What an operation gave: at most two values are looked at, further ones may be nil.
function T.two(a, b)
    if b == nil then T.note(a) else T.note(a, b) end
end
function T.start(fn, a, b)
    local thread = {kind = "content", finish = function(_, ok, result) T.note(ok and "done" or "failed", result) end}
    sched.start(thread, fn, a, b)
    return thread
end
function T.text()
    local text = table.concat(T.log, "|")
    T.log = {}
    return text
end
function T.pass(seconds)
    state.mono = state.mono + seconds
    timers.tick()
    sched.drain()
end
T.ops = ops.take
state.mono = 1000
"""

Lua = Callable[..., Any]


@pytest.fixture
def run(vm: VM) -> Lua:
    """Runs a chunk; text results as str."""
    vm.eval(PRELUDE, b"=prelude")

    def call(code: str, *args: Any) -> Any:
        result = vm.eval(code.encode(), b"=test", *args)
        return result.decode() if isinstance(result, bytes) else result

    return call


def test_a_thread_runs_at_once_and_ends_with_its_result(run: Lua) -> None:
    run("T.start(function(a, b) T.note('in', a, b) return a + b end, 1, 2)")
    assert run("return T.text()") == "in 1 2|done 3"
    assert run("return T.ops()") is None


def test_an_error_ends_a_thread_alone(run: Lua) -> None:
    run("T.start(function() error('oops', 0) end) T.start(function() return 'fine' end)")
    assert run("return T.text()") == "failed oops|done fine"


def test_sleep(run: Lua) -> None:
    run("T.start(function() T.sched.sleep(0.5) T.note('woke') T.sched.sleep(0.5) return 'end' end)")
    run("T.pass(0.4)")
    assert run("return T.text()") == ""
    run("T.pass(0.2)")
    assert run("return T.text()") == "woke"
    run("T.pass(0.6)")
    assert run("return T.text()") == "done end"


def test_waiting_for_a_descriptor(run: Lua) -> None:
    run("T.start(function() T.two(T.sched.wait_read(7, 5)) T.two(T.sched.wait_write(8, 5)) end)")
    op, wait, fd = run("return T.ops()")[:3]
    assert (op, fd) == (ops.WAIT_READ, 7)
    run("T.sched.step(...)", wait, True)
    op, other, fd = run("return T.ops()")[:3]
    assert (op, fd) == (ops.WAIT_WRITE, 8) and other != wait
    run("T.sched.step(...)", wait, True)  # over already: nobody is woken
    assert run("return T.text()") == "true"
    run("T.sched.step(...)", other, True)
    assert run("return T.text()") == "true|done nil"
    assert run("return T.sched.count()") == 0


def test_a_wait_that_takes_too_long_is_cancelled(run: Lua) -> None:
    run("T.start(function() T.two(T.sched.wait_read(7, 5)) end)")
    wait = run("return T.ops()")[1]
    run("T.pass(6)")
    assert run("return T.text()") == "nil timeout|done nil"
    assert run("return T.ops()")[:3] == (ops.CANCEL, wait, 7)
    run("T.sched.step(...)", wait, True)
    assert run("return T.text()") == ""


def test_an_event_in_time_takes_the_deadline_away(run: Lua) -> None:
    run("T.start(function() T.two(T.sched.wait_read(7, 5)) T.sched.wait_read(7) end)")
    run("T.sched.step(...)", run("return T.ops()")[1], True)
    run("T.pass(60)")
    assert run("return T.text()") == "true"


def test_calls_of_python_give_their_results(run: Lua) -> None:
    run("T.start(function() T.note(T.sched.call('name', 1, 'two', true)) end)")
    op, wait, *rest = run("return T.ops()")
    assert (op, rest) == (ops.CALL, [b"name", 1, b"two", True])
    run("T.sched.step(...)", wait, b"a", 2, None, False)
    assert run("return T.text()").startswith("a 2 nil false")


def test_posted_threads_run_in_order_and_never_nested(run: Lua) -> None:
    run(
        """for i = 1, 3 do T.start(function() T.note('first', i) T.sched.yield_now() T.note('second', i) end) end
        T.sched.post_call(function(x) T.note('called', x) end, 'x')
        T.note('before') T.sched.drain()"""
    )
    text = run("return T.text()")
    assert text == "first 1|first 2|first 3|before|second 1|done nil|second 2|done nil|second 3|done nil|called x"


def test_park_and_unpark(run: Lua) -> None:
    run("PARKED = T.start(function() T.two(T.sched.park(5)) T.two(T.sched.park(5)) end)")
    run("T.sched.unpark(PARKED, 'gift') T.sched.drain() T.pass(6)")
    assert run("return T.text()") == "gift|nil timeout|done nil"


def test_a_cancelled_thread_never_runs_again(run: Lua) -> None:
    run("DEAD = T.start(function() T.sched.wait_read(7, 5) T.note('alive') end)")
    wait = run("return T.ops()")[1]
    run("T.sched.cancel(DEAD)")
    assert run("return T.ops()")[:3] == (ops.CANCEL, wait, 7)
    run("T.sched.step(...) T.sched.post(DEAD) T.sched.drain() T.pass(9)", wait, True)
    assert run("return T.text()") == ""
    assert run("return T.sched.count()") == 0


def test_a_posted_thread_can_be_cancelled(run: Lua) -> None:
    run("local t = T.start(function() T.sched.yield_now() T.note('alive') end) T.sched.cancel(t) T.sched.drain()")
    assert run("return T.text()") == ""


def test_watches_of_other_objects(run: Lua) -> None:
    run("W = {on_ready = function(w, how) T.note(w == W, how) end} T.sched.watch_read(W, 5)")
    wait = run("return T.ops()")[1]
    run("T.sched.step(...)", wait, True)
    assert run("return T.text()") == "true true"
    run("T.sched.watch_write(W, 5) T.sched.unwatch(W)")
    taken = run("return T.ops()")
    assert taken[0 :: ops.STRIDE] == (ops.WAIT_WRITE, ops.CANCEL)
    assert run("return T.sched.count()") == 0


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("T.note(pcall(function() T.sched.sleep(1) error('x', 0) end))", "false x"),
        ("T.note(xpcall(function() T.sched.sleep(1) return 5 end, print))", "true 5"),
        ("for n in coroutine.wrap(function() T.sched.sleep(1) coroutine.yield(1) end) do T.note(n) end", "1"),
        (
            "local co = coroutine.create(function(a) T.sched.sleep(1) local b = coroutine.yield(a) return b end) "
            "T.note(coroutine.resume(co, 1)) T.note(coroutine.resume(co, 2)) T.note(coroutine.status(co))",
            "true 1|true 2|dead",
        ),
        (
            "local inner = coroutine.wrap(function() T.sched.sleep(1) coroutine.yield('deep') end) "
            "T.note(coroutine.wrap(function() coroutine.yield(inner()) end)())",
            "deep",
        ),
    ],
)
def test_waits_pass_through_what_users_put_between(run: Lua, engine: str, code: str, text: str) -> None:
    if engine == "lua51" and code.startswith("for"):
        pytest.skip("Lua 5.1 calls iterators from C: they cannot yield there")
    run("T.start(loadstring(...))", code.encode())  # as users' code is loaded
    assert run("return T.text()") == ""
    run("T.pass(1)")
    assert run("return T.text()") == f"{text}|done nil"


def test_a_yield_of_a_users_own_gives_way_once(run: Lua) -> None:
    run("T.start(function() coroutine.yield() T.note('on') end) T.note('between') T.sched.drain()")
    assert run("return T.text()") == "between|on|done nil"


@pytest.mark.parametrize(
    ("given", "noted"), [("", "true 0 nil"), ("7", "true 1 7"), ("1, nil, 3, nil", "true 4 1 3 nil")]
)
def test_threads_of_coroutines_of_their_own_give_all_results(run: Lua, given: str, noted: str) -> None:
    run(
        f"""local function finish(thread, ok)
            local n, t = thread.count, thread.value
            if n > 1 then T.note(ok, n, t[1], t[3], t[4]) else T.note(ok, n, t) end
        end
        local thread = {{kind = "user", finish = finish, free = true, co = T.sched.free_coroutine()}}
        local function pack(...) return {{n = select("#", ...), ...}} end
        T.sched.start_free(thread, function(...) T.sched.sleep(1) return ... end, pack({given}))"""
    )
    run("T.pass(1)")
    assert run("return T.text()") == noted


def test_an_error_in_the_middle_of_drain_leaves_the_rest(run: Lua) -> None:
    run("T.sched.post_call(function() error('ours') end) T.start(function() T.sched.yield_now() T.note('other') end)")
    assert run("return pcall(T.sched.drain)")[0] is False
    run("T.sched.drain()")
    assert run("return T.text()") == "other|done nil"


#: ``spawn(fn)`` and ``wait(child)`` as ngx.thread has them, in a request R.
THREADS = """
R = {threads = 1}
local function new(fn)
    local child = {r = R, free = true, co = T.sched.free_coroutine(), wait = false}
    function child.finish(thread)
        T.note("end", thread.value)
        if thread.waiter then T.sched.post(thread.waiter, thread) end
    end
    return child, fn
end
function spawn(fn) return T.sched.start_child(new(fn)) end
function wait(child)
    if child.dead then return end
    child.waiter = T.state.thread
    T.sched.let_run(T.state.thread)
end
function handler(fn)
    local thread = {r = R, kind = "content", finish = function(_, ok, err) T.note(ok and "done" or "failed", err) end}
    T.sched.start(thread, fn)
    T.sched.drain()
    return thread
end
"""


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("T.note('a') spawn(function() T.note('b') return 1 end) T.note('c')", "a|b|end 1|c|done nil"),
        ("local c = spawn(function() coroutine.yield() T.note('b') end) T.note('a') wait(c)", "a|b|end nil|done nil"),
        (  # the first goes on before the parent does, which was posted behind it
            "spawn(function() coroutine.yield() T.note('first') end) spawn(function() T.note('second') end) "
            "T.note('on')",
            "second|end nil|first|end nil|on|done nil",
        ),
        ("wait(spawn(function() T.sched.yield_now() T.note('later') end)) T.note('on')", "later|end nil|on|done nil"),
        (  # a thread that is run by its parent starts one itself
            "local c = spawn(function() wait(spawn(function() coroutine.yield() T.note('deep') end)) T.note('up') end) "
            "T.note('on') wait(c)",
            "on|deep|end nil|up|end nil|done nil",
        ),
        ("spawn(function() coroutine.yield() T.note('left') end)", "done nil|left|end nil"),
        ("local c = spawn(function() error('oops', 0) end) T.note(c.dead)", "end nil|true|done nil"),
    ],
)
def test_a_thread_lets_others_run_in_their_order(run: Lua, body: str, text: str) -> None:
    run(THREADS)
    run("handler(loadstring(...))", body.encode())
    assert run("return T.text()") == text


def test_a_thread_that_is_run_by_its_parent_may_wait_for_events(run: Lua) -> None:
    run(THREADS)
    run("handler(function() local c = spawn(function() T.sched.sleep(1) T.note('slept') end) T.note('on') wait(c) end)")
    assert run("return T.text()") == "on"
    run("T.pass(1)")
    assert run("return T.text()") == "slept|end nil|done nil"


def test_a_coroutine_used_again_is_dead_to_who_has_it_from_before(run: Lua) -> None:
    run(THREADS)
    run("handler(function() MINE = spawn(function() return 1 end) T.note(coroutine.resume(MINE.co, print)) end)")
    assert run("return T.text()") == "end 1|false cannot resume dead coroutine|done nil"
    run("T.state.thread, MINE.dead = MINE, false T.sched.start_free(MINE, function(a) return a end, {n = 1, 2})")
    assert run("return T.text()") == "end 2"
