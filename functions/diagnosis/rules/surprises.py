"""Silent faults that surprise: Python does what is written, and it is not what a beginner reads in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from functions.diagnosis.rules.tree import Spot, called_name, finds, makes_list, method, nodes, targets


@finds("power-sign")
def _power_sign(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.BinOp):
        # With a number on the right, or none of the signs that go with bits, it is meant as a power.
        if isinstance(node.op, ast.BitXor) and isinstance(node.right, ast.Constant) and _whole(node.right):
            yield Spot(node.lineno)


def _whole(node: ast.Constant) -> bool:
    return type(node.value) in (int, float)


@finds("same-arguments")
def _same_arguments(tree: ast.Module) -> Iterator[Spot]:
    for function in nodes(tree, ast.FunctionDef):
        names = [argument.arg for argument in function.args.args]
        changed = {name for node in ast.walk(function) for name in _stored(node)}
        for call in nodes(function, ast.Call):
            given = [argument.id for argument in call.args if isinstance(argument, ast.Name)]
            if called_name(call) == function.name and given == names and names and not changed & set(names):
                yield Spot(call.lineno, function.name)


def _stored(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Assign):
        return targets(node)
    target = getattr(node, "target", None)
    return {target.id} if isinstance(target, ast.Name) else set()


@finds("index-of-length")
def _index_of_length(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.Subscript):
        index, owner = node.slice, node.value
        if not (isinstance(index, ast.Call) and called_name(index) == "len" and index.args):
            continue
        if isinstance(owner, ast.Name) and ast.dump(index.args[0]) == ast.dump(owner):
            yield Spot(node.lineno, owner.id)


@finds("hidden-global")
def _hidden_global(tree: ast.Module) -> Iterator[Spot]:
    outside = {name for node in tree.body if isinstance(node, ast.Assign) for name in targets(node)}
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        said = {name for node in nodes(function, ast.Global) for name in node.names}
        parameters = {argument.arg for argument in function.args.args}
        read = {node.id for node in nodes(function, ast.Name) if isinstance(node.ctx, ast.Load)}
        for node in nodes(function, ast.Assign):
            # A variable that the function stores and never looks at was meant for others.
            for name in sorted((targets(node) & outside) - said - parameters - read):
                yield Spot(node.lineno, name)


@finds("shared-attribute")
def _shared_attribute(tree: ast.Module) -> Iterator[Spot]:
    for owner in nodes(tree, ast.ClassDef):
        changed = {
            call.func.value.attr
            for call in nodes(owner, ast.Call)
            if isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Attribute)
            and isinstance(call.func.value.value, ast.Name)
            and call.func.value.value.id == "self"
        }
        for node in owner.body:
            if isinstance(node, ast.Assign) and (makes_list(node.value) or isinstance(node.value, ast.Dict)):
                for name in sorted(targets(node) & changed):
                    yield Spot(node.lineno, name)


@finds("late-name")
def _late_name(tree: ast.Module) -> Iterator[Spot]:
    for loop in nodes(tree, ast.For):
        turning = {node.id for node in nodes(loop.target, ast.Name)}
        kept = [call for call in nodes(loop, ast.Call) if method(call) in ("append", "insert", "setdefault")]
        for function in (made for call in kept for made in call.args if isinstance(made, ast.Lambda)):
            own = {argument.arg for argument in function.args.args}
            used = {node.id for node in nodes(function.body, ast.Name)}
            for name in sorted((used & turning) - own):
                yield Spot(function.lineno, name)


@finds("swallowed-error")
def _swallowed_error(tree: ast.Module) -> Iterator[Spot]:
    for node in nodes(tree, ast.ExceptHandler):
        broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception")
        if broad and all(isinstance(line, ast.Pass | ast.Continue) for line in node.body):
            yield Spot(node.lineno)


@finds("never-closed-file")
def _never_closed_file(tree: ast.Module) -> Iterator[Spot]:
    closed = {
        call.func.value.id
        for call in nodes(tree, ast.Call)
        if method(call) in ("close", "flush")
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
    }
    for node in nodes(tree, ast.Assign):
        call = node.value
        if isinstance(call, ast.Call) and called_name(call) == "open" and _writes(call):
            for name in sorted(targets(node) - closed):
                yield Spot(node.lineno, name)


def _writes(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "mode")]
    return any(isinstance(mode, ast.Constant) and str(mode.value)[:1] in ("w", "a", "x") for mode in modes)


@finds("fixed-seed")
def _fixed_seed(tree: ast.Module) -> Iterator[Spot]:
    for call in nodes(tree, ast.Call):
        fixed = bool(call.args) and isinstance(call.args[0], ast.Constant)
        if fixed and "seed" in (method(call), called_name(call)):
            yield Spot(call.lineno)


@finds("banker-round")
def _banker_round(tree: ast.Module) -> Iterator[Spot]:
    for call in nodes(tree, ast.Call):
        if called_name(call) == "round" and len(call.args) == 1 and isinstance(call.args[0], ast.Constant):
            value = call.args[0].value
            if isinstance(value, float) and value % 1 == 0.5 and int(value) % 2 == 0:
                yield Spot(call.lineno)
