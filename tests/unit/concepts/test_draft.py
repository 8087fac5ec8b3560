"""Of a reply that is still being written, a student sees only what was checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.models import Part
from functions.answers import answer
from functions.answers.answer import markdown
from functions.concepts.draft import Bounds, Draft
from functions.model.errors import GuardFailed, ModelRefused

OPENING = (answer.text("**for loops**\n\nA for loop repeats lines."),)
REPLY = (
    "A loop takes each item of a list in turn. It runs your lines once for it.\n\n"
    "```python\nfor x in [1, 2]:\n    print(x)\n```\n\nThe loop ends when there are no items left."
)


class Told:
    """What was shown."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    async def say(self, piece: str) -> None:
        self.pieces.append(piece)


async def runs(program: str) -> tuple[Part, ...]:
    return () if "broken" in program else (answer.code(program), answer.output("1\n2"))


def draft(told: Told, *, most: int = 100, grade: float | None = None) -> Draft:
    return Draft(OPENING, Bounds(8, most, frozenset({"loop"}), grade), runs, told.say)


async def written(reply: str, told: Told, size: int = 7, **bounds: int) -> Draft:
    made = draft(told, **bounds)
    for start in range(0, len(reply), size):
        await made.hear(reply[start : start + size])
    made.check(reply)
    await made.show()
    return made


@given(st.integers(1, 60))
async def test_what_is_shown_is_the_answer_however_the_pieces_come(size: int) -> None:
    told = Told()
    made = await written(REPLY, told, size)
    assert "".join(told.pieces) == markdown(made.parts)
    assert [part.kind for part in made.parts] == ["text", "text", "code", "output", "text"]
    assert made.parts[2].text == "for x in [1, 2]:\n    print(x)"


async def test_prose_is_shown_by_the_sentence_and_a_program_as_a_whole() -> None:
    told, made = Told(), None
    made = draft(told)
    await made.hear("A loop takes each item. It ru")
    assert told.pieces == [OPENING[0].text, "\n\nA loop takes each item."]
    await made.hear("ns on.\n\n```python\nprint(1)\n")
    assert told.pieces[2:] == [" It runs on."]
    await made.hear("```\n")
    assert told.pieces[3:] == ["\n\n```python\nprint(1)\n```\n\nIt prints:\n\n```text\n1\n2\n```"]


async def test_a_program_that_fails_is_never_shown() -> None:
    told = Told()
    made = await written(REPLY.replace("print(x)", "broken(x)"), told)
    assert "broken" not in "".join(told.pieces)
    assert not made.has_example


@pytest.mark.parametrize(
    "bad",
    [
        "See https://example.com for the loop of loops.",
        "The marker is lf-4b1d-canary in the loop.",
        "I am a patient Python tutor for the loop.",
        "The loop <script>alert(1)</script> is good.",
    ],
)
async def test_a_sentence_that_breaks_a_rule_ends_the_reply_unseen(bad: str) -> None:
    told = Told()
    with pytest.raises(GuardFailed):
        await written(f"A loop takes each item of a list. {bad} And it is the end of it.", told, 3)
    assert "".join(told.pieces).endswith("A loop takes each item of a list.")


async def test_a_refusal_is_not_shown() -> None:
    told = Told()
    with pytest.raises(ModelRefused):
        await written("I'm sorry, but I can't help with a loop. It is not allowed.", told, 3)
    assert "sorry" not in "".join(told.pieces)


async def test_nothing_is_shown_until_it_speaks_of_the_subject() -> None:
    told = Told()
    with pytest.raises(GuardFailed):
        await written("Bananas are sweet and yellow. It is known that the monkeys eat them in the sun.", told)
    assert told.pieces == [OPENING[0].text]


async def test_what_is_too_hard_for_beginners_waits_and_what_is_too_long_is_left_out() -> None:
    told = Told()
    hard = "Iteration necessitates consideration of intermediate computational representations in the loop. "
    made = draft(told, grade=9)
    await made.hear(f"{hard}\n")
    assert told.pieces == [OPENING[0].text]
    short = await written(
        "A loop takes each item of a list. " * 1 + "It is good to know. " * 9, Told(), most=20
    )
    assert short.words <= 20


async def test_a_sentence_is_not_cut_within_inline_code() -> None:
    told, made = Told(), None
    made = draft(told)
    await made.hear("The loop calls `print(a. b)` for each of the items in it. ")
    assert "".join(told.pieces[1:]).strip() == "The loop calls `print(a. b)` for each of the items in it."
