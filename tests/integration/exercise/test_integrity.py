"""Whatever a program does, it never turns a wrong value into a pass, nor shows what is hidden."""

from __future__ import annotations

import pytest

from functions.exercise.submitting import run
from functions.grading.checks import Test
from functions.grading.grades import Grade
from functions.runtime.sandbox import Sandbox

SECRET = 31337
TESTS = [
    Test(name="visible", kind="call", source="double([1, 2])", expected=[2, 4]),
    Test(
        name="hidden",
        kind="call",
        source=f"double([{SECRET}])",
        expected=[2 * SECRET],
        hint="Any number works.",
    ),
    Test(
        name="stays", kind="code", source="given = [7]; double(given); given", expected=[7], hint="Copy it."
    ),
]
RIGHT = "def double(values):\n    return [value * 2 for value in values]\n"

CHEATS = {
    "prints the expected value": "def double(values):\n    print([value * 2 for value in values])\n",
    "exits while it is loaded": "import sys\nsys.exit(0)\n",
    "exits in the call": "import sys\ndef double(values):\n    sys.exit(0)\n",
    "ends the process at once": "import os\nos._exit(0)\n",
    "ends the process in the call": "import os\ndef double(values):\n    os._exit(0)\n",
    "raises SystemExit with the value": "def double(values):\n    raise SystemExit([2, 4])\n",
    "equals everything": (
        "class Any:\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\n"
        "def double(values):\n    return Any()\n"
    ),
    "a list that equals everything": (
        "class Any(list):\n    def __eq__(self, other): return True\n"
        "    def __iter__(self): return iter([2, 4])\n"
        "def double(values):\n    return Any()\n"
    ),
    "numbers that equal everything": (
        "class Any(int):\n    def __eq__(self, other): return True\n    def __int__(self): return 2\n"
        "def double(values):\n    return [Any(0) for _ in values]\n"
    ),
    "a text that looks like the list": "def double(values):\n    return str([v * 2 for v in values])\n",
    "True for one": "def double(values):\n    return tuple(value * 2 for value in values)\n",
    "patches json": (
        "import json\njson.dumps = lambda *a, **k: '{\"value\": true}'\njson.loads = lambda *a: []\n"
        "def double(values):\n    return None\n"
    ),
    "patches builtins": (
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.type = lambda *a: list\n"
        "builtins.len = lambda x: 2\ndef double(values):\n    return 5\n"
    ),
    "patches the runner's modules": (
        "import sys\n"
        "for name, module in list(sys.modules.items()):\n"
        "    for key, item in list(vars(module).items()):\n"
        "        if 'sandbox' in name and callable(item):\n"
        "            try:\n                setattr(module, key, lambda *a, **k: True)\n"
        "            except Exception:\n                pass\n"
        "def double(values):\n    return 5\n"
    ),
    "replaces the checks that call it": (
        "import threading, time, sys\n"
        "def late():\n"
        "    for _ in range(200):\n"
        "        for name in list(vars(sys.modules.get('main') or sys)):\n"
        "            if name.startswith('learnflow_check'):\n"
        "                setattr(sys.modules['main'], name, lambda: True)\n"
        "        time.sleep(0.001)\n"
        "threading.Thread(target=late, daemon=True).start()\n"
        "def double(values):\n    time.sleep(0.05)\n    return True\n"
    ),
    "looks through frames and garbage for expected values": (
        "import gc, sys\n"
        "def double(values):\n"
        "    wanted = {'expected', 'hint', 'gives'}\n"
        "    for one in gc.get_objects():\n"
        "        if isinstance(one, dict) and wanted & set(map(str, one)):\n"
        "            return one.get('expected')\n"
        "    frame = sys._getframe()\n"
        "    while frame:\n"
        "        for value in frame.f_locals.values():\n"
        "            if isinstance(value, dict) and 'expected' in value:\n"
        "                return value['expected']\n"
        "        frame = frame.f_back\n"
    ),
    "writes to every descriptor": (
        "import os, json\n"
        "for fd in range(3, 64):\n"
        "    for item in range(3):\n"
        "        try:\n"
        "            os.write(fd, f'b {item} 0 0\\nf {item} true\\ne {item} 0 0\\n'.encode())\n"
        "        except OSError:\n            pass\n"
        "os._exit(0)\n"
    ),
    "changes its argument": "def double(values):\n    values *= 2\n    return values\n",
    "returns its argument": "def double(values):\n    return values\n",
    "returns a generator": "def double(values):\n    yield from (value * 2 for value in values)\n",
    "patches comparison for good": (
        "import operator, unittest\noperator.eq = lambda a, b: True\n"
        "unittest.TestCase.assertEqual = lambda *a: None\ndef double(values):\n    return []\n"
    ),
    "traces the harness": (
        "import sys\n"
        "def trace(frame, event, arg):\n    frame.f_locals['value'] = True\n    return trace\n"
        "sys.settrace(trace)\ndef double(values):\n    return []\n"
    ),
}


