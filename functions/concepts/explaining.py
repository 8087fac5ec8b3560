"""An explanation that the model words and the cards stand behind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from events.models import Part
from functions.concepts.conversation import Context, Turn
from functions.concepts.draft import Bounds, Draft, Emit, Try
from functions.tutor import answer, guards, prompts
from functions.tutor.answer import Answer, markdown
from functions.tutor.errors import ModelFailed
from functions.tutor.explain import Question, explain, plan
from functions.tutor.library import Level
from functions.tutor.port import Asker, Reply, Tutor
from functions.tutor.privacy import without_private
from functions.tutor.prompts import Prompt
from functions.tutor.runner import Runner

WORDS: dict[Level, tuple[int, int]] = {
    "beginner": (80, 160),
    "learning": (60, 220),
    "proficient": (60, 240),
    "mastered": (40, 200),
}
LEAST_OF_THE_MODEL = 15
WORTH_KEEPING = 25
HARDEST_FOR_BEGINNERS = 9.0
EXAMPLE_S = 1.0
LONGEST_OUTPUT = 600
FIRST_SENTENCE = re.compile(r"(?s).*?[.!?:](?=\s|$)")
WATCH_OUT = "**Watch out:**"


class Explainer:
    """Explains one question: with the model where it can, and from the cards alone where it can't."""

    def __init__(self, question: Question, context: Context, tutor: Tutor, runner: Runner) -> None:
        self._question = question
        self._context = context
        self._tutor = tutor
        self._runner = runner
        self._cards = explain(question)

    async def explain(self, asker: Asker, say: Emit) -> Answer:
        """Give the answer; what was said before is its beginning, unless the model broke a rule."""
        if self._tutor.model is None:
            return Answer(self._cards)
        draft = Draft(opening(self._cards), self._bounds(), self._tried(asker), say)
        prompt = explanation(self._question, self._context.turns, self._cards, self._room())
        reply = await self._tutor.consult(prompt, draft.check, asker, draft.hear)
        try:
            return await self._finished(draft, reply)
        except ModelFailed:
            return Answer(self._cards)

    async def _finished(self, draft: Draft, reply: Reply) -> Answer:
        if reply.text is None:
            if reply.late and draft.words >= WORTH_KEEPING:
                return Answer(tuple(self._completed(draft)), model=self._tutor.model or "", degraded=True)
            return Answer((*self._cards, *reply.notice))
        if not draft.words:
            await draft.hear(reply.text)
            draft.check(reply.text)
        await draft.show()
        return Answer(tuple(self._completed(draft)), model=self._tutor.model or "", degraded=False)

    def _completed(self, draft: Draft) -> list[Part]:
        """Add what every explanation has: an example that runs, a question back, and what to read next."""
        parts = list(draft.parts)
        if not draft.has_example:
            parts += [part for part in self._cards if part.kind in ("code", "output")][:2]
        onward = [part for part in self._cards if part.kind == "next"]
        if _count([*parts, *onward]) < WORDS[self._question.level][0]:
            parts += [part for part in self._cards if part.text.startswith(WATCH_OUT)][:1]
        return parts + onward

    def _bounds(self) -> Bounds:
        chosen = plan(self._question)
        names = [chosen.topic.title, *chosen.topic.aliases, self._question.text]
        for concept in chosen.concepts:
            names += [concept.title, *concept.aliases, *concept.keywords]
        beginner = self._question.level == "beginner"
        return Bounds(
            LEAST_OF_THE_MODEL,
            self._room(),
            frozenset(guards.subject_words(" ".join(names))),
            HARDEST_FOR_BEGINNERS if beginner else None,
            self._context.secrets,
        )

    def _room(self) -> int:
        """Count the words that the model may add to the beginning and the end, which are fixed."""
        fixed = [*opening(self._cards), *(part for part in self._cards if part.kind == "next")]
        return max(40, WORDS[self._question.level][1] - _count(fixed))

    def _tried(self, asker: Asker) -> Try:
        async def run(program: str) -> tuple[Part, ...]:
            within_s = min(EXAMPLE_S, self._tutor.left_s(asker))
            return await tried(program, self._runner, within_s)

        return run


def opening(cards: Sequence[Part]) -> tuple[Part, ...]:
    """Give the first words of an answer: what it is about, and the first sentence on it."""
    title, _, rest = cards[0].text.partition("\n\n")
    first = FIRST_SENTENCE.match(rest or title)
    begun = f"{title}\n\n{first.group() if first else rest}" if rest else (first.group() if first else title)
    return (answer.text(begun),)


def explanation(question: Question, turns: Sequence[Turn], cards: Sequence[Part], most: int) -> Prompt:
    """Ask for an explanation, on the ground of the cards."""
    earlier = "\n\n".join(f"Student: {turn.asked}\nTutor: {turn.answered}" for turn in reversed(turns))
    user = prompts.joined(
        prompts.data("notes", markdown(cards)),
        prompts.data("earlier", without_private(earlier)) if turns else "",
        prompts.student("text", question.text),
        prompts.student("code", question.code),
    )
    return prompts.prompt_file("concepts", "explain").prompt(
        "explain",
        user=user,
        reader=prompts.readers()[question.level],
        begun=markdown(opening(cards)),
        least=min(60, most // 2),
        most=most - 10,
    )


async def tried(program: str, runner: Runner, within_s: float) -> tuple[Part, ...]:
    """Run an example, and show it with what it prints; nothing when it fails or could not be run."""
    if not program.strip():
        return ()
    run = await runner.run(program, within_s)
    if run is None or run.error is not None:
        return ()
    printed = run.stdout.strip("\n")[:LONGEST_OUTPUT]
    return (answer.code(program), answer.output(printed)) if printed.strip() else (answer.code(program),)


def _count(parts: Sequence[Part]) -> int:
    return len(" ".join(part.text for part in parts if part.kind not in ("code", "output")).split())
