"""Small edits that put something in: a case left out, a name that was meant, a piece of a right program.

What is put in comes from a fixed list (an empty result, a step by one) or from a right program whose names
are replaced by those of the student. Cost: one walk a rule; pieces of a right program for up to MAX_MAPPINGS
pairings of names. A way of solving that the right program does not share gives pieces that fit nowhere.
"""

from __future__ import annotations

import ast
import builtins
import itertools
from collections.abc import Iterator, Mapping, Sequence

from functions.diagnosis.edits import Edit, Rule, Text, shifted, variables
from functions.diagnosis.rules.tree import blocks, called_name, nodes

EMPTY_RESULTS = ("0", "[]", "''", "False", "True", "None")
# Pairings of names grow by factorials; the first ones pair by place, which is right for most short functions.
MAX_MAPPINGS = 8
MAX_PIECES = 24
Function = ast.FunctionDef


def guards(text: Text) -> Iterator[Edit]:
    """Handle an empty value first; or the case that is left at the end."""
    for function in nodes(text.tree, Function):
        first = next((one for one in function.body if not _is_docstring(one)), function.body[-1])
        # `def f(x): return x` has no line of its own to put a guard before.
        if first.lineno == function.lineno:
            continue
        indent, at = " " * first.col_offset, text.line_start(first.lineno)
        for parameter in (arg.arg for arg in function.args.args):
            for result in (parameter, *EMPTY_RESULTS):
                said = f"{indent}if not {parameter}:\n{indent}    return {result}\n"
                yield Edit(at, at, said, 3, "missing-case", first.lineno)
        last = function.body[-1]
        for result in (*EMPTY_RESULTS, "-1", "1", *(f"len({arg.arg})" for arg in function.args.args)):
            yield from _at_end(text, last, result)


def _at_end(text: Text, last: ast.stmt, result: str) -> Iterator[Edit]:
    if not isinstance(last, ast.Return):
        yield Edit(
            text.end(last),
            text.end(last),
            f"\n{' ' * last.col_offset}return {result}",
            3,
            "missing-case",
            last.end_lineno or last.lineno,
        )
    elif last.value is None or text.of(last.value) != result:
        yield text.replaced(last, f"return {result}", 4, "other-value")


def _is_docstring(one: ast.stmt) -> bool:
    return (
        isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
    )


