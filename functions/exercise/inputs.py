"""Further inputs for an exercise, made from those of its tests.

What is allowed is read from the tests: a number never goes below the smallest kind that they show (0, 1 or
negative), a text or list is empty only where a test has an empty one, and the shape of tuples stays. Up to
three values are changed at a time, towards the numbers of the solution, repeats and other orders. An input
on which the solution itself fails is outside of the task; inputs that are outside and do not fail can't be
told from others here, so a survivor's input is for a person to judge.
"""

from __future__ import annotations

import ast
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from functions.analysis import source
from functions.exercise.promises import kept, promised
from functions.grading.checks import Test

MAX_TRIES = 12
MAX_ITEMS = 12
MAX_LETTERS = 24


@dataclass(slots=True)
class Seen:
    """What the tests show of one place, such as the first argument of a function."""

    numbers: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    empty: bool = False


def more_inputs(
    tests: Sequence[Test], solution: str, number: int, seed: int, text: str = ""
) -> Iterator[Test]:
    """Give further tests without expected values; the same seed gives the same ones.

    `text` is what the task says: promises of it are kept.
    """
    dice = random.Random(seed)  # noqa: S311  # chooses inputs, guards nothing
    hints = _numbers(solution)
    usable = [test for test in tests if not test.raises]
    places = _places(tests)
    promises = promised(usable, text)
    known = {test.source for test in tests}
    for _ in range(number * MAX_TRIES):
        if number <= 0 or not usable:
            return
        test = dice.choice(usable)
        made = (
            _typed(test, hints, dice)
            if test.kind == "stdin"
            else kept(_called(test, places, hints, dice), promises)
        )
        if made not in known:
            known.add(made)
            number -= 1
            yield replace(test, name=f"input {len(known)}", source=made, expected=None, hint=None)


def _numbers(solution: str) -> list[int]:
    """Find the whole numbers of a program: differences hide at them and beside them."""
    nodes = ast.walk(source.parse(solution))
    found = {node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) is int}
    return sorted({value + step for value in found for step in (-1, 0, 1)})


def _typed(test: Test, hints: Sequence[int], dice: random.Random) -> str:
    lines = test.source.splitlines()
    for _ in range(dice.randint(1, 2)):
        if not lines:
            break
        at = dice.randrange(len(lines))
        number = _as_number(lines[at])
        if number is not None:
            lines[at] = str(_number(number, [number], hints, dice))
        elif len(lines) > 2 and dice.random() < 0.3:
            lines.insert(at, lines[at - 1])
        elif dice.random() < 0.3:
            lines[at] = _text(lines[at], [*lines], False, dice)
    return "".join(f"{line}\n" for line in lines)


def _as_number(line: str) -> float | None:
    for kind in (int, float):
        try:
            return kind(line)
        except ValueError:
            continue
    return None


Places = dict[str, Seen]
# What must stay as it is: the file that is written before a function reads it, and what it is read by.
FILES = frozenset({"open", "open/0", "open/1", "exists/0"})


def _places(tests: Sequence[Test]) -> Places:
    """Note what each place holds in any of the tests."""
    found: Places = defaultdict(Seen)
    for test in tests:
        if test.kind != "stdin":
            for key, value in _values(source.parse(test.source)):
                _note(found, key, value)
    return found


def _values(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Give the values that a test hands in, each with the name of its place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2] if len(ast.unparse(node.func)) < 60 else "call"
            for number, argument in enumerate(node.args):
                yield f"{name}/{number}", argument
            for keyword in node.keywords:
                yield f"{name}/{keyword.arg}", keyword.value
        elif isinstance(node, ast.Assign):
            yield ast.unparse(node.targets[0]), node.value


def _free(tree: ast.AST) -> list[tuple[str, ast.expr]]:
    """Leave out names of files, which are the same in several places of a test."""
    every = list(_values(tree))
    files = {ast.unparse(value) for key, value in every if key in FILES}
    return [(key, value) for key, value in every if key not in FILES and ast.unparse(value) not in files]


def _note(found: Places, key: str, value: ast.expr) -> None:
    seen = found[key]
    if isinstance(value, ast.List | ast.Set | ast.Tuple):
        seen.empty |= not value.elts
        for item in value.elts:
            _note(found, f"{key}[]", item)
    elif isinstance(value, ast.Dict):
        seen.empty |= not value.keys
        for one, other in zip(value.keys, value.values, strict=True):
            if one is not None:
                _note(found, f"{key}{{", one)
            _note(found, f"{key}}}", other)
    elif (number := _literal_number(value)) is not None:
        seen.numbers.append(number)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        seen.texts.append(value.value)
        seen.empty |= not value.value


def _literal_number(value: ast.expr) -> float | None:
    sign = 1
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        sign, value = -1, value.operand
    number = value.value if isinstance(value, ast.Constant) else None
    if isinstance(number, int | float) and not isinstance(number, bool):
        return sign * number
    return None


def _called(test: Test, places: Places, hints: Sequence[int], dice: random.Random) -> str:
    tree: ast.AST = source.parse(test.source)
    for _ in range(dice.randint(1, 3)):
        known = [(key, value) for key, value in _free(tree) if key in places]
        if not known:
            break
        key, value = dice.choice(known)
        made = _changed(key, value, places, hints, dice)
        if made is not value:
            tree = ast.fix_missing_locations(_Put(value, made).visit(tree))
    return ast.unparse(tree)


