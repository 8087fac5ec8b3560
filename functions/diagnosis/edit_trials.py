"""Try small edits of a program against tests, hundreds in one execution; runs in a cell.

Cost: one compilation and one run of the tests an edit, about a millisecond. The tries are counted, and the
time that they calculate: what is found does not depend on what else the machine does. It fails where a
program keeps what it did (files, modules) from one try to the next, and says nothing of edits that it did
not come to.
"""

from __future__ import annotations

import ast
import io
import json
import signal
import sys
import time
from types import CodeType
from typing import Any

NEAR = 1e-9
MAX_PRINTED = 20_000
MAX_PARTNERS = 12
MAX_TOGETHER = 3
# How much longer than it may calculate a try may take: it sleeps, or the machine has other work.
PATIENCE = 8


# Of BaseException: a student's `except Exception` must not keep a try alive.
class TooLong(BaseException):
    """A try took longer than it may."""


class Printed(io.StringIO):
    """What a try prints, up to a bound."""

    def write(self, text: str) -> int:
        """Keep what is printed; raises TooLong beyond the bound."""
        if self.tell() > MAX_PRINTED:
            raise TooLong
        return super().write(text)


def stop(*_: object) -> None:
    """End a try that takes too long."""
    raise TooLong


def same(one: Any, other: Any, tolerance: float | None = None) -> bool:
    """Whether two values are the same: types count, floats are close."""
    if isinstance(one, float) or (tolerance is not None and isinstance(one, int)):
        return type(other) in (int, float) and close(one, other, tolerance)
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b, tolerance) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key], tolerance) for key in one)
    return bool(one == other)


def close(one: float, other: float, tolerance: float | None) -> bool:
    """Whether two numbers are as near as a test wants; 1 is not 1.0 without a tolerance."""
    if tolerance is None and type(one) is not type(other):
        return False
    return bool(one == other) or abs(one - other) <= max(tolerance or NEAR, NEAR * abs(one))


def lines_of(text: str) -> list[str]:
    """Split what was printed, without blanks at line ends and blank lines at the end."""
    return text.rstrip().replace(" \n", "\n").split("\n")


class Bench:
    """Runs programs against the tests of one task."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.checks: list[dict[str, Any]] = task["checks"]
        self.expected = [ast.literal_eval(check["expected"]) for check in self.checks]
        self.calls = any("stdin" not in check for check in self.checks)
        self.driver = compile(task["driver"], "tests.py", "exec", dont_inherit=True)
        self.each_s: float = task["each_s"]
        self.out, self.read = sys.stdout, sys.stdin
        signal.signal(signal.SIGALRM, stop)
        signal.signal(signal.SIGPROF, stop)

    def passes(self, source: str) -> list[bool]:
        """Say which tests a program passes; none when it can't be read or never comes to its end."""
        nothing = [False] * len(self.checks)
        try:
            code = compile(source, "main.py", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return nothing
        # Again and again, because a bare `except:` can swallow the first signal.
        signal.setitimer(signal.ITIMER_PROF, self.each_s, self.each_s / 4)
        signal.setitimer(signal.ITIMER_REAL, PATIENCE * self.each_s, self.each_s)
        try:
            return self._tried(code)
        except BaseException:  # noqa: BLE001  # whatever a program does that was only tried
            return nothing
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.stdout, sys.stdin = self.out, self.read

    def _tried(self, code: CodeType) -> list[bool]:
        module: dict[str, Any] = {"__name__": "main"}
        if self.calls:
            sys.stdin, sys.stdout = io.StringIO(""), Printed()
            exec(code, module)
            exec(self.driver, module)
        return [
            self._passed(check, wanted, code, module)
            for check, wanted in zip(self.checks, self.expected, strict=True)
        ]

    def _passed(self, check: dict[str, Any], wanted: Any, code: CodeType, module: dict[str, Any]) -> bool:
        sys.stdin, sys.stdout = io.StringIO(check.get("stdin", "")), Printed()
        try:
            if "stdin" in check:
                exec(code, {"__name__": "__main__"})
                return lines_of(sys.stdout.getvalue()) == lines_of(wanted)
            return same(wanted, module[check["name"]](), check["tolerance"])
        except Exception:  # noqa: BLE001  # an error is a test that failed
            return False
        except SystemExit:
            return "stdin" in check and lines_of(sys.stdout.getvalue()) == lines_of(wanted)


def edited(source: str, edits: list[Any]) -> str | None:
    """Carry out edits, each a start, an end and a text; None when two of them overlap."""
    last: int = len(source)
    for start, end, text, *_ in sorted(edits, key=lambda edit: (edit[0], edit[1]), reverse=True):
        if end > last:
            return None
        source = source[:start] + text + source[end:]
        last = start
    return source


class Search:
    """Looks for the smallest edits that pass every test, and says so as soon as they are found."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.bench = Bench(task)
        self.source: str = task["code"]
        self.edits: list[list[Any]] = task["edits"]
        self.until = time.process_time() + task["budget_s"]
        self.most: int = task["tries"]
        self.marker: str = task["marker"]
        self.tried = self.least = 0

    def say(self, **what: Any) -> None:
        """Tell one finding in a line of its own."""
        print(self.marker + json.dumps(what), file=self.bench.out, flush=True)

    def left(self) -> bool:
        """Whether another try may be made: a number of tries, and of seconds of calculating."""
        return self.tried < self.most and time.process_time() < self.until

    def attempt(self, *numbers: int) -> list[bool]:
        """Try some edits together."""
        self.tried += 1
        source = edited(self.source, [self.edits[number] for number in numbers])
        return [] if source is None else self.bench.passes(source)

    def run(self) -> None:
        """Try the edits alone, and then two together where one helped."""
        base = self.bench.passes(self.source)
        self.least = sum(base)
        self.say(base=base)
        if not all(base):
            helpful, bound = self._alone(base)
            if bound is None:
                self._together(helpful)
        self.say(tried=self.tried, whole=self.left())

    def _alone(self, base: list[bool]) -> tuple[list[tuple[int, int]], int | None]:
        helpful, bound = [], None
        for number, edit in enumerate(self.edits):
            if not self.left() or (bound is not None and edit[3] > bound):
                break
            passed = self.attempt(number)
            if all(passed):
                bound = edit[3] if bound is None else bound
                self.say(hit=[number])
            elif passed != base and sum(passed) >= sum(base):
                helpful.append((sum(passed), number))
        return sorted(helpful, key=lambda one: (-one[0], one[1])), bound

    def _together(self, helpful: list[tuple[int, int]]) -> None:
        """Climb: to what helped most add another edit that helps, as long as there is time."""
        best = [([first], count) for count, first in helpful[:MAX_PARTNERS]]
        for _ in range(MAX_TOGETHER - 1):
            better: list[tuple[list[int], int]] = []
            for chosen, count in best:
                hit = self._added(chosen, count, better)
                if hit or not self.left():
                    return
            best = sorted(better, key=lambda one: -one[1])[: MAX_PARTNERS // 2]

    def _added(self, chosen: list[int], count: int, better: list[tuple[list[int], int]]) -> bool:
        for number in range(len(self.edits)):
            if not self.left():
                return True
            if number in chosen:
                continue
            passed = self.attempt(*chosen, number)
            if passed and all(passed):
                self.say(hit=[*chosen, number])
                return True
            if sum(passed) > max(count, self.least):
                better.append(([*chosen, number], sum(passed)))
        return False


if __name__ == "__main__":
    Search(json.loads(sys.stdin.read())).run()
