"""What the answer says about a program."""

from __future__ import annotations

import pytest

from tests.sandbox.runner import Instance


def test_fields_of_an_answer(sandbox: Instance) -> None:
    """Every field is there, whatever happened."""
    answer = sandbox.execute("print('hi')")
    assert set(answer) == {
        "status",
        "exit_code",
        "signal",
        "stdout",
        "stderr",
        "truncated",
        "duration_ms",
        "cpu_ms",
        "peak_memory_bytes",
        "error",
        "chunks",
        "results",
        "isolation",
    }
    assert (answer["status"], answer["exit_code"], answer["stdout"]) == ("ok", 0, "hi\n")
    assert answer["error"] is None
    assert answer["truncated"] == {"stdout": False, "stderr": False}


def test_error_is_worded_as_cpython_does(sandbox: Instance) -> None:
    """Type, message and line come as data; the traceback shows the learner's frames only."""
    code = "def half(n):\n    return n / 0\n\nprint('a')\nhalf(3)"
    answer = sandbox.execute(code)
    error = answer["error"]
    assert (error["type"], error["message"], error["line"]) == ("ZeroDivisionError", "division by zero", 2)
    assert error["traceback"] == answer["stderr"]
    assert answer["stderr"].startswith(
        'Traceback (most recent call last):\n  File "main.py", line 5, in <module>\n'
    )
    assert "return n / 0" in answer["stderr"]
    assert "sandbox_runner" not in answer["stderr"]


def test_syntax_error_names_its_line(sandbox: Instance) -> None:
    """A program that does not compile is an error of the learner as any other."""
    error = sandbox.execute("x = 1\nif x\n    print(x)")["error"]
    assert (error["type"], error["message"], error["line"]) == ("SyntaxError", "expected ':'", 2)


def test_chained_errors_are_shown(sandbox: Instance) -> None:
    """The cause of an error belongs to the traceback."""
    answer = sandbox.execute("try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('no') from e")
    assert "The above exception was the direct cause" in answer["error"]["traceback"]
    assert answer["error"]["line"] == 4


def test_order_of_both_streams_is_kept(sandbox: Instance) -> None:
    """Chunks tell what was written after what."""
    code = "import sys\nfor i in range(3):\n    print('out', i)\n    print('err', i, file=sys.stderr)"
    chunks = [(chunk["stream"], chunk["text"]) for chunk in sandbox.execute(code)["chunks"]]
    expected = [pair for i in range(3) for pair in (("stdout", f"out {i}\n"), ("stderr", f"err {i}\n"))]
    assert chunks == expected


def test_chunks_are_bounded(sandbox: Instance) -> None:
    """A program that changes streams all the time gets a bounded list, and loses no text."""
    code = "import sys\nfor i in range(3000): print(i); print(i, file=sys.stderr)"
    answer = sandbox.execute(code)
    assert len(answer["chunks"]) <= 502
    out = "".join(chunk["text"] for chunk in answer["chunks"] if chunk["stream"] == "stdout")
    assert out == answer["stdout"]


def test_output_before_the_time_is_up_is_kept(sandbox: Instance) -> None:
    """What a program printed is never lost because it did not end."""
    answer = sandbox.execute("print('one')\nprint('two', end='', flush=True)\nwhile True: pass")
    assert answer["status"] == "timeout"
    assert answer["stdout"] == "one\ntwo"
    assert answer["duration_ms"] < 5200


def test_truncation_is_said(sandbox: Instance) -> None:
    """64 KiB are kept, cut between characters."""
    answer = sandbox.execute("print('x' + '\\u20ac' * 50_000)")
    assert answer["truncated"] == {"stdout": True, "stderr": False}
    assert set(answer["stdout"]) == {"x", "\u20ac"}
    assert 65_500 < len(answer["stdout"].encode()) <= 65_536


def test_memory_limit_says_where(sandbox: Instance) -> None:
    """The line that asked for too much is named."""
    answer = sandbox.execute("a = 1\nb = [0] * 10**9")
    assert (answer["status"], answer["error"]["type"], answer["error"]["line"]) == (
        "memory_limit",
        "MemoryError",
        2,
    )


def test_figures_are_those_of_the_program(sandbox: Instance) -> None:
    """The cell's own set-up does not count."""
    small = sandbox.execute("print(1)")
    large = sandbox.execute("b = bytearray(30_000_000)\nsum(range(5_000_000))")
    assert small["cpu_ms"] <= 40
    assert small["peak_memory_bytes"] < 5_000_000
    assert 30_000_000 <= large["peak_memory_bytes"] < 45_000_000
    assert large["cpu_ms"] > small["cpu_ms"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import numpy", "standard library"),
        ("import turtle\nturtle.forward(1)", "without a screen"),
        ("input()", "no more input"),
        ("import socket\nsocket.socket()", "without a network"),
    ],
)
def test_help_for_what_the_sandbox_has_not(sandbox: Instance, code: str, words: str) -> None:
    """An error that comes from the sandbox is explained."""
    assert words in sandbox.execute(code)["error"]["help"]
