"""The statements of a learner's program in words: what each line does, before it has run.

Cost: one pass over the tree. A statement that is not known is shown as it is written; the words say what
Python does, not what the author meant.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from functions.analysis import source
from functions.analysis.expression_words import called, code, condition, keep_source, value

OPERATED: Mapping[type[ast.operator], str] = {
    ast.Add: "{1} is added to {0}",
    ast.Sub: "{1} is taken away from {0}",
    ast.Mult: "{0} is multiplied by {1}",
    ast.Div: "{0} is divided by {1}",
    ast.FloorDiv: "{0} is divided by {1}, and the rest is dropped",
    ast.Mod: "{0} becomes the rest of dividing it by {1}",
    ast.Pow: "{0} is raised to the power {1}",
}
DOES = {
    "append": "puts {1} at the end of {0}",
    "add": "adds {1} to {0}",
    "remove": "takes {1} out of {0}",
    "pop": "takes an item out of {0}",
    "insert": "puts {2} into {0} at place {1}",
    "extend": "puts all items of {1} at the end of {0}",
    "sort": "sorts {0} itself",
    "reverse": "turns {0} around",
    "update": "puts the entries of {1} into {0}",
    "clear": "empties {0}",
    "write": "writes {1} into {0}",
    "close": "closes {0}",
    "discard": "takes {1} out of {0}, if it is there",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A statement (of a block: its head), from its first line to its last, in words."""

    first: int
    last: int
    words: str
    depth: int
    node: ast.stmt | ast.excepthandler


def lines_of(source_text: str) -> list[Line]:
    """Read a program and give its statements; raises SyntaxError."""
    tree = source.parse(source_text)
    keep_source(tree, source_text)
    return lines(tree)


def lines(tree: ast.Module) -> list[Line]:
    """Give the statements of a program in the order of their lines; a docstring is none."""
    return sorted(_lines(tree.body, 0), key=lambda line: line.first)


def _lines(body: list[ast.stmt], depth: int) -> Iterator[Line]:
    for node in body:
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            continue
        yield Line(node.lineno, _end_of_head(node), words(node), depth, node)
        for name in ("body", "orelse", "finalbody"):
            yield from _lines(getattr(node, name, []) or [], depth + 1)
        for handler in getattr(node, "handlers", []):
            yield Line(handler.lineno, handler.lineno, _handler(handler), depth, handler)
            yield from _lines(handler.body, depth + 1)


def _end_of_head(node: ast.stmt) -> int:
    body: list[ast.stmt] = getattr(node, "body", [])
    return (
        max(node.lineno, body[0].lineno - 1)
        if body and body[0].lineno > node.lineno
        else (node.lineno if body else node.end_lineno or node.lineno)
    )


def words(node: ast.stmt) -> str:
    """Say what a statement does."""
    say = SAID.get(type(node))
    return say(node) if say is not None else f"runs {code(node)}"


def _assign(node: ast.Assign) -> str:
    target, given = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(given, ast.Tuple) and len(target.elts) == len(given.elts):
        pairs = [f"{code(t)} becomes {code(v)}" for t, v in zip(target.elts, given.elts, strict=True)]
        return ", ".join(pairs[:-1]) + f" and {pairs[-1]}, all at once"
    # Said as `+=` would be: "total becomes total + n" repeats the line instead of explaining it.
    if (grown := _grown(target, given)) is not None:
        return grown
    if isinstance(target, ast.Subscript):
        return f"in {code(target.value)}, {code(target.slice)} gets {value(given)}"
    if isinstance(target, ast.Attribute):
        return f"the object keeps {value(given)} under the name {code(target)}"
    # By PEP 8 only classes are written so; who breaks it gets the words of a call, which are right as well.
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Name) and given.func.id[:1].isupper():
        return f"makes a new object: {code(given)}; {code(target)} is its name"
    if isinstance(given, ast.Call) and called(given) is None:
        return f"calls {code(given)}; {code(target)} becomes what it gives back"
    return f"{code(target)} becomes {value(given)}"


def _grown(target: ast.expr, given: ast.expr) -> str | None:
    """Read `total = total + n`."""
    if not (
        isinstance(target, ast.Name) and isinstance(given, ast.BinOp) and isinstance(given.left, ast.Name)
    ):
        return None
    if given.left.id != target.id or type(given.op) not in OPERATED:
        return None
    return OPERATED[type(given.op)].format(code(target), code(given.right))


def _ann_assign(node: ast.AnnAssign) -> str:
    kind = f"{code(node.target)} is meant to hold {code(node.annotation)}"
    return f"{code(node.target)} becomes {value(node.value)}; {kind}" if node.value is not None else kind


def _aug_assign(node: ast.AugAssign) -> str:
    wanted = OPERATED.get(type(node.op))
    return wanted.format(code(node.target), code(node.value)) if wanted else f"runs {code(node)}"


