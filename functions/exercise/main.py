"""Exercises: prepare what is asked for, grade what is handed in, notice who is stuck, prove teachers' own."""

from __future__ import annotations

from events.models import CodeSubmitted, ExerciseRequested, ProofRequested, RegradeRequested
from functions.analysis.walls import Walls
from functions.exercise.authored.handling import prove_authored
from functions.exercise.bank import Bank
from functions.exercise.preparing import prepare
from functions.exercise.proposing import propose_tests
from functions.exercise.regrading import regrade
from functions.exercise.settings import ExerciseSettings
from functions.exercise.submitting import grade_submission
from functions.exercise.sweeping import sweep
from functions.model.port import Tutor
from functions.progress.levels import LevelRules
from functions.runtime import Tick, Work, consumes
from functions.runtime.sandbox import Sandbox


@consumes(
    ExerciseRequested,
    CodeSubmitted,
    RegradeRequested,
    ProofRequested,
    Tick,
    uses=(Sandbox, Bank, ExerciseSettings, Tutor, LevelRules, Walls),
    limit_s=28,
)
async def exercise(
    event: ExerciseRequested | CodeSubmitted | RegradeRequested | ProofRequested | Tick, work: Work
) -> None:
    """Handle one event."""
    match event:
        case ExerciseRequested():
            await prepare(event, work)
        case CodeSubmitted():
            await grade_submission(event, work)
        case RegradeRequested():
            await regrade(event, work)
        case ProofRequested():
            await prove_authored(event, work)
        case Tick(data={"sweep": "tests"}):
            await propose_tests(work)
        case Tick():
            await sweep(work)
