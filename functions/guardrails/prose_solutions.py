"""Whether prose tells a solution step by step: "set largest to a; if b is greater, set largest to b; ...".

The solution's statements and the prose's clauses are put in order side by side; a clause tells a statement
when it does the same kind of thing and names what that statement names, apart from variables of its own,
which may be called otherwise. Cost: clauses times statements. It fails where prose says it in one phrase
("take the maximum"), and where a solution has fewer than two statements.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
VERBS = (
    "set|let|return|add|put|store|give|print|increase|append|make|assign|keep|save|start|for|if|otherwise|else"
    "|while"
)
CLAUSES = re.compile(
    rf"(?<![.;:!?\n])[.;:!?\n]++(?=\s|$)|,\s+(?:and\s+)?(?=(?:then|{VERBS})\b)|\b(?:and )?then\b,?"
    rf"|\band (?=(?:{VERBS})\b)|\u2192"
)
WORD = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[+*/%<>=-]+")
KINDS: dict[str, re.Pattern[str]] = {
    "assign": re.compile(
        r"\b(?:set|let|assign|stor|initiali[sz]|start|begin|creat|mak|keep|sav|put|becom|defin|remember|tak)"
        r"(?:e|s|es|ing|ting)?\b|="
    ),
    "change": re.compile(
        r"\b(?:(?:add|increas|increment|decreas|subtract|multiply|divid|append|count|join|extend|remov|insert"
        r"|updat)(?:e|s|es|ing)?|multiplies|plus)\b|[+*/-]="
    ),
    "if": re.compile(
        r"\b(?:if|when(?:ever)?|unless|checks?|compares?|otherwise|else|in case"
        r"|is (?:greater|less|larger|smaller|bigger|equal))\b"
    ),
    "loop": re.compile(
        r"\b(?:for (?:each|every|all|any)|for \w+ in|loop(?:s|ing)?|go(?:es|ing)? (?:through|over)"
        r"|walk(?:s|ing)?|iterat(?:e|es|ing)|repeats?|while|as long as|until|every one of)\b"
    ),
    "give": re.compile(
        r"\b(?:return(?:s|ing)?|giv(?:e|es|ing) (?:it )?back|hand(?:s|ing)? (?:it )?back|print(?:s|ing)?"
        r"|outputs?|displays?)\b"
    ),
}
SAME = {
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "ten": "10",
    "length": "len",
    "maximum": "max",
    "minimum": "min",
    "empty": "empty",
    "total": "sum",
    "sorted": "sort",
    "greater": ">",
    "larger": ">",
    "bigger": ">",
    "smaller": "<",
    "less": "<",
    "equal": "==",
    "equals": "==",
    "times": "*",
    "plus": "+",
    "minus": "-",
    "divided": "/",
    "remainder": "%",
}
MIN_STATEMENTS = 2
# Of the solution's statements, how many must be told, in order, for the whole to be told.
MIN_SHARE = 0.6
MIN_NAMED = 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as prose can tell it: what kind of thing it does, and what it names that is not its own."""

    kinds: frozenset[str]
    names: frozenset[str]


def tells_solution(text: str, solution: str, known: str = "") -> bool:
    """Whether prose dictates a solution; what the student's own program has already is no secret."""
    steps = _steps(solution, known)
    if len(steps) < MIN_STATEMENTS:
        return False
    clauses = [one for one in CLAUSES.split(FENCE.sub(" ", text).replace("`", "")) if one and one.strip()]
    told, named = _aligned(steps, [_told(clause) for clause in clauses])
    return told >= MIN_SHARE * len(steps) and named >= max(MIN_STATEMENTS, MIN_NAMED * len(steps))


def _aligned(steps: Sequence[Told], clauses: Sequence[Told]) -> tuple[int, int]:
    """Count the statements that are told in order, and those of them that are told by their names."""
    best = [(0, 0)] * (len(clauses) + 1)
    for step in steps:
        row = [(0, 0)]
        for at, clause in enumerate(clauses, 1):
            before = best[at - 1]
            fits, named = _fits(step, clause)
            here = (before[0] + 1, before[1] + named) if fits else before
            row.append(max(here, row[-1], best[at]))
        best = row
    return best[-1]


def _fits(step: Told, clause: Told) -> tuple[bool, bool]:
    """Whether a clause tells a statement, and whether it does so by what the statement names."""
    named = bool(step.names) and len(step.names & clause.names) >= MIN_NAMED * len(step.names)
    return bool(step.kinds & clause.kinds) and (named or not step.names), named


def _told(clause: str) -> Told:
    low = clause.lower()
    kinds = frozenset(kind for kind, pattern in KINDS.items() if pattern.search(low))
    words = WORD.findall(low)
    return Told(kinds, frozenset([*words, *(SAME[word] for word in words if word in SAME)]))


@lru_cache(maxsize=256)
def _steps(solution: str, known: str) -> tuple[Told, ...]:
    try:
        tree, had = ast.parse(solution), {ast.dump(node) for node in _statements(_parsed(known))}
    except (SyntaxError, ValueError, RecursionError):
        return ()
    own = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    fresh = [node for node in _statements(tree) if ast.dump(node) not in had]
    return tuple(step for step in (_step(node, own) for node in fresh) if step.kinds)


def _parsed(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Give the statements in the order they are written; functions and classes by what is in them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Pass):
                yield node
            yield from _statements(node)


def _step(node: ast.stmt, own: set[str]) -> Told:
    kinds: frozenset[str]
    parts: list[ast.AST]
    match node:
        case ast.Assign() | ast.AnnAssign():
            kinds, parts = frozenset({"assign"}), [node]
        case ast.AugAssign():
            kinds, parts = frozenset({"change", "assign"}), [node]
        case ast.If():
            kinds, parts = frozenset({"if"}), [node.test]
        case ast.For():
            kinds, parts = frozenset({"loop"}), [node.iter]
        case ast.While():
            kinds, parts = frozenset({"loop"}), [node.test]
        case ast.Return():
            kinds, parts = frozenset({"give"}), [node]
        case ast.Expr(value=ast.Call()):
            kinds, parts = frozenset({"give", "change"}), [node]
        case _:
            kinds, parts = frozenset(), []
    names = {name for part in parts for name in _names(part)} - {name.lower() for name in own}
    return Told(kinds, frozenset(names))


def _names(tree: ast.AST) -> Iterator[str]:
    """Give what an expression names: variables, functions, methods, and values of one word."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name.lower()
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                yield str(value)
            case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Constant(value=""):
                yield "empty"
            case _:
                continue
