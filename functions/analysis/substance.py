"""Whether a program is large enough, and uses enough of a topic, for a rating to mean something.

It counts statements and looks for constructs in the tree, at the cost of one walk; what a construct is used
*for* can't be seen here, so a program that is long and pointless counts.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from events.models import Topic
from functions.analysis import source

# Below five statements there is one way to write a program; a rating of it rates nothing of the student's.
MIN_STATEMENTS = 5
FILE_CALLS = frozenset({"open", "read_text", "write_text", "read_bytes", "write_bytes"})
TALKS = frozenset({"print", "input", "int", "float", "str"})


def statements(code: str) -> int:
    """Count the statements that do something: imports, docstrings, `pass` and definitions alone are none."""
    return sum(_does(node) for node in ast.walk(source.parse(code)))


def _does(node: ast.AST) -> bool:
    if not isinstance(node, ast.stmt):
        return False
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass | ast.FunctionDef | ast.ClassDef):
        return False
    return not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def substantial(code: str, topic: Topic | None) -> bool:
    """Whether a program really uses the constructs of a topic, in some lines of its own."""
    if topic is None or statements(code) < MIN_STATEMENTS:
        return False
    return USED[topic](list(ast.walk(source.parse(code))))


Nodes = list[ast.AST]


def _basics(nodes: Nodes) -> bool:
    computed = any(isinstance(node, ast.BinOp | ast.JoinedStr | ast.AugAssign) for node in nodes)
    return computed and bool(_called(nodes) & TALKS)


def _control(nodes: Nodes) -> bool:
    # One block with one line is what every exercise for the first week has.
    blocks = [node for node in nodes if isinstance(node, ast.For | ast.While | ast.If)]
    return len(blocks) > 1 or any(len(node.body) > 1 for node in blocks)


def _collections(nodes: Nodes) -> bool:
    made = ast.List | ast.Dict | ast.Set | ast.Tuple | ast.ListComp | ast.SetComp | ast.DictComp
    used = ast.Subscript | ast.For | ast.comprehension
    return any(isinstance(node, made) for node in nodes) and any(isinstance(node, used) for node in nodes)


def _functions(nodes: Nodes) -> bool:
    return any(
        isinstance(node, ast.FunctionDef)
        and bool(node.args.args or node.args.vararg)
        # Parameters and a result: without them a function only gives a name to lines.
        and any(isinstance(one, ast.Return) and one.value is not None for one in ast.walk(node))
        for node in nodes
    )


def _classes(nodes: Nodes) -> bool:
    return any(
        isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "self"
        for node in nodes
        if isinstance(node, ast.ClassDef)
        for one in ast.walk(node)
    )


def _files(nodes: Nodes) -> bool:
    return bool(_called(nodes) & FILE_CALLS)


def _errors(nodes: Nodes) -> bool:
    handled = (one for node in nodes if isinstance(node, ast.Try) for one in node.handlers)
    # A bare `except: pass` handles nothing.
    caught = any(one.type is not None and any(map(_does, one.body)) for one in handled)
    return caught or any(isinstance(node, ast.Raise) and node.exc is not None for node in nodes)


def _libraries(nodes: Nodes) -> bool:
    names = {
        (alias.asname or alias.name).partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    used = [node for node in nodes if isinstance(node, ast.Name) and node.id in names]
    # Imported and used once may be a line that was copied.
    return len(used) > 1


def _called(nodes: Nodes) -> set[str]:
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    named = {one.id for one in calls if isinstance(one, ast.Name)}
    return named | {one.attr for one in calls if isinstance(one, ast.Attribute)}


USED: Mapping[Topic, Callable[[Nodes], bool]] = {
    "basics": _basics,
    "control-flow": _control,
    "data-structures": _collections,
    "functions": _functions,
    "oop": _classes,
    "files": _files,
    "errors": _errors,
    "libraries": _libraries,
}
