"""Faults are recognised by the messages Python really gives, and hints never show the repair."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from events.models import HintLevel
from functions.answers.answer import markdown
from functions.diagnosis.catalogue import TIERS, WORKED, catalogue
from functions.diagnosis.causes import Diagnosis, of_error, of_silence, unreadable
from functions.diagnosis.findings import silent_faults
from functions.diagnosis.hint_ladder import NextHint
from functions.diagnosis.rules import RULES
from functions.diagnosis.tracebacks import parse_error
from functions.diagnosis.wording import hint
from functions.guardrails.solution_leaks import reveals_line
from functions.knowledge.library import library
from tests.fakes.golden import matches

HERE = Path(__file__).parent
SAMPLES = tomllib.loads((HERE / "samples.toml").read_text(encoding="utf-8"))
ERRORS = [(fault, code) for fault, codes in SAMPLES["errors"].items() for code in codes]
SILENT = [(fault, code) for fault, codes in SAMPLES["silent"].items() for code in codes]
BEFORE_WORKED: tuple[HintLevel, ...] = ("nudge", "where", "how")
SEEN_BY_THE_RUNNER = {"time-limit"}
HARNESS = """
import io, json, sys, traceback, warnings
warnings.simplefilter("ignore")
def run(code):
    sys.stdin, out = io.StringIO(), sys.stdout
    sys.stdout = io.StringIO()
    try:
        exec(compile(code, "main.py", "exec"), {"__name__": "__main__"})
    except BaseException:
        return traceback.format_exc()
    finally:
        sys.stdout = out
print(json.dumps([run(code) for code in json.load(sys.stdin)]))
"""


@cache
def tracebacks() -> list[str]:
    """Run all programs in one Python of its own."""
    told = json.dumps([code for _, code in ERRORS])
    run = subprocess.run(
        [sys.executable, "-c", HARNESS], input=told, capture_output=True, text=True, check=True
    )
    texts: list[str] = json.loads(run.stdout)
    return texts


def diagnosed(number: int) -> Diagnosis:
    error = parse_error(tracebacks()[number])
    assert error is not None
    return of_error(error, ERRORS[number][1])


def test_a_real_error_is_recognised() -> None:
    assert [diagnosed(number).fault.id for number in range(len(ERRORS))] == [fault for fault, _ in ERRORS]


def test_no_hint_before_the_worked_part_shows_the_repair() -> None:
    for number, (fault, code) in enumerate(ERRORS):
        found = diagnosed(number)
        for tier in BEFORE_WORKED:
            said = markdown(hint(found, NextHint(tier)))
            assert not (found.fix and reveals_line(said, found.fix, code)), (fault, tier)


@pytest.mark.parametrize(("fault", "code"), SILENT)
def test_a_silent_fault_is_found_and_hinted_at_without_its_repair(fault: str, code: str) -> None:
    assert fault in {finding.fault for finding in silent_faults(code)}
    found = of_silence(code)
    assert found is not None
    for tier in BEFORE_WORKED:
        assert not (found.fix and reveals_line(markdown(hint(found, NextHint(tier))), found.fix, code))


def test_the_catalogue_is_as_large_as_promised_and_every_fault_has_a_sample() -> None:
    assert len(catalogue().errors) >= 40
    assert len(catalogue().silent) >= 12
    short = {fault.id for fault in catalogue().errors if fault.worked == WORKED}
    assert {fault.id for fault in catalogue().errors} - SEEN_BY_THE_RUNNER - short == set(SAMPLES["errors"])
    assert set(catalogue().silent) == set(SAMPLES["silent"]) == set(RULES)


def test_every_fault_leads_to_a_concept_card() -> None:
    faults = (*catalogue().errors, *catalogue().silent.values())
    assert {fault.concept for fault in faults} <= set(library().concepts)


def test_every_text_is_filled_in() -> None:
    for number, (_, code) in enumerate(ERRORS):
        found = diagnosed(number)
        for tier in TIERS:
            said = "\n".join(part.text for part in hint(found, NextHint(tier)) if part.kind != "code")
            message = found.error.message if found.error else ""
            assert not re.search(r"\{\w+\}", said.replace(code, "").replace(message, "")), (tier, said)


@pytest.mark.parametrize(
    "code",
    ["x = 1\nprint(x)\n", "def f(a):\n    return a\n\nprint(f(1))\n", "for i in range(3):\n    print(i)\n"],
)
def test_a_sound_program_raises_no_suspicion(code: str) -> None:
    assert unreadable(code) is None
    assert silent_faults(code) == []


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", ["missing-colon", "str-plus-int", "index-out-of-range", "name-typo"])
def test_a_hint_reads_as_agreed(name: str, tier: HintLevel) -> None:
    number = next(n for n, (fault, _) in enumerate(ERRORS) if fault == name)
    assert matches(HERE / "golden" / f"{name}-{tier}.txt", markdown(hint(diagnosed(number), NextHint(tier))))


@pytest.mark.parametrize("tier", TIERS)
def test_a_hint_on_a_silent_fault_reads_as_agreed(tier: HintLevel) -> None:
    found = of_silence(SAMPLES["silent"]["stored-in-place"][0])
    assert found is not None
    assert matches(HERE / "golden" / f"stored-in-place-{tier}.txt", markdown(hint(found, NextHint(tier))))
