"""A model that keeps failing gets a rest."""

from __future__ import annotations

from functions.model.circuit_breaker import Breaker


def test_three_failures_in_a_row_open_the_breaker_for_its_rest() -> None:
    now = 0.0
    breaker = Breaker(clock=lambda: now, failures=3, rest_s=20)
    for success in (False, False, True, False, False):
        breaker.note(success)
    assert breaker.closed
    breaker.note(False)
    assert not breaker.closed
    now = 20.0
    assert breaker.closed
    breaker.note(False)
    assert not breaker.closed
