"""Migration files are plain, ordered SQL."""

from __future__ import annotations

from functions.runtime.migrate import read, statements


def test_statements_know_their_lines() -> None:
    function = "CREATE FUNCTION f() RETURNS int AS $$\n SELECT 1;\n$$ LANGUAGE sql;\n"
    sql = f"-- first\nCREATE TABLE a (x int);\n\n\n{function}"
    assert [line for line, _ in statements(sql)] == [1, 5]


def test_file_names_are_numbered_once() -> None:
    numbers = [migration.name.split("_")[0] for migration in read()]
    assert len(numbers) == len(set(numbers))
    assert all(len(number) == 4 and number.isdigit() for number in numbers)
