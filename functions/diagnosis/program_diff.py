"""From a wrong program and a right one to the one place where they differ, and the fault that makes it.

Both programs are walked side by side, node by node; blocks of different length are aligned by difflib on
their dumped statements. Variables may have other names: a pairing of names is guessed in a first pass, and
the renamed program is compared in a second one. Cost: linear in the size of the trees for equal blocks,
quadratic in the number of statements for others; results are cached by the two texts. It says nothing where
programs differ in more than one place, which is what happens when a student went another way.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from functions.analysis import source
from functions.diagnosis.diff_kinds import Edit, fault_of, holds
from functions.diagnosis.findings import Finding

OF_PLACE = frozenset({"lineno", "col_offset", "end_lineno", "end_col_offset", "ctx", "type_comment", "kind"})
NAMED = re.compile(r"\b(?:id|arg|name)='(\w+)'")
BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers"})


@lru_cache(maxsize=256)
def difference(code: str, solution: str) -> Finding | None:
    """Name the only difference from a solution; None when there are several, or none that has a name.

    A program that goes another way differs in many places, and nothing is said of it. Variables may have
    other names.
    """
    try:
        mine, right = source.parse(code), source.parse(solution)
    except SyntaxError:
        return None
    # First pass: only to learn which name stands for which. What it finds is thrown away.
    names = _Names(_own(mine), _own(right))
    list(_gaps(mine, right, names, ()))
    gaps = list(_gaps(_Renamed(names.pairs).visit(mine), right, _Names(), ()))
    # A statement in the wrong block is one too much here and one missing there: one fault, not two.
    if len(gaps) == 2:
        gaps = _moved(*gaps)
    if len(gaps) != 1:
        return None
    fault = fault_of(gaps[0])
    return Finding(fault, gaps[0].line) if fault else None


def _moved(one: Edit, other: Edit) -> list[Edit]:
    """Make one gap of two, where a statement stands in another block than it should."""
    there, here = (one, other) if one.right is None else (other, one)
    lone = there.mine is not None and there.right is None and here.mine is None and here.right is not None
    same = (
        lone and there.mine is not None and here.right is not None and _text(there.mine) == _text(here.right)
    )
    return [Edit(there.mine, here.right, there.above, moved=True)] if same else [one, other]


class _Renamed(ast.NodeTransformer):
    """Gives the variables of a program the names that they have in the other one."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit(self, node: ast.AST) -> Any:
        for name in ("id", "arg", "name"):
            value = getattr(node, name, None)
            if isinstance(value, str) and not isinstance(node, ast.keyword | ast.alias | ast.FunctionDef):
                setattr(node, name, self.names.get(value, value))
        return self.generic_visit(node)


@dataclass(slots=True)
class _Names:
    """Which name of one program stands for which of the other, as far as was seen."""

    mine: frozenset[str] = frozenset()
    right: frozenset[str] = frozenset()
    pairs: dict[str, str] = field(default_factory=dict)

    def same(self, mine: str, right: str) -> bool:
        if mine not in self.mine or right not in self.right:
            return mine == right
        # Each name has one partner: a second one would be a difference.
        if mine in self.pairs or right in self.pairs.values():
            return self.pairs.get(mine) == right
        self.pairs[mine] = right
        return True


def _own(tree: ast.AST) -> frozenset[str]:
    """Name the variables that a program makes itself; functions and classes keep their names."""
    nodes = list(ast.walk(tree))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    caught = {node.name for node in nodes if isinstance(node, ast.ExceptHandler) and node.name}
    return frozenset(stored | caught | {node.arg for node in nodes if isinstance(node, ast.arg)})


def _gaps(mine: ast.AST, right: ast.AST, names: _Names, above: tuple[ast.AST, ...]) -> Iterator[Edit]:
    """Give the smallest parts in which two trees differ."""
    if type(mine) is not type(right):
        yield Edit(mine, right, above)
        return
    # Before the fields: `b - a` for `a - b` would count as two gaps.
    if isinstance(mine, ast.expr) and _turned(mine, right):
        yield Edit(mine, right, above, swapped=True)
        return
    if (values := _differing(mine, right, names)) is None or _one_in_other(mine, right):
        yield Edit(mine, right, above)
        return
    inside = (*above, mine)
    for name, one, other in values:
        if name in BLOCKS:
            yield from _block_gaps(one, other, names, inside)
        else:
            for left, wanted in zip(one, other, strict=True):
                yield from _gaps(left, wanted, names, inside)


