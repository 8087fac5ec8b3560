"""Run the tests of an exercise on a program in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from functions.grading.checks import CHECK, Test, driver
from functions.grading.errors import SandboxAway
from functions.runtime.sandbox import Execution, ItemResult, ProgramError, SandboxBusy

MAX_CODE = 24_000


class Executes(Protocol):
    """Whatever runs programs: the sandbox."""

    async def execute(
        self,
        code: str,
        *,
        calls: Sequence[Mapping[str, Any]] = (),
        stdin_cases: Sequence[str] = (),
        isolate: bool = False,
        seed: int | None = None,
    ) -> Execution:
        """Run a program; isolated, each call and case has a process of its own, and shares nothing.

        With a seed the run can be repeated.
        """


@dataclass(frozen=True, slots=True)
class Preset:
    """A sandbox with choices made for every run: a seed, less time (in seconds), or whose turn it takes."""

    sandbox: Executes
    seed: int | None = None
    timeout_s: float | None = None
    fair_key: str | None = None

    async def execute(
        self,
        code: str,
        *,
        calls: Sequence[Mapping[str, Any]] = (),
        stdin_cases: Sequence[str] = (),
        isolate: bool = False,
        seed: int | None = None,
    ) -> Execution:
        """Run a program; a seed of its own comes before the one that was chosen."""
        seed = self.seed if seed is None else seed
        chosen = {"seed": seed, "timeout_s": self.timeout_s, "fair_key": self.fair_key}
        given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
        return await self.sandbox.execute(
            code, calls=calls, stdin_cases=stdin_cases, isolate=isolate, **given
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one test did: its own result, how the whole program ended, and whether another run passed it."""

    test: Test
    result: ItemResult
    ended: str
    error: ProgramError | None = None
    differs: bool = False


async def run_apart(sandbox: Executes, code: str, tests: Sequence[Test]) -> list[Outcome]:
    """Run visible and hidden tests apart: a program that shows what it got must not show hidden input.

    Hidden tests are also apart from each other, so that none of them can tell what another one got. A program
    that never came to its visible tests is not run again: the hidden ones end the same way.
    """
    visible, hidden = ([test for test in tests if test.hidden == wanted] for wanted in (False, True))
    shown = await run_tests(sandbox, code, visible)
    # The program ended before its first test: it would end there again, so hidden tests need no run.
    missing = [outcome for outcome in shown if outcome.result.status == "not_run"]
    if shown and len(missing) == len(shown):
        unseen = [replace(missing[0], test=test) for test in hidden]
    else:
        whole = all(outcome.ended == "ok" for outcome in shown)
        unseen = await run_tests(sandbox, code, hidden, again=whole, isolate=True)
    found = {outcome.test.name: outcome for outcome in [*shown, *unseen]}
    return [found[test.name] for test in tests]


async def run_tests(
    sandbox: Executes, code: str, tests: Sequence[Test], *, again: bool = True, isolate: bool = False
) -> list[Outcome]:
    """Run tests on a program.

    When one test ends the program, the tests after it get one more run of their own, if `again`. Raises
    SandboxAway when the sandbox is to blame for a test without a result.
    """
    outcomes = await run_once(sandbox, code, tests, isolate)
    unfinished = [number for number, outcome in enumerate(outcomes) if outcome.result.status == "not_run"]
    if again and 0 < len(unfinished) < len(tests):
        second = await run_once(sandbox, code, [tests[number] for number in unfinished], isolate)
        for number, outcome in zip(unfinished, second, strict=True):
            outcomes[number] = outcome
    return outcomes


async def run_once(sandbox: Executes, code: str, tests: Sequence[Test], isolate: bool) -> list[Outcome]:
    """Run tests in one execution for those that call and one for those that read input."""
    results: dict[int, Outcome] = {}
    for reads_input in (False, True):
        numbers = [n for n, test in enumerate(tests) if (test.kind == "stdin") == reads_input]
        if numbers:
            found = await execute(sandbox, code, [tests[number] for number in numbers], isolate)
            results |= dict(zip(numbers, found, strict=True))
    return [results[number] for number in range(len(tests))]


async def execute(sandbox: Executes, code: str, tests: Sequence[Test], isolate: bool) -> list[Outcome]:
    """Run tests of one kind in one execution."""
    stdin_cases = [test.source for test in tests if test.kind == "stdin"]
    # Calls get functions of ours below the program; a program that reads is run as it is, once an input.
    program = code if stdin_cases else f"{code}\n{driver(tests)}"
    # The runner takes no more; said here, it is a result and no error of ours.
    if len(program.encode()) > MAX_CODE:
        return [Outcome(test, ItemResult(status="not_run"), "too_long") for test in tests]
    calls = [] if stdin_cases else [{"function": f"{CHECK}_{number}"} for number in range(len(tests))]
    try:
        execution = await sandbox.execute(program, calls=calls, stdin_cases=stdin_cases, isolate=isolate)
    except SandboxBusy as error:
        raise SandboxAway(str(error)) from error
    if execution.status == "internal_error":
        raise SandboxAway("the sandbox broke while it ran the program")
    missing = [ItemResult(status="not_run")] * (len(tests) - len(execution.results))
    return [
        Outcome(test, result, execution.status, execution.error)
        for test, result in zip(tests, [*execution.results, *missing], strict=True)
    ]
