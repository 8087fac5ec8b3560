"""An answer told by a model that replies as it is made to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from events.models import Part
from functions.answers import answer
from functions.diagnosis.runner import Runner
from functions.model.port import RequestContext, Tutor
from functions.model.prompts import Prompt
from functions.telling.leaks import Secrets
from functions.telling.tell import Telling, Told, tell
from tests.fakes.obedient import NoBook, Obedient, Runs

ASKER = RequestContext(event_id="e", student_id=UUID(int=1))
GROUNDED = (answer.text("Our own notes say this."),)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was told, what the student saw on the way, and what the model was asked."""

    told: Told
    seen: str
    prompts: Sequence[Prompt]

    @property
    def text(self) -> str:
        """The answer."""
        return self.told.answer.text


async def told_by(
    reply: str | Callable[[Prompt], str],
    *,
    secrets: Secrets | None = None,
    grounded: tuple[Part, ...] = GROUNDED,
    prompt: Prompt | None = None,
    runner: Runner | None = None,
    **wishes: object,
) -> Outcome:
    """Tell an answer by a model that replies so, or as the prompt makes it."""
    model = Obedient(reply if callable(reply) else lambda _: reply)
    seen: list[str] = []

    async def say(words: str) -> None:
        seen.append(words)

    asked = prompt or Prompt(purpose="explain", system="s", user="u", max_tokens=100)
    telling = Telling(prompt=asked, grounded=grounded, secrets=secrets or Secrets(), **wishes)  # type: ignore[arg-type]  # by name
    told = await tell(telling, Tutor(model, NoBook()), runner or Runs(), ASKER, say)
    return Outcome(told, "".join(seen), model.prompts)
