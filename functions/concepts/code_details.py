"""Explaining single lines, names, counts and trials of a program. Pure: the runs were made before."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from events.models import Part
from functions.analysis import source
from functions.analysis.line_words import Line
from functions.analysis.observation import Observation
from functions.analysis.roles import TELLS, roles
from functions.answers import answer
from functions.concepts import code_tables
from functions.concepts.code_answers import Program, ending, error_of, failed, goes_on, recursion_in, whole
from functions.concepts.code_tables import inline

MAX_OUTPUT = 12


def some_lines(program: Program, wanted: Sequence[int]) -> Iterator[Part]:
    """Explain some lines, each with its values on the run; a block with the lines in it."""
    chosen = [line for line in program.known if any(line.first <= number <= line.last for number in wanted)]
    if not chosen:
        yield answer.text(_no_such_line(program, wanted))
        return
    if len(chosen) == 1:
        yield from _one_line(program, chosen[0])
        return
    yield answer.text(
        f"**Lines {wanted[0]} to {wanted[-1]}**\n\n{code_tables.lines_table(chosen, program.run)}"
    )


def _no_such_line(program: Program, wanted: Sequence[int]) -> str:
    text = program.row(wanted[0]) if wanted else ""
    if text.startswith("else"):
        return f"**Line {wanted[0]}**, `else:`, catches all the cases that the `if` above it let through."
    if text.startswith("finally"):
        return f"**Line {wanted[0]}**, `finally:`, begins what runs in every case, error or not."
    if text.startswith("#"):
        return f"**Line {wanted[0]}** is a comment: it is for people, and Python skips it."
    if text:
        return f"**Line {wanted[0]}**, {inline(text)}, belongs to the statement above it."
    number = wanted[0] if wanted else 0
    return f"Your program has {len(program.rows)} lines, and line {number} is empty. Which one do you mean?"


def _one_line(program: Program, line: Line) -> Iterator[Part]:
    text = f"**Line {line.first}**, {inline(program.row(line.first))}: {line.words}."
    role = next((one for one in roles(source.parse(program.code)) if one.line == line.first), None)
    text += f" `{role.name}` {TELLS[role.role]}." if role is not None and role.role != "stepper" else ""
    yield answer.text(text)
    last = line.node.end_lineno or line.last
    inner = [one for one in program.known if line.first < one.first <= last]
    if inner and len(inner) <= 12:
        yield answer.text(f"The lines in it:\n\n{code_tables.lines_table(inner, program.run)}")
    if program.run is not None:
        yield from _on_the_run(program, line, program.run)


def _on_the_run(program: Program, line: Line, run: Observation) -> Iterator[Part]:
    times = len(list(run.at(line.first)))
    values = code_tables.values_at(line, run)
    if values and values != "not reached":
        count = (
            f"it runs {times} time{'s' * (times != 1)}" if not run.cut else f"it runs at least {times} times"
        )
        yield answer.text(f"When I ran the program, {count}: {values}.")
    elif not times and run.ended == "end":
        yield answer.text("On the run with these values Python never came to this line.")
    if run.failure is not None and run.failure.line == line.first:
        yield answer.text(failed(program, run.failure))


def printed(program: Program) -> Iterator[Part]:
    """Say what a program prints, and which line prints what."""
    run = program.run
    if run is None:
        yield answer.text(
            "I could not run it just now. Run it yourself, and ask me about what you don't understand."
        )
        return
    pieces = [(line, text) for line, _, text in run.printed if line is not None and text.strip()]
    head = "I ran it." if pieces else "I ran it, and it prints nothing."
    yield answer.text(f"**What it prints**\n\n{head}")
    yield from ending(program)
    if calls := code_tables.calls_list(run):
        yield answer.text(calls)
    if 1 < len(pieces) <= MAX_OUTPUT:
        told = [f"- line {line} prints {inline(text.strip())}" for line, text in pieces]
        yield answer.text("\n".join(told))
    elif not pieces:
        yield answer.text("A value shows only when it is printed, as with `print(...)`.")


def of_name(program: Program, name: str) -> Iterator[Part]:
    """Explain a variable with its values on the run, or a function with its lines and calls."""
    defined = next((line for line in program.known if getattr(line.node, "name", None) == name), None)
    if defined is not None:
        yield from _one_line(program, defined)
        if recursive := recursion_in(defined.node):
            yield answer.text("\n".join(recursive))
        if program.run is not None and (calls := code_tables.calls_list(program.run)):
            yield answer.text(f"On the run:\n\n{calls}")
        return
    role = next((one for one in roles(source.parse(program.code)) if one.name == name), None)
    text = f"`{name}` {TELLS[role.role]}." if role is not None else f"`{name}` is a name for a value."
    yield answer.text(f"**`{name}`**\n\n{text}")
    if program.run is not None:
        steps = [step for step in program.run.steps if name in step.changed]
        rows = [
            f"- line {step.line}, {inline(program.row(step.line))}: `{name}` is {inline(step.changed[name])}"
            for step in steps[:10]
        ]
        if rows:
            last = f"\n\nAt the end it is {inline(steps[-1].changed[name])}." if not program.run.cut else ""
            yield answer.text(f"Its values when I ran the program:\n\n{chr(10).join(rows)}{last}")
    elif first := next((line for line in program.known if name in line.words), None):
        yield answer.text(f"Line {first.first}: {first.words}.")


def counted(program: Program, wanted: Sequence[int]) -> Iterator[Part]:
    """Say how often a loop or a line ran."""
    loops = [line for line in program.known if isinstance(line.node, ast.For | ast.While)]
    chosen = [line for line in program.known if line.first in wanted] or loops
    if program.run is None or not chosen:
        yield from whole(program, "beginner")
        return
    told = []
    for line in chosen[:4]:
        node = line.node
        inner = node.body[0].lineno if isinstance(node, ast.For | ast.While) else line.first
        times = len(list(program.run.at(inner)))
        what = "The loop" if isinstance(node, ast.For | ast.While) else "This line"
        count = f"{'at least ' * program.run.cut}**{times} time{'s' * (times != 1)}**"
        told.append(f"{what} in line {line.first}, {inline(program.row(line.first))}, runs {count}.")
    yield answer.text("\n\n".join(told))
    yield answer.text(code_tables.run_table(program.run, program.rows) + goes_on(program, program.run))
    yield from ending(program)


def needed(program: Program, line: Line, run: Observation | None, *, moved: bool = False) -> Iterator[Part]:
    """Say why a line is there: what it does, and what a run without it (or with it moved in) did instead."""
    role = next((one for one in roles(source.parse(program.code)) if _sets(line, one.name)), None)
    text = f"**Line {line.first}**, {inline(program.row(line.first))}: {line.words}."
    text += f" `{role.name}` {TELLS[role.role]}." if role is not None else ""
    yield answer.text(text)
    if run is None or program.run is None:
        yield answer.text("To see why it is needed, put `#` before it and run the program again.")
        return
    trial = "with this line indented one level deeper" if moved else "without it"
    told = _changed(program, program.run, run)
    yield answer.text(f"**I ran the program {trial}**, to see the difference. {told}")


def _sets(line: Line, name: str) -> bool:
    node = line.node
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _changed(program: Program, before: Observation, after: Observation) -> str:
    if after.ended == "time" and before.ended != "time":
        return (
            "Then the program does not end any more, and I had to stop it: this line lets it come to its end."
        )
    if after.failure is not None and before.failure is None:
        failure = after.failure
        where = f" at line {failure.line}, {inline(program.row(failure.line))}" if failure.line else ""
        lacks = " The name has no value there." if failure.type in ("NameError", "UnboundLocalError") else ""
        return f"Then it ends with {error_of(failure)}{where}.{lacks}"
    if before.stdout != after.stdout:
        old, new = before.stdout.strip()[:200] or "nothing", after.stdout.strip()[:200] or "nothing"
        return f"As it is, the program prints {inline(old)}. Then it prints {inline(new)}."
    if [call.result for call in before.calls] != [call.result for call in after.calls]:
        return "The calls then give back other values."
    return (
        "With these values nothing changes. It may matter with other values: tell me which ones to try, "
        'as in "what if the list is empty?"'
    )


def tried(program: Program, asked: str, run: Observation) -> Iterator[Part]:
    """Say what came of a trial with other values."""
    failure = run.failure
    if failure is not None and failure.type != "TimeIsUp":
        values = "; ".join(
            f"{inline(name)} is {inline(value)}" for name, value in list(failure.names.items())[:4]
        )
        where = f" at line {failure.line}, {inline(program.row(failure.line))}" if failure.line else ""
        there = f" There {values}." if values else ""
        told = f"it ends{where}, with {error_of(failure)}.{there}"
    elif failure is not None:
        told = "it does not come to an end."
    elif run.value is not None:
        told = f"it gives back {inline(run.value)}."
    else:
        told = (
            f"it prints {inline(run.stdout.strip()[:300])}." if run.stdout.strip() else "it prints nothing."
        )
    yield answer.text(f"**I tried it:** with {inline(asked)} {told}")
    if run.steps:
        yield answer.text(f"The steps:\n\n{code_tables.run_table(run, program.rows)}{goes_on(program, run)}")
