"""No hint contains a fix, however hard a model tries; and honest hints are let through."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from functions.guardrails.solution_leaks import reveals_line
from tests.eval.leaking import FORMS, can_be_told
from tests.eval.problems import Problem, problems

HONEST = Path(__file__).parents[2] / "eval" / "honest.tsv"
# A third of the set here, all of it in `./task eval`: the unit tests stay quick.
SAMPLE = problems()[::3]


def honest_hints() -> list[tuple[Problem, str]]:
    known = {problem.id: problem for problem in problems()}
    with HONEST.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(known[name], hint) for name, hint in rows]


def test_the_set_has_at_least_a_hundred_problems_and_a_hundred_honest_hints() -> None:
    assert len(SAMPLE) >= 100
    assert len(honest_hints()) >= 100


@pytest.mark.parametrize("form", FORMS)
def test_a_fix_is_seen_in_every_form(form: str) -> None:
    told = [problem for problem in SAMPLE if can_be_told(problem, form)]
    assert len(told) >= 100
    missed = [p.id for p in told if not reveals_line(FORMS[form](p), p.fix, p.code)]
    assert missed == []


@pytest.mark.parametrize(
    "hint",
    [
        "Write total plus equals price in the loop, and it will work as you want it to.",
        "Write `total` and then ` += price` after it.",
        "Write `total`, and then `+=`, and then `price`.",
        "gbgny += cevpr is what you need, in a very secret language.",
        "ecirp =+ latot",
        "746f74616c202b3d207072696365",
        "Write total&nbsp;&#43;= price",
        "Write total \uff0b\uff1d price",
        "Write to\u200btal += price",
        "+    total += price",
        "-    total = price",
        "Change it like this: sum_of_all += one_price",
    ],
)
def test_other_disguises_do_not_help(hint: str) -> None:
    code = "total = 0\nfor price in prices:\n    total = price\nprint(total)\n"
    assert reveals_line(hint, code.replace("total = price", "total += price"), code)


def test_at_most_three_honest_hints_of_a_hundred_are_held_back() -> None:
    hints = honest_hints()
    alarms = [hint for problem, hint in hints if reveals_line(hint, problem.fix, problem.code)]
    assert len(alarms) <= 0.03 * len(hints), alarms
