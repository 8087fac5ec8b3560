"""Parts of a topic, how far a group is in one, and the lines that tell it."""

from __future__ import annotations

import pytest

from infra.replay.errors import Refused
from infra.replay.kafka import Brokers, Span
from infra.replay.progress import Meter
from infra.replay.redeliver import Counts

SPAN = Span("t", {0: 10, 1: 0}, {0: 14, 1: 6})


def test_what_is_done_of_a_part_leaves_out_what_lies_around_it() -> None:
    assert SPAN.total == 10
    assert [SPAN.done(positions) for positions in ({}, {0: 12}, {0: 99, 1: 3}, {0: 3, 1: 6})] == [0, 2, 7, 6]


def test_a_meter_counts_what_this_run_did() -> None:
    now = [0.0]
    said: list[str] = []
    meter = Meter("progress", 1000, said.append, before=400, clock=lambda: now[0])
    for second in range(1, 5):
        now[0] = float(second)
        meter.reach(400 + second * 100)
    assert said == ["  progress: 600 of 1,000 events, 100/s", "  progress: 800 of 1,000 events, 100/s"]


def test_what_was_known_is_what_nothing_else_became_of() -> None:
    assert Counts(3, 0, 0).line(10) == "10 sent, 7 known already or of no use, 3 handled now"
    assert Counts(0, 1, 2).line(3).endswith("0 handled now, 1 became dead letters, 2 failed and come again")


@pytest.mark.parametrize("protocol", ["SASL", "SASL_SSL"])
def test_a_way_to_the_brokers_that_can_not_work_is_refused_by_name(protocol: str) -> None:
    with pytest.raises(Refused, match="KAFKA_SECURITY_PROTOCOL"):
        Brokers.read({"KAFKA_SECURITY_PROTOCOL": protocol, "KAFKA_USER": "u"}, "b:9092")


def test_the_variables_of_the_operator_win_over_the_manifests() -> None:
    assert Brokers.read({}, "b:9092").options()["bootstrap_servers"] == "b:9092"
    found = Brokers.read({"KAFKA_BOOTSTRAP_SERVERS": "c:1", "KAFKA_SECURITY_PROTOCOL": "SSL"}, "b:9092")
    assert (found.bootstrap, "ssl_context" in found.options()) == ("c:1", True)
