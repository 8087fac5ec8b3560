"""Logs of many processes, read as one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.local.errors import NotRunning
from infra.local.logs import last_lines, readable
from infra.local.paths import Home


def line(at: str, message: str) -> str:
    return f'{{"time":"2026-03-02T10:00:{at}","level":"info","message":"{message}","event_id":"7"}}\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.logs.mkdir()
    (home.logs / "triage.log").write_text(line("01.000", "first") + "no JSON\n" + line("03.000", "third"))
    (home.logs / "sandbox-runner-1.log").write_text(line("02.000", "second"))
    return home


def test_lines_come_in_the_order_of_their_times(home: Home) -> None:
    words = [text.split()[-2] for text in last_lines(home, None, 10)]
    assert words == ["first", "no", "second", "third"]


def test_a_line_without_json_stays_with_the_one_before(home: Home) -> None:
    assert last_lines(home, "triage", 10)[1] == f"{'10:00:01.000':<12} {'triage':<16} no JSON"


def test_only_the_last_lines_are_shown(home: Home) -> None:
    assert len(last_lines(home, None, 2)) == 2


def test_the_processes_of_a_service_are_found_by_its_name(home: Home) -> None:
    assert len(last_lines(home, "sandbox-runner", 10)) == 1


def test_an_unknown_name_is_answered_with_the_known_ones(home: Home) -> None:
    with pytest.raises(NotRunning, match="sandbox-runner-1, triage"):
        last_lines(home, "tirage", 10)


def test_an_exception_comes_after_its_line() -> None:
    entry = '{"time":"2026-03-02T10:00:01.000","level":"error","message":"no","exception":"Traceback"}'
    _, text = readable("triage", entry, "")
    assert text.splitlines()[1] == "Traceback"


@pytest.mark.parametrize("nasty", ["\x1b[2J", "\x9b1A", "\u202e", "\r", "a\nb"])
def test_what_a_client_sent_can_not_steer_the_terminal(nasty: str) -> None:
    entry = {"time": "2026-03-02T10:00:01.000", "level": "info", "message": nasty, "path": nasty}
    for text in (readable("gateway", json.dumps(entry), "")[1], readable("gateway", nasty, "")[1]):
        assert text.isprintable()
