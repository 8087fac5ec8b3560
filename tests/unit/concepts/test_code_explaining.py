"""A program is explained from itself and from a run of it, as it was asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from functions.answers.answer import markdown
from functions.concepts.code_explaining import Asked, ask_for_code, explain_code
from functions.conversation.state import fingerprint
from functions.diagnosis.runner import Runner
from tests.fakes.golden import matches
from tests.support.observed import LocalRunner

GOLDEN = Path(__file__).parent / "golden"
BELOW = """\
def below(limit, numbers):
    found = []
    for number in numbers:
        if number < limit:
            found.append(number)
    return found

print(below(10, [4, 12, 7]))
"""
GREET = """\
name = input("Name? ")
while name != "stop":
    print("Hi", name)
    name = input("Name? ")
print("bye")
"""
CRASH = 'ages = {"Ana": 12}\nfor name in ["Ana", "Bo"]:\n    print(name, ages[name])\nprint("done")\n'


async def told(text: str, code: str, **more: Any) -> str:
    return markdown(
        await explain_code(Asked(text, code, more.pop("level", "beginner"), **more), LocalRunner())
    )


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("whole", "I don't understand this program", BELOW),
        ("by-line", "take me through it line by line", BELOW),
        ("needed", "is found = [] really needed?", BELOW),
        ("what-if", "what happens if the list has nothing in it, so empty", BELOW),
        ("input", "what is the output?", GREET),
        ("crash", "explain what this does", CRASH),
    ],
)
async def test_what_a_student_reads_of_a_program(name: str, text: str, code: str) -> None:
    assert matches(GOLDEN / f"program-{name}.md", await told(text, code))


async def test_one_line_is_explained_with_its_values_on_the_run() -> None:
    said = await told("what does line 4 do", BELOW)
    assert "`number` is less than `limit`" in said and "true twice, false once" in said


async def test_a_name_is_explained_by_all_its_values() -> None:
    said = await told("what is found for", BELOW)
    assert "collects results" in said or "`found` becomes `[]`" in said


async def test_how_often_a_loop_runs_is_counted_on_the_run() -> None:
    assert "runs **3 times**" in await told("how many times does the for loop run", BELOW)


async def test_what_is_typed_for_a_run_is_said() -> None:
    said = await told("explain this", GREET)
    assert "For this run I typed `Ada`" in said and "`stop`" in said


async def test_a_program_that_fails_is_explained_up_to_there() -> None:
    said = await told("what does it do", CRASH)
    assert "**Up to here it works.**" in said and "at line 3" in said and "`name` is `'Bo'`" in said


async def test_a_program_that_can_not_be_read_is_explained_up_to_that_line() -> None:
    said = await told("explain", "total = 3\nfor i in range(total)\n    print(i)\n")
    assert "`total` becomes `3`" in said and "at line 2" in said and "expected ':'" in said


async def test_a_program_that_does_not_end_says_so() -> None:
    said = await told("what will it print", "n = 1\nwhile n > 0:\n    n += 1\n")
    assert "did not come to an end" in said


async def test_a_long_program_is_told_in_parts() -> None:
    code = "".join(f"def f{n}(x):\n    y = x + {n}\n    return y\n\n" for n in range(12)) + "print(f3(1))\n"
    said = await told("explain the code", code)
    assert "here are its parts" in said and "lines 1 to 3" in said and len(said) < 4000


async def test_the_same_is_never_told_twice() -> None:
    seen: set[str] = set()
    answers = []
    for text in ("explain this", "I don't get it", "still not", "huh?", "again please", "what?"):
        parts = await explain_code(Asked(text, BELOW, "beginner", "rephrase", frozenset(seen)), LocalRunner())
        answers.append(markdown(parts[:-1]))
        seen |= {fingerprint(part.text) for part in parts if part.kind in ("text", "code")}
    assert len(set(answers[:4])) == 4 and "Which line is unclear?" in answers[-1]


async def test_without_a_cell_it_is_read_from_the_code_and_said_so() -> None:
    said = markdown(await explain_code(Asked("explain", BELOW, "beginner"), Runner(None)))
    assert "takes the items of `numbers`" in said.lower() and "could not run it" in said


@pytest.mark.parametrize("text", ["what does my draw_board function do", "explain the function draw_board"])
def test_a_program_that_is_not_shown_is_asked_for_by_its_name(text: str) -> None:
    said = markdown(ask_for_code(text))
    assert "`draw_board`" in said and "Paste" in said


async def test_a_level_is_said_and_advanced_readers_get_the_run() -> None:
    assert "for beginners" in await told("explain", BELOW)
    deep = await told("explain", BELOW, level="proficient")
    assert "for advanced learners" in deep and "| line | code | values |" in deep