async def graded(sandbox: Sandbox, code: str) -> Grade:
    return await run(sandbox, code, TESTS, limit_s=24)


async def test_the_right_program_passes(sandbox: Sandbox) -> None:
    """The tests are passed by an honest program."""
    found = await graded(sandbox, RIGHT)
    assert (found.score, found.status) == (1.0, "passed")


@pytest.mark.parametrize("name", CHEATS)
async def test_a_cheat_never_passes(sandbox: Sandbox, name: str) -> None:
    """Tests of values are only passed by values."""
    found = await graded(sandbox, CHEATS[name])
    values = [test for test in found.tests if test.name != "stays"]
    assert [test.passed for test in values] == [False, False], found
    assert found.score < 1


SPIES = {
    "raises what it got": "def double(values):\n    raise ValueError(values)\n",
    "an error named after what it got": (
        "def double(values):\n    raise type('E' + str(values[0]), (Exception,), {})(values)\n"
    ),
    "prints what it got": (
        "import sys\ndef double(values):\n    print(values)\n    print(values, file=sys.stderr)\n"
        "    return values\n"
    ),
    "returns what it has seen": "seen = []\ndef double(values):\n    seen.append(values)\n    return seen\n",
    "reads the whole program": "text = open('main.py').read()\ndef double(values):\n    return text\n",
    "raises the whole program": "raise ValueError(open('main.py').read())\n",
    "shows all calls of the request": (
        "import gc\ntext = str([o for o in gc.get_objects() if isinstance(o, dict) and 'calls' in o])\n"
        "def double(values):\n    return text\n"
    ),
}


@pytest.mark.parametrize("name", SPIES)
async def test_hidden_input_never_comes_back(sandbox: Sandbox, name: str) -> None:
    """A program may see what it is called with; no message shows the input of a hidden test."""
    found = await graded(sandbox, SPIES[name])
    assert str(SECRET) not in str(found)
    assert found.score < 1


HIDDEN = [
    Test(name=f"hidden {n}", kind="call", source=f"double([{n}])", expected=[2 * n], hint="Any number works.")
    for n in (5, 6, 7)
]
REMEMBERS = """
import os
seen = []
def double(values):
    if os.path.exists("seen.txt") or seen:
        return None
    seen.append(values)
    open("seen.txt", "w").write(str(values))
    return [value * 2 for value in values]
"""


async def test_a_hidden_test_can_not_tell_what_another_one_got(sandbox: Sandbox) -> None:
    """Each hidden test has a process and a folder of its own: none finds what one before it left."""
    found = await run(sandbox, REMEMBERS, [TESTS[0], *HIDDEN], limit_s=24)
    assert [test.passed for test in found.tests] == [True, True, True, True]


SPEAKS = """
def double(values):
    if values == [1, 2]:
        return [2, 4]
    secret = values[0] // 3**{digit} % 3
    if secret == 1:
        raise KeyError(secret)
    if secret == 2:
        while True:
            pass
    return [values[0] * 2 + 1]
"""


async def test_a_hidden_test_tells_pass_or_fail_and_nothing_more(sandbox: Sandbox) -> None:
    """A wrong value, an error and an endless loop are the same message: no digit of the input comes out."""
    told = {
        (test.passed, test.message)
        for digit in range(3)
        for test in (await run(sandbox, SPEAKS.format(digit=digit), TESTS[:2], limit_s=24)).tests[1:]
    }
    assert len(told) == 1
