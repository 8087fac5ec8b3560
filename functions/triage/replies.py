"""What triage says itself: greetings, and what LearnFlow can and can't do."""

from __future__ import annotations

import re

from events.models import Part
from functions.answers import answer
from functions.triage.choices import offered
from functions.triage.homework import first_step
from functions.triage.signals import IntentKind

OFFER = """\
Here is what I can do for you:

- **Explain** Python: "What is a for loop?"
- **Help with errors**: paste your code and the error message.
- **Set exercises**: "Give me an easy exercise on lists."
- **Review your code**: paste it and ask "Can you review this?"
- **Show your progress**: "How am I doing?\""""

WELCOME = "Hi! I'm LearnFlow, and I help you learn Python."
THANKED = "You're welcome! Keep going: every line of code you write makes the next one easier."
AGREED = "Good! Whenever you're ready, ask me the next question."
OFF_TOPIC = "I can only help with learning Python."
UNKNOWN = "I want to be sure that I help with the right thing. Which of these do you mean?"
DISTRESS = (
    "That sounds hard, and I'm glad you say it. Getting stuck is a part of learning to program: whoever is "
    "good at it has been there, more than once. It says nothing about how clever you are."
)
SMALLER = (
    "Let's make it smaller. What were you working on when it got too much? Send me the program or the "
    "exercise, even a half-finished one, or name the one word that makes no sense yet. We take it one step "
    "at a time."
)
BORED = (
    "Then let's find something that is worth your time. Ask for a hard exercise on a topic that you like, or "
    "tell me what you would love to build (a game, a chat, a drawing), and we look "
    "for a first step. What would it be?"
)
BOREDOM = re.compile(r"\bbor(?:ed|ing)\b", re.IGNORECASE)
STUCK = (
    "Being stuck is part of learning, and we can work through it. "
    "Tell me what you are trying to do, and paste your code."
)
NO_CODE = (
    "I'd love to review your code, but I can't see any yet. "
    "Paste your whole program in the code field, or between lines of three backticks, and ask again."
)
THANKS = re.compile(
    r"\b(?:thank(?:s|ful|ing)?|thanx|thx|ty|cheers|appreciated|goodbye|bye|good night|see you)\b",
    re.IGNORECASE,
)
AGREEMENT = re.compile(
    r"^\W*(?:ok(?:ay)?|cool|great|nice|got it|i see|perfect|awesome|alright|sure|yes|yep|fine|good)\W*$",
    re.IGNORECASE,
)


def reply(kind: IntentKind, said: str, *, stuck: bool) -> tuple[Part, ...]:
    """Word the answer to a message that no other agent answers."""
    if kind == "homework":
        return first_step(said)
    if kind == "distress":
        return (
            (answer.text(BORED),) if BOREDOM.search(said) else (answer.text(DISTRESS), answer.onward(SMALLER))
        )
    # Choices and no guess: a wrong agent costs the student an answer to read and a message to write.
    if kind == "unknown" and not stuck:
        return (answer.text(UNKNOWN), answer.onward(_listed(said)))
    # A review without a program: the only message of that kind that stays here.
    if kind == "review":
        return (answer.text(NO_CODE),)
    if kind == "greeting" and THANKS.search(said):
        return (answer.text(THANKED),)
    if kind == "greeting" and AGREEMENT.search(said):
        return (answer.text(AGREED), answer.onward(OFFER))
    return (answer.text(_opening(kind, stuck)), answer.onward(OFFER))


def _listed(said: str) -> str:
    return "\n".join(f"- {choice.label}" for choice in offered(said))


def _opening(kind: IntentKind, stuck: bool) -> str:
    if stuck:
        return STUCK
    return {"greeting": WELCOME, "off_topic": OFF_TOPIC}.get(kind, UNKNOWN)
