"""Programs of the bank, right or broken, written into messages as students write them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from functions.exercise.bank import load
from functions.exercise.instance import instantiate

BEFORE = (
    "why doesn't this work",
    "My program fails and I have no idea what to do about it.",
    "Hi! Can somebody tell me what is going on here?",
    "I wrote this for the second task:",
    "it says invalid syntax, what did I do?",
    "here is what I have so far",
    "help please",
    "¿Por qué no funciona esto?",
    "Warum geht das nicht? Ich verstehe es nicht.",
    "Mon programme ne marche pas, pouvez-vous m'aider ?",
    "Почему это не работает?",
    "为什么这个不行",
    "ok so the teacher said to use a loop here\nand this is my attempt",
)
AFTER = (
    "",
    "What is wrong?",
    "I don't get it at all.",
    "thanks in advance!",
    "it should print something else, shouldn't it",
    "No entiendo el error.",
    "Danke schön!",
    "これはなぜですか",
)
Fault = Callable[[str, random.Random], str | None]
Way = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Written:
    """A message, and the program that is in it."""

    text: str
    program: str
    fault: str
    way: str
    broken: str | None = None


def programs() -> list[str]:
    """Give all solutions and starters of the bank, in their first variation."""
    found = []
    for exercise in load().all():
        one = instantiate(exercise, 0)
        found += [one.solution.strip("\n"), one.starter.strip("\n")]
    return [program for program in dict.fromkeys(found) if len(program.splitlines()) > 1]


def changed(program: str, dice: random.Random, pattern: str, replacement: str) -> str | None:
    """Change one place of those that a pattern finds."""
    places = list(re.finditer(pattern, program, re.MULTILINE))
    if not places:
        return None
    place = dice.choice(places)
    return program[: place.start()] + place.expand(replacement) + program[place.end() :]


FAULTS: dict[str, tuple[str, str]] = {
    "no colon": (r"^([ ]*(?:for|while|if|elif|def|class|with|try|else)\b[^#\n]*):$", r"\1"),
    "else if": (r"^([ ]*)elif ", r"\1else if "),
    "else with a condition": (r"^([ ]*)else:", r"\1else x > 3:"),
    "open quote": (r"(print\(f?)([\"'])([^\"'\n]*)\2", r"\1\2\3"),
    "open bracket": (r"^([ ]*(?:print|return|\w+ =)[^\n]*)\)$", r"\1"),
    "one equals sign": (r"^([ ]*(?:if|while) [^\n]*)==", r"\1="),
    "print without brackets": (r"print\(([^()\n]*)\)$", r"print \1"),
    "misspelled return": (r"\breturn\b", r"retrun"),
    "misspelled def": (r"^def ", r"deff "),
    "misspelled for": (r"^([ ]*)for ", r"\1fro "),
    "misspelled while": (r"^([ ]*)while ", r"\1whlie "),
    "misspelled print": (r"\bprint\(", r"pritn("),
    "capital letter": (r"^([ ]*)(f)or |^([ ]*)(i)f ", r"\1\3If "),
    "not indented": (r"^[ ]{4}(\S)", r"\1"),
    "indented too far": (r"^([ ]{4,}\S)", r"  \1"),
    "a word too many": (r"^([ ]*(?:if|while) [^\n:]*):$", r"\1 then:"),
    "spaces in a name": (r"^def (\w+?)_(\w+)\(", r"def \1 \2("),
    "semicolon": (r"\)$", r");"),
    "curly bracket": (r":$", r" {"),
}


def with_fault(program: str, name: str, dice: random.Random) -> str | None:
    """Put a fault in; None where the program has no place for it."""
    if name == "none":
        return program
    broken = changed(program, dice, *FAULTS[name])
    return None if broken == program else broken


def _below(program: str, dice: random.Random) -> str:
    return f"{dice.choice(BEFORE)}\n{program}\n{dice.choice(AFTER)}"


def _apart(program: str, dice: random.Random) -> str:
    return f"{dice.choice(BEFORE)}\n\n{program}\n\n{dice.choice(AFTER)}"


def _first(program: str, dice: random.Random) -> str:
    return f"{program}\n{dice.choice(AFTER)}"


def _fenced(program: str, dice: random.Random) -> str:
    tag = dice.choice(["", "python", "py", "Python"])
    return f"{dice.choice(BEFORE)}\n```{tag}\n{program}\n```\n{dice.choice(AFTER)}"


def _indented(program: str, dice: random.Random) -> str:
    margin = dice.choice(["    ", "  ", "\t"])
    body = "\n".join(margin + line if line else line for line in program.splitlines())
    return f"{dice.choice(BEFORE)}\n{body}\n{dice.choice(AFTER)}"


def _numbered(program: str, dice: random.Random) -> str:
    mark = dice.choice([" | ", ": ", ". ", "  ", "\t", "| ", " "])
    lines = program.splitlines()
    width = len(str(len(lines))) if dice.random() < 0.5 else 0
    body = "\n".join(f"{n:>{width}}{mark}{line}".rstrip() for n, line in enumerate(lines, 1))
    return f"{dice.choice(BEFORE)}\n{body}\n{dice.choice(AFTER)}"


def _prompted(program: str, dice: random.Random) -> str:
    body = "\n".join(
        (("... " if line[:1] in " \t" or not line else ">>> ") + line).rstrip()
        for line in program.splitlines()
    )
    return f"{dice.choice(BEFORE)}\n{body}\n{dice.choice(AFTER)}"


def _notebook(program: str, dice: random.Random) -> str:
    first, *rest = program.splitlines()
    body = "\n".join([f"In [{dice.randint(1, 40)}]: {first}", *(f"   ...: {line}".rstrip() for line in rest)])
    return f"{dice.choice(BEFORE)}\n{body}\n{dice.choice(AFTER)}"


def _cell(program: str, dice: random.Random) -> str:
    return f"{dice.choice(BEFORE)}\n\nIn [{dice.randint(1, 40)}]:\n{program}\n\n{dice.choice(AFTER)}"


def _mailed(program: str, dice: random.Random) -> str:
    body = "\n".join(f"> {line}".rstrip() for line in program.splitlines())
    return f"{dice.choice(BEFORE)}\n{body}\n\n{dice.choice(AFTER)}"


WAYS: dict[str, Way] = {
    "below": _below,
    "apart": _apart,
    "first": _first,
    "fenced": _fenced,
    "indented": _indented,
    "numbered": _numbered,
    "prompted": _prompted,
    "notebook": _notebook,
    "cell": _cell,
    "mailed": _mailed,
}


def written(seed: int = 0, each: int = 1) -> Iterator[Written]:
    """Write every program with every fault in some of the ways."""
    dice = random.Random(seed)
    for program in programs():
        for fault in ("none", *FAULTS):
            for _ in range(each):
                broken = with_fault(program, fault, dice)
                if broken is None:
                    continue
                way = dice.choice(sorted(WAYS))
                line = next(
                    (b for a, b in zip(program.splitlines(), broken.splitlines(), strict=False) if a != b),
                    None,
                )
                yield Written(WAYS[way](broken, dice), broken, fault, way, line)
