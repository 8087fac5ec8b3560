"""What triage says itself: greetings, and what LearnFlow can and can't do."""

from __future__ import annotations

import re

from events.models import Part
from functions.answers import answer
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
OFF_TOPIC = "That's outside what I can help with. I'm here for one thing: learning Python."
UNKNOWN = "I'm not sure what you need. Tell me a little more, or try one of these."
STUCK = (
    "Being stuck is part of learning, and we can work through it. "
    "Tell me what you are trying to do, and paste your code."
)
NO_CODE = (
    "I'd love to review your code, but I can't see any yet. "
    "Paste your whole program in the code field, or between lines of three backticks, and ask again."
)
THANKS = re.compile(r"\b(?:thank|thx|ty|cheers|appreciated|bye|good night|see you)", re.IGNORECASE)
AGREEMENT = re.compile(
    r"^\W*(?:ok(?:ay)?|cool|great|nice|got it|i see|perfect|awesome|alright|sure|yes|yep|fine|good)\W*$",
    re.IGNORECASE,
)


def reply(kind: IntentKind, said: str, *, stuck: bool) -> tuple[Part, ...]:
    """Word the answer to a message that no other agent answers."""
    if kind == "review":
        return (answer.text(NO_CODE),)
    if kind == "greeting" and THANKS.search(said):
        return (answer.text(THANKED),)
    if kind == "greeting" and AGREEMENT.search(said):
        return (answer.text(AGREED), answer.onward(OFFER))
    return (answer.text(_opening(kind, stuck)), answer.onward(OFFER))


def _opening(kind: IntentKind, stuck: bool) -> str:
    if stuck:
        return STUCK
    return {"greeting": WELCOME, "off_topic": OFF_TOPIC}.get(kind, UNKNOWN)
