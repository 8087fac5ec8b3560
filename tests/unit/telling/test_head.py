"""The head of a reply is read however a model writes it, and what is no head belongs to the words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.telling.head import Head, read_head

WORDS = "A loop repeats lines.\n"
HEADS = {
    '{"kind": "concept", "card": "for-loop", "claim": null, "worry": false}\n\n': Head("concept", "for-loop"),
    '```json\n{"kind": "hint", "claim": true}\n```\n\n': Head("hint", claim=True),
    "---\nkind: review\ncard: null\nclaim: no\n---\n": Head("review", claim=False),
    '{"kind": "poem", "card": 3, "hand_over": "nobody", "exercise": true, "quiz": "yes"} ': Head(
        exercise="", quiz=True
    ),
    '  \n{"hand_over": "debug", "worry": "sad", "exercise": {"concept": "recursion"}}\n': Head(
        hand_over="debug", worry=True, exercise="recursion"
    ),
    '{"intent": "debug", "unknown": {"a": "}"}}\n': Head(intent="debug"),
}
NO_HEADS = (
    "A loop repeats lines.",
    '{"a": 1} is a dictionary with one key.',
    "{1, 2} is a set.",
    "```python\nprint(1)\n```\nThis prints 1.",
    "--- is a line.",
    "",
    '{"kind": "concept"',
)


@pytest.mark.parametrize(("head", "read"), HEADS.items())
def test_a_head_is_read_in_the_forms_that_models_write(head: str, read: Head) -> None:
    assert read_head(head + WORDS) == (read, WORDS)


@pytest.mark.parametrize("text", NO_HEADS)
def test_what_is_no_head_belongs_to_the_words(text: str) -> None:
    assert read_head(text, whole=True) == (None, text)


@given(st.sampled_from([*HEADS, *NO_HEADS]), st.integers(1, 9))
def test_a_reply_that_comes_in_pieces_is_read_as_the_whole(head: str, size: int) -> None:
    text, at, told = head + WORDS, 0, None
    while told is None and at < len(text):
        at += size
        told = read_head(text[:at])
    whole = read_head(text, whole=True)
    if told is not None and whole is not None:
        assert told[0] == whole[0]
