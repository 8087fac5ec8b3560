"""An explanation that the model words and the cards stand behind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from events.models import Level, Part
from functions.answers import answer
from functions.answers.answer import Answer, markdown
from functions.concepts.conversation import Context, Turn
from functions.concepts.draft import Bounds, Draft, Emit, Try
from functions.diagnosis.runner import Runner
from functions.guardrails import replies
from functions.knowledge.explanations import Question, explained, in_words_of_cards, plan
from functions.knowledge.languages import Language, language_of
from functions.model import prompts
from functions.model.errors import ModelFailed
from functions.model.port import RequestContext, Tutor
from functions.model.prompts import Prompt
from functions.model.redaction import without_private
from functions.model.reply import NO_PART, Reply

WORDS: dict[Level, tuple[int, int]] = {
    "beginner": (80, 160),
    "learning": (60, 220),
    "proficient": (60, 240),
    "mastered": (40, 200),
}
MIN_OF_THE_MODEL = 15
MIN_KEEPING = 25
HARDEST_FOR_BEGINNERS = 9.0
EXAMPLE_S = 1.0
MAX_OUTPUT = 600
FIRST_SENTENCE = re.compile(r"(?s).{0,600}?[.!?:](?=\s|$)")
WATCH_OUT = "**Watch out:**"


class Explainer:
    """Explains one question: with the model where it can, and from the cards alone where it can't."""

    def __init__(
        self,
        question: Question,
        context: Context,
        tutor: Tutor,
        runner: Runner,
        *,
        cards: tuple[Part, ...] | None = None,
        language: Language | None = None,
        polite: bool = False,
    ) -> None:
        written = language_of(question.text)
        self._language = language or written
        self._polite = written is not None or polite
        self._question = question
        self._context = context
        self._tutor = tutor
        self._runner = runner
        self._plain = in_words_of_cards(question, self._language)
        self._cards = cards or explained(self._plain)

    async def explain(self, asker: RequestContext, say: Emit) -> Answer:
        """Give the answer; what was said before is its beginning, unless the model broke a rule."""
        if self._tutor.model is None:
            return self._grounded()
        draft = Draft(self._opening(), self._bounds(), self._tried(asker), say)
        prompt = self._prompt()
        reply = await self._tutor.complete(prompt, draft.check, asker, draft.hear)
        try:
            return await self._finished(draft, reply)
        except ModelFailed as error:
            return self._grounded(why=NO_PART.format(why=error.why))

    def _grounded(self, *notice: Part, why: str | None = None) -> Answer:
        polite = (answer.text(self._language.polite),) if self._language and self._polite else ()
        return Answer((*polite, *self._cards, *notice), why=why)

    def _opening(self) -> tuple[Part, ...]:
        """Begin with the cards' first words; in another language with what they are about alone."""
        if self._language is None:
            return opening(self._cards)
        return (answer.text(self._cards[0].text.partition("\n\n")[0]),)

    def _prompt(self) -> Prompt:
        name = self._language.name if self._language else prompts.ENGLISH
        return explanation(
            self._question,
            self._context.turns,
            self._cards,
            begun=self._opening(),
            most=self._room(),
            language=name,
        )

    async def _finished(self, draft: Draft, reply: Reply) -> Answer:
        if reply.text is None:
            if reply.late and draft.words >= MIN_KEEPING:
                return Answer(tuple(self._completed(draft)), model=self._tutor.model or "", degraded=True)
            return self._grounded(*reply.notice, why=reply.why)
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
        chosen = plan(self._plain)
        names = [chosen.topic.title, *chosen.topic.aliases, self._question.text]
        for concept in chosen.concepts:
            names += [concept.title, *concept.aliases, *concept.keywords]
        about = replies.subject_words(" ".join(names))
        if self._language is not None:
            about |= self._language.words_for(about)
        graded = self._question.level == "beginner" and self._language is None
        return Bounds(
            MIN_OF_THE_MODEL,
            self._room(),
            frozenset(about),
            HARDEST_FOR_BEGINNERS if graded else None,
            self._context.secrets,
            self._language,
        )

    def _room(self) -> int:
        """Count the words that the model may add to the beginning and the end, which are fixed."""
        fixed = [*self._opening(), *(part for part in self._cards if part.kind == "next")]
        return max(40, WORDS[self._question.level][1] - _count(fixed))

    def _tried(self, asker: RequestContext) -> Try:
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


def explanation(
    question: Question,
    turns: Sequence[Turn],
    cards: Sequence[Part],
    *,
    begun: Sequence[Part],
    most: int,
    language: str = prompts.ENGLISH,
) -> Prompt:
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
        begun=markdown(begun),
        language=language,
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
    printed = run.stdout.strip("\n")[:MAX_OUTPUT]
    return (answer.code(program), answer.output(printed)) if printed.strip() else (answer.code(program),)


def _count(parts: Sequence[Part]) -> int:
    return len(" ".join(part.text for part in parts if part.kind not in ("code", "output")).split())
