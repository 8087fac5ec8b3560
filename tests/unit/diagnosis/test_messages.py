"""Habits of other languages, further messages and the words of other Pythons lead to their one cause."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import pytest

from events.models import ParsedError
from functions.diagnosis.catalogue import FOLDER, catalogue
from functions.diagnosis.causes import of_error, unreadable
from functions.diagnosis.other_pythons import of_today
from functions.diagnosis.tracebacks import parse_error

SHORT = [
    entry
    for name in ("habits", "messages")
    for entry in tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["fault"]
]
RAN = """
import json, sys, traceback, warnings, io
warnings.simplefilter("ignore")
def run(code):
    sys.stdin, out, sys.stdout = io.StringIO(), sys.stdout, io.StringIO()
    try:
        exec(compile(code, "main.py", "exec"), {"__name__": "__main__"})
    except BaseException:
        return traceback.format_exc()
    finally:
        sys.stdout = out
print(json.dumps([run(code) for code in json.load(sys.stdin)]))
"""
# What another Python, or no Python at all, says: there is nothing to run.
SAID = {
    "pattern-broken": "re.PatternError: nothing to repeat at position 0",
    "managed-python": "error: externally-managed-environment",
    "no-python": "python : The term 'python' is not recognized as the name of a cmdlet",
}


def test_every_short_entry_is_found_by_its_own_sample() -> None:
    told = json.dumps([entry["sample"] for entry in SHORT])
    run = subprocess.run([sys.executable, "-c", RAN], input=told, capture_output=True, text=True, check=True)
    wrong = {}
    for entry, text in zip(SHORT, json.loads(run.stdout), strict=True):
        error = parse_error(SAID.get(entry["id"], text))
        found = of_error(error, entry["sample"]).fault.id if error else None
        if found != entry["id"]:
            wrong[entry["id"]] = (found, error and f"{error.type}: {error.message}")
    assert wrong == {}


def test_the_catalogue_knows_many_kinds() -> None:
    assert len(catalogue().errors) >= 200


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("NameError: name 'points' isn't defined", "unquoted-or-undefined"),
        ("TypeError: unsupported types for __add__: 'str', 'float'", "str-plus-int"),
        ("TypeError: cannot concatenate 'str' and 'list' objects on line 8", "str-plus-int"),
        ("ParseError: bad input on line 5", "invalid-syntax"),
        (
            "FileNotFoundError: [WinError 2] Le fichier spécifié est introuvable: 'notes.txt'",
            "file-not-found",
        ),
        ("OSError: [Errno 2] ENOENT", "file-not-found"),
        ("SyntaxError: EOL while scanning string literal", "unterminated-string"),
        ("TypeError: must be str, not float", "str-plus-int"),
        ("AttributeError: 'NoneType' object has no attribute '__getitem__'", "none-subscript"),
        ("ImportError: No module named pandas", "no-module"),
        ("RuntimeError: maximum recursion depth exceeded in comparison", "no-base-case"),
        ("python3: can't open file 'x.py': [Errno 2] No such file or directory", "program-not-there"),
        ("a.py:3:6: E0602: Undefined variable 'ttl' (undefined-variable)", "unquoted-or-undefined"),
        ("\x1b[1;35mKeyError\x1b[0m: \x1b[35m'a'\x1b[0m", "missing-key"),
    ],
)
def test_other_words_mean_the_same(said: str, fault: str) -> None:
    error = parse_error(said)
    assert error is not None
    assert of_error(error, None).fault.id == fault


def test_words_of_today_stay() -> None:
    error = ParsedError(type="KeyError", message="'a'", line=3)
    assert of_today(error) == error


@pytest.mark.parametrize(
    ("name", "code", "meant"),
    [
        ("totl", "total = 1\nprint(totl)", "total"),
        ("cahr", "print(cahr(65))", "chr"),
        ("NULL", "x = NULL", "None"),
        ("brake", "for i in [1]:\n    brake", "break"),
    ],
)
def test_a_near_name_is_kept_for_the_hint(name: str, code: str, meant: str) -> None:
    line = len(code.splitlines())
    error = ParsedError(type="NameError", message=f"name '{name}' is not defined", line=line)
    assert of_error(error, code).names["meant"] == meant


@pytest.mark.parametrize(
    ("code", "line", "fault", "change"),
    [
        ("p = plt.figure()", 1, "no-import", "import matplotlib.pyplot as plt"),
        ("Speed = 3\nprint(speed)", 2, "name-typo", "print(Speed)"),
        ("ok = TRue", 1, "misspelt-builtin", None),
        ("rows = shuffled([1])", 1, "unknown-function", None),
        ("if 3 < lowest:\n    pass", 1, "no-value-yet", None),
        ("colour == 'red'\nprint(colour)", 1, "compared-not-stored", "colour = 'red'"),
        ("x = ['a']\nif x[0] == anna:\n    pass", 2, "unquoted-or-undefined", 'if x[0] == "anna":'),
    ],
)
def test_an_unknown_name_is_told_by_its_use(code: str, line: int, fault: str, change: str | None) -> None:
    tree_name = {"plt", "speed", "TRue", "shuffled", "lowest", "colour", "anna"}
    name = next(one for one in tree_name if one in code.splitlines()[line - 1])
    found = of_error(ParsedError(type="NameError", message=f"name '{name}' is not defined", line=line), code)
    new = [one for one in (found.fix or "").splitlines() if one not in code.splitlines()]
    assert (found.fault.id, new[0] if new else None) == (fault, change)


def test_a_byte_order_mark_at_the_beginning_is_no_fault_and_elsewhere_is() -> None:
    assert unreadable("\ufeffx = 1\n") is None
    assert unreadable("x = 1\ny = \ufeff2\n") is not None
