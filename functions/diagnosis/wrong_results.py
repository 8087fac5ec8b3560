"""From a result other than the expected one to the fault that makes such a result.

It takes what was expected and what came, both as texts, and the program. Silent faults that the catalogue
finds in the tree come first; without one, each look in the order of wrong.toml compares the two values (one
apart, the same digits, the same items in another order) and looks for a place in the program that could do
that. Cost: one walk of the tree for each look. It guesses from one pair of values: a wrong kind is possible,
and `wrong-result` with line 0 says that nothing fitted.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from functions.analysis import source
from functions.diagnosis.claims import plain
from functions.diagnosis.findings import Finding, faults_in
from functions.diagnosis.rules.tree import called_name, method, nodes, targets

# Silent faults that are seldom the reason of a wrong result: told only when nothing else is found.
WEAK = frozenset({"compare-true", "shadowed-builtin", "never-called", "is-literal"})
# What fits many wrong results: only a run with a change can say that it made this one.
GUESSED = frozenset(
    {"off-by-one", "other-branch", "other-order", "opposite-answer", "replaced-in-loop", "after-return"}
)
NOTHING = ("missing-return", "print-not-return", "stored-in-place")
SILENCE = ("never-called", "missing-call")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What was expected, and what came instead, as texts; `seen` when we ran it and saw that too.

    It came of a call, or of what was typed in, where these are known.
    """

    expected: str | None
    got: str
    seen: bool = False
    call: str | None = None
    given: str | None = None


def cause_of(contrast: Mismatch, code: str, *, proven: bool = True) -> Finding:
    """Choose the fault that makes such a result, of the silent ones or of those in wrong.toml.

    Without proof only what the two results themselves show is told, and no line that was guessed.
    """
    try:
        tree = source.parse(code)
    except SyntaxError:
        return Finding("wrong-result", 0)
    silent = faults_in(tree)
    likely = [one for one in silent if one.fault in _fitting(contrast)]
    strong = [one for one in silent if one.fault not in WEAK]
    if not proven:
        strong = [one for one in strong if one.fault not in GUESSED]
    # A silent fault that fits the result, else any strong one; the looks below only guess from the two
    # values.
    if found := likely or strong:
        return found[0]
    looks = [(fault, look) for fault, look in LOOKS if proven or fault not in GUESSED]
    made = next(((fault, line) for fault, look in looks if (line := look(contrast, tree)) is not None), None)
    if made is not None:
        return Finding(*made)
    return silent[0] if silent and proven else Finding("wrong-result", 0)


def _fitting(contrast: Mismatch) -> tuple[str, ...]:
    if contrast.got == "None":
        return NOTHING
    return SILENCE if not contrast.got.strip() else ()


def _gives_nothing(contrast: Mismatch, tree: ast.Module) -> int | None:
    functions = [function.lineno for function in nodes(tree, ast.FunctionDef)]
    return (functions or [0])[0] if contrast.got == "None" else None


def _shows_nothing(contrast: Mismatch, tree: ast.Module) -> int | None:
    return 0 if not contrast.got.strip() else None


def _joined_digits(contrast: Mismatch, tree: ast.Module) -> int | None:
    expected, got = _number(contrast.expected), plain(contrast.got)
    # Digits can only be joined where there are texts of digits: typed in, or written as such.
    texts = any(called_name(call) == "input" for call in nodes(tree, ast.Call)) or any(
        isinstance(node.value, str) and node.value.strip().isdigit() for node in nodes(tree, ast.Constant)
    )
    if expected is None or not got.isdigit() or not texts or len(got) <= len(str(round(expected))):
        return None
    return _first(node.lineno for node in nodes(tree, ast.BinOp) if isinstance(node.op, ast.Add | ast.Mult))


def _lost_rest(contrast: Mismatch, tree: ast.Module) -> int | None:
    expected, got = _number(contrast.expected), _number(contrast.got)
    # What is left of a number after `//` is its whole part, and nothing else.
    if expected is None or got is None or expected == got or int(expected) != got:
        return None
    return _first(node.lineno for node in nodes(tree, ast.BinOp) if isinstance(node.op, ast.FloorDiv))


def _gained_point(contrast: Mismatch, tree: ast.Module) -> int | None:
    expected, got = _number(contrast.expected), _number(contrast.got)
    pointed = "." in contrast.got and "." not in (contrast.expected or "")
    if expected is None or expected != got or not pointed:
        return None
    return _first(node.lineno for node in nodes(tree, ast.BinOp) if isinstance(node.op, ast.Div))


def _off_by_one(contrast: Mismatch, tree: ast.Module) -> int | None:
    if not _one_off(contrast):
        return None
    counted = (
        call.lineno for call in nodes(tree, ast.Call) if called_name(call) in ("range", "len", "enumerate")
    )
    return _first([*counted, *(loop.lineno for loop in nodes(tree, ast.While))])


