"""Tables and pictures of a program and its run, as Markdown that a student reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from functions.analysis.line_words import Line
from functions.analysis.observation import PROGRAM, Call, Observation, Step

MAX_ROWS = 16
MAX_VALUES = 5
MAX_CELL = 100
BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def lines_table(known: Sequence[Line], run: Observation | None) -> str:
    """Show each line with what it does, and the values it gave on the run."""
    rows = [(str(line.first), _capital(line.words), values_at(line, run)) for line in known]
    if not any(values for _, _, values in rows):
        return _table(("line", "what happens"), [row[:2] for row in rows])
    return _table(("line", "what happens", "values on the run"), rows)


def run_table(run: Observation, rows: Sequence[str]) -> str:
    """Show the first steps of a run: the line, and what it changed, decided or printed."""
    return _table(("line", "code", "values"), list(_steps(run, rows))[:MAX_ROWS])


def is_cut(run: Observation, rows: Sequence[str]) -> bool:
    """Whether a run has more steps than its table shows."""
    return run.cut or len(list(_steps(run, rows))) > MAX_ROWS


def _steps(run: Observation, rows: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Give the rows of a run; a line that called tells what it changed when the call is over."""
    waiting: list[Step] = []
    for place, step in enumerate(run.steps):
        while waiting and step.depth <= waiting[-1].depth:
            done = waiting.pop()
            yield str(done.line), f"back in {inline(_row_of(done, rows))}", _told(done)
        if _is_definition(step, rows):
            continue
        after = run.steps[place + 1] if place + 1 < len(run.steps) else None
        code = _row_of(step, rows)
        if after is not None and after.depth > step.depth:
            if _told(step):
                waiting.append(step)
            yield str(step.line), inline(code), "a call, which comes next"
        else:
            yield str(step.line), inline(code), _told(step) or _decision(code, step, run.steps[place + 1 :])
    for done in reversed(waiting):
        yield str(done.line), f"back in {inline(_row_of(done, rows))}", _told(done)


def _told(step: Step) -> str:
    told = [f"{inline(name)} = {inline(value)}" for name, value in step.changed.items()]
    if step.printed.strip():
        told.append(f"prints {inline(step.printed.strip())}")
    if step.gave is not None and step.gave != "None":
        told.append(f"gives back {inline(step.gave)}")
    return ", ".join(told)


def _decision(code: str, step: Step, later: Sequence[Step]) -> str:
    """Say whether a condition was true: then the next line of the function is the one below."""
    head = code.partition(" ")[0].rstrip(":")
    after = next((one for one in later if one.depth <= step.depth), None)
    if after is None or after.depth < step.depth or head not in ("if", "elif", "while", "for"):
        return ""
    inside = after.line > step.line and after.line - step.line <= 2 and not code.endswith("else:")
    if head == "for":
        return "" if inside else "nothing left: the loop is over"
    return "true" if inside and after.line == step.line + 1 else "false"


def _row_of(step: Step, rows: Sequence[str]) -> str:
    return rows[step.line - 1].strip() if 0 < step.line <= len(rows) else ""


def values_at(line: Line, run: Observation | None) -> str:
    """Say which values a line gave names on the run, in their order, and what it printed."""
    if run is None or isinstance(line.node, BLOCKS):
        return ""
    steps = list(run.at(line.first))
    names = dict.fromkeys(
        name for step in steps for name in step.changed if name != "self" or len(step.changed) == 1
    )
    told = [
        f"{inline(name)}: {_row([step.changed[name] for step in steps if name in step.changed])}"
        for name in names
    ]
    if printed := [step.printed for step in steps if step.printed.strip()]:
        told.append(f"prints {_row([text.strip() for text in printed])}")
    if isinstance(line.node, ast.If | ast.While) and steps:
        told += _answers(line.node, run, line.first)
    if isinstance(line.node, ast.Return):
        told += (
            [f"gives {_row(gave)}"]
            if (gave := [step.gave for step in steps if step.gave is not None])
            else []
        )
    if not told and not steps and run.ended == "end" and not run.cut:
        return "not reached"
    return "; ".join(told)


