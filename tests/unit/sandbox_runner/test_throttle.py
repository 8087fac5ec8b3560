"""Who computes makes room for those who wait for a cell, and not for long."""

from __future__ import annotations

from contextlib import ExitStack
from typing import cast

from sandbox_runner.cells import Cell
from sandbox_runner.throttle import Throttle


class Program:
    """A cell that tells how often it was stopped; `rate` is what it computes in a look, in ticks."""

    def __init__(self, pid: int, rate: int) -> None:
        self.pid, self.rate, self.used = pid, rate, 0
        self.still, self.stops, self.looks_still = False, 0, 0

    def pause(self) -> None:
        self.still, self.stops = True, self.stops + 1

    def go_on(self) -> None:
        self.still = False


def _watched(waits: list[bool], *rates: int) -> list[Program]:
    """Let programs run for as many looks as there are answers to whether somebody waits."""
    programs = [Program(pid, rate) for pid, rate in enumerate(rates)]
    coming = iter(waits)
    throttle = Throttle(lambda: next(coming), lambda pid: programs[pid].used)
    with ExitStack() as stack:
        for program in programs:
            stack.enter_context(throttle.over(cast(Cell, program)))
        for _ in waits:
            for program in programs:
                program.used += 0 if program.still else program.rate
                program.looks_still += program.still
            throttle.look()
    return programs


def test_only_who_computes_makes_room() -> None:
    """A loop is stopped after two looks; a program that sleeps or prints now and then is left alone."""
    loop, sleeper, printer = _watched([True] * 5, 5, 0, 2)
    assert (loop.still, sleeper.stops, printer.stops) == (True, 0, 0)


def test_all_go_on_as_soon_as_nobody_waits() -> None:
    """And nothing is stopped before somebody does."""
    (loop,) = _watched([False] * 3 + [True] * 4 + [False], 5)
    assert (loop.still, loop.stops) == (False, 1)
    (alone,) = _watched([False] * 50, 5)
    assert alone.stops == 0


def test_nobody_stands_still_for_more_than_a_second() -> None:
    """Twenty looks, however long others wait; it is not stopped again then."""
    (loop,) = _watched([True] * 200, 5)
    assert (loop.still, loop.stops) == (False, 1)
    assert 15 <= loop.looks_still <= 25
