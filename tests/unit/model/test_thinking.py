"""Thoughts are cut out of a reply, however it is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.model.thinking import Spoken, spoken

WORDS = st.text(alphabet="ab <>/\n", max_size=20)


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("A loop repeats.", "A loop repeats."),
        ("<think>\nHm.\n</think>\n\nA loop repeats.", "A loop repeats."),
        ("<think>\n\n</think>\n\nA loop repeats.", "A loop repeats."),
        ("Hm, loops.\n</think>\n\nA loop repeats.", "A loop repeats."),
        ("A <thinking>which?</thinking>loop repeats.", "A loop repeats."),
        ("A loop <Think>repeats", "A loop "),
        ("if a < thinker: x <thin", "if a < thinker: x <thin"),
        ("<think>The budget ends he", ""),
    ],
)
def test_only_what_is_meant_to_be_read_is_left(reply: str, read: str) -> None:
    assert spoken(reply) == read


@given(WORDS, WORDS, WORDS, st.integers(1, 9))
@example("", "a", "<think", 1)
def test_pieces_give_what_the_whole_gives(before: str, thought: str, after: str, size: int) -> None:
    reply = f"{before}<think>{thought}</think>{after}"
    words = Spoken()
    given_out = "".join(words.take(reply[at : at + size]) for at in range(0, len(reply), size)) + words.end()
    assert given_out == words.text == spoken(reply) == (before + after).lstrip()


@given(st.text(alphabet="ab <>/thinkTHINK\n", max_size=40))
def test_without_a_whole_tag_nothing_is_lost(reply: str) -> None:
    if "think>" not in reply.lower() and "thinking>" not in reply.lower():
        assert spoken(reply) == reply.lstrip()


def test_of_thoughts_that_are_known_to_come_first_nothing_is_given_out() -> None:
    words = Spoken(thinks_first=True)
    assert [words.take(piece) for piece in ("Hm", ", loops.</th", "ink>\n", "A loop")] == [
        "",
        "",
        "",
        "A loop",
    ]
    assert not words.stray


def test_a_model_that_does_not_think_this_time_is_heard_at_its_end() -> None:
    words = Spoken(thinks_first=True)
    assert (words.take("A loop"), words.end(), words.text) == ("", "A loop", "A loop")
