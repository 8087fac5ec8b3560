"""Names for a difference between a wrong program and a right one, by the shape of the two parts.

It takes one `Edit`: a node of the wrong program, the node of the right one in its place, and what is around
them. Each look knows one family of faults and either names the fault or passes; the first answer counts.
Cost: constant, but for `holds`, which dumps the subtrees it compares. It fails where the two nodes have too
little in common (None), and it names the kind of an edit only: not whether that edit is why a test fails.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from functions.diagnosis.rules.tree import called_name, method

# Names that tell what a call around a value was for, when only one of the programs makes it.
LETTERS = frozenset({"lower", "upper", "title", "capitalize", "casefold", "swapcase"})
BLANKS = frozenset({"strip", "rstrip", "lstrip", "removesuffix", "removeprefix"})
ORDERING = frozenset({"sorted", "reversed"})
COPYING = frozenset({"list", "dict", "copy", "deepcopy"})
TYPES = frozenset({"int", "float", "str", "bool", "tuple", "list", "dict"})
# `<` beside `<=` is a border missed by one; `<` beside `>` is another comparison.
BORDERS = ({ast.Lt, ast.LtE}, {ast.Gt, ast.GtE})


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of a program, the part that a right one has in its place, and what is around it.

    Without `mine` a statement is missing, behind `after`; without `right` one is too much.
    """

    mine: ast.AST | None
    right: ast.AST | None
    above: tuple[ast.AST, ...]
    after: ast.AST | None = None
    swapped: bool = False
    moved: bool = False

    @property
    def line(self) -> int:
        """The line of the student's program to look at; 0 when none is known."""
        near = [self.mine, self.after, *reversed(self.above)]
        return next((node.lineno for node in near if isinstance(node, ast.stmt | ast.expr | ast.arg)), 0)


def fault_of(gap: Edit) -> str | None:
    """Name the fault behind a difference; None when the two parts have too little in common."""
    if gap.moved:
        return "other-block"
    if gap.swapped:
        return "step-order" if isinstance(gap.mine, ast.stmt) else "turned-round"
    if gap.mine is None:
        return _of_missing(gap.right)
    if gap.right is None:
        return "extra-step"
    return next((found for look in LOOKS if (found := look(gap.mine, gap.right, gap.above))), None)


def _of_missing(right: ast.AST | None) -> str | None:
    if isinstance(right, ast.If):
        return "missing-case"
    if isinstance(right, ast.Return):
        return "lost-return"
    return "missing-step" if isinstance(right, ast.stmt) else None


Above = tuple[ast.AST, ...]


def _signs(mine: ast.AST, right: ast.AST, above: Above) -> str | None:
    """Signs and words between values."""
    if isinstance(mine, ast.cmpop) and isinstance(right, ast.cmpop):
        return "border" if {type(mine), type(right)} in BORDERS else "other-comparison"
    if isinstance(mine, ast.operator) and isinstance(right, ast.operator):
        return "two-divisions" if {type(mine), type(right)} == {ast.Div, ast.FloorDiv} else "other-operator"
    return "logic-word" if isinstance(mine, ast.boolop) and isinstance(right, ast.boolop) else None


def _conditions(mine: ast.AST, right: ast.AST, above: Above) -> str | None:
    """A question that asks too little, too much or the opposite."""
    # A `not` on one side alone counts only around the same question: else it is another question.
    if _is_not(mine) != _is_not(right) and holds(*((right, mine) if _is_not(right) else (mine, right))):
        return "logic-word"
    if isinstance(right, ast.BoolOp) or isinstance(mine, ast.BoolOp):
        return "condition-part" if holds(right, mine) or holds(mine, right) or _both(mine, right) else None
    # `while True` where a condition belongs: a constant asks nothing.
    asked = above and isinstance(above[-1], ast.If | ast.While | ast.IfExp)
    if asked and isinstance(mine, ast.Constant) and isinstance(right, ast.expr):
        return "condition-part"
    if isinstance(mine, ast.Compare) and isinstance(right, ast.Compare):
        return "other-comparison"
    return None


