"""Propose tests: inputs on which a hand-in that passed all tests differs from the solution.

Hand-ins that passed are run beside the solution on inputs made from those of the tests, each hand-in once, a
few at each tick, under one seed. Cost: some executions for each. Whether an input is within the task is for a
teacher to say; where the bank says what the task promises, inputs outside of it are left out.
"""

from __future__ import annotations

import asyncio
import logging
from uuid import NAMESPACE_URL, uuid5

from functions.exercise import proposals
from functions.exercise.attacking import guarded, killed, within
from functions.exercise.bank import Bank
from functions.exercise.inputs import more_inputs
from functions.exercise.proposals import Passed, Proposal
from functions.grading.errors import SandboxAway
from functions.grading.grades import source_hash
from functions.grading.repeating import SEEDS
from functions.grading.running import Preset
from functions.runtime import Work
from functions.runtime.sandbox import Sandbox

PORTION = 20
INPUTS = 60
LIMIT_S = 20.0

log = logging.getLogger(__name__)


async def propose_tests(work: Work) -> None:
    """Compare the next hand-ins that passed with their solutions."""
    async with work.read() as db:
        waiting = await proposals.not_compared(db, PORTION)
    done: list[Passed] = []
    found: list[Proposal] = []
    try:
        async with asyncio.timeout(LIMIT_S):
            for hand_in in waiting:
                proposal = await difference(work.use(Sandbox), work.use(Bank), hand_in)
                done.append(hand_in)
                found += [] if proposal is None else [proposal]
    except (SandboxAway, TimeoutError) as error:
        # The rest waits for the next tick; one that takes all of the time must not hold up the others.
        log.info("not all hand-ins were compared: %s", type(error).__name__)
        done += waiting[:1] if not done and isinstance(error, TimeoutError) else []
    async with work.transaction() as db:
        for proposal in found:
            await proposals.propose(db, proposal, work.now)
        await proposals.compared(db, done, work.now)


async def difference(sandbox: Sandbox, bank: Bank, hand_in: Passed) -> Proposal | None:
    """Find an input on which a hand-in differs from the solution."""
    if hand_in.code.strip() == hand_in.solution.strip():
        return None
    seeded = Preset(sandbox, seed=SEEDS[0])
    exercise = bank.get(hand_in.bank_id)
    # The same program differs on the same input.
    seed = int(source_hash(hand_in.code), 16)
    tests = [test for test in hand_in.tests if not test.prints]
    made = list(more_inputs(tests, hand_in.solution, INPUTS, seed, hand_in.instructions or ""))
    proofs = await within(seeded, guarded(hand_in.solution, exercise.requires if exercise else None), made)
    survivor = await killed(seeded, hand_in.code, proofs)
    if survivor is None:
        return None
    named = uuid5(NAMESPACE_URL, f"{hand_in.bank_id}/{survivor.input.kind}/{survivor.input.source}")
    return Proposal(named, hand_in, survivor.input, survivor.right, survivor.given)
