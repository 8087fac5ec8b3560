"""Calls and stdin cases: values come back as data, and a program can only lie about itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.runner import Instance

_WRONG = "def double(n):\n    return n + 1\n"
_CALL = {"function": "double", "args": [21]}
EXPECTED = 42


def _passes(result: dict[str, Any]) -> bool:
    """Judge as a caller does: outside, by nothing but the status and the value."""
    return bool(result["status"] == "ok" and json.dumps(result["value"]) == json.dumps(EXPECTED))


def test_values_come_back_as_data(sandbox: Instance) -> None:
    """Each call has its own value, output and error."""
    code = "def f(a, b=1):\n    print('a is', a)\n    return {'sum': [a, b]}\ndef g():\n    1/0\n"
    calls = [
        {"function": "f", "args": [1]},
        {"function": "g"},
        {"function": "f", "kwargs": {"a": "x", "b": None}},
        {"function": "h"},
    ]
    results = sandbox.execute(code, calls=calls)["results"]
    assert [result["status"] for result in results] == ["ok", "error", "ok", "error"]
    assert results[0]["value"] == {"sum": [1, 1]}
    assert results[0]["stdout"] == "a is 1\n"
    assert (results[1]["error"]["type"], results[1]["error"]["line"]) == ("ZeroDivisionError", 5)
    assert results[2]["value"] == {"sum": ["x", None]}
    assert results[3]["error"]["message"] == "name 'h' is not defined"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("(1, 2)", {"type": "tuple", "value": [1, 2]}),
        ("{3, 1}", {"type": "set", "value": [1, 3]}),
        ("b'a'", {"type": "bytes", "value": "61"}),
        ("{1: 2}", {"type": "dict", "value": [[1, 2]]}),
        ("{'type': 'tuple', 'value': [1]}", {"type": "dict", "value": [["type", "tuple"], ["value", [1]]]}),
        ("float('nan')", {"type": "float", "value": "nan"}),
        ("10 ** 30", {"type": "int", "value": "1" + "0" * 30}),
        ("1 + 2j", {"type": "complex", "value": [1.0, 2.0]}),
        ("True", True),
        ("[None, 'x', 1.5]", [None, "x", 1.5]),
        ("range(3)", {"type": "range", "repr": "range(0, 3)"}),
        ("__import__('collections').Counter('aa')", {"type": "dict", "class": "Counter", "value": {"a": 2}}),
        ("'\\ud800'", {"type": "str", "repr": "'\\ud800'"}),
    ],
)
def test_values_that_json_has_not(sandbox: Instance, expression: str, value: Any) -> None:
    """A value is marked, so that two different values never look the same."""
    answer = sandbox.execute(f"def f(): return {expression}", calls=[{"function": "f"}])
    assert answer["results"][0]["value"] == value


def test_marked_arguments_are_values_again(sandbox: Instance) -> None:
    """Arguments have the same form as values."""
    args = [{"type": "tuple", "value": [1, {"type": "set", "value": [2]}]}]
    answer = sandbox.execute("def f(x): return x == (1, {2})", calls=[{"function": "f", "args": args}])
    assert answer["results"][0]["value"] is True


def test_values_are_bounded(sandbox: Instance) -> None:
    """Huge, deep and endless values are said to be so."""
    code = "def big(): return list(range(10**6))\ndef deep():\n    a = []\n    a.append(a)\n    return a\n"
    results = sandbox.execute(code, calls=[{"function": "big"}, {"function": "deep"}])["results"]
    assert results[0]["value"]["type"] == "too_large"
    assert results[1]["status"] == "ok"
    assert "too_deep" in json.dumps(results[1]["value"])


def test_main_block_does_not_run_for_calls(sandbox: Instance) -> None:
    """Functions are called as an importing program would call them."""
    code = "def f(): return 1\nif __name__ == '__main__':\n    input()\n"
    assert sandbox.execute(code, calls=[{"function": "f"}])["results"][0]["value"] == 1


def test_methods_can_be_called(sandbox: Instance) -> None:
    """A dotted name reaches into a class."""
    code = "class A:\n    @staticmethod\n    def f(): return 3\n"
    assert sandbox.execute(code, calls=[{"function": "A.f"}])["results"][0]["value"] == 3


@pytest.mark.parametrize("isolate", [False, True])
def test_stdin_cases_run_the_whole_program(sandbox: Instance, isolate: bool) -> None:
    """Each case has its own input, output, error and exit code."""
    code = "import sys\nn = int(input())\nprint(n * 2)\nif n == 3: sys.exit(4)\n"
    answer = sandbox.execute(code, stdin_cases=["1\n", "x", "3", ""], isolate=isolate)
    results = answer["results"]
    assert [result["stdout"] for result in results] == ["2\n", "", "6\n", ""]
    assert [result["status"] for result in results] == ["ok", "error", "error", "error"]
    assert [result["exit_code"] for result in results] == [0, 1, 4, 1]
    assert [result["error"] and result["error"]["type"] for result in results] == [
        None,
        "ValueError",
        None,
        "EOFError",
    ]


def test_five_seconds_are_for_all_items(sandbox: Instance) -> None:
    """The item that hangs is named, those behind it were not run."""
    code = "def f(n):\n    print(n)\n    while n == 1: pass\n    return n\n"
    calls = [{"function": "f", "args": [n]} for n in range(3)]
    for isolate in (False, True):
        reply = sandbox.post(code=code, calls=calls, isolate=isolate)
        results = reply.body["results"]
        assert [result["status"] for result in results] == ["ok", "timeout", "not_run"]
        assert [result["stdout"] for result in results] == ["0\n", "1\n", ""]
        assert reply.body["status"] == "timeout"
        assert reply.seconds < 5.5


def test_isolated_items_know_nothing_of_each_other(sandbox: Instance) -> None:
    """With `isolate` a program cannot count its calls."""
    code = "n = 0\ndef f():\n    global n\n    n += 1\n    return n\n"
    calls = [{"function": "f"}] * 3
    shared = sandbox.execute(code, calls=calls)["results"]
    apart = sandbox.execute(code, calls=calls, isolate=True)["results"]
    assert [result["value"] for result in shared] == [1, 2, 3]
    assert [result["value"] for result in apart] == [1, 1, 1]


def test_program_that_fails_leaves_calls_undone(sandbox: Instance) -> None:
    """Without the program there is nothing to call."""
    answer = sandbox.execute("1/0", calls=[_CALL])
    assert (answer["status"], answer["results"][0]["status"]) == ("error", "not_run")


CHEATS = {
    "prints_the_answer": _WRONG + "print(42)\nprint('{\"value\": 42}')",
    "exits_with_success": "import sys\nsys.exit(0)",
    "exits_hard": "import os\ndef double(n): os._exit(0)",
    "patches_json": "import json\njson.dumps = lambda *a, **k: '42'\n" + _WRONG,
    "patches_encoder": "import json.encoder\njson.encoder.encode_basestring_ascii = lambda s: 'x'\n" + _WRONG,
    "patches_types": "import builtins\nbuiltins.type = lambda x: int\n" + _WRONG,
    "patches_sys": "import sys\nsys.stdout = sys.stderr = None\nsys.modules.clear()\n" + _WRONG,
    "always_equal": "class E(int):\n    def __eq__(self, other): return True\ndef double(n): return E(0)",
    "always_equal_object": "class E:\n  def __eq__(s, o): return True\ndouble = lambda n: E()",
    "raises_success": "def double(n): raise SystemExit(0)",
    "kills_itself": "import os\ndef double(n): os.kill(1, 9)",
    "marked_value": "def double(n): return {'type': 'int', 'value': 42}",
    "float_for_int": "def double(n): return 42.0",
    "text_for_int": "def double(n): return '42'",
    "true_json_text": "class J(str): pass\ndef double(n): return J('42')",
    "endless_value": "def double(n):\n    while True: print(42)",
}


@pytest.mark.parametrize("name", CHEATS)
def test_a_wrong_value_never_passes(sandbox: Instance, name: str) -> None:
    """Whatever a program prints, patches or pretends, only the right value is right."""
    result = sandbox.execute(CHEATS[name], calls=[_CALL])["results"][0]
    assert not _passes(result), result


def test_a_right_value_passes(sandbox: Instance) -> None:
    """The judge of these tests can say yes."""
    assert _passes(sandbox.execute("def double(n): return n * 2", calls=[_CALL])["results"][0])


def test_no_expected_value_is_in_the_cell(sandbox: Instance) -> None:
    """A program that walks frames and the garbage collector finds what was sent, and no more."""
    code = """
import gc, sys
def texts():
    frame = sys._getframe()
    while frame:
        yield repr(frame.f_locals)[:20000]
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) in (dict, list, tuple):
            yield str(list(thing)[:50])[:5000]
            if type(thing) is dict:
                yield str(list(thing.values())[:50])[:5000]
def finds(*parts):
    # Joined at each look, or the search would find its own word.
    return any(''.join(parts) in text for text in texts())
"""
    calls = [
        {"function": "finds", "args": ["stdin_cases"]},
        {"function": "finds", "args": ["6174_answ", "er_key"]},
    ]
    results = sandbox.execute(code, calls=calls)["results"]
    assert [result["value"] for result in results] == [True, False]
