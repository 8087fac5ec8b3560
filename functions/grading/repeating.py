"""Run tests so that a grade has no luck in it: what could depend on chance runs under several seeds.

Such a program costs up to three runs in the place of one; all others run once, since nothing in them can
change. Of each test the worst run counts. What stays to chance is the time of a program near the limit.
"""

from __future__ import annotations

from collections.abc import Sequence

from functions.grading.chance import by_chance
from functions.grading.checks import Test
from functions.grading.grades import passes, worse
from functions.grading.running import Executes, Outcome, Preset, run_apart

SEEDS = (1, 2, 3)


async def run_reliably(sandbox: Executes, code: str, tests: Sequence[Test]) -> list[Outcome]:
    """Run visible and hidden tests apart; the same program has the same outcomes, whenever it is run."""
    if not by_chance(code):
        return await run_apart(sandbox, code, tests)
    outcomes = await run_apart(Preset(sandbox, seed=SEEDS[0]), code, tests)
    for seed in SEEDS[1:]:
        # What fails once counts as failed; and a program that needs all of its time would need it again.
        if not any(map(passes, outcomes)) or any(outcome.ended == "timeout" for outcome in outcomes):
            break
        outcomes = worse(outcomes, await run_apart(Preset(sandbox, seed=seed), code, tests))
    return outcomes
