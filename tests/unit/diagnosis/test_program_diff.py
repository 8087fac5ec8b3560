"""A wrong program held against a right one: the place where they differ is named, not the repair."""

from __future__ import annotations

import re

import pytest

from functions.answers import answer
from functions.answers.answer import markdown
from functions.debug.hinting import without_secrets
from functions.diagnosis.catalogue import TIERS, catalogue
from functions.diagnosis.causes import against, of_contrast
from functions.diagnosis.findings import Finding
from functions.diagnosis.hint_ladder import NextHint
from functions.diagnosis.program_diff import difference
from functions.diagnosis.wording import hint
from functions.diagnosis.wrong_results import Mismatch
from functions.guardrails.solution_leaks import reveals_line
from functions.knowledge.library import library
from functions.telling.leaks import Secrets
from tests.eval.faulty import faulty
from tests.eval.problems import problems

RIGHT = """
def count(words, least):
    found = 0
    for word in words:
        if len(word) >= least and word.isalpha():
            found += 1
    return found
"""


@pytest.mark.parametrize(
    ("old", "new", "fault", "line"),
    [
        (">=", ">", "border", 5),
        (">=", "<", "other-comparison", 5),
        (" and ", " or ", "logic-word", 5),
        (" and word.isalpha()", "", "condition-part", 5),
        ("found = 0", "found = 1", "start-value", 3),
        ("found += 1", "found = 1", "forgets-old-value", 6),
        ("found += 1", "found += 2", "other-number", 6),
        ("    return found", "    print(found)", "lost-return", 7),
        ("    return found", "        return found", "other-block", 7),
        ("len(word) >=", "len(words) >=", "other-name", 5),
        ("in words:", "in words[1:]:", "part-too-much", 4),
        ("    found = 0\n", "", "missing-step", 2),
        ("    return found", "", "lost-return", 4),
        ("    for word", "    words.sort()\n    for word", "extra-step", 4),
    ],
)
def test_the_only_difference_is_named(old: str, new: str, fault: str, line: int) -> None:
    assert difference(RIGHT.replace(old, new, 1), RIGHT) == Finding(fault, line)


def test_variables_may_have_other_names() -> None:
    code = re.sub(r"\bfound\b", "n", re.sub(r"\bword\b", "w", RIGHT)).replace(">=", ">")
    assert difference(code, RIGHT) == Finding("border", 5)


@pytest.mark.parametrize(
    "code",
    [
        RIGHT,
        RIGHT.replace("found = 0", "found = 1").replace(">=", ">"),
        "def count(words, least):\n    return sum(len(word) > least for word in words if word.isalpha())\n",
        "def count(words, least:\n",
    ],
    ids=["equal", "two faults", "another way", "unreadable"],
)
def test_nothing_is_named_when_there_is_not_exactly_one_difference(code: str) -> None:
    assert difference(code, RIGHT) is None


def test_a_result_alone_is_named_closer_with_the_solution_at_hand() -> None:
    code = RIGHT.replace(">=", ">")
    found = of_contrast(Mismatch("2", "0", seen=True), code)
    assert found.fault.id == "wrong-result"
    closer = against(found, RIGHT)
    assert (closer.fault.id, closer.line, closer.contrast) == ("border", 5, found.contrast)
    assert against(found, "something else(") == found


def test_faults_put_in_by_machine_are_named_rightly_or_not_at_all() -> None:
    found = [(one, difference(one.problem.code, one.problem.fix)) for one in faulty(every=6)]
    named = [(one, finding.fault) for one, finding in found if finding is not None]
    assert [(one.problem.id, fault) for one, fault in named if fault not in one.names] == []
    assert len(named) >= 0.9 * len(found) >= 15


def test_no_hint_on_a_difference_shows_the_repair() -> None:
    for problem in problems()[::40]:
        finding = difference(problem.code, problem.fix)
        if finding is not None:
            found = against(of_contrast(Mismatch(None, "?"), problem.code), problem.fix)
            for tier in TIERS[:3]:
                assert not reveals_line(markdown(hint(found, NextHint(tier))), problem.fix, problem.code), (
                    problem.id
                )


def test_every_difference_has_its_text_concept_and_example() -> None:
    assert {fault.concept for fault in catalogue().near.values()} <= set(library().concepts)
    for fault in catalogue().near.values():
        compile(fault.example, fault.id, "exec")
        assert not re.findall(r"\{(?!line\})", fault.nudge + fault.where + fault.how)


def test_an_example_that_happens_to_hold_a_line_of_the_solution_is_left_out() -> None:
    hints = (answer.hint("Each round adds."), answer.code("    found += 1\n"), answer.code("total += 2\n"))
    secrets = Secrets(lines=[RIGHT], code=RIGHT.replace("found += 1", "found = 1"))
    assert [part.text for part in without_secrets(hints, secrets)] == ["Each round adds.", "total += 2"]
