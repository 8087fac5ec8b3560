"""Prepare an exercise that was asked for: choose it, prove it, keep it, tell of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from events.models import ExerciseGenerated, ExerciseRequested, Part, ResponseProduced
from functions.answers.answer import Answer
from functions.answers.response import response
from functions.exercise import proposals, store
from functions.exercise.bank import Bank
from functions.exercise.choosing import Option, PreviousExercise, options
from functions.exercise.errors import BankError, NotVerified
from functions.exercise.instance import Instance, instantiate
from functions.exercise.inventing import invent
from functions.exercise.settings import ExerciseSettings
from functions.exercise.todays_tests import ExtraTest, fitting
from functions.exercise.verifying import verify
from functions.exercise.wishing import note, on_concept
from functions.grading import wording
from functions.grading.checks import Test
from functions.grading.errors import SandboxAway
from functions.grading.running import Executes
from functions.model.port import Tutor
from functions.runtime import RetryLater, Work
from functions.runtime.sandbox import Sandbox

TRIED = 8
# With the limit of the prompt, the model and the proof of its exercise leave a student waiting 5 s at most.
PROVING_S = 2.0
NONE_LEFT = "Sorry, no exercise could be prepared this time. Please ask again in a few minutes."

log = logging.getLogger(__name__)


async def prepare(event: ExerciseRequested, work: Work) -> None:
    """Give a student an exercise."""
    async with work.read() as db:
        if await store.erased(db, event.student_id):
            return
        had = await store.had(db, event.student_id)
        variation_of = await store.bank_id_of(db, event.variation_of) if event.variation_of else None
        found = wished(event, work.use(Bank), had, variation_of)
        # Instances cost nothing; proving does. A few are enough to find one that is proven already.
        choices = [(one, instantiate(one.exercise, one.variation)) for one in islice(found, TRIED)]
        proven = await store.verified(db, [instance for _, instance in choices])
        extra = await proposals.accepted(db, [instance.bank_id for _, instance in choices])
    try:
        chosen = await invented(event, work) if wants_new(event, choices) else None
        chosen = chosen or await first_proven(work.use(Sandbox), choices, proven)
    except SandboxAway:
        if work.attempt < work.use(ExerciseSettings).sandbox_tries:
            raise
        chosen = None
    if chosen is None:
        await refuse(event, work)
        return
    more = await further(work.use(Sandbox), chosen[1], extra)
    await hand_out(event, work, *chosen, more)


def wished(
    event: ExerciseRequested, bank: Bank, had: Sequence[PreviousExercise], variation_of: str | None
) -> Iterator[Option]:
    """Give what may be handed out, best first: a variation asked for, the concept, then the topic."""
    seed = event.exercise_id.int
    if event.concept is not None and variation_of is None:
        yield from on_concept(bank, event.concept, event.difficulty, had=had, seed=seed)
    yield from options(bank, event.topic, event.difficulty, had=had, seed=seed, variation_of=variation_of)


def wants_new(event: ExerciseRequested, choices: Sequence[tuple[Option, Instance]]) -> bool:
    """Whether the bank has nothing left that the student does not know, and no variation was asked for."""
    if event.concept is not None and any(event.concept in one.exercise.concepts for one, _ in choices):
        return False
    return event.variation_of is None and not any(option.origin == "bank" for option, _ in choices)


async def invented(event: ExerciseRequested, work: Work) -> tuple[Option, Instance, str] | None:
    """Let the model make an exercise up; None when there is no model, or its exercise is not proven."""
    exercise = await invent(event, work.use(Tutor), work.event.id)
    if exercise is None:
        return None
    try:
        async with asyncio.timeout(PROVING_S):
            instance = await verify(work.use(Sandbox), instantiate(exercise, 0))
    except (NotVerified, SandboxAway, TimeoutError, BankError) as error:
        log.info("an exercise of the model is left out: %s", error)
        return None
    return Option(exercise, 0, "model"), instance, instance.content_hash


async def first_proven(
    sandbox: Executes, choices: Sequence[tuple[Option, Instance]], proven: Mapping[str, list[Any]]
) -> tuple[Option, Instance, str] | None:
    """Give the first exercise that stands the test; while the sandbox is away, the first proven before."""
    away: SandboxAway | None = None
    for option, instance in choices:
        content_hash = instance.content_hash
        if content_hash in proven:
            return option, instance.expecting(proven[content_hash]), content_hash
        try:
            if away is None:
                return option, await verify(sandbox, instance), content_hash
        except NotVerified as error:
            log.error("left out: %s", error)
        except SandboxAway as error:
            away = error
    if away is not None:
        raise away
    return None


async def further(
    sandbox: Executes, instance: Instance, extra: Mapping[str | None, Sequence[ExtraTest]]
) -> list[Test]:
    """Make the tests that were proposed and accepted; without them an exercise is better than none."""
    try:
        return await fitting(sandbox, instance.solution, extra.get(instance.bank_id, ()), instance.tests)
    except SandboxAway as error:
        log.warning("handed out without the accepted tests: %s", error)
        return []


async def hand_out(
    event: ExerciseRequested,
    work: Work,
    option: Option,
    instance: Instance,
    content_hash: str,
    more: Sequence[Test] = (),
) -> None:
    """Keep the exercise and tell of it."""
    async with work.transaction() as db:
        # Of a first meeting the whole exercise must be new, of a variation this one.
        variation = None if option.origin == "bank" else option.variation
        ids = (event.exercise_id, event.student_id, instance.bank_id)
        if await store.taken(db, *ids, variation) and not option.again:
            raise RetryLater("the same exercise was handed out meanwhile")
        await store.save_ready(
            db,
            event.exercise_id,
            event.student_id,
            instance,
            content_hash=content_hash,
            more=more,
            origin=option.origin,
            variation_of=event.variation_of,
            now=work.now,
        )
        said = note(option.exercise, event.concept, event.difficulty)
        await store.save_wish(db, event.exercise_id, option.exercise.concepts, said)
        work.publish(generated(event, option, work))
        said_by = work.use(Tutor).of_exercise(invented=option.origin == "model")
        work.publish(answer(event, instance, said_by, said))


def generated(event: ExerciseRequested, option: Option, work: Work) -> ExerciseGenerated:
    """Tell that an exercise is there; topic and difficulty are those of the exercise itself."""
    return ExerciseGenerated(
        exercise_id=event.exercise_id,
        student_id=event.student_id,
        topic=option.exercise.topic,
        difficulty=option.exercise.difficulty,
        origin=option.origin,
        occurred_at=work.now,
    )


def answer(event: ExerciseRequested, instance: Instance, by: Answer, said: str | None) -> ResponseProduced:
    """Word the exercise, in the chat too if it was asked for there; first what is `said` of the wish."""
    first = (Part(kind="text", text=said),) if said else ()
    text = wording.exercise_text(instance.title, instance.instructions, instance.starter, instance.tests)
    parts = (
        *first,
        Part(kind="text", text=f"### {instance.title}\n\n{instance.instructions}"),
        Part(kind="code", text=instance.starter),
    )
    return response(
        event,
        "exercise",
        replace(by, parts=parts),
        text=f"{said}\n\n{text}" if said else text,
        exercise_id=event.exercise_id,
    )


async def refuse(event: ExerciseRequested, work: Work) -> None:
    """Say that there is no exercise."""
    async with work.transaction() as db:
        await store.save_failed(db, event.exercise_id, event.student_id, event.topic, event.difficulty)
        nothing = work.use(Tutor).of_exercise(parts=(Part(kind="text", text=NONE_LEFT),))
        work.publish(response(event, "exercise", nothing, exercise_id=event.exercise_id, status="failed"))
