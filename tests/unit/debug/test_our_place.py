"""What our place lacks is said as such; a misspelt module and a file that the program lost are faults."""

from __future__ import annotations

import pytest

from events.models import ParsedError
from functions.debug.our_place import cut_short


@pytest.mark.parametrize(
    ("kind", "message", "line", "about"),
    [
        ("ModuleNotFoundError", "No module named 'seaborn'", "import seaborn", "`seaborn`"),
        ("ModuleNotFoundError", "No module named 'flask.ext'", "import flask.ext", "`flask`"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'm.csv'", "open('m.csv')", "`m.csv`"),
        ("gaierror", "[Errno -3] Temporary failure in name resolution", "connect()", "network"),
        ("OSError", "[Errno 101] Network is unreachable", "connect()", "network"),
        ("TclError", "no display name and no $DISPLAY environment variable", "tkinter.Tk()", "screen"),
        ("PermissionError", "[Errno 1] Operation not permitted", "os.fork()", "may not do"),
        ("IndexError", "list index out of range", "name = sys.argv[1]", "command line"),
        ("TimeLimit", "", "time.sleep(60)", "longer"),
    ],
)
def test_what_is_missing_here_is_no_fault(kind: str, message: str, line: str, about: str) -> None:
    said = cut_short(ParsedError(type=kind, message=message, line=1), line)
    assert said is not None
    assert about in said and "no fault of yours" in said


@pytest.mark.parametrize(
    ("kind", "message", "code"),
    [
        ("ModuleNotFoundError", "No module named 'Random'", "import Random"),
        ("ModuleNotFoundError", "No module named 'maths'", "import maths"),
        (
            "FileNotFoundError",
            "[Errno 2] No such file or directory: 'b.txt'",
            "with open('a.txt', 'w') as f:\n    f.write('x')\nopen('b.txt')",
        ),
        ("IndexError", "list index out of range", "x = [1][1]"),
        ("TimeLimit", "", "while True:\n    pass"),
    ],
)
def test_a_fault_of_the_program_stays_one(kind: str, message: str, code: str) -> None:
    assert cut_short(ParsedError(type=kind, message=message, line=1), code) is None
