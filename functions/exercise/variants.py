"""Wrong programs made from a right one by the slips of beginners: a part left out, moved or done too early.

Each variant is one change of the tree, so their number grows with the length of the solution; some of them
may still be right. They cannot make another way to solve the task: such programs are written by hand.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from itertools import islice

from functions.analysis import source

Body = list[ast.stmt]
Rewrite = Callable[[Body, int], Iterator[Body]]
Swap = Callable[[ast.expr], Iterator[ast.expr]]
LOOPS = ast.For | ast.While


def variants(solution: str) -> Iterator[str]:
    """Give programs with one slip each, every program once; the solution itself is not among them."""
    tree = source.parse(solution)
    seen = {ast.unparse(tree)}
    for program in (*_statements(tree), *_expressions(tree)):
        if program not in seen:
            seen.add(program)
            yield f"{program}\n"


def _statements(tree: ast.Module) -> Iterator[str]:
    for place, node in enumerate(ast.walk(tree)):
        for name in ("body", "orelse"):
            body = getattr(node, name, None)
            for index in range(len(body)) if isinstance(body, list) else ():
                for rewrite in REWRITES:
                    yield from _rewritten(tree, place, name, index, rewrite)


def _rewritten(tree: ast.Module, place: int, name: str, index: int, rewrite: Rewrite) -> Iterator[str]:
    node = list(ast.walk(copy.deepcopy(tree)))[place]
    for number, _ in enumerate(rewrite(getattr(node, name), index)):
        made = copy.deepcopy(tree)
        target = list(ast.walk(made))[place]
        # A rewrite undoes one change before it makes the next, so it must not go on from here.
        changed = next(islice(rewrite(getattr(target, name), index), number, None))
        setattr(target, name, changed or [ast.Pass()])
        yield ast.unparse(ast.fix_missing_locations(made))


def _expressions(tree: ast.Module) -> Iterator[str]:
    for place, node in enumerate(ast.walk(tree)):
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                for number in range(len(list(_swapped(value)))):
                    made = copy.deepcopy(tree)
                    target = list(ast.walk(made))[place]
                    setattr(target, field, next(islice(_swapped(getattr(target, field)), number, None)))
                    yield ast.unparse(ast.fix_missing_locations(made))


def _swapped(value: ast.expr) -> Iterator[ast.expr]:
    for swap in SWAPS:
        yield from swap(value)


def _left_out(body: Body, index: int) -> Iterator[Body]:
    if not isinstance(body[index], ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
        yield [*body[:index], *body[index + 1 :]]


def _no_else(body: Body, index: int) -> Iterator[Body]:
    node = body[index]
    if isinstance(node, ast.If) and node.orelse:
        yield [*body[:index], ast.If(node.test, node.body, []), *body[index + 1 :]]


def _separate_ifs(body: Body, index: int) -> Iterator[Body]:
    node = body[index]
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        yield [*body[:index], ast.If(node.test, node.body, []), *node.orelse, *body[index + 1 :]]


def _joined_ifs(body: Body, index: int) -> Iterator[Body]:
    """Write `elif` where a second `if` is right."""
    node, after = body[index], body[index + 1 : index + 2]
    if isinstance(node, ast.If) and not node.orelse and after and isinstance(after[0], ast.If):
        yield [*body[:index], ast.If(node.test, node.body, list(after)), *body[index + 2 :]]


def _early_return(body: Body, index: int) -> Iterator[Body]:
    """Return inside the loop that should end first."""
    node, after = body[index], body[index + 1 : index + 2]
    if isinstance(node, LOOPS) and after and isinstance(after[0], ast.Return):
        node.body.append(copy.deepcopy(after[0]))
        yield list(body)


def _else_in_loop(body: Body, index: int) -> Iterator[Body]:
    """Decide at the first item: what comes after the loop becomes the `else` of the condition inside."""
    node, after = body[index], body[index + 1 : index + 2]
    if isinstance(node, LOOPS) and after and isinstance(after[0], ast.Return):
        last = node.body[-1]
        if isinstance(last, ast.If) and not last.orelse:
            last.orelse = [copy.deepcopy(after[0])]
            yield list(body)


def _stops_early(body: Body, index: int) -> Iterator[Body]:
    """Leave the loop once its condition was true, or after the first round."""
    node = body[index]
    if isinstance(node, LOOPS):
        node.body.append(ast.Break())
        yield list(body)
        node.body.pop()
        for inner in node.body:
            if isinstance(inner, ast.If) and not isinstance(inner.body[-1], ast.Return | ast.Break):
                inner.body.append(ast.Break())
                yield list(body)
                inner.body.pop()


def _begins_again(body: Body, index: int) -> Iterator[Body]:
    """Set a variable anew in each round."""
    node, after = body[index], body[index + 1 : index + 2]
    if isinstance(node, ast.Assign) and after and isinstance(after[0], LOOPS):
        after[0].body.insert(0, copy.deepcopy(node))
        yield list(body)


def _once(body: Body, index: int) -> Iterator[Body]:
    node = body[index]
    if isinstance(node, ast.While):
        yield [*body[:index], ast.If(node.test, node.body, []), *body[index + 1 :]]


def _assigned(body: Body, index: int) -> Iterator[Body]:
    node = body[index]
    if isinstance(node, ast.AugAssign):
        yield [*body[:index], ast.Assign([node.target], node.value), *body[index + 1 :]]


def _printed(body: Body, index: int) -> Iterator[Body]:
    node = body[index]
    if isinstance(node, ast.Return) and node.value is not None:
        shown = ast.Expr(ast.Call(ast.Name("print", ast.Load()), [node.value], []))
        yield [*body[:index], shown, *body[index + 1 :]]


def _fewer_items(body: Body, index: int) -> Iterator[Body]:
    """Go through all but the first or last item, each item once, or in another order."""
    node = body[index]
    if isinstance(node, ast.For):
        for made in _other_items(node.iter):
            yield [*body[:index], ast.For(node.target, made, node.body, node.orelse), *body[index + 1 :]]


def _other_items(items: ast.expr) -> Iterator[ast.expr]:
    for written in (
        "list({})[1:]",
        "list({})[:-1]",
        "list(dict.fromkeys({}))",
        "list({})[::-1]",
        "sorted({})",
    ):
        yield ast.parse(written.format(ast.unparse(items)), mode="eval").body


def _of_comprehension(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        first = value.generators[0]
        whole = first.iter
        for made in _other_items(whole):
            first.iter = made
            yield copy.deepcopy(value)
        first.iter = whole
        if first.ifs:
            kept, first.ifs = first.ifs, first.ifs[1:]
            yield copy.deepcopy(value)
            first.ifs = kept


def _one_side(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.BoolOp):
        for left_out in range(len(value.values)):
            rest = [one for number, one in enumerate(value.values) if number != left_out]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(value.op, rest)
    elif isinstance(value, ast.BinOp):
        yield from (value.left, value.right)
    elif isinstance(value, ast.IfExp):
        yield from (value.body, value.orelse)
    elif isinstance(value, ast.UnaryOp):
        yield value.operand


def _shorter_comparison(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.Compare) and len(value.ops) > 1:
        yield ast.Compare(value.left, value.ops[:-1], value.comparators[:-1])
        yield ast.Compare(value.comparators[-2], value.ops[-1:], value.comparators[-1:])
    elif isinstance(value, ast.Compare) and isinstance(value.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        yield ast.Compare(value.left, [ast.Eq()], value.comparators)
    elif isinstance(value, ast.Compare) and isinstance(value.ops[0], ast.Eq):
        yield ast.Compare(value.left, [ast.GtE()], value.comparators)
        yield ast.Compare(value.left, [ast.LtE()], value.comparators)


def _only_once(value: ast.expr) -> Iterator[ast.expr]:
    """Compare with the number itself where its multiples are meant."""
    match value:
        case ast.Compare(ast.BinOp(left, ast.Mod(), right), [ast.Eq()], [ast.Constant(0)]):
            yield ast.Compare(left, [ast.Eq()], [right])


def _without_call(value: ast.expr) -> Iterator[ast.expr]:
    """Leave out a method such as `.strip()`, a function around one value, or its last argument."""
    if not isinstance(value, ast.Call):
        return
    if isinstance(value.func, ast.Attribute):
        yield value.func.value
    if len(value.args) == 1 and not value.keywords:
        yield value.args[0]
    if value.keywords:
        yield ast.Call(value.func, value.args, value.keywords[:-1])
    elif len(value.args) > 1:
        yield ast.Call(value.func, value.args[:-1], [])


def _other_number(value: ast.expr) -> Iterator[ast.expr]:
    held = value.value if isinstance(value, ast.Constant) else None
    if isinstance(held, int | float) and not isinstance(held, bool):
        yield ast.Constant(held - 1)
    elif isinstance(held, str) and held:
        yield ast.Constant("")


def _without_slice(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
        yield value.value


REWRITES: tuple[Rewrite, ...] = (
    _left_out, _no_else, _separate_ifs, _joined_ifs, _early_return, _else_in_loop, _stops_early,
    _begins_again, _once, _assigned, _printed, _fewer_items,
)  # fmt: skip
SWAPS: tuple[Swap, ...] = (
    _of_comprehension, _one_side, _shorter_comparison, _without_call, _other_number, _without_slice,
    _only_once,
)  # fmt: skip