def _expr(node: ast.Expr) -> str:
    call = node.value
    if not isinstance(call, ast.Call):
        return f"works out {code(call)}, and does nothing with it"
    if isinstance(call.func, ast.Name) and call.func.id == "print":
        return f"prints {_listed([value(arg) for arg in call.args])}" if call.args else "prints an empty line"
    if isinstance(call.func, ast.Attribute) and (wanted := DOES.get(call.func.attr)):
        given = [code(call.func.value), *map(code, call.args)]
        # A method of the same name with fewer arguments is another one, of a class of the student's.
        if wanted.count("{") <= len(given):
            return wanted.format(*given)
    if isinstance(call.func, ast.Name) and call.func.id == "input":
        return f"waits until the user types something, which is not kept: {code(call)}"
    return f"calls {code(call)}"


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def _return(node: ast.Return) -> str:
    if node.value is None:
        return "leaves the function, and gives back nothing (`None`)"
    return f"leaves the function and gives back {value(node.value)}"


def _if(node: ast.If) -> str:
    return f"checks whether {condition(node.test)}" + (
        "; if not, it goes on at `else`" if _has_else(node) else ""
    )


def _has_else(node: ast.If) -> bool:
    # `elif` is an `if` inside `else` to the tree, and has a line of its own in words.
    return bool(node.orelse) and not (len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If))


def _for(node: ast.For | ast.AsyncFor) -> str:
    over = node.iter
    if isinstance(over, ast.Call) and isinstance(over.func, ast.Name) and over.func.id == "range":
        return f"repeats the lines below; {code(node.target)} goes through {called(over) or code(over)}"
    if (
        isinstance(over, ast.Call)
        and isinstance(over.func, ast.Name)
        and over.func.id == "enumerate"
        and over.args
    ):
        return f"goes through {code(over.args[0])}; {code(node.target)} is the place and the item"
    return f"takes the items of {code(over)} one after the other and calls each {code(node.target)}"


def _while(node: ast.While) -> str:
    if isinstance(node.test, ast.Constant) and node.test.value:
        return "repeats the lines below for ever, until something leaves the loop"
    return f"repeats the lines below as long as {condition(node.test)}"


def _def(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    names = [f"`{arg.arg}`" for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    if names[:1] == ["`self`"]:
        takes = f"it takes {' and '.join(names[1:])}, besides" if names[1:] else "it takes only"
        return f"defines the method `{node.name}`; {takes} the object itself (`self`)"
    takes = f"; it takes {' and '.join(names)}" if names else ""
    return f"defines the function `{node.name}`{takes}. Its lines run only when it is called"


def _class(node: ast.ClassDef) -> str:
    base = f", built on {', '.join(map(code, node.bases))}" if node.bases else ""
    return f"defines the class `{node.name}`{base}: a plan for objects"


def _import(node: ast.Import | ast.ImportFrom) -> str:
    names = ", ".join(f"`{alias.asname or alias.name}`" for alias in node.names)
    return f"makes {names} {f'from `{node.module}` ' if isinstance(node, ast.ImportFrom) else ''}usable here"


def _with(node: ast.With | ast.AsyncWith) -> str:
    first = node.items[0]
    named = f" and calls it {code(first.optional_vars)}" if first.optional_vars is not None else ""
    return f"opens {code(first.context_expr)}{named}; it is closed by itself after the lines below"


def _handler(node: ast.excepthandler) -> str:
    kind = node.type if isinstance(node, ast.ExceptHandler) else None
    return f"runs only if {code(kind) if kind is not None else 'any error'} happened above"


def _raise(node: ast.Raise) -> str:
    return f"stops here with the error {code(node.exc)}" if node.exc is not None else "lets the error go on"


def _match(node: ast.Match) -> str:
    return f"compares {code(node.subject)} with the patterns below and takes the first that fits"


SAID: Mapping[type[ast.stmt], Callable[[Any], str]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _ann_assign,
    ast.AugAssign: _aug_assign,
    ast.Expr: _expr,
    ast.Return: _return,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.FunctionDef: _def,
    ast.AsyncFunctionDef: _def,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.With: _with,
    ast.Raise: _raise,
    ast.Match: _match,
    ast.Try: lambda _: "tries the lines below; an error in them does not end the program",
    ast.Break: lambda _: "leaves the loop at once",
    ast.Continue: lambda _: "skips the rest and begins the next round of the loop",
    ast.Pass: lambda _: "does nothing; a block needs at least one line",
    ast.Delete: lambda node: f"removes {', '.join(map(code, node.targets))}",
    ast.Global: lambda node: (
        f"uses the name{'s' * (len(node.names) > 1)} {', '.join(f'`{n}`' for n in node.names)} from "
        f"outside the function"
    ),
    ast.Assert: lambda node: f"stops with an AssertionError unless {condition(node.test)}",
}
