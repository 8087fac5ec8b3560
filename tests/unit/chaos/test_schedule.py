"""The same seed breaks the same things in the same order, and every fault has its turn."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.chaos.__main__ import main
from tests.chaos.breaking import Breaker
from tests.chaos.report import Report
from tests.chaos.schedule import Fault, deck, schedule


def test_a_seed_is_a_schedule() -> None:
    def first(seed: int) -> list[Fault]:
        return list(islice(schedule(seed, deck(), (1.0, 2.0)), 100))

    assert first(1) == first(1)
    assert first(1) != first(2)


def test_every_fault_comes_before_any_comes_again() -> None:
    kinds = deck()
    dealt = [(one.kind, one.target) for one in islice(schedule(3, kinds, (1.0, 2.0)), len(kinds))]
    assert sorted(dealt) == sorted(kinds)


def test_every_fault_can_be_done() -> None:
    names = Breaker.WAYS
    assert {kind for kind, _ in deck()} == set(names)


def test_a_machine_without_a_disk_or_clocks_of_ours_leaves_those_faults_out() -> None:
    kinds = {kind for kind, _ in deck(disk=False, clocks=False)}
    assert {kind for kind, _ in deck()} - kinds == {"fill the disk of", "put wrong the clock of"}


def test_a_red_report_has_the_seed_and_the_timeline() -> None:
    report = Report(seed=7)
    report.note("SIGKILL kafka")
    report.happened(Fault(1, "SIGKILL", "kafka", 0, 0))
    assert "green after 1 faults" in report.text()
    assert "timeline" not in report.text()
    report.broken.append("1 x a question without an answer")
    assert "RED" in report.text()
    assert "SIGKILL kafka" in report.text()
    assert "--seed 7" in report.text()


def test_the_timeline_can_be_seen_beforehand(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "5", "--timeline"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(deck())
