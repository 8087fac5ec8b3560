"""Explaining a program as a whole, from its tree and from what a run of it showed.

Pure: the runs were made before. What is said of single lines, names and trials is in code_details.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from events.models import Level, Part
from functions.analysis import source
from functions.analysis.expression_words import code as shown
from functions.analysis.line_words import Line
from functions.analysis.observation import Failure, Observation
from functions.analysis.roles import TELLS, roles
from functions.answers import answer
from functions.concepts import code_tables
from functions.concepts.code_tables import inline

MAX_LINES = 26
MAX_OUTPUT = 12
TIME = "It did not come to an end here: after a while I stopped it."


@dataclass(frozen=True, slots=True)
class Program:
    """A program, its statements, and what a run showed; no run where none was possible."""

    code: str
    known: Sequence[Line]
    run: Observation | None

    @property
    def rows(self) -> list[str]:
        """Give its lines."""
        return self.code.splitlines()

    def row(self, line: int) -> str:
        """Give one line, without its indentation."""
        rows = self.rows
        return rows[line - 1].strip() if 0 < line <= len(rows) else ""


def whole(program: Program, level: Level) -> Iterator[Part]:
    """Explain a program: in short, line by line with the values of the run, and how it ended."""
    yield answer.text(f"**What this program does**\n\n{in_short(program)}")
    if len(program.known) > MAX_LINES:
        yield answer.text(in_parts(program))
    elif level in ("beginner", "learning") or program.run is None:
        yield answer.text(code_tables.lines_table(program.known, program.run))
    else:
        yield answer.text(code_tables.run_table(program.run, program.rows))
    yield from ending(program)


def in_short(program: Program) -> str:
    """Say in a few sentences what a program is made of, and what its variables are for."""
    told = [f"It {', then '.join(_made_of(program))}."]
    tree = source.parse(program.code)
    plain = [one for one in roles(tree) if one.role != "stepper"]
    told += [f"- `{one.name}` {TELLS[one.role]} (line {one.line})." for one in plain[:4]]
    told += recursion_in(tree)
    if program.run is not None and (calls := code_tables.calls_list(program.run)):
        told.append(f"\nOn the run:\n\n{calls}")
    return "\n".join(told)


def brief(program: Program) -> str:
    """Say in one or two sentences what a program does."""
    told = [f"It {', then '.join(_made_of(program))}."]
    calls = [call for call in (program.run.calls if program.run else ()) if call.result not in (None, "None")]
    for call in calls[:1]:
        given = ", ".join(value for name, value in call.given.items() if name != "self")
        told.append(f"{inline(f'{call.function}({given})')} gives back {inline(call.result or '')}.")
    if not calls and program.run is not None and program.run.stdout.strip():
        told.append(f"It prints {inline(program.run.stdout.strip()[:80])}.")
    return " ".join(told)


def _made_of(program: Program) -> list[str]:
    """Name the parts of the outermost level, in a few words each."""
    told: list[str] = []
    for line in program.known:
        if line.depth:
            continue
        said = _part(line)
        if said and (not told or told[-1] != said):
            told.append(said)
    return [*told[:4], "goes on"] if len(told) > 5 else told or ["does nothing"]


def _part(line: Line) -> str:
    node = line.node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return f"defines the function `{node.name}`"
    if isinstance(node, ast.ClassDef):
        return f"defines the class `{node.name}`"
    if isinstance(node, ast.For):
        return f"goes through {shown(node.iter)} in a loop"
    if isinstance(node, ast.While):
        return "repeats some lines in a `while` loop"
    if isinstance(node, ast.If):
        return f"decides by {shown(node.test)}"
    if isinstance(node, ast.Import | ast.ImportFrom):
        return "imports what it needs"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return line.words
    return "sets up its values" if isinstance(node, ast.Assign | ast.AnnAssign) else line.words


def recursion_in(tree: ast.AST) -> list[str]:
    """Name the functions that call themselves."""
    told = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            called = {
                c.func.id for c in ast.walk(node) if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)
            }
            if node.name in called:
                told.append(f"- `{node.name}` calls itself, each time with another value: that is recursion.")
    return told


def in_parts(program: Program) -> str:
    """Name the parts of a long program with their lines, and how to ask for one."""
    outer = [line for line in program.known if line.depth == 0]
    told = []
    for line in outer[:20]:
        last = line.node.end_lineno or line.last
        place = f"lines {line.first} to {last}" if last > line.first else f"line {line.first}"
        told.append(f"- {place}: {line.words}")
    more = f"\n- ... and {len(outer) - 20} more" if len(outer) > 20 else ""
    named = next((line.node.name for line in outer if isinstance(line.node, ast.FunctionDef)), None)
    example = f'"explain `{named}`"' if named else f'"explain lines {outer[0].first} to {outer[0].first + 5}"'
    parts = "\n".join(told) + more
    return f"It is long, so here are its parts:\n\n{parts}\n\nAsk for one of them, as in {example}."


def ending(program: Program) -> Iterator[Part]:
    """Say what the run printed, what was typed for it, and how it ended."""
    run = program.run
    if run is None:
        yield answer.text("I could not run it just now, so this is read from the code alone.")
        return
    if typed := [wait for wait in run.waits if wait.given is not None]:
        given = ", then ".join(inline(wait.given or "") for wait in typed[:4])
        yield answer.text(f"It asks for input. For this run I typed {given}.")
    if run.stdout.strip():
        yield answer.output(run.stdout.rstrip("\n")[:600])
    elif run.ended == "end":
        yield answer.text("It prints nothing.")
    if run.failure is not None and run.ended in ("error", "time"):
        yield answer.text(failed(program, run.failure))


def failed(program: Program, failure: Failure) -> str:
    """Say where and with which values a run ended before its end."""
    where = f" at line {failure.line}, {inline(program.row(failure.line))}" if failure.line else ""
    if failure.type == "TimeIsUp":
        return f"{TIME} It was{where or ' at work'} again and again."
    if failure.type == "EOFError" and program.run is not None and program.run.waits:
        return f"Here it waits for more input{where}, and I stopped."
    values = "; ".join(
        f"{inline(name)} is {inline(value)}" for name, value in list(failure.names.items())[:4]
    )
    there = f" There {values}." if values else ""
    return f"**Up to here it works.** Then it ends{where}, with {error_of(failure)}.{there}"


def error_of(failure: Failure) -> str:
    """Show an error as Python does."""
    return inline(f"{failure.type}: {failure.message}".rstrip(": "))


def by_line(program: Program) -> Iterator[Part]:
    """Follow a run step by step."""
    run = program.run
    if run is None:
        yield answer.text(f"**Line by line**\n\n{code_tables.lines_table(program.known, None)}")
        yield from ending(program)
        return
    if len(program.known) <= MAX_LINES:
        yield answer.text(f"**Line by line**\n\n{code_tables.lines_table(program.known, run)}")
    yield answer.text(
        f"**The run, step by step**\n\n{code_tables.run_table(run, program.rows)}{goes_on(program, run)}"
    )
    yield from ending(program)


def goes_on(program: Program, run: Observation) -> str:
    """Say that a table shows only the first steps of a run."""
    return "\n\nIt goes on in the same way." if code_tables.is_cut(run, program.rows) else ""
