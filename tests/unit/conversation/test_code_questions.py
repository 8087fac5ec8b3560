"""A question about a program is told from a call for help, and what it wants to know is read."""

from __future__ import annotations

import pytest

from functions.conversation.code_questions import asks_about_hidden_code, read_code_question

CODE = """\
def total_price(prices):
    total = 0
    for price in prices:
        if price > 10:
            total += price
    return total

basket = [4, 12, 30]
print(total_price(basket))
"""


@pytest.mark.parametrize(
    ("text", "kind", "lines"),
    [
        ("could you tell me what that program does", "whole", ()),
        ("I don't understand this code", "whole", ()),
        ("what's going on in here", "whole", ()),
        ("¿Qué hace este programa?", "whole", ()),
        ("Was macht dieser Code?", "whole", ()),
        ("что делает этот код", "whole", ()),
        ("go through it line by line please", "line_by_line", ()),
        ("trace it for me", "line_by_line", ()),
        ("explain line 5", "lines", (5,)),
        ("what is happening in lines 3 - 4", "lines", (3, 4)),
        ("what does the last line do", "lines", (9,)),
        ("Was macht Zeile 4?", "lines", (4,)),
        ("why do I need total = 0", "why", (2,)),
        ("is `return total` really necessary?", "why", (6,)),
        ("why is total set to 0", "why", (2,)),
        ("what would I lose if I remove line 4", "why", (4,)),
        ("what's the output of this", "prints", ()),
        ("what gets printed", "prints", ()),
        ("and what happens if the basket is empty", "what_if", ()),
        ("what if all prices are negative?", "what_if", ()),
        ("how often does the loop run", "count", (3,)),
        ("what is basket", "name", (8,)),
    ],
)
def test_what_is_asked_of_a_program(text: str, kind: str, lines: tuple[int, ...]) -> None:
    asked = read_code_question(text, CODE)
    assert asked is not None and (asked.kind, asked.lines) == (kind, lines)


@pytest.mark.parametrize(
    "text",
    [
        "why doesn't it work",
        "there is a bug in line 4",
        "it prints 42 but should print 46",
        "please review it",
        "is my code good?",
        "can you fix this",
        "give me an exercise",
        "thanks",
    ],
)
def test_a_call_for_help_or_a_wish_for_a_review_is_none(text: str) -> None:
    assert read_code_question(text, CODE) is None


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("how does my check_answer function work", True),
        ("please explain the second function", True),
        ("why is there a loop in draw_board", True),
        ("what does line 12 do", True),
        ("explain my program", True),
        ("what does the range function do", False),
        ("explain functions", False),
        ("what does __init__ do", False),
        ("my program crashes", False),
    ],
)
def test_a_program_that_is_not_shown_is_noticed(text: str, hidden: bool) -> None:
    assert asks_about_hidden_code(text) is hidden


def test_a_program_that_can_not_be_read_is_asked_about_as_a_whole() -> None:
    asked = read_code_question("what does this do", "for i in range(3)\n    print(i)\n")
    assert asked is not None and asked.kind == "whole"


@pytest.mark.parametrize("word", ["else", "except"])
def test_a_part_of_a_statement_is_found_by_its_line(word: str) -> None:
    code = (
        "try:\n    n = int('x')\nexcept ValueError:\n    n = 0\nif n:\n    pass\nelse:\n    print('none')\n"
    )
    found = read_code_question(f"why do we need the {word} here", code)
    assert found is not None
    assert (found.kind, found.lines) == ("why", ({"except": 3, "else": 7}[word],))
