"""What ruff does not look for: names that say nothing, deep nesting, repeated lines, and likely mistakes.

One walk over the tree for each kind, after the silent faults of the diagnosis. Cost: linear, for repeats in
the number of statements times the length of a run. Whether a name or a repetition is meant so is not to be
seen: findings are worded as suggestions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from functions.analysis import source
from functions.code_review.rulebook import Finding, found
from functions.diagnosis.catalogue import catalogue
from functions.diagnosis.findings import silent_faults

# Names that could stand in any program; one letter alone is fine for a counter.
EMPTY_NAMES = re.compile(
    r"(?:foo|bar|baz|asdf\w{0,40}|qwe\w{0,40}|x{3,40}|test\d{1,9}|(?:temp|tmp|data|var|thing|stuff|val)\d{0,9})$"
)
NESTING = ast.For | ast.While | ast.If | ast.With | ast.Try
DEEPEST = 3
REPEATED = 3
LONG_PROGRAM = 40
LIKELY_MISTAKES = frozenset(
    {"stored-in-place", "discarded-string-method", "discarded-sorted", "missing-return", "or-with-constant"}
    | {"reset-in-loop", "return-in-loop", "endless-while", "index-past-end", "repeated-row", "missing-call"}
    | {"changed-while-looping", "text-compared-with-number", "after-return", "two-names-one-list"}
)


def inspect(code: str) -> list[Finding]:
    """Find what ruff does not look for in a program that can be read."""
    tree = source.parse(code)
    return [*_mistakes(code), *_names(tree), *_nesting(tree), *_repeats(tree), *_one_piece(tree)]


def _mistakes(code: str) -> Iterator[Finding]:
    for finding in silent_faults(code):
        if finding.fault in LIKELY_MISTAKES:
            fault = catalogue().silent[finding.fault]
            yield found("LF001", finding.line, name=f"{fault.title}.", detail=fault.how)


def _names(tree: ast.Module) -> Iterator[Finding]:
    seen: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in seen:
            seen.add(node.id)
            if EMPTY_NAMES.match(node.id):
                yield found("LF101", node.lineno, name=node.id)
        if isinstance(node, ast.FunctionDef):
            if EMPTY_NAMES.match(node.name):
                yield found("LF101", node.lineno, name=node.name)
            elif len(node.name) == 1:
                yield found("LF102", node.lineno, name=node.name)


def _nesting(tree: ast.Module) -> Iterator[Finding]:
    for node, depth in _depths(tree, 0):
        # Only where it gets too deep: what is deeper still belongs to the same finding.
        if depth == DEEPEST + 1:
            yield found("LF201", node.lineno, detail=str(depth))


def _depths(node: ast.AST, depth: int) -> Iterator[tuple[ast.stmt, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, NESTING) and not _is_elif(node, child):
            yield child, depth + 1
            yield from _depths(child, depth + 1)
        else:
            # A function begins anew: nesting is counted where a reader begins to read.
            inside = 0 if isinstance(child, ast.FunctionDef | ast.ClassDef) else depth
            yield from _depths(child, inside)


def _is_elif(parent: ast.AST, child: ast.stmt) -> bool:
    # In the tree an elif is an if inside of else; to a reader it is none.
    return isinstance(parent, ast.If) and isinstance(child, ast.If) and parent.orelse == [child]


def _repeats(tree: ast.Module) -> Iterator[Finding]:
    """Find runs of statements that were there before, each place once."""
    first: dict[str, int] = {}
    covered = 0
    for block in _blocks(tree):
        for start in range(len(block) - REPEATED + 1):
            run = block[start : start + REPEATED]
            key = "\n".join(ast.dump(statement) for statement in run)
            line = run[0].lineno
            # A repetition of five statements holds three overlapping ones of three: one finding.
            if key in first and line > covered:
                covered = run[-1].end_lineno or line
                yield found("LF202", line, detail=str(first[key]))
            first.setdefault(key, line)


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


def _one_piece(tree: ast.Module) -> Iterator[Finding]:
    defines = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body)
    statements = sum(isinstance(node, ast.stmt) for node in ast.walk(tree))
    if statements > LONG_PROGRAM and not defines:
        yield found("LF203", 1)
