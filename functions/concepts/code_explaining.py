"""Explaining a learner's program: the question is read, the runs it needs are made, the answer is built.

At most two runs of a cell, each of a second and a half. Where no run is possible the answer is read from
the code alone, and says so. A program that Python can not read is explained up to the line where that is.
"""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.models import FollowUp, Level, Part
from functions.analysis import source, trials
from functions.analysis.line_words import lines_of
from functions.analysis.observation import Observation
from functions.analysis.typed_inputs import inputs_for
from functions.answers import answer
from functions.concepts import code_answers, code_details, code_tables
from functions.concepts.code_answers import Program
from functions.concepts.code_tables import inline
from functions.conversation.code_questions import CodeQuestion, read_code_question
from functions.conversation.state import fingerprint
from functions.diagnosis.runner import Runner

RUN_WITHIN_S = 4.0
MOVES = re.compile(
    r"\b(?:not (?:in|inside|indented)|outside|n'?t (?:in|inside|indented)|less indented)\b", re.IGNORECASE
)
NAMED = re.compile(
    r"\b((?!__)[a-z]+_[a-z]\w*)\b|\b(?:function|class|method) `?(\w+)`?|\b(?:my|the) `?(\w+)`? (?:function"
    r"|class|method)\b"
)
NO_CODE = (
    "I'd like to explain {it}, but I can't see it here. Paste {the} code into the code field (or between "
    "lines of three "
    "backticks), and ask again. With it I can run it, and show you line by line what happens."
)
NO_OTHER = (
    "I have shown you this program in all the ways I know. Which line is unclear? Tell me its number, "
    'as in "explain line {line}", or give me values to try, as in "what if ... is empty?"'
)
NO_TRIAL = (
    "I can try that out, but I don't see yet with which values. Write the call that you mean, as in {call}, "
    "and I'll run it step by step."
)
ONE_LINE = (
    "**Next:** send me the program that it is from, and I'll show you what it does there, with the values."
)
LEVELS: dict[Level, str] = {
    "beginner": "for beginners",
    "learning": "for learners with some practice",
    "proficient": "for advanced learners",
    "mastered": "for experts",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a program, and what was shown in its conversation before."""

    text: str
    code: str
    level: Level
    follow_up: FollowUp | None = None
    given: frozenset[str] = frozenset()


def ask_for_code(text: str) -> tuple[Part, ...]:
    """Ask for a program that was not sent along."""
    found = NAMED.search(text)
    name = next((group for group in found.groups() if group), None) if found else None
    it, the = (
        (f"`{name}`", "its")
        if name and name not in ("third", "first", "second", "this")
        else ("that code", "the")
    )
    return (answer.text(NO_CODE.format(it=it, the=the)),)


async def explain_code(asked: Asked, runner: Runner) -> tuple[Part, ...]:
    """Answer a question about a program that was shown."""
    try:
        known = lines_of(asked.code)
    except SyntaxError as error:
        return await _readable_part(asked, error, runner)
    if len(known) == 1:
        alone = Program(asked.code, known, None)
        return (*code_details.some_lines(alone, (known[0].first,)), answer.onward(ONE_LINE))
    inputs = inputs_for(asked.code)
    question = read_code_question(asked.text, asked.code, told=True) or CodeQuestion("whole")
    line = question.lines[0] if question.kind == "why" and question.lines else None
    moved = bool(MOVES.search(asked.text))
    change = trials.moved_in if moved else trials.without
    bare = change(asked.code, line) if line is not None else None
    run, other = await asyncio.gather(
        runner.observe(asked.code, RUN_WITHIN_S, inputs),
        runner.observe(bare, RUN_WITHIN_S, inputs) if bare else _nothing(),
    )
    program = Program(asked.code, known, run)
    parts = await _answer(asked, program, question, other, runner)
    return (*parts, answer.onward(_onward(asked, program)))


async def _nothing() -> None:
    return None


async def _answer(
    asked: Asked, program: Program, question: CodeQuestion, other: Observation | None, runner: Runner
) -> tuple[Part, ...]:
    if asked.follow_up in (
        "simpler",
        "rephrase",
        "step_by_step",
        "more_detail",
        "picture",
        "another_example",
        "shorter",
    ):
        if (parts := await _otherwise(asked, program, runner)) is not None:
            return parts
        line = program.known[0].first if program.known else 1
        return (answer.text(NO_OTHER.format(line=line)),)
    if question.kind == "what_if":
        return await _what_if(asked, program, runner)
    parts = _direct(program, question, asked, other)
    return parts if _is_new(parts, asked.given) else (await _otherwise(asked, program, runner) or parts)


def _direct(
    program: Program, question: CodeQuestion, asked: Asked, other: Observation | None
) -> tuple[Part, ...]:
    """Answer with the runs that were made already."""
    if question.kind == "why" and question.lines:
        line = next((one for one in program.known if one.first <= question.lines[0] <= one.last), None)
        if line is not None:
            return tuple(code_details.needed(program, line, other, moved=bool(MOVES.search(asked.text))))
    if question.kind in ("lines", "why") and question.lines:
        return tuple(code_details.some_lines(program, question.lines))
    if question.kind == "name" and question.name is not None:
        return tuple(code_details.of_name(program, question.name))
    if question.kind == "prints":
        return tuple(code_details.printed(program))
    if question.kind == "count":
        return tuple(code_details.counted(program, question.lines))
    if question.kind == "line_by_line":
        return tuple(code_answers.by_line(program))
    return tuple(code_answers.whole(program, asked.level))


async def _otherwise(asked: Asked, program: Program, runner: Runner) -> tuple[Part, ...] | None:
    """Explain a program in another way than before: the first that was not shown; None when all were."""
    steps = tuple(code_answers.by_line(program))
    drawn = _drawn(program)
    brief = (answer.text(f"**In short:** {code_answers.brief(program)}"),)
    told = tuple(code_answers.whole(program, "beginner"))
    orders: dict[str, Sequence[tuple[Part, ...]]] = {
        "shorter": (brief,),
        "picture": (drawn, steps, told),
        "another_example": (await _another(program, runner), steps, drawn),
        "more_detail": (steps, told, await _another(program, runner), drawn),
    }
    default = (steps, drawn, told, await _another(program, runner))
    for parts in orders.get(asked.follow_up or "", default):
        if parts and _is_new(parts, asked.given):
            return parts
    return None


async def _another(program: Program, runner: Runner) -> tuple[Part, ...]:
    """Show a call with other values than the program uses itself."""
    calls = program.run.calls if program.run is not None else ()
    call = trials.another_call(calls, trials.functions_of(program.code))
    return await _trial(program, call, runner) if call else ()


async def _what_if(asked: Asked, program: Program, runner: Runner) -> tuple[Part, ...]:
    """Try what the student speaks of: a call with other values, or the program with another first value."""
    calls = program.run.calls if program.run is not None else ()
    functions = trials.functions_of(program.code)
    if (call := trials.call_for(asked.text, calls, functions)) is not None:
        return await _trial(program, call, runner)
    for line in program.known:
        name, value = _named_value(line.node)
        if name and (wished := trials.wished_value(asked.text, value)) is not None:
            changed = trials.with_value(program.code, name, wished)
            run = await runner.observe(changed, RUN_WITHIN_S, inputs_for(changed)) if changed else None
            if changed and run is not None:
                now = Program(changed, lines_of(changed), run)
                return tuple(code_details.tried(now, f"{name} = {wished}", run))
    example = f"{next(iter(functions))}(...)" if functions else "f([])"
    return (answer.text(NO_TRIAL.format(call=inline(example))),)


def _named_value(node: ast.AST) -> tuple[str, str]:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and not node.col_offset:
        return node.targets[0].id, ast.unparse(node.value)
    return "", ""


async def _trial(program: Program, call: str, runner: Runner) -> tuple[Part, ...]:
    run = await runner.observe(program.code, RUN_WITHIN_S, inputs_for(program.code), then=call)
    if run is None:
        return (answer.text(f"I could not run it just now. Try {inline(f'print({call})')} yourself."),)
    return tuple(code_details.tried(program, call, run))


def _drawn(program: Program) -> tuple[Part, ...]:
    run = program.run
    drawing = code_tables.picture(run) if run is not None else ""
    if not drawing:
        return ()
    return (
        answer.text(
            f"**A picture of the values** after each line that changes one:\n\n```text\n{drawing}\n```"
        ),
    )


async def _readable_part(asked: Asked, error: SyntaxError, runner: Runner) -> tuple[Part, ...]:
    """Explain what comes before the line that Python can not read, and say what is wrong there."""
    rows = asked.code.splitlines()
    at = min(error.lineno or len(rows), len(rows)) or 1
    row = rows[at - 1].strip() if rows else ""
    told_by_python = inline(f"SyntaxError: {error.msg}")
    said = f"Python can't read this program: at line {at}, {inline(row)}, it says {told_by_python}."
    before = next(
        (code for end in range(at - 1, 0, -1) if (code := _parses("\n".join(rows[:end]) + "\n"))), None
    )
    fix = answer.onward(
        "**Next:** correct that line and send the program again, or ask me for help with the error."
    )
    if before is None:
        return (answer.text(f"**What this program does**\n\n{said} So nothing of it runs yet."), fix)
    known = lines_of(before)
    told = answer.text(
        f"**What this program does**, up to the line that Python can't "
        f"read:\n\n{code_tables.lines_table(known, None)}"
    )
    return (told, answer.text(f"{said} Until that is mended, nothing of it runs."), fix)


def _parses(code: str) -> str | None:
    try:
        return code if source.parse(code).body else None
    except SyntaxError:
        return None


def _onward(asked: Asked, program: Program) -> str:
    line = next((one.first for one in program.known if one.depth), 1)
    told = f"*Explained {LEVELS[asked.level]}.* "
    boxes = [value for call in (program.run.calls if program.run else ()) for value in call.given.values()]
    tried = "empty" in asked.text
    tries = (
        ', or "what if the list is empty?"'
        if not tried and any(value.startswith("[") for value in boxes)
        else ""
    )
    return f'{told}**Next:** ask for one line ("explain line {line}"), "step by step", "shorter"{tries}.'


def _is_new(parts: Iterable[Part], given: frozenset[str]) -> bool:
    """Whether something of an answer was not shown before."""
    return any(part.kind in ("text", "code") and fingerprint(part.text) not in given for part in parts)
