"""Connections among workers."""

from __future__ import annotations

from pyresty.net import balance


def test_a_worker_with_more_than_its_part_is_ahead() -> None:
    memory = balance.shared(3)
    first, second = balance.Balance(memory, 0), balance.Balance(memory, 2)
    for mine, others, ahead in ((4, 0, False), (5, 0, True), (49, 40, False), (50, 40, True)):
        first.tell(mine)
        second.tell(others)
        assert first.is_ahead(mine) is ahead
        assert not second.is_ahead(others)


def test_nothing_is_left_to_a_worker_that_is_gone() -> None:
    memory = balance.shared(2)
    first, second = balance.Balance(memory, 0), balance.Balance(memory, 1)
    first.tell(100)
    second.tell(0)
    assert first.is_ahead(100)
    balance.leave(memory, 1)
    balance.leave(memory, 2)  # of the configuration before
    assert not first.is_ahead(100)