def _is_not(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _both(mine: ast.AST, right: ast.AST) -> bool:
    return isinstance(mine, ast.BoolOp) and isinstance(right, ast.BoolOp)


def _values(mine: ast.AST, right: ast.AST, above: Above) -> str | None:
    """A number, a text or a name in the place of another."""
    if isinstance(mine, ast.Name) and isinstance(right, ast.Name):
        called = above and isinstance(above[-1], ast.Call) and above[-1].func is mine
        return "other-call" if called else "other-name"
    if isinstance(mine, ast.Attribute) and isinstance(right, ast.Attribute):
        called = above and isinstance(above[-1], ast.Call) and above[-1].func is mine
        return (
            None
            if ast.dump(mine.value) != ast.dump(right.value)
            else "other-call"
            if called
            else "other-name"
        )
    if not isinstance(mine, ast.Constant) or not isinstance(right, ast.Constant):
        return None
    if isinstance(mine.value, str) and isinstance(right.value, str):
        return "other-text"
    return _number(above)


def _number(above: Above) -> str:
    """Say what a wrong number is for, by what it stands in."""
    # From the number outwards: the nearest slice, `range` or statement says what it is for.
    for node in reversed(above):
        if isinstance(node, ast.Slice | ast.Subscript):
            return "other-index"
        if isinstance(node, ast.Call) and called_name(node) == "range":
            return "range-end"
        if isinstance(node, ast.stmt):
            break
    if above and isinstance(above[-1], ast.Assign):
        return "start-value"
    return "other-value" if above and isinstance(above[-1], ast.Return) else "other-number"


def _places(mine: ast.AST, right: ast.AST, above: Above) -> str | None:
    """Where a list or a text is cut, and where a range ends."""
    around = [type(node) for node in above[-3:]]
    if isinstance(mine, ast.Slice) and isinstance(right, ast.Slice):
        return "other-index"
    if ast.Slice in around or (above and _is_index(mine, above[-1])):
        return "other-index"
    # The end of a range is often a sum such as `n + 1`: so the call is looked for two levels up as well.
    ranged = any(isinstance(node, ast.Call) and called_name(node) == "range" for node in above[-3:])
    if isinstance(mine, ast.Call) and isinstance(right, ast.Call) and _range_of(mine, right):
        return "range-end"
    return "range-end" if ranged and isinstance(mine, ast.expr) else None


def _range_of(mine: ast.Call, right: ast.Call) -> bool:
    return called_name(mine) == called_name(right) == "range"


def _is_index(node: ast.AST, parent: ast.AST) -> bool:
    return isinstance(parent, ast.Subscript) and parent.slice is node


def _statements(mine: ast.AST, right: ast.AST, above: Above) -> str | None:
    """Another kind of statement in the same place."""
    if isinstance(right, ast.AugAssign) and isinstance(mine, ast.Assign):
        # `total = x` for `total += x`: the same target, and the old value is gone.
        return "forgets-old-value" if ast.dump(mine.targets[0]) == ast.dump(right.target) else None
    if isinstance(right, ast.Return) and isinstance(mine, ast.Expr | ast.Assign):
        return "lost-return"
    if isinstance(right, ast.Return) and isinstance(mine, ast.Return):
        return "lost-return" if mine.value is None else None
    if isinstance(right, ast.Assign) and isinstance(mine, ast.Expr) and holds(right, mine.value):
        return "result-dropped"
    jumps = ast.Continue | ast.Break | ast.Pass
    if isinstance(mine, jumps) and isinstance(right, jumps):
        return "other-jump"
    if isinstance(mine, jumps):
        return "missing-step"
    return None


def _errors(mine: ast.AST, right: ast.AST, above: Above) -> str | None:
    """Errors that are raised and caught."""
    if above and isinstance(above[-1], ast.ExceptHandler) and isinstance(mine, ast.expr):
        return "other-error-kind"
    raising = above and isinstance(above[-1], ast.Raise)
    if raising or (len(above) > 1 and isinstance(above[-2], ast.Raise)):
        return "other-error-kind"
    return "other-error-kind" if isinstance(mine, ast.Raise) and isinstance(right, ast.Raise) else None


def _wrapped(mine: ast.AST, right: ast.AST, above: Above) -> str | None:
    """A step that one program does to the same value and the other does not."""
    if isinstance(right, ast.Call) and isinstance(mine, ast.expr) and holds(right, mine):
        return _of_call(right, mine)
    if isinstance(right, ast.Subscript) and holds(right, mine):
        return "other-index"
    if isinstance(right, ast.expr) and isinstance(mine, ast.expr) and holds(right, mine):
        return "part-missing"
    if isinstance(right, ast.expr) and isinstance(mine, ast.expr) and holds(mine, right):
        return "part-too-much"
    return None


def _of_call(call: ast.Call, value: ast.expr) -> str:
    name = method(call) or called_name(call)
    # `list(x)` of a stored value makes a copy; of anything else it only converts.
    stored = isinstance(value, ast.Name | ast.Attribute)
    kinds = {"case-or-blanks": LETTERS | BLANKS, "not-sorted": ORDERING}
    kinds |= {"no-copy": COPYING if stored else frozenset()}
    kinds |= {"rounding": frozenset({"round"}), "not-converted": TYPES}
    return next((kind for kind, names in kinds.items() if name in names), "part-missing")


def _calls(mine: ast.AST, right: ast.AST, above: Above) -> str | None:
    """The same call with other values, or another one with the same."""
    if isinstance(mine, ast.FormattedValue) and isinstance(right, ast.FormattedValue):
        return "other-text"
    if isinstance(mine, ast.JoinedStr) and isinstance(right, ast.JoinedStr | ast.Constant):
        return "other-text"
    if isinstance(mine, ast.comprehension) and isinstance(right, ast.comprehension):
        return "condition-part"
    if not isinstance(mine, ast.Call) or not isinstance(right, ast.Call):
        return None
    if ast.dump(mine.func) == ast.dump(right.func):
        return "other-call"
    return "other-call" if [*map(ast.dump, mine.args)] == [*map(ast.dump, right.args)] else None


def _shapes(mine: ast.AST, right: ast.AST, above: Above) -> str | None:
    """A whole value in the place of another, and what stands at the head of a function or class."""
    if isinstance(mine, ast.ClassDef) and isinstance(right, ast.ClassDef):
        return "other-parent"
    if above and isinstance(above[-1], ast.ClassDef) and isinstance(mine, ast.expr):
        return "other-parent"
    if isinstance(mine, ast.List | ast.Tuple | ast.Set) and isinstance(right, ast.List | ast.Tuple | ast.Set):
        return "not-converted" if [*map(ast.dump, mine.elts)] == [*map(ast.dump, right.elts)] else None
    if above and isinstance(above[-1], ast.arguments) and isinstance(mine, ast.expr):
        return "start-value"
    if above and isinstance(above[-1], ast.Return) and isinstance(mine, ast.expr):
        return "other-value"
    stored = above and isinstance(above[-1], ast.Assign | ast.AugAssign | ast.AnnAssign)
    return "other-value" if stored and isinstance(mine, ast.expr) else None


# The order is from the most to the least specific: `_shapes` fits nearly everything that is stored.
LOOKS = (_signs, _errors, _statements, _places, _conditions, _wrapped, _values, _calls, _shapes)


def holds(whole: ast.AST, part: ast.AST) -> bool:
    """Whether a part stands inside of another part."""
    # Dumps have no line numbers, so that equal code in another place is equal.
    text = ast.dump(part)
    return any(ast.dump(node) == text for node in ast.walk(whole) if node is not whole)
