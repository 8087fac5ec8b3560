"""How hints do on real wrong programs: `python -m tests.eval.students FOLDER`, where the folder is there.

FOLDER holds tasks as of githubhuyang/refactory (`question_N/code`, `question_N/ans`); nothing of it is kept.
A named line is right when the smallest change to a correct program by anybody in the course is there, or one
line beside. The edits are tried in a plain process, so this is for material that is known to be harmless.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from functions.diagnosis.repair_search import Repair, repairs, searching
from functions.diagnosis.repaired_faults import fault_of_repairs
from functions.diagnosis.shown_values import marked
from functions.grading.checks import Test
from tests.eval.tables import share, table

SMALL = 2


def tests_of(task: Path) -> list[Test]:
    """Read the calls of a task and what they should give."""
    pairs = [
        (path, path.with_name(path.name.replace("input", "output"))) for path in task.glob("ans/input_*.txt")
    ]
    return [
        Test(
            name=given.stem,
            kind="call",
            source=given.read_text().strip(),
            expected=marked(ast.literal_eval(wanted.read_text().strip())),
        )
        for given, wanted in sorted(pairs)
    ]


def programs(folder: Path) -> list[str]:
    """Read the distinct programs of a folder that Python can read, all written alike."""
    found: dict[str, None] = {}
    for path in sorted(folder.glob("*.py")):
        try:
            found[ast.unparse(ast.parse(path.read_text()))] = None
        except SyntaxError:
            continue
    return list(found)


def spots(code: str, right: Sequence[str]) -> set[int] | None:
    """Give the lines that the smallest change to a right program touches; None when it is no small one."""
    best: tuple[int, set[int]] | None = None
    for other in right:
        matcher = SequenceMatcher(None, code.splitlines(), other.splitlines(), autojunk=False)
        changes = [one for one in matcher.get_opcodes() if one[0] != "equal"]
        cost = sum(max(after - before, end - start) for _, before, after, start, end in changes)
        if 0 < cost <= SMALL and (best is None or cost < best[0]):
            lines = {line for _, a, b, _, _ in changes for line in range(a + 1, max(b, a + 1) + 1)}
            best = cost, lines
    return best[1] if best else None


def searched(code: str, checks: Sequence[Test], references: Sequence[str]) -> list[Repair]:
    """Search for repairs in a process of its own."""
    search = searching(code, checks, references)
    if search is None:
        return []
    asked = [sys.executable, "-I", "-c", search.program]
    done = subprocess.run(asked, input=search.stdin, capture_output=True, text=True, timeout=30, check=False)
    return repairs(search, done.stdout)


def rows(task: Path, every: int) -> Iterator[tuple[str, str, str]]:
    """Measure one task: with its tests and one solution."""
    checks, right = tests_of(task), programs(task / "code/correct")
    reference = [path.read_text() for path in task.glob("code/reference/*.py")][:1]
    counted: Counter[str] = Counter()
    for code in programs(task / "code/wrong")[::every]:
        near, found = spots(code, right), searched(code, checks, reference)
        finding = fault_of_repairs(code, found)
        counted["all"] += 1
        counted["repaired"] += bool(found)
        if near is not None:
            counted["near"] += 1
            counted["near, repaired"] += bool(found)
            line = finding.line if finding is not None else 0
            counted["line"] += line > 0
            counted["line right"] += any(abs(line - spot) <= 1 for spot in near)
    yield (
        task.name,
        "wrong programs with a repair that passes every test",
        share(counted["repaired"], counted["all"]),
    )
    yield task.name, "of those two lines from a right one", share(counted["near, repaired"], counted["near"])
    yield task.name, "a line is named", share(counted["line"], counted["near"])
    yield task.name, "and it is right", share(counted["line right"], counted["line"])


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    tasks = [task for task in sorted(folder.glob("question_*")) if (task / "code").is_dir()]
    found = [row for task in tasks for row in rows(task, every)]
    sys.stdout.write(
        table(("task", "of", "found"), found) + "\n" if found else "There is no such material here.\n"
    )
