"""Prove a teacher's exercise when they ask for it."""

from __future__ import annotations

import asyncio
from functools import partial

from events.models import ProofRequested
from functions.analysis.walls import Walls
from functions.diagnosis.runner import Runner
from functions.exercise.authored import problems as say
from functions.exercise.authored import store
from functions.exercise.authored.problems import Problem
from functions.exercise.authored.proof import Proof, prove
from functions.exercise.authored.rehearsal import Mistake, rehearse
from functions.exercise.settings import ExerciseSettings
from functions.grading.errors import SandboxAway
from functions.grading.running import Preset
from functions.runtime import Work
from functions.runtime.sandbox import Sandbox, fair_key_of

# A teacher waits 20 s at most: wrong programs are tried for some of it, each for a moment.
HUNTING_S = 12.0
PROVING_S = 22.0
SLIP_S = 1.0


async def prove_authored(event: ProofRequested, work: Work) -> None:
    """Prove a draft and keep what came of it."""
    async with work.read() as db:
        draft = await store.draft(db, event.proof_id)
    if draft is None:
        return
    sandbox = work.use(Sandbox)
    clock = asyncio.get_running_loop().time
    end = clock() + HUNTING_S
    call = partial(work.use(Walls).run_for, draft.teacher_id)
    quick = Preset(sandbox, timeout_s=SLIP_S, fair_key=fair_key_of(draft.teacher_id))
    try:
        async with asyncio.timeout(PROVING_S):
            proof = await prove(sandbox, quick, draft.exercise_id, draft.content, call, lambda: clock() > end)
            mistakes = await _mistakes(Runner(sandbox), proof)
    except (SandboxAway, TimeoutError) as error:
        if isinstance(error, SandboxAway) and work.attempt < work.use(ExerciseSettings).sandbox_tries:
            raise
        proof, mistakes = Proof([Problem(kind="sandbox", message=say.NOT_RUN)], []), []
    async with work.transaction() as db:
        await store.save(db, event.proof_id, proof, mistakes, work.now)


async def _mistakes(runner: Runner, proof: Proof) -> list[Mistake]:
    return await rehearse(runner, proof.variations[0], proof.failures) if proof.variations else []
