"""Pure parts of the runner: no gVisor, no process."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sandbox_runner.capture import KEEP, Mark, Report, Stream
from sandbox_runner.cell import values
from sandbox_runner.cells import Baseline, Run
from sandbox_runner.errors import BadRequest, SettingError, TooLarge
from sandbox_runner.outcome import answer, chunks, decode_kept
from sandbox_runner.requests import MAX_CODE, Request, parse
from sandbox_runner.settings import Mode, Settings
from sandbox_runner.spawners import Exit

ROOT = Path(__file__).resolve().parents[3] / "sandbox-runner"


def _stream(data: bytes) -> Stream:
    stream = Stream()
    stream.feed(data)
    return stream


def _run(
    report: bytes = b"ready {}\n", status: int = 0, stopped: str | None = None, exited: bool = True
) -> Run:
    fed = Report()
    fed.feed(report)
    ended = Exit(status, 0.1, 1000) if exited else None
    return Run(_stream(b"out"), _stream(b""), fed, Baseline(400, 0.05), ended, stopped, 0.25)


@pytest.mark.parametrize(
    ("run", "status", "exit_code", "signal"),
    [
        (_run(), "ok", 0, None),
        (_run(status=256), "error", 1, None),
        (_run(status=9), "crashed", None, "SIGKILL"),
        (_run(status=24), "timeout", None, "SIGXCPU"),
        (_run(status=9, stopped="timeout"), "timeout", None, "SIGKILL"),
        (_run(status=9, stopped="output_limit"), "output_limit", None, "SIGKILL"),
        (_run(exited=False, stopped="timeout"), "internal_error", None, None),
    ],
)
def test_status_comes_from_the_kernel(
    run: Run, status: str, exit_code: int | None, signal: str | None
) -> None:
    """How a program ended is read from its wait status and from what we did, not from what it says."""
    body = answer(run, Request(""), "gvisor")
    assert (body["status"], body["exit_code"], body["signal"]) == (status, exit_code, signal)


def test_figures_are_above_the_idle_cell() -> None:
    """The baseline is subtracted."""
    body = answer(_run(), Request(""), "gvisor")
    assert (body["duration_ms"], body["cpu_ms"], body["peak_memory_bytes"]) == (250.0, 50.0, 600)


@pytest.mark.parametrize(
    "report",
    [
        b"f -1 {",
        b"f -1 [1]",
        b'f -1 {"error": 5}',
        b"f -1 " + b"[" * 5000,
        b"s 9 9 9",
        b"\xff\xfe",
        b"f 0 1e999",
        b"b -1 5 5",
    ],
)
def test_any_report_can_be_read(report: bytes) -> None:
    """Lines from a cell may be anything."""
    body = answer(_run(b"ready {}\n" + report + b"\n", status=256), Request(""), "gvisor")
    assert (body["status"], body["error"]) == ("error", None)


def test_chunks_follow_the_marks() -> None:
    """Marks cut both streams into one sequence; marks that go back or too far do no harm."""
    marks = [Mark("s", 1, 2, 0), Mark("s", 0, 2, 3), Mark("s", 1, 1, 99), Mark("s", 0, 999, 0)]
    sequence = chunks(_stream(b"aabb"), _stream(b"xxxyy"), marks)
    expected = [("stdout", "aa"), ("stderr", "xxxyy"), ("stdout", "bb")]
    assert [(chunk["stream"], chunk["text"]) for chunk in sequence] == expected


def test_a_cut_character_is_left_out() -> None:
    """The limit may fall into the middle of a character."""
    assert decode_kept(_stream(b"x" + "\u20ac".encode() * KEEP)).endswith("\u20ac")
    assert decode_kept(_stream(b"\xff" * (KEEP + 1))) == "\ufffd" * (KEEP - 1)


@pytest.mark.parametrize(
    "value",
    [
        None,
        1.5,
        "x",
        [1, [2]],
        {"a": 1},
        (1, (2,)),
        {1, 2},
        b"\0x",
        1 + 2j,
        2**200,
        {1: {2: 3}},
        {"type": "x"},
    ],
)
def test_values_survive_both_ways(value: object) -> None:
    """What is encoded can be decoded, and is the same."""
    again = values.decode(values.encode(value))
    assert (type(again), again) == (type(value), value)


def test_code_limit_counts_bytes() -> None:
    """The limit is one of bytes, and is allowed itself."""
    assert parse(b'{"code": "' + b"x" * MAX_CODE + b'"}').code
    with pytest.raises(TooLarge):
        parse(b'{"code": "' + b"x" * (MAX_CODE + 1) + b'"}')
    with pytest.raises(BadRequest, match="code: has to be a string"):
        parse(b"{}")


def test_a_shorter_limit_may_be_asked_for() -> None:
    """It is a number of seconds; without one the runner's own limit holds."""
    assert parse(b'{"code": "", "timeout_s": 2}').timeout_s == 2.0
    assert parse(b'{"code": ""}').timeout_s is None
    for wrong in (b"0", b"-1", b"true", b'"2"'):
        with pytest.raises(BadRequest, match="timeout_s: has to be a number of seconds above zero"):
            parse(b'{"code": "", "timeout_s": ' + wrong + b"}")


def test_every_setting_is_documented() -> None:
    """README names each variable, and no other."""
    variables = {item.metadata["name"] for item in Settings.__dataclass_fields__.values()}
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert documented == variables


def test_settings_are_checked() -> None:
    """A wrong value is named."""
    settings = Settings.from_environment({"PORT": "81", "LEARNFLOW_SANDBOX": "unsafe-process"})
    assert (settings.port, settings.mode, settings.mode.isolation) == (81, Mode.UNSAFE_PROCESS, "none")
    for name, value in (("PORT", "x"), ("LEARNFLOW_SANDBOX", "off"), ("LEARNFLOW_SANDBOX_POOL", "0")):
        with pytest.raises(SettingError, match=name):
            Settings.from_environment({name: value})