def _one_off(contrast: Mismatch) -> bool:
    """Whether the numbers lie one apart, or the list or the lines have one more or less."""
    expected, got = _number(contrast.expected), _number(contrast.got)
    if expected is not None and got is not None:
        return abs(expected - got) == 1
    sizes = [len(items) for items in map(_items, (contrast.expected, contrast.got)) if items is not None]
    return len(sizes) == 2 and abs(sizes[0] - sizes[1]) == 1


def _not_rounded(contrast: Mismatch, tree: ast.Module) -> int | None:
    expected, got = _number(contrast.expected), _number(contrast.got)
    # As many decimals as were expected: rounding to them must give the expected number.
    digits = len(plain(contrast.expected or "").partition(".")[2])
    longer = len(contrast.got) > len(contrast.expected or "")
    return 0 if got is not None and longer and expected == round(got, digits) != got else None


def _opposite_answer(contrast: Mismatch, tree: ast.Module) -> int | None:
    if {contrast.expected, contrast.got} != {"True", "False"}:
        return None
    asks = (ast.Compare, ast.BoolOp)
    # The last condition decides; with several it is a guess, and the hint says "look at".
    return max((node.lineno for node in ast.walk(tree) if isinstance(node, asks)), default=None)


def _other_branch(contrast: Mismatch, tree: ast.Module) -> int | None:
    """Whether a program has both results in it: then the condition that leads to the one it gave decides."""
    texts = {str(node.value) for node in nodes(tree, ast.Constant)}
    if contrast.expected is None or not {plain(contrast.expected), plain(contrast.got)} <= texts:
        return None
    gave = [one for one in nodes(tree, ast.Constant) if str(one.value) == plain(contrast.got)]
    leading = (one for one in ast.walk(tree) if isinstance(one, ast.If | ast.IfExp))
    return _first(one.lineno for one in leading if any(node in gave for node in ast.walk(one)))


def _other_order(contrast: Mismatch, tree: ast.Module) -> int | None:
    expected, got = _items(contrast.expected), _items(contrast.got)
    if not expected or not got or expected == got or sorted(map(repr, expected)) != sorted(map(repr, got)):
        return None
    ordering = {"sort", "sorted", "reverse", "reversed"}
    calls = (call for call in nodes(tree, ast.Call) if {called_name(call), method(call)} & ordering)
    return (
        _first(call.lineno for call in calls) or _first(node.lineno for node in nodes(tree, ast.Return)) or 0
    )


def _other_type(contrast: Mismatch, tree: ast.Module) -> int | None:
    try:
        expected, got = source.literal(contrast.expected or ""), source.literal(contrast.got)
    except SyntaxError:
        return None
    same = str(expected) == str(got) or (_items(contrast.expected) or [1]) == (_items(contrast.got) or [2])
    return 0 if type(expected) is not type(got) and same else None


def _replaced_in_loop(contrast: Mismatch, tree: ast.Module) -> int | None:
    begun = {
        name
        for node in nodes(tree, ast.Assign)
        if isinstance(node.value, ast.Constant | ast.List | ast.Dict)
        for name in targets(node)
    }
    for loop in nodes(tree, ast.For):
        for node in loop.body:
            if (
                isinstance(node, ast.Assign)
                and targets(node) & begun
                and not _reads(node.value, targets(node))
            ):
                return node.lineno
    return None


def _reads(value: ast.expr, names: set[str]) -> bool:
    return any(node.id in names for node in nodes(value, ast.Name))


def _other_writing(contrast: Mismatch, tree: ast.Module) -> int | None:
    expected, got = (_letters(plain(text or "")) for text in (contrast.expected, contrast.got))
    return 0 if expected and expected == got else None


# In the order of wrong.toml.
LOOKS: tuple[tuple[str, Callable[[Mismatch, ast.Module], int | None]], ...] = (
    ("gives-nothing", _gives_nothing),
    ("shows-nothing", _shows_nothing),
    ("joined-digits", _joined_digits),
    ("lost-rest", _lost_rest),
    ("gained-point", _gained_point),
    ("not-rounded", _not_rounded),
    ("opposite-answer", _opposite_answer),
    ("other-branch", _other_branch),
    ("other-order", _other_order),
    ("other-type", _other_type),
    ("replaced-in-loop", _replaced_in_loop),
    ("off-by-one", _off_by_one),
    ("other-writing", _other_writing),
)


def _first(lines: Iterator[int] | list[int]) -> int | None:
    return min(lines, default=None)


def _number(text: str | None) -> float | None:
    try:
        return float(plain(text or ""))
    except ValueError:
        return None


def _items(text: str | None) -> list[object] | None:
    try:
        value = source.literal(text or "")
    except SyntaxError:
        lines = (text or "").strip().splitlines()
        return list(lines) if len(lines) > 1 else None
    return list(value) if isinstance(value, list | tuple | set) else None


def _letters(text: str) -> str:
    """Leave out capital letters, blanks and ends of sentences; all of a number is its value."""
    return re.sub(r"\s+|[.!?,;:]+(?=\s|$)", "", text.lower()) if _number(text) is None else text