class _Put(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Put the new node in the place of the old one."""
        return self.new if node is self.old else self.generic_visit(node)


def _changed(
    key: str, value: ast.expr, places: Places, hints: Sequence[int], dice: random.Random
) -> ast.expr:
    seen = places[key]
    if isinstance(value, ast.List):
        return ast.List(_items(key, value.elts, places, hints, dice), ast.Load())
    if isinstance(value, ast.Set):
        return ast.Set(_items(key, value.elts, places, hints, dice))
    if isinstance(value, ast.Tuple):
        at = dice.randrange(len(value.elts)) if value.elts else 0
        made = [
            _changed(f"{key}[]", item, places, hints, dice) if number == at else item
            for number, item in enumerate(value.elts)
        ]
        return ast.Tuple(made, ast.Load())
    if isinstance(value, ast.Dict):
        return _dictionary(key, value, places, hints, dice)
    if (number := _literal_number(value)) is not None:
        return _written(_number(number, seen.numbers, hints, dice))
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return ast.Constant(_text(value.value, seen.texts, seen.empty, dice))
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        return ast.Constant(not value.value)
    return value


def _written(number: float) -> ast.expr:
    return ast.parse(repr(number), mode="eval").body


def _items(
    key: str, items: Sequence[ast.expr], places: Places, hints: Sequence[int], dice: random.Random
) -> list[ast.expr]:
    """Repeat, drop, move or change items; three equal ones, and three different ones, come up often."""
    made = list(items)
    for _ in range(dice.randint(1, 3)):
        # Lists inside of a list are often rows of one length.
        act = dice.randrange(6) if not key.endswith("[]") else 5
        if not made:
            made = _fresh(key, places, dice)
        elif act == 0 and len(made) < MAX_ITEMS:
            made.insert(dice.randint(0, len(made)), dice.choice(made))
        elif act == 1 and (len(made) > 1 or places[key].empty):
            made.pop(dice.randrange(len(made)))
        elif act == 2:
            dice.shuffle(made)
        elif act == 3 and len(made) < MAX_ITEMS:
            copied = _changed(f"{key}[]", dice.choice(made), places, hints, dice)
            made.insert(dice.randint(0, len(made)), copied)
        else:
            at = dice.randrange(len(made))
            made[at] = _changed(f"{key}[]", made[at], places, hints, dice)
    return made


def _fresh(key: str, places: Places, dice: random.Random) -> list[ast.expr]:
    inside = places[f"{key}[]"] if f"{key}[]" in places else Seen()
    pool: list[ast.expr] = [_written(number) for number in inside.numbers]
    pool += [ast.Constant(text) for text in inside.texts]
    return dice.choices(pool, k=dice.randint(1, 4)) if pool else []


def _dictionary(
    key: str, value: ast.Dict, places: Places, hints: Sequence[int], dice: random.Random
) -> ast.Dict:
    keys, values = list(value.keys), list(value.values)
    act = dice.randrange(3)
    if keys and act == 0 and (len(keys) > 1 or places[key].empty):
        at = dice.randrange(len(keys))
        del keys[at], values[at]
    elif keys and act == 1:
        at = dice.randrange(len(keys))
        values[at] = _changed(f"{key}}}", values[at], places, hints, dice)
    elif keys:
        at = dice.randrange(len(keys))
        one = keys[at]
        if one is not None:
            keys.append(_changed(f"{key}{{", one, places, hints, dice))
            values.append(values[at])
    return ast.Dict(keys, values)


def _number(old: float, seen: Sequence[float], hints: Sequence[int], dice: random.Random) -> float:
    """Choose another number of the kind: the same type, not below what is shown, not far above it."""
    low, high = min([old, *seen]), max([old, *seen])
    least = -2 * abs(low) - 10 if low < 0 else 1 if low >= 1 else 0
    most = 2 * high + 30
    pool: list[float] = [
        old + 1,
        old - 1,
        old * 2,
        dice.randint(0, 130),
        *dice.choices(list(seen) or [old], k=2),
    ]
    pool += [dice.choice(hints), dice.choice(hints)] if hints else []
    whole = isinstance(old, int)
    if not whole:
        pool += [old + 0.5, round(old * 1.37, 2)]
    fit = [number for number in pool if least <= number <= most and (not whole or number == int(number))]
    chosen = dice.choice(fit or [old])
    return int(chosen) if whole else float(chosen)


def _text(old: str, seen: Sequence[str], empty: bool, dice: random.Random) -> str:
    """Change a text by its own letters and those of others at its place."""
    letters = sorted({letter for text in [old, *seen] for letter in text}) or ["a"]
    at = dice.randrange(len(old)) if old else 0
    made = dice.choice(
        [
            old[:at] + old[at:][:1] * 2 + old[at + 1 :],
            old[:at] + old[at + 1 :],
            old[:at] + dice.choice(letters) + old[at + 1 :],
            old[:at] + dice.choice(letters) + old[at:],
            old[:at] + old[at:][:1].swapcase() + old[at + 1 :],
            old + dice.choice(letters),
            dice.choice(list(seen) or [old]),
            old[::-1],
        ]
    )[:MAX_LETTERS]
    return made if made or empty else old
