"""One test of an exercise, and the program that carries tests out."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from functions.analysis import source
from functions.grading.values import decode, show

Kind = Literal["call", "code", "stdin"]
CHECK = "learnflow_check"
# No name in it may hide one of the program's own.
PRINTING = """import contextlib as learnflow_contextlib, io as learnflow_io
learnflow_out = learnflow_io.StringIO()
def learnflow_run():
{lines}
with learnflow_contextlib.redirect_stdout(learnflow_out):
    learnflow_run()
return learnflow_out.getvalue()"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test; `expected` is marked JSON data, or the text that is printed.

    `advice` is said with a visible test that fails. A call that `prints` is held to what it prints.
    """

    __test__ = False

    name: str
    kind: Kind
    source: str
    raises: str | None = None
    expected: Any = None
    hint: str | None = None
    weight: float = 1.0
    tolerance: float | None = None
    advice: str | None = None
    prints: bool = False

    @property
    def hidden(self) -> bool:
        """Whether a student never sees what is tested; such a test has a hint instead."""
        return self.hint is not None


def driver(tests: Sequence[Test]) -> str:
    """Write the functions that carry out call and code tests, to stand below a student's program."""
    return "\n\n".join(["", *(check(number, test) for number, test in enumerate(tests))]) + "\n"


def check(number: int, test: Test) -> str:
    """Write one function, which returns the last expression or the name of the error it waits for."""
    body = source.parse(test.source).body
    last = body[-1]
    if isinstance(last, ast.Expr):
        body[-1] = ast.copy_location(ast.Return(last.value), last)
    lines = "\n".join(ast.unparse(statement) for statement in body)
    if test.prints:
        lines = PRINTING.format(lines=indent(lines))
    if test.raises:
        lines = f"try:\n{indent(lines)}\nexcept {test.raises}:\n    return {test.raises!r}"
    return f"def {CHECK}_{number}():\n{indent(lines)}"


def indent(lines: str) -> str:
    """Indent by one level."""
    return textwrap.indent(lines, "    ", lambda line: True)


def shown_result(test: Test) -> str:
    """Write down what a test expects."""
    if test.kind == "stdin" or test.prints:
        return str(test.expected)
    return f"raises {test.raises}" if test.raises else show(decode(test.expected))