def _answers(node: ast.If | ast.While, run: Observation, line: int) -> list[str]:
    """Say how often a condition was true, told from the line that came next in the same function."""
    first = node.body[0].lineno
    yes = no = 0
    for place, step in enumerate(run.steps):
        if step.line != line:
            continue
        after = next(
            (s for s in run.steps[place + 1 :] if s.depth <= step.depth and s.function == step.function), None
        )
        if after is None and run.cut:
            continue
        yes, no = (yes + 1, no) if after is not None and after.line == first else (yes, no + 1)
    if yes + no == 1:
        return ["true" if yes else "false"]
    return [f"true {_times(yes)}, false {_times(no)}"] if yes + no else []


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def calls_list(run: Observation) -> str:
    """Name the calls of a run with what they gave back."""
    outer = [call for call in run.calls if call.function != "__init__" and call.result != "None"]
    told = []
    for call in outer[:MAX_VALUES]:
        given = ", ".join(value for name, value in call.given.items() if name != "self")
        gave = f"gives back {inline(call.result)}" if call.result is not None else "ends with an error"
        told.append(f"- {inline(f'{call.function}({given})')} {gave}")
    return "\n".join(told)


def picture(run: Observation) -> str:
    """Draw the names with their values after each step that changed one; where none did, the calls."""
    if run.calls and not any(step.changed for step in run.steps):
        return "\n\n".join(_call(call) for call in run.calls[:6])
    held: dict[str, str] = {}
    drawn: list[str] = []
    for step in run.steps:
        if not step.changed and not step.printed:
            continue
        held |= step.changed
        if step.function == PROGRAM or step.changed:
            drawn.append(
                _drawing(step, {name: held[name] for name in held if name in step.changed or len(held) <= 4})
            )
        if len(drawn) == 6:
            break
    return "\n\n".join(drawn)


def _call(call: Call) -> str:
    given = ", ".join(f"{name} = {value}" for name, value in call.given.items()) or "nothing"
    gave = call.result if call.result is not None else f"an error: {call.raised}"
    return f"line {call.at} calls {call.function}\n  goes in  --> {given}\n  comes out <-- {gave}"


def _drawing(step: Step, held: dict[str, str]) -> str:
    head = f"after line {step.line}"
    rows = [head, *(f"  {name:<8} --> {_boxes(value)}" for name, value in held.items())]
    return "\n".join([*rows, *([f"  screen   --> {step.printed.strip()}"] if step.printed.strip() else [])])


def _boxes(value: str) -> str:
    inner = value[1:-1]
    if value[:1] in "[(" and inner and not any(sign in inner for sign in "[({"):
        return "| " + " | ".join(part.strip() for part in inner.split(",") if part.strip()) + " |"
    return f"[ {value} ]" if value[:1] not in "[({" else value


def inline(text: str) -> str:
    """Show a piece of code inside a line or a cell."""
    text = " ".join(text.split()) or " "
    text = text if len(text) <= MAX_CELL else text[: MAX_CELL - 3] + "..."
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _is_definition(step: Step, rows: Sequence[str]) -> bool:
    code = rows[step.line - 1].lstrip() if 0 < step.line <= len(rows) else ""
    return code.startswith(("def ", "class ", "async def ", "@")) and not step.changed


def _row(values: Iterable[str]) -> str:
    """Write values one after the other; what comes several times in a row is counted."""
    groups = [(value, len(list(same))) for value, same in groupby(values)]
    told = [inline(value) + (f" ({count} times)" if count > 1 else "") for value, count in groups]
    if len(told) > MAX_VALUES:
        told = [*told[: MAX_VALUES - 1], "...", told[-1]]
    return ", ".join(told)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    written = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *written]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
