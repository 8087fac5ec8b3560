"""Expressions of a learner's program in words: what a condition asks, what a value is.

Cost: one pass over the expression; what is longer than MAX_CODE characters is shown shortened. It fails to
say what a call does that is not Python's own: it is named, and the run shows what it gives.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

MAX_CODE = 60
WRITTEN = "written"
COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "is equal to",
    ast.NotEq: "is different from",
    ast.Lt: "is less than",
    ast.LtE: "is at most",
    ast.Gt: "is greater than",
    ast.GtE: "is at least",
    ast.In: "is in",
    ast.NotIn: "is not in",
    ast.Is: "is the very same object as",
    ast.IsNot: "is not",
}
EMPTY: Mapping[type[ast.expr], str] = {
    ast.List: "an empty list",
    ast.Dict: "an empty dictionary",
    ast.Tuple: "an empty tuple",
}
CONVERTED = {
    "int": "a whole number",
    "float": "a number with a point",
    "str": "a string",
    "list": "a list",
    "set": "a set",
}
GIVES = {
    "len": "the length of {0}",
    "sum": "the sum of {0}",
    "max": "the largest of {0}",
    "min": "the smallest of {0}",
    "sorted": "a sorted list of {0}",
    "reversed": "{0} from back to front",
    "abs": "{0} without its sign",
    "round": "{0}, rounded",
    "open": "the opened file {0}",
    "set": "a set of the items of {0}, each once",
}
METHODS = {
    "upper": "{0} in capital letters",
    "lower": "{0} in small letters",
    "strip": "{0} without blanks at its ends",
    "split": "the parts of {0} as a list",
    "keys": "the keys of {0}",
    "values": "the values of {0}",
    "items": "the pairs of key and value of {0}",
    "copy": "a copy of {0}",
    "title": "{0} with capital letters at the beginning of words",
    "count": "how often {1} is in {0}",
    "find": "where {1} begins in {0}",
    "index": "where {1} is in {0}",
    "replace": "{0} with {1} replaced by {2}",
    "join": "the items of {1}, joined by {0}",
    "read": "all the text of {0}",
    "readlines": "the lines of {0} as a list",
}


def keep_source(tree: ast.AST, source: str) -> None:
    """Keep the author's own writing at every expression of one line, so that quotes stay as they were."""
    rows = [row.encode() for row in source.splitlines()]
    for node in ast.walk(tree):
        line = getattr(node, "lineno", None)
        if line is None or line != getattr(node, "end_lineno", None) or line > len(rows):
            continue
        text = rows[line - 1][getattr(node, "col_offset", 0) : getattr(node, "end_col_offset", None)]
        setattr(node, WRITTEN, text.decode(errors="replace"))


