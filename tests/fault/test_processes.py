"""Reloads, killed workers and binary upgrades while requests come in: none is lost that need not be."""

from __future__ import annotations

import os
import random
import re
import signal
from collections.abc import Callable

from workers import Client, Workers, amount

Make = Callable[..., Workers]
REPLACED_WITHIN = float(os.environ.get("PYRESTY_SOAK_PATIENCE", 5.0))  # seconds; machines of CI are busy


def test_reloads_under_load(make_workers: Make) -> None:
    workers = make_workers()
    with workers.load() as load:
        for _ in range(amount("reloads", 3)):
            workers.reload()
    assert load.requests > 100
    assert load.failed == 0, load.report
    assert "[alert]" not in workers.text


def test_upgrades_under_load(make_workers: Make) -> None:
    workers = make_workers()
    with workers.load() as load:
        for _ in range(amount("upgrades", 2)):
            workers.upgrade()
    assert load.requests > 100
    assert load.failed == 0, load.report
    assert not re.search(r"\[(alert|emerg|crit)\]", workers.text)


def asked(clients: list[Client], path: str) -> list[int | None]:
    """Which worker answers each client; None for those whose connection has ended."""
    answers: list[int | None] = []
    for client in clients:
        try:
            client.send(path)
        except OSError:
            pass  # the answer, none, tells
    for client in clients:
        try:
            answers.append(int(client.read().body))
        except OSError:
            answers.append(None)
    return answers


def test_a_killed_worker_takes_only_its_own_requests_with_it(make_workers: Make) -> None:
    workers = make_workers()
    random.seed(amount("seed", 1))
    clients = [Client(workers.port) for _ in range(24)]
    slowest = 0.0
    for _ in range(amount("kills", 4)):
        homes = asked(clients, "/")
        present = set(workers.pids)
        victim = random.choice(sorted(present))
        for client in clients:
            client.send("/slow")
        os.kill(victim, signal.SIGKILL)
        for index, (client, home) in enumerate(zip(list(clients), homes, strict=True)):
            try:
                served = int(client.read().body) == home
            except OSError:
                served = False
                client.close()
                clients[index] = Client(workers.port)
            assert served is (home != victim)
        slowest = max(slowest, workers.replaced(present, 1, REPLACED_WITHIN))
    print(f"a replacement served within {slowest:.2f} s")
    for client in clients:
        client.close()


def test_workers_share_connections(make_workers: Make) -> None:
    workers = make_workers()
    clients = [Client(workers.port) for _ in range(4)]
    counts: dict[int | None, int] = {}
    for _ in range(80):
        clients.append(Client(workers.port))
        (pid,) = asked(clients[-1:], "/")
        counts[pid] = counts.get(pid, 0) + 1
    assert len(counts) == workers.count
    assert min(counts.values()) >= 10  # 20 each, were it even
    for client in clients:
        client.close()


def test_connections_are_numbered_over_all_workers(make_workers: Make) -> None:
    place = 'location = /number { content_by_lua_block { ngx.print(ngx.var.connection, " ", ngx.worker.pid()) } }'
    workers = make_workers(2, locations=place)
    seen: list[int] = []
    serving: set[str] = set()

    def ask() -> None:
        clients = [Client(workers.port) for _ in range(40)]
        for client in clients:
            number, pid = client.ask("/number").text.split()
            seen.append(int(number))
            serving.add(pid)
        for client in clients:
            client.close()

    ask()
    workers.reload()
    workers.wait_until_served()
    ask()
    assert len(set(seen)) == len(seen)
    assert len(serving) == 4
