"""Whether a model's words give a solution away: read sentence by sentence, and run where they are code.

Reading is done by `guardrails.solution_leaks` (tokens and syntax trees) and `guardrails.prose_solutions`
(steps in words). Code is also run with the exercise's tests: another algorithm, or a function by another
name, has no line in common with the solution and still is one. Cost: one cell for each piece of code, at most
MAX_RUNS an answer; where no run is possible in time, what was read decides alone.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from functions.analysis import source
from functions.diagnosis.runner import Runner
from functions.grading.checks import Test
from functions.grading.grades import passes
from functions.guardrails.exercises_at_hand import ExerciseAtHand, defined, tests_of, worked_on
from functions.guardrails.prose_solutions import tells_solution
from functions.guardrails.solution_leaks import reveals_line, reveals_solution
from functions.model.errors import SolutionLeaked

WHOLE = "it tells the solution of the exercise"
LINE = "it shows a line of the repaired program"
STEPS = "it tells the solution of the exercise step by step"
PASSES = "its code solves the exercise"
MAX_RUNS = 4
RUN_S = 1.5
INLINE = re.compile(r"`([^`\n]{6,200})`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What an answer must not give away, and the student's own program, which is no secret.

    `lines` are programs of which no line may be shown; `exercises` are those at hand, `named` the one that
    the message is about.
    """

    lines: Sequence[str] = ()
    exercises: Sequence[ExerciseAtHand] = ()
    named: ExerciseAtHand | None = None
    code: str = ""

    @property
    def guarded(self) -> Iterator[ExerciseAtHand]:
        """The exercises that have a solution to be kept."""
        return (one for one in self.exercises if one.solution)


def secrets_at_hand(
    exercises: Sequence[ExerciseAtHand],
    code: str | None,
    exercise_id: object = None,
    lines: Sequence[str] = (),
) -> Secrets:
    """Say what must be kept of the exercises at hand; the one a program is about is told by its names."""
    named = next((one for one in exercises if one.exercise_id == exercise_id), None)
    return Secrets(
        lines=lines, exercises=exercises, named=named or worked_on(code, exercises), code=code or ""
    )


@dataclass(slots=True)
class LeakGuard:
    """Looks at what an answer says so far; keeps count of the runs."""

    secrets: Secrets
    runner: Runner
    _runs: int = field(default=0, init=False)

    def check(self, said: str) -> None:
        """Check all that would have been said with the next sentence; raises SolutionLeaked."""
        for program in self.secrets.lines:
            if reveals_line(said, program, self.secrets.code):
                raise SolutionLeaked(LINE)
        for one in self.secrets.guarded:
            solution = one.solution or ""
            had = _longer(one.starter, self.secrets.code if one is self.secrets.named else "")
            if reveals_solution(said, solution, had):
                raise SolutionLeaked(WHOLE)
            open_secret = one.instructions and tells_solution(one.instructions, solution, had)
            if not open_secret and tells_solution(said, solution, had):
                raise SolutionLeaked(STEPS)

    def check_patch(self, block: str) -> None:
        """Check a block that changes lines, as a diff does: not one of a solution; raises SolutionLeaked."""
        if not any(line.lstrip().startswith("+") for line in block.splitlines()):
            return
        for one in self.secrets.guarded:
            if reveals_line(block, one.solution or "", _longer(one.starter, self.secrets.code)):
                raise SolutionLeaked(LINE)

    async def check_code(self, code: str) -> None:
        """Run a piece of code as an answer to the exercises it may be one to; raises SolutionLeaked."""
        for one in self._about(code):
            tests = tests_of(one)
            for program in candidates(code, one.starter):
                if not tests or self._runs >= MAX_RUNS or _same(program, self.secrets.code):
                    continue
                self._runs += 1
                outcomes = await self.runner.outcomes(program, tests, RUN_S)
                if outcomes and all(map(passes, outcomes)) and not await self._solved(one, tests):
                    raise SolutionLeaked(PASSES)

    async def check_inline(self, sentence: str) -> None:
        """Run what a sentence shows as code within it, where it may be the body of the exercise."""
        if self.secrets.named is None:
            return
        for found in INLINE.finditer(sentence):
            if "(" in found[1] or found[1].startswith("return "):
                await self.check_code(found[1])

    def _about(self, code: str) -> Iterator[ExerciseAtHand]:
        names = defined(code)
        for one in self.secrets.guarded:
            if one is self.secrets.named or (names and names & defined(one.starter)):
                yield one

    async def _solved(self, one: ExerciseAtHand, tests: Sequence[Test]) -> bool:
        """Whether the student's own program does it already: then there is nothing to give away."""
        if not self.secrets.code or not defined(one.starter) <= defined(self.secrets.code):
            return False
        outcomes = await self.runner.outcomes(self.secrets.code, tests, RUN_S)
        return bool(outcomes) and all(map(passes, outcomes or ()))


def candidates(code: str, starter: str) -> Iterator[str]:
    """Give the programs that a piece of code may be: itself, under the exercise's name, and as its body."""
    code = textwrap.dedent(code).strip("\n")
    wanted, made = _functions(starter), _functions(code)
    if not wanted:
        yield code
        return
    if {one.name for one in wanted} <= {one.name for one in made}:
        yield code
        return
    first = wanted[0]
    if made:
        fits = (one for one in made if len(one.args.args) == len(first.args.args))
        yield from (f"{code}\n\n{first.name} = {one.name}" for one in fits)
        return
    head = f"def {first.name}({ast.unparse(first.args)}):\n"
    yield head + textwrap.indent(code if "return" in code else f"return {code}", "    ")


def _functions(code: str) -> list[ast.FunctionDef]:
    try:
        return [node for node in source.parse(code).body if isinstance(node, ast.FunctionDef)]
    except (SyntaxError, ValueError):
        return []


def _same(program: str, code: str) -> bool:
    return program.split() == code.split()


def _longer(starter: str, code: str) -> str:
    """Take the student's program for what is known, where it has gone on from the starter."""
    return code if code and defined(starter) <= defined(code) else starter
