"""Small edits of whole statements: where they stand, in which order, and whether they are there.

Blocks are moved by whole lines and only where a statement has its lines to itself, because the edit is shown
to the student as text. Cost: for each block the square of MAX_MOVED. A statement that belongs two blocks
further out is not moved there.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from functions.diagnosis.edits import Edit, Rule, Text, shifted
from functions.diagnosis.rules.tree import nodes

BLOCKS = ("body", "orelse", "finalbody")
AFTER = (ast.Return, ast.Break, ast.Continue, ast.Raise)
Block = list[ast.stmt]
# What slipped into a wrong block is the end of one, a line or a few.
MAX_MOVED = 4


def _inner(node: ast.AST) -> Iterator[tuple[ast.stmt, Block]]:
    """Give the blocks inside of a block, each with the statement that holds it."""
    for one in ast.walk(node):
        for name in BLOCKS:
            block = getattr(one, name, None)
            if isinstance(block, list) and block and isinstance(one, ast.stmt):
                yield one, block


def _lines(text: Text, first: ast.stmt, last: ast.stmt) -> tuple[int, int]:
    """Give where the lines of some statements begin and end."""
    line = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
    end = text.end(last)
    return text.line_start(line), end


def _alone(text: Text, statement: ast.stmt) -> bool:
    """Whether a statement has its lines for itself."""
    before = text.code[text.line_start(statement.lineno) : text.start(statement)]
    after = (
        text.lines[(statement.end_lineno or 1) - 1]
        .encode()[statement.end_col_offset or 0 :]
        .decode(errors="ignore")
    )
    return not before.strip() and not after.split("#")[0].strip()


def _elif(text: Text, statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and text.code.startswith("elif", text.start(statement))


def places(text: Text) -> Iterator[Edit]:
    """Move the last statements of a block out of it, or those that follow a block into it."""
    for holder, block in _inner(text.tree):
        # Moved out, its lines would stand between `if` and `else`.
        if isinstance(holder, ast.If) and holder.orelse and block is holder.body:
            continue
        if isinstance(holder, ast.FunctionDef | ast.ClassDef) or holder.end_lineno != block[-1].end_lineno:
            continue
        for number in range(max(0, len(block) - MAX_MOVED), len(block)):
            yield from _moved(text, block[number:], holder.col_offset, 2, whole=number == 0)
    for _, block in _outer(text.tree):
        for number, before in enumerate(block[:-1]):
            inner = _last_block(before)
            for last in range(number + 1, min(len(block), number + 1 + MAX_MOVED)) if inner else ():
                yield from _moved(text, block[number + 1 : last + 1], inner[-1].col_offset, 3)


def _moved(text: Text, some: Block, column: int, cost: int, *, whole: bool = False) -> Iterator[Edit]:
    # A moved definition may change what every name means; one beside other code on its line would take that
    # along.
    kept = (ast.FunctionDef, ast.ClassDef)
    if any(isinstance(one, kept) or not _alone(text, one) or _elif(text, one) for one in some):
        return
    first = some[0]
    start, end = _lines(text, first, some[-1])
    moved = shifted(text.code[start:end], column - first.col_offset)
    body = f"{' ' * first.col_offset}pass\n" if whole else ""
    yield Edit(start, end, body + moved, cost + (len(some) > 1), "other-block", first.lineno)


def _outer(tree: ast.Module) -> Iterator[tuple[ast.AST, Block]]:
    yield tree, tree.body
    yield from _inner(tree)


def _last_block(statement: ast.stmt) -> Block:
    for name in ("orelse", "body"):
        block: Block = getattr(statement, name, None) or []
        if block and not isinstance(statement, ast.FunctionDef | ast.ClassDef):
            return block
    return []


def missing(text: Text) -> Iterator[Edit]:
    """Leave a statement out, or change places with the next."""
    for _, block in _inner(text.tree):
        for number, statement in enumerate(block):
            if not _alone(text, statement) or _elif(text, statement):
                continue
            if not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Pass):
                # `pass` keeps a block that had this line alone, and the lines keep their numbers.
                yield text.replaced(statement, "pass", 4, "extra-step")
            following = block[number + 1] if number + 1 < len(block) else None
            if following is not None and _alone(text, following):
                one, other = text.of(statement), text.of(following)
                middle = text.code[text.end(statement) : text.start(following)]
                edit = Edit(
                    text.start(statement),
                    text.end(following),
                    f"{other}{middle}{one}",
                    4,
                    "step-order",
                    statement.lineno,
                )
                yield edit
    for loop in _loops(text):
        first = loop.body[0]
        # A total that is set to 0 in every round: the first line of the loop belongs before it.
        if len(loop.body) > 1 and isinstance(first, ast.Assign) and _alone(text, first):
            moved = f"{text.of(first)}\n{' ' * loop.col_offset}"
            head = text.code[text.start(loop) : text.line_start(first.lineno)]
            rest = text.code[text.end(first) : text.end(loop)].lstrip("\n")
            yield Edit(
                text.start(loop), text.end(loop), f"{moved}{head}{rest}", 2, "reset-in-loop", first.lineno
            )


def _loops(text: Text) -> Iterator[ast.For | ast.While]:
    return (one for one in ast.walk(text.tree) if isinstance(one, ast.For | ast.While))


def branches(text: Text) -> Iterator[Edit]:
    """Make an `elif` of an `if`, or the other way round; exchange what two ways do."""
    for node in nodes(text.tree, ast.If):
        start = text.start(node)
        if _elif(text, node):
            yield Edit(start, start + 4, "if", 3, "other-block", node.lineno)
        elif len(node.body) == len(node.orelse) == 1 and not isinstance(node.orelse[0], ast.If):
            yield _exchanged(text, node.body[0], node.orelse[0], "other-block")
    for _, block in _inner(text.tree):
        for before, statement in itertools.pairwise(block):
            if isinstance(before, ast.If) and isinstance(statement, ast.If) and not before.orelse:
                start = text.start(statement)
                yield Edit(start, start, "el", 3, "other-block", statement.lineno)


def _exchanged(text: Text, one: ast.stmt, other: ast.stmt, kind: str) -> Edit:
    middle = text.code[text.end(one) : text.start(other)]
    said = f"{text.of(other)}{middle}{text.of(one)}"
    return Edit(text.start(one), text.end(other), said, 3, kind, one.lineno)


def jumps(text: Text) -> Iterator[Edit]:
    """End a loop, or go on with it."""
    for loop in _loops(text):
        for inside in nodes(loop, ast.If):
            last = inside.body[-1]
            if not isinstance(last, AFTER) and _alone(text, last):
                at, indent = text.end(last), "\n" + " " * last.col_offset
                yield Edit(at, at, f"{indent}break", 3, "other-jump", last.lineno)
    for jump in (one for one in ast.walk(text.tree) if isinstance(one, ast.Break | ast.Continue)):
        other = "continue" if isinstance(jump, ast.Break) else "break"
        yield text.replaced(jump, other, 3, "other-jump")


STATEMENTS: tuple[Rule, ...] = (places, missing, branches, jumps)
