"""Conversations and questions about programs, answered as the functions answer them, to be read.

`python -m tests.eval.conversing explaining` (or `following`) prints every answer of the own sets. Nothing is
scored by machine: whether an answer is useful is for a reader to say.
"""

from __future__ import annotations

import asyncio
import sys
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from events.models import ConceptRequested, QuerySubmitted, ResponseProduced
from functions.answers.response import response
from functions.concepts.conversation import Context as Known
from functions.concepts.conversation import in_context, leveled
from functions.concepts.responding import Means, compose
from functions.conversation.state import Turn, fold
from functions.delivery.answers import answer
from functions.knowledge.explanations import Question
from functions.model.port import RequestContext, Tutor
from functions.triage.classifier import classify
from functions.triage.context import wished
from functions.triage.going_on import conversation, go_on, picked
from functions.triage.reading import code_in
from functions.triage.routing import Context, Routed, route
from tests.fakes.obedient import NoBook
from tests.support.observed import LocalRunner

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 30, tzinfo=UTC)
STUDENT = UUID(int=7)


@dataclass
class Talk:
    """One conversation with the functions that answer it, without servers."""

    turns: list[Turn] = field(default_factory=list)
    conversation_id: UUID = field(default_factory=uuid4)

    async def say(self, text: str, **more: Any) -> Routed:
        """Send a message and give what answers it: an event for another agent, or the answer itself."""
        query = QuerySubmitted(
            message_id=uuid4(),
            conversation_id=self.conversation_id,
            student_id=STUDENT,
            text=text,
            level="beginner",
            **more,
        )
        state = fold(self.turns, code_in)
        query = picked(query, state)
        told = classify(query)
        going = go_on(query, told, state)
        intent = going.intent if going else told
        context = Context(
            topic=None,
            at=NOW,
            derive=lambda name: uuid4(),
            level="beginner",
            going=going,
            conversation=conversation(query, state, going.follow_up if going else None),
            language=intent.language.code if intent.language else wished(query, state),
        )
        routed = route(query, intent, context)
        if isinstance(routed, ConceptRequested):
            routed = await concept(routed, self.turns)
        stored = msgspec.to_builtins(answer(routed, NOW)) if isinstance(routed, ResponseProduced) else None
        self.turns.append(Turn(text, more.get("code"), more.get("error"), stored, query.message_id))
        return routed


async def concept(request: ConceptRequested, turns: list[Turn]) -> ResponseProduced:
    """Answer as the function `concepts` does, for a student of whom nothing is known."""

    async def understand() -> tuple[Question, Known]:
        question = in_context(request, [])
        return leveled(question, request, "beginner"), Known()

    async def silent(_: str) -> None:
        return None

    asker = RequestContext(event_id="1", student_id=STUDENT)
    means = Means(Tutor(None, NoBook()), LocalRunner(), asker, silent, lambda name: uuid4(), NOW)
    reply = await compose(request, means, understand)
    return response(request, "concepts", reply.answer, **reply.extras)


async def explaining() -> None:
    """Print the answers to the questions about programs."""
    data = tomllib.loads((HERE / "explaining.toml").read_text())
    for number, asked in enumerate(data["question"], 1):
        code = data["programs"].get(asked["program"], "").strip("\n") or None
        show(
            f"{number} {asked['style']} [{asked['program']}] {asked['text']}",
            await Talk().say(asked["text"], code=code),
        )


async def following() -> None:
    """Print the conversations."""
    data = tomllib.loads((HERE / "following.toml").read_text())
    number = 0
    for one in data["conversation"]:
        talk = Talk()
        show(f"==== {one['style']}: {one['first']}", await talk.say(one["first"], code=one.get("code")))
        for text in one["then"]:
            number += 1
            show(f"{number} {one['style']}: {text}", await talk.say(text))


def show(head: str, routed: Routed) -> None:
    """Print an answer, or where the message went."""
    said = routed.text if isinstance(routed, ResponseProduced) else f"-> {type(routed).__name__}"
    print(f"######## {head}\n{said}\n")


if __name__ == "__main__":
    asyncio.run({"explaining": explaining, "following": following}[sys.argv[1]]())