def unknown(text: Text) -> Iterator[Edit]:
    """Use a name that is known in the place of one that is not."""
    whole = {node.id for node in nodes(text.tree, ast.Name) if isinstance(node.ctx, ast.Store)}
    whole |= {node.arg for node in nodes(text.tree, ast.arg)} | set(vars(builtins))
    whole |= {node.name for node in ast.walk(text.tree) if isinstance(node, Function | ast.ClassDef)}
    whole |= {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for function in nodes(text.tree, Function):
        known = variables(function)
        for node in nodes(function, ast.Name):
            if node.id not in whole:
                # A misspelt name is one of the few that are near; more would push likelier edits out of the
                # budget.
                for name in known[:8]:
                    yield text.replaced(node, name, 2, "other-name")
    for lone in nodes(text.tree, ast.Expr):
        value = lone.value
        if isinstance(value, ast.BinOp | ast.Compare) and isinstance(value.left, ast.Name | ast.Subscript):
            right = value.right if isinstance(value, ast.BinOp) else value.comparators[0]
            yield text.replaced(lone, f"{text.of(value.left)} = {text.of(right)}", 2, "comparison-statement")


def exchanges(text: Text) -> Iterator[Edit]:
    """Exchange two values at once, where the first step loses one of them."""
    for block in blocks(text.tree):
        # `a = b` and then `b = a`: the old `a` is lost by the time it is needed.
        for one, other in itertools.pairwise(block):
            if isinstance(one, ast.Assign) and isinstance(other, ast.Assign) and _crossed(text, one, other):
                left, right = text.of(one.targets[0]), text.of(other.targets[0])
                said = f"{left}, {right} = {right}, {left}"
                yield Edit(text.start(one), text.end(other), said, 2, "forgets-old-value", one.lineno)


def _crossed(text: Text, one: ast.Assign, other: ast.Assign) -> bool:
    return text.of(one.targets[0]) == text.of(other.value) and text.of(other.targets[0]) == text.of(one.value)


def questions(text: Text) -> Iterator[Edit]:
    """Ask the same of both alternatives; compare parts in the place of wholes."""
    for node in nodes(text.tree, ast.BoolOp):
        first = node.values[0]
        if not isinstance(first, ast.Compare):
            continue
        for lone in node.values[1:]:
            if isinstance(lone, ast.Constant | ast.List | ast.Tuple | ast.Name):
                said = f"{text.of(first.left)} == {text.of(lone)}"
                yield text.replaced(lone, said, 2, "or-with-constant")
    for asked in nodes(text.tree, ast.Compare):
        right = asked.comparators[0]
        if isinstance(asked.left, ast.Name | ast.Subscript) and isinstance(right, ast.Name | ast.Subscript):
            middle = text.code[text.end(asked.left) : text.start(right)]
            # Lists of pairs are compared by their first or second part in nearly every task that has them.
            for index in ("[0]", "[1]"):
                said = f"{text.of(asked.left)}{index}{middle}{text.of(right)}{index}"
                yield text.replaced(asked, said, 3, "other-comparison")
                yield text.replaced(right, f"{text.of(right)}{index}", 3, "other-comparison")
                yield text.replaced(asked.left, f"{text.of(asked.left)}{index}", 3, "other-comparison")


def loops(text: Text) -> Iterator[Edit]:
    """Go through the places of a list or through its values; go on in a loop that stands still."""
    for loop in nodes(text.tree, ast.For):
        said = text.of(loop.iter)
        if isinstance(loop.iter, ast.Call) and called_name(loop.iter) == "len":
            yield text.replaced(loop.iter, f"range({said})", 2, "len-of-number")
        elif isinstance(loop.iter, ast.Name):
            yield text.replaced(loop.iter, f"range(len({said}))", 3, "other-value")
            yield text.replaced(loop.iter, f"range({said})", 3, "other-value")
            yield text.replaced(loop.iter, f"{said}[:]", 3, "changed-while-looping")
            yield text.replaced(loop.iter, f"{said}[1:]", 3, "range-end")
    for endless in nodes(text.tree, ast.While):
        last = endless.body[-1]
        at, indent = text.end(last), "\n" + " " * last.col_offset
        for node in nodes(endless.test, ast.Name):
            for step in ("+= 1", "-= 1"):
                yield Edit(at, at, f"{indent}{node.id} {step}", 3, "endless-while", last.lineno)


INSERTIONS: tuple[Rule, ...] = (guards, unknown, exchanges, questions, loops)


def transplants(text: Text, reference: str) -> Iterator[Edit]:
    """Put pieces of a right program in: its conditions and values for the student's, its steps."""
    try:
        right = Text(reference)
    except SyntaxError:
        return
    theirs = {function.name: function for function in nodes(right.tree, Function)}
    for function in nodes(text.tree, Function):
        if function.name in theirs:
            yield from _from(text, function, right, theirs[function.name])


def _from(text: Text, mine: Function, right: Text, theirs: Function) -> Iterator[Edit]:
    for names in itertools.islice(_mappings(mine, theirs), MAX_MAPPINGS):
        tests = _pieces(
            right, names, [n.test for n in ast.walk(theirs) if isinstance(n, ast.If | ast.While | ast.IfExp)]
        )
        for asked in (n for n in ast.walk(mine) if isinstance(n, ast.If | ast.While)):
            yield from (text.replaced(asked.test, piece, 4, "other-comparison") for piece in tests)
        values = [n.value for n in nodes(theirs, ast.Return) if n.value is not None]
        for returned in nodes(mine, ast.Return):
            if returned.value is not None:
                for piece in _pieces(right, names, values):
                    yield text.replaced(returned.value, piece, 4, "other-value")
        ranges = [n.iter for n in nodes(theirs, ast.For)]
        for loop in nodes(mine, ast.For):
            yield from (
                text.replaced(loop.iter, piece, 4, "range-end") for piece in _pieces(right, names, ranges)
            )
        yield from _steps(text, mine, right, theirs, names)


def _steps(
    text: Text, mine: Function, right: Text, theirs: Function, names: Mapping[str, str]
) -> Iterator[Edit]:
    """Put a whole statement of a right program below each of the student's."""
    wanted = [
        one
        for one in ast.walk(theirs)
        if isinstance(one, ast.Return | ast.Assign | ast.AugAssign | ast.If | ast.Expr)
    ]
    # A longer piece would be a solution handed out and not a step that was missing.
    short = [one for one in wanted if (one.end_lineno or 0) - one.lineno <= 2 and not _is_docstring(one)]
    for statement in (one for one in ast.walk(mine) if isinstance(one, ast.stmt) and one is not mine):
        if statement.lineno == mine.lineno or (
            isinstance(statement, ast.If) and text.code.startswith("elif", text.start(statement))
        ):
            continue
        indent = " " * statement.col_offset
        for piece in _pieces(right, names, short):
            lines = [f"{indent}{line}" for line in piece.split("\n")]
            at = text.end(statement)
            yield Edit(at, at, "\n" + "\n".join(lines), 5, "missing-step", statement.lineno)


def _pieces(right: Text, names: Mapping[str, str], found: Sequence[ast.expr | ast.stmt]) -> list[str]:
    """Write pieces of a right program in the student's names."""
    pieces: dict[str, None] = {}
    for node in found[:MAX_PIECES]:
        start, said = right.start(node), right.of(node)
        used = [(right.start(name) - start, name.id) for name in nodes(node, ast.Name)]
        # From the end, so that the places before it still hold after a name of another length was put in.
        for at, name in sorted(used, reverse=True):
            said = said[:at] + names.get(name, name) + said[at + len(name) :]
        pieces[shifted(said, -node.col_offset) if isinstance(node, ast.stmt) else said] = None
    return list(pieces)


def _mappings(mine: Function, theirs: Function) -> Iterator[dict[str, str]]:
    """Pair the names of two functions: parameters by place, the other variables in every order."""
    parameters = [arg.arg for arg in mine.args.args]
    others = [arg.arg for arg in theirs.args.args]
    # Parameters mean by place the same in both: the tests call both in the same way.
    fixed = dict(zip(others, parameters, strict=False))
    mine_local = [name for name in variables(mine) if name not in parameters][:5]
    their_local = [name for name in variables(theirs) if name not in others]
    if not their_local:
        yield fixed
        return
    for chosen in itertools.permutations([*mine_local, *their_local], len(their_local)):
        yield fixed | dict(zip(their_local, chosen, strict=True))
