"""A good reply is shown whole and alone; what breaks a rule is mended, asked for once more, or left out."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.models import ParsedError
from functions.answers.answer import markdown
from functions.diagnosis.runner import Run
from functions.guardrails.exercises_at_hand import ExerciseAtHand
from functions.model.errors import GuardFailed
from functions.model.prompts import Prompt
from functions.telling.head import Head
from functions.telling.leaks import LeakGuard, Secrets
from functions.telling.teller import Teller
from tests.fakes.obedient import Runs
from tests.fakes.telling import GROUNDED, told_by

HEAD = '{"kind": "concept", "card": "for-loop"}\n\n'
REPLY = (
    "A loop takes each item of a list in turn. It runs your lines once for it.\n\n"
    "For example:\n\n```python\nfor x in [1, 2]:\n    print(x)\n```\n\nThe loop ends when no items are left."
)
SOLUTION = (
    "def tallest(a, b, c):\n    largest = a\n    if b > largest:\n        largest = b\n"
    "    if c > largest:\n        largest = c\n    return largest\n"
)
AT_HAND = Secrets(exercises=[ExerciseAtHand(UUID(int=7), "def tallest(a, b, c):\n    pass\n", SOLUTION)])
IN_PROSE = (
    "Set largest to a. If b is greater than largest, set largest to b. If c is greater than largest, set "
    "largest to c. Return largest."
)
GOOD = (
    "I'm sorry that this is happening to you. A sad day is no reason to stop: one step is enough today.",
    "I can't do much without the error message. Send it to me, and I'll have a look.",
    "Yes. `print(x)` shows `5`.",
    "1. First the list.\n2. Then the loop.\n\n- one\n- two",
    "A tuple can't change:\n\n```python\npoint = (1, 2)\npoint[0] = 3\n```\n\nThis raises a `TypeError`.",
    "Bananas are yellow. A list of fruits keeps them in order.",
    "Iteration necessitates consideration of intermediate computational representations.",
    "| a | b |\n| --- | --- |\n| 1 | 2 |",
    "Run it with:\n\n```bash\npython3 hello.py\n```\n\nThat is all.",
    "In a dictionary:\n\n```python\nages[name] = 12\n```\n\nThe key is `name`.",
)


class Cell(Runs):
    """Runs what it is told the results of, and says of the rest that it prints 15."""

    def __init__(self, results: dict[str, Run]) -> None:
        self.results = results

    async def run(self, code: str, within_s: float = 1.0, stdin: str = "") -> Run | None:
        """Look a program up."""
        return self.results.get(code, Run(None, "15"))


@pytest.mark.parametrize("reply", [REPLY, *GOOD])
@pytest.mark.parametrize("head", ["", HEAD])
async def test_a_good_reply_is_shown_whole_with_nothing_round_it(reply: str, head: str) -> None:
    failing = Run(ParsedError(type="TypeError", message="no"), "")
    made = await told_by(head + reply, runner=Cell({"point = (1, 2)\npoint[0] = 3": failing}))
    assert made.text.replace("\n\nIt prints:\n\n```text\n15\n```", "") == reply
    assert made.told.worded and not made.told.answer.degraded
    assert made.seen == made.text
    assert len(made.prompts) == 1


@given(st.integers(1, 60))
async def test_what_is_shown_is_the_answer_however_the_pieces_come(size: int) -> None:
    seen: list[str] = []

    async def say(words: str) -> None:
        seen.append(words)

    teller = Teller(LeakGuard(Secrets(), Runs()), Runs().run, say)
    reply = HEAD + REPLY
    for start in range(0, len(reply), size):
        await teller.hear(reply[start : start + size])
    await teller.finish(reply)
    assert "".join(seen) == markdown(teller.parts)
    assert [part.kind for part in teller.parts] == ["text", "code", "output", "text"]
    assert teller.head == Head("concept", "for-loop")


async def test_an_example_that_is_broken_goes_with_the_words_that_announce_it() -> None:
    broken = Run(ParsedError(type="TypeError", message="no"), "")
    reply = "A list is simple.\n\nTry it so:\n\n```python\nprint(1 + '1')\n```\n\nAnd that is all."
    made = await told_by(reply, runner=Cell({"print(1 + '1')": broken}))
    assert made.text == "A list is simple.\n\nAnd that is all."


async def test_an_example_that_can_not_be_run_now_is_shown_without_output() -> None:
    class Busy(Runs):
        async def run(self, code: str, within_s: float = 1.0, stdin: str = "") -> Run | None:
            return None

    made = await told_by(REPLY, runner=Busy())
    assert made.text == REPLY


async def test_an_output_that_a_model_made_up_becomes_what_the_example_prints() -> None:
    reply = "Look:\n\n```python\nprint(7 + 8)\n```\n\nIt prints:\n\n```text\n16\n```\n\nThat is a sum."
    made = await told_by(reply)
    assert made.text == reply.replace("16", "15")


MENDED = {
    "Read [the docs](https://docs.python.org/3/) now.": "Read the docs now.",
    "See https://example.com/loops for more.": "See `example.com` for more.",
    "Look ![here](//x.example/p.png) first.": "Look here first.",
    "A <b>loop</b> repeats.": "A &lt;b>loop&lt;/b> repeats.",
    "`a < b` and `<b>` stay.": "`a < b` and `<b>` stay.",
    "## Loops\n\nA loop repeats.": "**Loops**\n\nA loop repeats.",
    "Is 3 < 5 and 7 // 2 right?": "Is 3 < 5 and 7 // 2 right?",
}


@pytest.mark.parametrize(("reply", "shown"), MENDED.items())
async def test_links_become_text_and_tags_are_escaped(reply: str, shown: str) -> None:
    assert (await told_by(reply)).text == shown


LEAKS = (
    f"Here it is:\n\n```python\n{SOLUTION}```\n",
    IN_PROSE,
    f"Write `{SOLUTION.splitlines()[1].strip()}`. {IN_PROSE}",
)


@pytest.mark.parametrize("leak", LEAKS)
async def test_after_a_leak_the_model_is_asked_once_more_with_the_rule(leak: str) -> None:
    replies = iter(
        [f"{HEAD}Think of three numbers. {leak}", "Which of two is larger, and where do you keep it?"]
    )
    made = await told_by(lambda _: next(replies), secrets=AT_HAND)
    first, again = made.prompts
    assert again.purpose == "explain-again"
    assert "solution" in again.system.removeprefix(first.system)
    assert made.text.endswith("Which of two is larger, and where do you keep it?")
    assert made.seen == made.text
    assert made.told.worded


@pytest.mark.parametrize("leak", LEAKS)
async def test_who_leaks_twice_is_followed_by_our_own_words_and_nothing_is_taken_back(leak: str) -> None:
    made = await told_by(f"Think of three numbers. {leak}", secrets=AT_HAND)
    assert len(made.prompts) == 2
    assert made.text.startswith(made.seen)
    assert made.text.endswith(markdown(GROUNDED))
    assert "if c" not in made.text.lower() and "return" not in made.text.lower()
    assert made.told.answer.degraded and made.told.answer.why is not None


async def test_a_head_that_is_not_for_the_student_mutes_the_rest() -> None:
    made = await told_by(
        '{"hand_over": "debug"}\nSee the others.', mutes=lambda head: head.hand_over is not None
    )
    assert (made.text, made.seen) == ("", "")
    assert made.told.head == Head(hand_over="debug")


async def test_a_reply_without_words_is_none() -> None:
    made = await told_by(HEAD)
    assert made.text == markdown(GROUNDED)
    with pytest.raises(GuardFailed):
        await Teller(LeakGuard(Secrets(), Runs()), Runs().run, _silent).finish(HEAD)


async def _silent(_words: str) -> None:
    pass


@pytest.mark.parametrize("reply", ["xkcd qwrt zzgh plmk " * 20, "the loop the loop the loop " * 20])
async def test_nonsense_is_answered_by_our_own_words(reply: str) -> None:
    assert (await told_by(reply)).text == markdown(GROUNDED)


async def test_what_recites_the_rules_is_not_shown() -> None:
    rules = "You are the tutor of this course and keep these rules in mind at all times."
    prompt = Prompt(purpose="explain", system=rules, user="u", max_tokens=9, instructions=rules)
    assert (await told_by(f"My rules: {rules}", prompt=prompt)).text == markdown(GROUNDED)


async def test_one_word_of_those_that_triage_asks_for_is_a_head_also_where_the_rest_is_muted() -> None:
    made = await told_by("Exercise.", mutes=lambda _head: True)
    assert (made.text, made.told.head) == ("", Head(intent="exercise"))
