"""An accepted question is published by the process that holds it, as long as that lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.integration.gateway.conftest import Person
from tests.support.sinks import Sinks, until


@pytest.fixture
def away(gateway_sinks: Sinks) -> Iterator[Sinks]:
    """Sinks that take nothing for the time being."""
    gateway_sinks.status = 503
    yield gateway_sinks
    gateway_sinks.status = 202


def out(sinks: Sinks, message_id: str) -> list[str]:
    """The ids of the events that carry a question."""
    found = sinks.to("learning-requests")
    return [event.attributes["id"] for event in found if event.data["message_id"] == message_id]


def test_a_question_goes_out_by_itself_once_its_sink_is_back(
    sign_up: Callable[..., Person], away: Sinks
) -> None:
    """No sweep runs here: the gateway itself tries again after 1, 2, 4 and 8 s."""
    asked = [sign_up().ask()["message_id"] for _ in range(3)]
    assert [out(away, one) for one in asked] == [[], [], []]
    away.status = 202
    until(lambda: all(out(away, one) for one in asked), "the questions did not go out", 20)
    assert [len(out(away, one)) for one in asked] == [1, 1, 1]
