"""What a student reads: a hint of one step of the ladder, as parts of an answer."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from events.models import HintLevel, Part
from functions.answers import answer
from functions.diagnosis.catalogue import Fault
from functions.diagnosis.causes import Diagnosis
from functions.diagnosis.hint_ladder import NextHint
from functions.diagnosis.wrong_results import Mismatch
from functions.knowledge.library import library

ONWARD: dict[HintLevel, str] = {
    "nudge": "**Next:** change your program and run it. If it still fails, send it again and I'll say more.",
    "where": "**Next:** look at that place, try a change, and send me the program again.",
    "how": "**Next:** try it in your program. If you're still stuck, I'll show you a worked example.",
    "worked": "**Next:** do the same in your program and run it. If it still fails, ask me for the solution.",
    "solution": "**Next:** type it yourself and change something in it, so that it stays with you.",
}
BLANK = re.compile(r"\{(\w+)\}")
NUMBERED = re.compile(r"\b([Ll])ine \{line\}")
# Faults that any block can have: the concept is that of its first word.
OF_ANY_BLOCK = frozenset({"missing-colon", "expected-block"})
CONCEPT_OF_KEYWORD = {
    "for": "for-loop",
    "while": "while-loop",
    "def": "defining-functions",
    "class": "classes",
    "try:": "try-except",
    "with": "with-statement",
}
STOPPED = {
    "TimeLimit": "I ran your program, and it didn't finish in time.",
    "MemoryLimit": "I ran your program, and it filled all the memory that it may use.",
}
TAKE_YOUR_TIME = (
    "**Next:** take your time with this one. Change something in your program, run it and send it to me, "
    "and I'll go on at once. Or read on for {seconds}, and then ask again."
)
CHANGE_FIRST = (
    "**Next:** this is still the same program, so I stay with this hint. Change one line, even if you're not "
    "sure that it helps. Run it, and send me the new version: then I'll go on."
)
SEND_FIRST = (
    "**Next:** to go on, I need to see what you've tried. Change one line, run it, and send me your whole "
    "program: then I'll go on."
)
TRAIL = (
    "I followed your program with this example, and this is what its lines did, one after the other. Go "
    "through them: which is the first value that is not what you want?"
)
NEEDS_MORE = (
    "I'd like to help, but I can't see the problem yet. Send me three things: your whole program, "
    "the error message if there is one, and what you expected to happen."
)
LOOKS_FINE = (
    "I read your program and found nothing that is plainly wrong{ran}. "
    "So the question is what you *expected*. Tell me: what did you want to see, and what do you see instead?"
)
NOT_TESTED = (
    "I couldn't try your program with the tests of this exercise just now, so I can't say yet what is wrong "
    "or right. Reading it alone, I see nothing that stops it from running."
)


def hint(diagnosis: Diagnosis, step: NextHint) -> tuple[Part, ...]:
    """Word the hint of one step for a diagnosis."""
    return tuple(_hint(diagnosis, step))


def needs_more() -> tuple[Part, ...]:
    """Ask for the program and the error."""
    return (answer.text(NEEDS_MORE),)


def looks_fine(stdout: str | None) -> tuple[Part, ...]:
    """Say that nothing was found, and show what the program printed if it was run."""
    ran = "" if stdout is None else ", and it ran without an error"
    shown = (answer.output(stdout[:1500]),) if stdout and stdout.strip() else ()
    onward = answer.onward("**Next:** print the values on the way, or ask me to review your code.")
    return (answer.text(LOOKS_FINE.format(ran=ran)), *shown, onward)


def not_tested() -> tuple[Part, ...]:
    """Say that the tests could not be tried: without them nobody may say that a program is right."""
    return (answer.text(NOT_TESTED), answer.onward("**Next:** ask again in a moment, or hand it in."))


def _hint(diagnosis: Diagnosis, step: NextHint) -> Iterator[Part]:
    yield answer.text(_heading(diagnosis))
    if step.tries_left:
        yield answer.text(_not_yet(step.tries_left))
    yield from _told(diagnosis, step.tier)
    yield answer.onward(_onward(step, has_code=bool(diagnosis.code)))


def _onward(step: NextHint, *, has_code: bool) -> str:
    """Say what to do next, and how the next hint opens when this one was given before."""
    if not step.again or step.tier == "worked":
        return ONWARD[step.tier]
    if step.wait_s is None:
        return CHANGE_FIRST if has_code else SEND_FIRST
    seconds = "one more second" if step.wait_s == 1 else f"{step.wait_s} more seconds"
    return TAKE_YOUR_TIME.format(seconds=seconds)


def _heading(diagnosis: Diagnosis) -> str:
    heading = f"**{diagnosis.fault.title}**"
    if diagnosis.observed is not None:
        return f"{heading}\n\n{diagnosis.observed}"
    if diagnosis.contrast is not None:
        return f"{heading}\n\n{_compared(diagnosis.contrast)}"
    if diagnosis.error is None:
        return f"{heading}\n\nPython does not complain here, but this is probably not what you mean."
    if diagnosis.error.type in STOPPED:
        return f"{heading}\n\n{STOPPED[diagnosis.error.type]}"
    message = " ".join(diagnosis.error.message.split())[:300]
    return f"{heading}\n\nPython says: `{diagnosis.error.type}{': ' + message if message else ''}`"


def _compared(contrast: Mismatch) -> str:
    got = f"`{_short(contrast.got)}`" if contrast.got.strip() else "nothing"
    if contrast.expected is None:
        return (
            f"I ran it and got {got} too." if contrast.seen else f"You get {got}, and wanted something else."
        )
    wanted = f"You expected `{_short(contrast.expected)}`"
    return f"{wanted}. I ran it, and got {got}." if contrast.seen else f"{wanted}, and got {got}."


def _short(value: str) -> str:
    return " ".join(value.split()).replace("`", "'")[:120]


def _told(diagnosis: Diagnosis, tier: HintLevel) -> Iterator[Part]:
    fault = diagnosis.fault
    if tier == "solution":
        yield from _solution(diagnosis)
        return
    if tier == "where" and diagnosis.line is None and diagnosis.trail:
        yield answer.hint(TRAIL)
    else:
        yield answer.hint(_filled(_text_of(fault, tier), diagnosis))
    if tier == "where":
        yield from _places(diagnosis)
    if tier in ("where", "how") and diagnosis.trail:
        yield answer.code(diagnosis.trail)
    if tier == "worked":
        yield answer.code(fault.example)


def _places(diagnosis: Diagnosis) -> Iterator[Part]:
    """Show the line, and the one where it begins or where Python noticed it."""
    if diagnosis.source:
        arrow = "" if diagnosis.column is None else f"\n{' ' * diagnosis.column}^"
        yield answer.code(f"{diagnosis.source}{arrow}")
    root, error = diagnosis.root, diagnosis.error
    if root is not None and root.fault is None:
        yield answer.text(f"{root.said} line {root.line}.")
        yield answer.code(diagnosis.line_of_code(root.line))
    elif root is not None and error is not None and error.line not in (None, diagnosis.line):
        yield answer.text(f"Python noticed it only in line {error.line}, but it begins here.")


def _text_of(fault: Fault, tier: HintLevel) -> str:
    texts: Mapping[str, str] = {
        "nudge": fault.nudge,
        "where": fault.where,
        "how": fault.how,
        "worked": fault.worked,
    }
    return texts[tier]


def _solution(diagnosis: Diagnosis) -> Iterator[Part]:
    changed = changed_lines(diagnosis.code or "", diagnosis.fix) if diagnosis.fix else []
    if changed:
        yield answer.text("This is the change:")
        yield answer.code("\n".join(changed))
    else:
        yield answer.text(f"{_filled(diagnosis.fault.how, diagnosis)} Here is a program that does it right:")
        yield answer.code(diagnosis.fault.example)
    concept = CONCEPT_OF_KEYWORD.get(diagnosis.source.partition(" ")[0], diagnosis.fault.concept)
    chosen = concept if diagnosis.fault.id in OF_ANY_BLOCK else diagnosis.fault.concept
    yield answer.text(library().concepts[chosen].cards["beginner"].text)


def changed_lines(code: str, fix: str) -> list[str]:
    """Give the lines of a repaired program that are new in it."""
    diff = difflib.ndiff(code.splitlines(), fix.splitlines())
    return [line[2:] for line in diff if line.startswith("+ ")]


def _not_yet(tries: int) -> str:
    more = "one more try" if tries == 1 else f"{tries} more tries"
    return f"I'll show you the solution after {more}. You learn most from finding it yourself, so first this:"


def _filled(text: str, diagnosis: Diagnosis) -> str:
    """Put the message's own words into a text; what is not known gets a plain word."""
    if diagnosis.line is None:
        text = NUMBERED.sub(
            lambda found: f"{'T' if found[1] == 'L' else 't'}he line that the message names", text
        )
    words = {"line": str(diagnosis.line), **diagnosis.names}
    return BLANK.sub(lambda found: words.get(found[1], "it"), text)
