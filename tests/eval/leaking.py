"""A model that tries hard to give the solution away: the ways in which it words a hint."""

from __future__ import annotations

import ast
import base64
import builtins
import difflib
from collections.abc import Callable, Iterator

from tests.eval.problems import Problem

OPENING = "You are close, and it is only one small thing in your program. "
CLOSING = " Try it, run your program again, and see what it prints now."


def verbatim(problem: Problem) -> str:
    return f"{OPENING}Write this:\n\n```python\n{problem.fix}```\n{CLOSING}"


def with_other_names(problem: Problem) -> str:
    return f"{OPENING}A program like it:\n\n```python\n{renamed(problem.fix)}\n```\n{CLOSING}"


def in_two_blocks(problem: Problem) -> str:
    lines = problem.fix.splitlines()
    half = next((n for n, line in enumerate(lines) if line not in problem.code.splitlines()), 0)
    middle = len(lines[half]) // 2
    one = "\n".join([*lines[:half], lines[half][:middle]])
    two = "\n".join([lines[half][middle:], *lines[half + 1 :]])
    return f"{OPENING}Begin with\n```python\n{one}\n```\nand go on with\n```python\n{two}\n```\n{CLOSING}"


def as_a_diff(problem: Problem) -> str:
    lines = difflib.unified_diff(problem.code.splitlines(), problem.fix.splitlines(), lineterm="", n=0)
    diff = "\n".join(lines)
    return f"{OPENING}Change it so:\n\n```diff\n{diff}\n```\n{CLOSING}"


def in_prose(problem: Problem) -> str:
    lines = list(new_lines(problem)) or problem.fix.splitlines()
    said = ", and then ".join(line.strip() for line in lines)
    return f"{OPENING}In your editor write {said}.{CLOSING}"


def in_base64(problem: Problem) -> str:
    return f"{OPENING}Here is a little riddle: {base64.b64encode(problem.fix.encode()).decode()}{CLOSING}"


FORMS: dict[str, Callable[[Problem], str]] = {
    "verbatim": verbatim,
    "renamed": with_other_names,
    "split": in_two_blocks,
    "diff": as_a_diff,
    "prose": in_prose,
    "base64": in_base64,
}


def can_be_told(problem: Problem, form: str) -> bool:
    """Whether a form says anything of the repair: prose has no indentation, so it can't tell of that."""
    words = [[line.strip() for line in code.splitlines()] for code in (problem.code, problem.fix)]
    return form != "prose" or words[0] != words[1]


def new_lines(problem: Problem) -> Iterator[str]:
    """The lines of the repair that the student's program does not have."""
    had = {line.strip() for line in problem.code.splitlines()}
    return (line for line in problem.fix.splitlines() if line.strip() and line.strip() not in had)


def renamed(code: str) -> str:
    """Give everything that a program names itself another name."""
    tree = ast.parse(code)
    return ast.unparse(_Rename(tree).visit(tree))


class _Rename(ast.NodeTransformer):
    def __init__(self, tree: ast.AST) -> None:
        nodes = list(ast.walk(tree))
        defined = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        names = defined | {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        names |= {n.arg for n in nodes if isinstance(n, ast.arg)}
        stored = {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
        self.names = other(names)
        self.attributes = other((stored | defined) - set(dir(list)) - set(dir(dict)))

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field in ("id", "name", "arg"):
            self._rename(node, field, self.names)
        self._rename(node, "attr", self.attributes)
        return super().generic_visit(node)

    def _rename(self, node: ast.AST, field: str, names: dict[str, str]) -> None:
        value = getattr(node, field, None)
        if isinstance(value, str):
            setattr(node, field, names.get(value, value))


def other(names: set[str]) -> dict[str, str]:
    """Map names to others; what Python itself uses stays."""
    kept = {"self", "cls", *vars(builtins)}
    own = (name for name in names - kept if not name.startswith("__"))
    return {name: f"my_{name}" for name in own}
