"""Values are compared by type and content, outside the program they come from."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.grading.values import decode, same, show
from tests.support.texts import texts

ENCODER = Path(__file__).parents[3] / "sandbox-runner/src/sandbox_runner/cell/values.py"

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
)
hashables = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet="abc") | st.binary(max_size=3),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)
values = st.recursive(
    scalars | st.frozensets(hashables, max_size=4) | st.sets(hashables, max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(hashables, inner, max_size=4)
        | st.dictionaries(st.text(alphabet="typevalue", max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@cache
def runner_values() -> Any:
    spec = importlib.util.spec_from_file_location("runner_values", ENCODER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def runner_encode(value: Any) -> Any:
    return json.loads(json.dumps(runner_values().encode(value)))


@given(values)
def test_a_value_survives_the_way_through_the_runner(value: Any) -> None:
    """What the runner writes is read as the same value with the same types."""
    assert same(value, decode(runner_encode(value)))


@given(values, values)
def test_equality_goes_both_ways_and_is_stricter_than_pythons(one: Any, other: Any) -> None:
    """Comparing is symmetric; but for close floats and NaN, equal values are equal in Python too."""
    assert same(one, other) == same(other, one)
    if same(one, other) and "nan" not in repr(one) and "." not in repr((one, other)):
        assert one == other


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | texts(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(max_size=5), inner, max_size=3),
)
kinds = st.sampled_from(
    ["tuple", "set", "dict", "bytes", "complex", "int", "float", "str", "list", "Dog", "frozenset"]
)
forged = st.builds(lambda kind, value: {"type": kind, "value": value}, kinds, json_data) | json_data


@given(forged, values)
def test_forged_data_is_read_without_an_error(data: Any, expected: Any) -> None:
    """A program may report any JSON: it is a value or opaque, and never breaks the grader."""
    found = decode(data)
    assert same(expected, found) in (True, False)
    assert show(found)


@pytest.mark.parametrize(
    ("expected", "actual", "equal"),
    [
        (1, 1, True),
        (True, 1, False),
        (0, False, False),
        (1, 1.0, False),
        (1.0, 1, False),
        ("1", 1, False),
        (0.3, 0.1 + 0.2, True),
        (0.3, 0.31, False),
        ([1, 2], (1, 2), False),
        ((1, True), (1, 1), False),
        ({1, 2}, {2, 1}, True),
        ({1}, {True}, False),
        ({1}, frozenset({1}), False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({1: "a"}, {True: "a"}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([[1], [2]], [[1], [2.0]], False),
        (None, None, True),
        (None, 0, False),
        (float("nan"), float("nan"), True),
        (float("inf"), float("-inf"), False),
        (2**70, 2**70, True),
        (2**70, 2**70 + 1, False),
        (b"a", "a", False),
    ],
)
def test_types_count(expected: Any, actual: Any, equal: bool) -> None:
    """True is not 1, a list is no tuple, sets have no order."""
    assert same(expected, decode(runner_encode(actual))) is equal


@pytest.mark.parametrize(
    ("expected", "actual", "equal"),
    [
        (4, 4.0, True),
        (4.0, 4.05, True),
        (4.0, 4.2, False),
        (1, True, False),
        ([1.0], [1], True),
        (4, 5, False),
    ],
)
def test_a_tolerance_lets_numbers_differ(expected: Any, actual: Any, equal: bool) -> None:
    """With a tolerance whole and decimal numbers may stand for one another, but True stays no number."""
    assert same(expected, actual, tolerance=0.1) is equal


@pytest.mark.parametrize(
    "data",
    [
        {"type": "Cheat", "repr": "42"},
        {"type": "int", "value": "not a number"},
        {"type": "set", "value": [{"type": "set", "value": []}]},
        {"type": "dict", "value": [[[1], 2]]},
        {"type": "int"},
    ],
)
def test_what_can_not_be_read_equals_nothing(data: Any) -> None:
    """An object of the program's own, or a forged report, never equals an expected value."""
    assert not same(42, decode(data))
    assert not same(decode(data), decode(data))


def test_subclasses_are_read_as_their_base() -> None:
    """A Counter is a fine dictionary; what the subclass says about equality does not matter."""
    assert same({"a": 2}, decode({"type": "dict", "class": "Counter", "value": {"a": 2}}))
    assert not same(5, decode({"type": "int", "class": "AlwaysEqual", "value": 4}))


def test_long_values_are_cut() -> None:
    """A message stays readable, whatever a program returns."""
    assert len(show("x" * 10_000)) < 250
    assert show(10**5000) == "a number with thousands of digits"
