"""Which topics, concepts and constructs of Python a program uses.

Concepts are found by what only they need in the syntax tree, or by a module or a name; keywords and
built-in names by themselves. Cost: linear in the tree, but for loops and functions in one another. It fails
where a concept has no syntax of its own (accumulators, searching): such a concept is never found in a
program. What Python cannot read is searched by its words alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from functions.analysis import source
from functions.knowledge.skills import skills

WORD = re.compile(r"[^\W\d]\w*")
NODES: Mapping[str, tuple[type[ast.AST], ...]] = {
    "f-strings": (ast.JoinedStr,),
    "if-else": (ast.If, ast.IfExp),
    "boolean-logic": (ast.BoolOp, ast.Not),
    "comparisons": (ast.Compare,),
    "for-loop": (ast.For,),
    "while-loop": (ast.While,),
    "break-continue": (ast.Break, ast.Continue),
    "lists": (ast.List, ast.ListComp),
    "slicing": (ast.Slice,),
    "dictionaries": (ast.Dict, ast.DictComp),
    "sets": (ast.Set, ast.SetComp),
    "comprehensions": (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    "defining-functions": (ast.FunctionDef, ast.AsyncFunctionDef),
    "return": (ast.Return,),
    "scope": (ast.Global, ast.Nonlocal),
    "lambda": (ast.Lambda,),
    "generators": (ast.Yield, ast.YieldFrom, ast.GeneratorExp),
    "classes": (ast.ClassDef,),
    "with-statement": (ast.With, ast.AsyncWith),
    "context-managers": (ast.With, ast.AsyncWith),
    "try-except": (ast.Try,),
    "raising": (ast.Raise,),
    "testing": (ast.Assert,),
    "importing": (ast.Import, ast.ImportFrom),
    "modulo": (ast.Mod, ast.FloorDiv),
    "variable-arguments": (ast.Starred,),
}
MODULES: Mapping[str, frozenset[str]] = {
    "regular-expressions": frozenset({"re"}),
    "math-random": frozenset({"math", "random"}),
    "datetime": frozenset({"datetime"}),
    "collections-tools": frozenset({"collections", "itertools"}),
    "itertools": frozenset({"itertools"}),
    "csv-json": frozenset({"csv", "json"}),
    "paths": frozenset({"pathlib", "os"}),
    "statistics": frozenset({"statistics"}),
    "dataclasses": frozenset({"dataclasses"}),
    "heaps": frozenset({"heapq"}),
}
NAMES: Mapping[str, frozenset[str]] = {
    "range": frozenset({"range"}),
    "reading-files": frozenset({"open"}),
    "writing-files": frozenset({"open"}),
    "sets": frozenset({"set", "frozenset"}),
    "dictionaries": frozenset({"dict"}),
    "rounding": frozenset({"round"}),
    "properties": frozenset({"property"}),
    "class-methods": frozenset({"classmethod", "staticmethod"}),
    "iterators": frozenset({"iter", "next"}),
    "higher-order-functions": frozenset({"map", "filter"}),
}


def used(code: str, of: Collection[str]) -> frozenset[str]:
    """Find which of some topics, concepts, keywords and built-in names a program uses."""
    if not of:
        return frozenset()
    words = frozenset(WORD.findall(code))
    try:
        nodes = tuple(ast.walk(source.parse(code)))
    except SyntaxError:
        found = words
    else:
        found = frozenset(_written(nodes)) | frozenset(_concepts(nodes))
        # Keywords are read off the tree: in strings and comments they are words like others.
        found |= frozenset(_keywords(nodes))
    known = skills()
    topics = frozenset(known[one].topic for one in found if one in known)
    return frozenset(of) & (found | topics)


def _written(nodes: tuple[ast.AST, ...]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Name(id=name):
                yield name
            case ast.Constant(value=True | False | None as value):
                yield str(value)


def _concepts(nodes: tuple[ast.AST, ...]) -> Iterator[str]:
    kinds = {type(node) for node in nodes}
    names = frozenset(_written(nodes))
    modules = {module for node in nodes for module in _imported(node)}
    yield from (one for one, wanted in NODES.items() if kinds & set(wanted))
    yield from (one for one, wanted in MODULES.items() if modules & wanted)
    yield from (one for one, wanted in NAMES.items() if names & wanted)
    for node in nodes:
        match node:
            case ast.FunctionDef():
                yield from _of_function(node)
            case ast.ClassDef(bases=[_, *_]):
                yield "inheritance"
            case ast.Try() if node.orelse or node.finalbody:
                yield "finally-else"
            case ast.For() | ast.While() if any(
                isinstance(inner, ast.For | ast.While) for inner in ast.walk(node) if inner is not node
            ):
                yield "nested-loops"
            case ast.Tuple(ctx=ast.Load()):
                yield "tuples"


def _of_function(node: ast.FunctionDef) -> Iterator[str]:
    if node.decorator_list:
        yield "decorators"
    if node.args.args:
        yield "parameters"
    if node.args.defaults or any(node.args.kw_defaults):
        yield "default-arguments"
    if node.args.vararg or node.args.kwarg:
        yield "variable-arguments"
    if node.name == "__init__":
        yield "init-self"
    elif node.name.startswith("__"):
        yield "special-methods"
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == node.name:
            yield "recursion"
            return


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (one.name.split(".")[0] for one in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.split(".")[0]


def _keywords(nodes: tuple[ast.AST, ...]) -> Iterator[str]:
    for node in nodes:
        yield from KEYWORDS.get(type(node), ())
        if isinstance(node, ast.If) and node.orelse:
            yield from ("else", "elif")
        if isinstance(node, ast.Try) and node.finalbody:
            yield "finally"


KEYWORDS: Mapping[type[ast.AST], tuple[str, ...]] = {
    ast.For: ("for", "in"),
    ast.While: ("while",),
    ast.If: ("if",),
    ast.IfExp: ("if", "else"),
    ast.comprehension: ("for", "in"),
    ast.FunctionDef: ("def",),
    ast.AsyncFunctionDef: ("async", "def"),
    ast.Await: ("await",),
    ast.Return: ("return",),
    ast.Lambda: ("lambda",),
    ast.ClassDef: ("class",),
    ast.Try: ("try", "except"),
    ast.Raise: ("raise",),
    ast.With: ("with",),
    ast.Import: ("import",),
    ast.ImportFrom: ("from", "import"),
    ast.Break: ("break",),
    ast.Continue: ("continue",),
    ast.Pass: ("pass",),
    ast.Assert: ("assert",),
    ast.Delete: ("del",),
    ast.Global: ("global",),
    ast.Nonlocal: ("nonlocal",),
    ast.Yield: ("yield",),
    ast.YieldFrom: ("yield", "from"),
    ast.And: ("and",),
    ast.Or: ("or",),
    ast.Not: ("not",),
    ast.In: ("in",),
    ast.NotIn: ("not", "in"),
    ast.Is: ("is",),
    ast.IsNot: ("is", "not"),
    ast.Match: ("match", "case"),
}
