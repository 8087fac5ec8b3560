"""Nothing that goes out says who a student is, and nothing of a program is changed by that."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.model.prompts import student, student_code
from functions.model.redaction import redaction_of, without_private

PRIVATE = {
    "mail me at maya.fischer@school.example.org": "mail me at [mail]",
    "My name is Maya and I like loops": "My name is Student1 and I like loops",
    "my name's James Lee. Why?": "my name's Student1. Why?",
    "# Author: Maya Fischer\nprint(1)": "# Author: Student1\nprint(1)",
    "call +49 170 1234567 now": "call [number] now",
    "my phone is 0170 1234567, why?": "my phone is [number], why?",
    "passport number 123456789": "passport number [number]",
    "id 6c1f9c0e-6a0f-5f0e-9d3c-0b6f3a5d8e11": "id [id]",
    'File "/home/maya/loop.py", line 3': 'File "/home/Student1/loop.py", line 3',
}
KEPT = (
    "x = 12345\ny = [1, 2, 3]\nprint(0.1 + 0.2)",
    "I expect 1234567890 but I get 1 000 000 007, and sometimes 555 123 4567",
    "it prints 2147483648 instead of -2147483648",
    "`'a@b.c'.split('@')` gives two parts",
)
PROGRAMS = (
    "maya = max([1, 2])\nprint(maya + 0)\n",
    "class Maya:\n    fischer = 1\n\nprint(Maya.fischer)\n",
    "phone = 1701234567\nid_number = '123456789'\nprint(phone)\n",
    "def will(rose):\n    return rose * 1234567890123\n",
    "print(f'{maya} has {maya.points:>10} points')\n",
)
NAMES = redaction_of(["Maya Fischer"], ["maya@school.example"])
WORDS = st.sampled_from(["maya", "Maya", "fischer", "x", "total", "1701234567", "12345678901234", "student"])
SIGNS = st.sampled_from([" + ", " = ", "(", ")", "[", "]", ", ", ".", " * ", "\n", " == ", "_", " "])


@pytest.mark.parametrize(("text", "masked"), PRIVATE.items())
def test_what_names_a_student_is_masked(text: str, masked: str) -> None:
    assert without_private(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_results_told_as_numbers_and_code_in_a_question_are_left_as_they_are(text: str) -> None:
    assert without_private(text) == text


@pytest.mark.parametrize("program", PROGRAMS)
def test_names_in_a_program_are_left_as_they_are(program: str) -> None:
    assert NAMES.hidden(student_code(program)) == f"<student_code>\n{program}\n</student_code>"


@given(st.lists(st.one_of(WORDS, SIGNS), max_size=40).map("".join))
def test_a_program_without_strings_and_comments_goes_out_unchanged(program: str) -> None:
    assert NAMES.hidden(student_code(program)) == f"<student_code>\n{program}\n</student_code>"


@given(st.lists(st.sampled_from([*PROGRAMS, "# by Maya Fischer\n", "name = 'Maya'\n"]), max_size=6))
def test_a_program_keeps_its_meaning_but_for_its_strings(pieces: list[str]) -> None:
    program = "".join(pieces)
    sent = (
        NAMES.hidden(student_code(program)).removeprefix("<student_code>\n").removesuffix("\n</student_code>")
    )
    assert _bare(sent) == _bare(program)
    assert "Maya Fischer" not in sent


def _bare(program: str) -> str:
    """Give the tree of a program without the words of its strings."""
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def test_a_students_own_name_is_hidden_in_prose_comments_and_strings_and_comes_back() -> None:
    said = student("text", "Hi, maya here. MAYA FISCHER, or maya@school.example")
    code = student_code("# made by Maya\nmaya = 'Hi Fischer'\nprint(f'{maya} Maya')  # maya's")
    sent = NAMES.hidden(f"{said}\n\n{code}")
    assert sent == (
        "<student_text>\nHi, Student1 here. Student1, or [mail]\n</student_text>\n\n"
        "<student_code>\n# made by Student1\nmaya = 'Hi Student1'\nprint(f'{maya} Student1')  # Student1's"
        "\n</student_code>"
    )
    assert NAMES.restored("Well done, Student1!") == "Well done, Maya!"


def test_a_name_that_is_also_a_word_is_hidden_as_a_name_alone() -> None:
    hidden = redaction_of(["Max Will"]).hidden
    assert hidden("Max asks: max([1])? I will ask Will") == "Student1 asks: max([1])? I will ask Student1"


def test_a_broken_program_is_read_as_well() -> None:
    sent = NAMES.hidden(student_code("print('Maya)\nx = maya(  # Maya Fischer\n"))
    assert sent == "<student_code>\nprint('Student1)\nx = maya(  # Student1\n\n</student_code>"