def _one_in_other(mine: ast.AST, right: ast.AST) -> bool:
    """Whether a value is part of the other one: then that is the difference, not what is inside."""
    kinds = ast.BinOp | ast.BoolOp | ast.Call | ast.UnaryOp | ast.Subscript
    return isinstance(mine, kinds) and (holds(mine, right) or holds(right, mine))


def _turned(mine: ast.AST, right: ast.AST) -> bool:
    """Whether two values stand in the order that the other program does not have."""
    one, other = _two_of(mine), _two_of(right)
    return len(one) == len(other) == 2 and one[0] != one[1] and one == other[::-1]


def _two_of(node: ast.AST) -> list[str]:
    match node:
        case ast.BinOp(left=left, right=right, op=op):
            return [_text(left) + _text(op), _text(right) + _text(op)]
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Call(args=parts):
            return [_text(part) for part in parts]
        case _:
            return []


def _differing(
    mine: ast.AST, right: ast.AST, names: _Names
) -> list[tuple[str, list[ast.AST], list[ast.AST]]] | None:
    """List what is inside of two nodes, field by field; None when the nodes themselves differ."""
    found = []
    for name in (name for name in mine._fields if name not in OF_PLACE):
        one, other = getattr(mine, name, None), getattr(right, name, None)
        nodes, wanted = _nodes(one), _nodes(other)
        if not nodes and not wanted:
            if not _alike(one, other, names if name in ("id", "arg", "name") else None):
                return None
        elif name not in BLOCKS and len(nodes) != len(wanted):
            return None
        found.append((name, nodes, wanted))
    return found


def _alike(one: object, other: object, names: _Names | None) -> bool:
    if names is not None and isinstance(one, str) and isinstance(other, str):
        return names.same(one, other)
    return one == other and type(one) is type(other)


def _nodes(value: object) -> list[ast.AST]:
    if isinstance(value, ast.AST):
        return [value]
    return [one for one in value if isinstance(one, ast.AST)] if isinstance(value, list) else []


def _block_gaps(
    mine: Sequence[ast.AST], right: Sequence[ast.AST], names: _Names, above: tuple[ast.AST, ...]
) -> Iterator[Edit]:
    """Align two blocks: statements that have a partner are compared, the others are gaps themselves."""
    if len(mine) == len(right):
        yield from _in_pairs(mine, right, names, above)
        return
    one = [_text(node, names.mine) for node in mine]
    other = [_text(node, names.right) for node in right]
    # autojunk would take a statement that comes often for noise, and small programs repeat themselves.
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal" or b - a == d - c:
            yield from _in_pairs(mine[a:b], right[c:d], names, above)
            continue
        before, pairs = _one_more(mine[a:b], right[c:d])
        if pairs is None:
            # No pairing makes sense: two gaps say that there is more than one difference.
            yield from (Edit(None, None, above), Edit(None, None, above))
        elif d - c > b - a:
            lone = c if before else d - 1
            known = a - 1 if before else b - 1
            yield from _in_pairs(*pairs, names, above)
            yield Edit(None, right[lone], above, after=mine[known] if known >= 0 else None)
        else:
            yield from _in_pairs(*pairs, names, above)
            yield Edit(mine[a if before else b - 1], None, above)


Statements = Sequence[ast.AST]


def _one_more(mine: Statements, right: Statements) -> tuple[bool, tuple[Statements, Statements] | None]:
    """Pair two rows of which one has one statement more, at its begin or end; no pairs when that fails."""
    for before in (True, False):
        cut = slice(1, None) if before else slice(None, -1)
        pairs = (mine, right[cut]) if len(right) > len(mine) else (mine[cut], right)
        if [type(node) for node in pairs[0]] == [type(node) for node in pairs[1]]:
            return before, pairs
    return False, None


def _in_pairs(
    mine: Sequence[ast.AST], right: Sequence[ast.AST], names: _Names, above: tuple[ast.AST, ...]
) -> Iterator[Edit]:
    one, other = ([_text(node) for node in block] for block in (mine, right))
    # Two statements that changed places are one difference.
    moved = [number for number, text in enumerate(one) if text != other[number]]
    if len(moved) == 2 and [one[n] for n in moved] == [other[n] for n in reversed(moved)]:
        yield Edit(mine[moved[0]], right[moved[0]], above, swapped=True)
        return
    for left, wanted in zip(mine, right, strict=True):
        yield from _gaps(left, wanted, names, above)


def _text(node: ast.AST, hidden: frozenset[str] = frozenset()) -> str:
    """Write a part of a program, without the names that are hidden."""
    return NAMED.sub(lambda found: "" if found[1] in hidden else found[0], ast.dump(node))
