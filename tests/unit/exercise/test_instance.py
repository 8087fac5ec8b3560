"""A variation of a bank exercise, and the code that carries its tests out."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path
from typing import Any

import pytest

from functions.exercise.bank import FOLDER, load, read
from functions.exercise.errors import BankError
from functions.exercise.instance import examples, instantiate
from functions.grading.checks import CHECK, Test, driver

BANK = load()


def carried_out(program: str, *tests: Test) -> list[Any]:
    names: dict[str, Any] = {}
    exec(program + driver(tests), names)
    return [names[f"{CHECK}_{number}"]() for number in range(len(tests))]


def test_the_driver_returns_values_and_names_of_errors() -> None:
    """A call gives its value, lines give their last expression, an awaited error gives its name."""
    found = carried_out(
        "def half(n):\n    return n / 2\n",
        Test(name="a", kind="call", source="half(3)"),
        Test(name="b", kind="code", source="x = half(4)\nx + 1"),
        Test(name="c", kind="call", source="half('a')", raises="TypeError", expected="TypeError"),
        Test(name="d", kind="call", source="half(1)", raises="TypeError", expected="TypeError"),
    )
    assert found == [1.5, 3.0, "TypeError", 0.5]


def test_text_over_several_lines_survives() -> None:
    """Indenting a test does not change a text inside it."""
    [found] = carried_out("", Test(name="a", kind="code", source="t = '''x\n\n  y\n'''\nt"))
    assert found == "x\n\n  y\n"


def test_the_content_hash_tells_variations_apart() -> None:
    """Each variation is proven on its own; the same one is proven once."""
    exercise = BANK.get("basics/greet-by-name")
    assert exercise is not None
    hashes = {instantiate(exercise, number).content_hash for number in range(exercise.variations)}
    assert len(hashes) == exercise.variations
    assert instantiate(exercise, 1).content_hash == instantiate(exercise, 1).content_hash


class Masked(ast.NodeTransformer):
    """A program without its words: names are numbered, and of a text only its kinds of signs are left."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def numbered(self, name: str) -> str:
        known = hasattr(builtins, name) or name.startswith("__")
        return name if known else self.names.setdefault(name, f"n{len(self.names)}")

    def visit(self, node: ast.AST) -> Any:
        for field in ("id", "name", "arg", "attr"):
            if isinstance(name := getattr(node, field, None), str):
                setattr(node, field, self.numbered(name))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = letters(node.value)
        return self.generic_visit(node)


def letters(text: str) -> str:
    """Leave of a text only its kinds of signs."""
    return re.sub("[a-z]", "a", re.sub("[A-Z]", "A", text))


def masked(program: str) -> str:
    return ast.dump(Masked().visit(ast.parse(program)))


def sent(test: Test) -> str:
    return letters(test.source) if test.kind == "stdin" else masked(test.source)


def test_variations_of_an_exercise_differ_in_more_than_their_words() -> None:
    """From each of the first variations to the next, another rule or values of another kind are tested."""
    for exercise in BANK.all():
        few = [instantiate(exercise, number) for number in range(3)]
        done = [[masked(one.solution), *map(sent, one.tests)] for one in few]
        assert done[0] != done[1] != done[2], exercise.bank_id


def test_examples_show_no_hidden_test() -> None:
    """A student sees visible tests with their results, and nothing of the others."""
    exercise = BANK.get("basics/rectangle-area")
    assert exercise is not None
    shown = examples(instantiate(exercise, 0).expecting([12, 20, 10.0, 0]).tests)
    assert [(one["input"], one["output"]) for one in shown] == [("area(3, 4)", "12"), ("area(10, 2)", "20")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[exercise]\n", "basics.toml"),
        ("[[exercise]]\nslug = 'x'\n", "missing required field"),
        ("other = 1\n", "exercise"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, reason: str) -> None:
    """The error says which file of the bank is wrong, and why."""
    path = tmp_path / "basics.toml"
    path.write_text(text)
    with pytest.raises(BankError, match=reason):
        read(path)


def test_a_file_that_is_named_after_no_topic_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cooking.toml"
    entry = (FOLDER / "basics.toml").read_text().split("[[exercise]]")[1]
    path.write_text(f"[[exercise]]{entry}")
    with pytest.raises(BankError, match="topic"):
        read(path)