def code(node: ast.AST) -> str:
    """Show a piece of code between backticks, as it was written, shortened where it is long."""
    # `ast.unparse` writes all strings with single quotes and drops brackets: a student would not know the
    # line again.
    text = " ".join((getattr(node, WRITTEN, None) or ast.unparse(node)).split())
    text = text if len(text) <= MAX_CODE else text[: MAX_CODE - 3] + "..."
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def condition(node: ast.expr) -> str:
    """Say what a condition asks, to follow the word "whether"."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _comparison(node.left, node.ops[0], node.comparators[0])
    if isinstance(node, ast.BoolOp):
        return (" and " if isinstance(node.op, ast.And) else " or ").join(map(condition, node.values))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = node.operand
        return (
            f"{code(inner)} is false or empty"
            if isinstance(inner, ast.Name)
            else f"it is not so that {condition(inner)}"
        )
    if isinstance(node, ast.Constant):
        return f"`{node.value!r}` is true, which it {'always' if node.value else 'never'} is"
    if isinstance(node, ast.Name):
        return f"{code(node)} is true (or not empty)"
    return f"{code(node)} is true"


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
    rest = _remainder(left)
    if rest is not None and isinstance(right, ast.Constant) and right.value == 0:
        number, by = rest
        if isinstance(op, ast.Eq | ast.NotEq):
            # The remainder by 2 is asked for in every first course, and means even or odd there.
            by_two = isinstance(by, ast.Constant) and by.value == 2
            known = ("even", "odd") if by_two else None
            if known:
                return f"{code(number)} is {known[isinstance(op, ast.NotEq)]}"
            can = "can" if isinstance(op, ast.Eq) else "can not"
            return f"{code(number)} {can} be divided by {code(by)} without a rest"
    return f"{code(left)} {COMPARED[type(op)]} {code(right)}"


def _remainder(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mod)
        and not isinstance(node.left, ast.Constant)
    ):
        return node.left, node.right
    return None


def value(node: ast.expr) -> str:
    """Say what an expression is, to follow "becomes" or "is"."""
    if isinstance(node, ast.Constant) and node.value == "" and isinstance(node.value, str):
        return '`""`, an empty string'
    if isinstance(node, ast.List | ast.Tuple) and not node.elts:
        return f"{code(node)}, {EMPTY[type(node)]}"
    if isinstance(node, ast.Dict) and not node.keys:
        return "`{}`, an empty dictionary"
    if isinstance(node, ast.Subscript):
        return _item(node)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        return _comprehension(node)
    if isinstance(node, ast.IfExp):
        return f"{code(node.body)} if {condition(node.test)}, and {code(node.orelse)} otherwise"
    if isinstance(node, ast.Call):
        return called(node) or code(node)
    if isinstance(node, ast.JoinedStr):
        return f"the text {code(node)} with the values put in"
    if isinstance(node, ast.Compare | ast.BoolOp):
        return f"True or False: whether {condition(node)}"
    return code(node)


def called(node: ast.Call) -> str | None:
    """Say what a call of Python's own gives; None for any other."""
    args = [value(arg) if isinstance(arg, ast.Call) else code(arg) for arg in node.args]
    if isinstance(node.func, ast.Name):
        return _of_builtin(node.func.id, node.args, args)
    if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        given = [code(node.func.value), *args, "", ""]
        wanted = METHODS[node.func.attr]
        return wanted.format(*given) if wanted.count("{") <= 1 + len(args) else None
    return None


def _of_builtin(name: str, nodes: list[ast.expr], args: list[str]) -> str | None:
    if name == "input":
        return f"what the user types after reading {args[0]}" if args else "what the user types"
    if name in CONVERTED and len(args) == 1:
        return f"{args[0]}, turned into {CONVERTED[name]}"
    if name == "range" and args:
        return _range(nodes, args)
    if name in GIVES and len(args) >= 1:
        return GIVES[name].format(args[0] if len(args) == 1 else " and ".join(args))
    return None


def _range(nodes: list[ast.expr], args: list[str]) -> str:
    first = args[0] if len(args) > 1 else "0"
    end = args[0] if len(args) == 1 else args[1]
    bound = nodes[0] if len(nodes) == 1 else nodes[1]
    last = (
        f"`{bound.value - 1}`"
        if isinstance(bound, ast.Constant) and isinstance(bound.value, int)
        else f"one before {end}"
    )
    first = f"`{first}`" if first == "0" else first
    if len(args) == 3:
        return f"the numbers from {first} on, in steps of {args[2]}, stopping before {end}"
    return f"the numbers from {first} to {last}"


def _item(node: ast.Subscript) -> str:
    index = node.slice
    if isinstance(index, ast.Slice):
        return f"a part of {code(node.value)}: {code(node)}"
    number = index.operand if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) else index
    if isinstance(number, ast.Constant) and isinstance(number.value, int):
        place = {(0, False): "first", (1, True): "last"}.get((number.value, number is not index))
        return (
            f"{code(node)}, the {place} item"
            if place
            else f"{code(node)}, the item at place {ast.unparse(index)}"
        )
    return f"what {code(node.value)} has at {code(index)}"


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> str:
    loop = node.generators[0]
    kind = {ast.ListComp: "a list", ast.SetComp: "a set", ast.DictComp: "a dictionary"}.get(
        type(node), "a row"
    )
    made = (
        f"`{ast.unparse(node.key)}: {ast.unparse(node.value)}`"
        if isinstance(node, ast.DictComp)
        else code(node.elt)
    )
    only = f", but only where {' and '.join(map(condition, loop.ifs))}" if loop.ifs else ""
    return f"{kind} with {made} for each {code(loop.target)} in {code(loop.iter)}{only}"
