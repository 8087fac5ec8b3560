"""What is evaluated without a network: triage, ranking, leaks, exercises, grading, reviews, texts, times."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from random import Random

from events.models import ParsedError
from functions.answers.answer import markdown
from functions.code_review.correctness import judge
from functions.code_review.review import review
from functions.concepts.readability import grade
from functions.diagnosis.causes import Diagnosis, against, of_contrast, of_error, of_silence, unreadable
from functions.diagnosis.hint_ladder import NextHint
from functions.diagnosis.wording import hint
from functions.diagnosis.wrong_results import Mismatch
from functions.exercise.bank import load
from functions.exercise.errors import NotVerified
from functions.exercise.instance import Instance, instantiate
from functions.exercise.verifying import verify
from functions.grading.grades import grade as graded
from functions.grading.running import Outcome, run_tests
from functions.grading.values import decode, show
from functions.guardrails.solution_leaks import reveals_line
from functions.knowledge.explanations import Question, explain, plan
from functions.knowledge.library import DEPTHS, library
from functions.triage.classifier import classify, shown
from functions.triage.linear import INTENTS, likelihoods
from functions.triage.training import Example, examples, query, train, trained_on, wordings
from tests.eval.faulty import faulty
from tests.eval.ladder import LADDER, TESTS
from tests.eval.leaking import FORMS, can_be_told, new_lines
from tests.eval.problems import Problem, problems
from tests.eval.slips import misspelt
from tests.eval.tables import FOLDER, Row, labelled, share, times
from tests.integration.exercise.plain_python import PlainPython

UNSEEN = FOLDER.parent / "unit" / "triage"
QUARTERS = 4
RUNGS = ("nudge", "where", "how")
# What is said of these fits nearly every wrong program.
VAGUE = frozenset({"wrong-result", "other-error", "invalid-syntax", "other-value"})


def triage() -> Iterator[Row]:
    """How many messages are read right."""
    held_back = [example for example in examples() if example.held_back]
    sets = {"held back from the training": held_back} | {
        f"never seen, {name}": list(_seen(UNSEEN / name)) for name in ("utterances.tsv", "heldout.tsv")
    }
    sets["unusual wordings, first set, never trained on"] = list(_seen(FOLDER / "blind.tsv"))
    sets["unusual wordings, second set, never trained on"] = list(_seen(FOLDER / "blind-2.tsv"))
    sets["usual wordings, some misspelt, third set, never trained on"] = list(_seen(FOLDER / "blind-3.tsv"))
    sets["usual wordings, fourth set, written last, never trained on"] = list(_seen(FOLDER / "blind-4.tsv"))
    hurried = "all of these without code, each three times, with one or two slips of the keyboard"
    sets[hurried] = list(_hurried([row for rows in sets.values() for row in rows]))
    for name, rows in sets.items():
        right = sum(classify(row.query).kind == row.intent for row in rows)
        yield "triage", name, share(right, len(rows))
    yield "triage", "further wordings, a quarter left out of the training in turn", left_out()


def _hurried(rows: Sequence[Example]) -> Iterator[Example]:
    dice = Random(0)
    for row in (row for row in rows if not (row.query.code or row.query.error) for _ in range(3)):
        if typed := misspelt(row.query.text, dice):
            yield Example(row.intent, query(typed))


def left_out() -> str:
    """How many further wordings the classifier reads right that it was not trained on."""
    rows, right = wordings(), 0
    usual = trained_on()[: -len(rows)]
    for part in range(QUARTERS):
        known = train([*usual, *(one for place, one in enumerate(rows) if place % QUARTERS != part)])
        for one in rows[part::QUARTERS]:
            chances = likelihoods(shown(one.query), known)
            right += INTENTS[chances.index(max(chances))] == one.intent
    return share(right, len(rows))


def confusion() -> list[list[object]]:
    """For each intent that was meant, what was understood."""
    rows = [row for row in examples() if row.held_back] + list(_seen(UNSEEN / "utterances.tsv"))
    counts = Counter((row.intent, classify(row.query).kind) for row in rows)
    return [[meant, *(counts[meant, read] or "" for read in INTENTS)] for meant in INTENTS]


def ranking() -> Iterator[Row]:
    """How many questions that name no concept find their card."""
    rows = [line.split("\t") for line in (FOLDER / "questions.tsv").read_text("utf-8").splitlines()]
    found = [plan(Question(text=text, topic="basics", level="beginner")).concepts[:1] for text, _ in rows]
    right = sum([c.id for c in one] == [name] for one, (_, name) in zip(found, rows, strict=True))
    yield "ranking", "questions without the name of a concept", share(right, len(rows))


def leaking() -> Iterator[Row]:
    """How many fixes get past the guard, and how many honest hints do not."""
    for form, word in FORMS.items():
        told = [problem for problem in problems() if can_be_told(problem, form)]
        passed = sum(not reveals_line(word(problem), problem.fix, problem.code) for problem in told)
        yield (
            "leaks",
            f"a model that reveals_line: {form}, each of {', '.join(RUNGS)}",
            share(passed, len(told)),
        )
    for rung in RUNGS:
        said = [(problem, grounded(problem, rung)) for problem in problems()]
        shown = sum(any(line.strip() in text for line in new_lines(p)) for p, text in said if text)
        yield "leaks", f"grounded tutor: {rung}", share(shown, sum(bool(text) for _, text in said))
    known = {problem.id: problem for problem in problems()}
    rows = [line.split("\t") for line in (FOLDER / "honest.tsv").read_text("utf-8").splitlines()]
    alarms = sum(reveals_line(text, known[name].fix, known[name].code) for name, text in rows)
    yield "leaks", "honest hints held back", share(alarms, len(rows))


def grounded(problem: Problem, rung: str) -> str:
    """What the grounded tutor says of a program; nothing when it sees no fault in it."""
    broken = unreadable(problem.code)
    found: Diagnosis | None = of_error(broken, problem.code) if broken else of_silence(problem.code)
    return markdown(hint(found, NextHint(rung))) if found else ""  # type: ignore[arg-type]  # one of the rungs


async def hinting(python: PlainPython) -> list[Row]:
    """How the grounded tutor helps with wrong programs, told of what they give and of what was expected."""
    seen = [(problem, found) for problem in problems() if (found := await diagnosed(python, problem))]
    told = [(problem, against(found, problem.fix)) for problem, found in seen]
    rows = [*_named(seen, "only its result is known"), *_named(told, "it belongs to an exercise")]
    rows += await naming(python)
    for rung in (*RUNGS, "worked"):
        said = [(p, worded(found, rung)) for p, found in told]
        # The last rung shows the same step in another theme: there a leak is a line of the repair itself.
        shown = sum(
            reveals_line(text, p.fix, p.code) if rung in RUNGS else _holds_line(text, p) for p, text in said
        )
        rows.append(("leaks", f"grounded tutor, told of a wrong result: {rung}", share(shown, len(said))))
    return rows


def worded(found: Diagnosis, rung: str) -> str:
    """Word a hint, without the results that the student told us of."""
    return markdown(hint(replace(found, contrast=None), NextHint(rung)))  # type: ignore[arg-type]  # one of the rungs


def _holds_line(text: str, problem: Problem) -> bool:
    told = {line.strip() for line in text.splitlines()}
    return any(line.strip() in told for line in new_lines(problem))


def _named(told: Sequence[tuple[Problem, Diagnosis]], known: str) -> Iterator[Row]:
    named = [(problem, found) for problem, found in told if found.fault.id not in VAGUE]
    yield "hints", f"wrong programs whose kind of fault is named, when {known}", share(len(named), len(told))
    lines = [(problem, found.line) for problem, found in named if found.line]
    there = sum(any(abs(line - spot) <= 1 for spot in spots(problem)) for problem, line in lines)
    yield "hints", f"of these, shown at the line of the repair, when {known}", share(there, len(lines))


async def naming(python: PlainPython) -> list[Row]:
    """How often hints name faults rightly of known kinds."""
    made = [(one, found) for one in faulty() if (found := await diagnosed(python, one.problem))]
    silent = [(one, against(found, one.problem.fix)) for one, found in made if found.error is None]
    right = sum(found.fault.id in one.names for one, found in silent)
    vague = sum(found.fault.id in VAGUE for _, found in silent)
    of = "faults of 14 known kinds, put in by machine"
    return [
        ("hints", f"{of}: named right", share(right, len(silent))),
        ("hints", f"{of}: named by another word", share(len(silent) - right - vague, len(silent))),
    ]


def spots(problem: Problem) -> list[int]:
    """The lines of a wrong program that its repair changes."""
    lines = problem.code.splitlines(), problem.fix.splitlines()
    changed = [
        code for code in SequenceMatcher(None, *lines, autojunk=False).get_opcodes() if code[0] != "equal"
    ]
    return [line for _, a, b, _, _ in changed for line in range(a + 1, max(b, a + 1) + 1)]


async def diagnosed(python: PlainPython, problem: Problem) -> Diagnosis | None:
    """Say what the tutor makes of the first test that ends otherwise than with the repair; None for none."""
    right = await run_tests(python, problem.fix, problem.tests)
    for outcome, wanted in zip(await run_tests(python, problem.code, problem.tests), right, strict=True):
        if (error := outcome.result.error or outcome.error) is not None:
            told = ParsedError(type=error.type, message=error.message, line=error.line)
            return of_error(told, problem.code)
        if (got := result(outcome)) != (expected := result(wanted)):
            return of_contrast(Mismatch(expected, got, seen=True), problem.code)
    return None


def result(outcome: Outcome) -> str:
    """Write what a test gave as a student would tell it."""
    if outcome.test.kind == "stdin":
        return outcome.result.stdout.strip()
    return show(decode(outcome.result.value))


async def exercises(python: PlainPython) -> list[Row]:
    """Which exercises pass the gate, and whether right and wrong programs are graded so."""
    passed, right, wrong = 0, 0, 0
    instances: list[Instance] = []
    all_of_bank = load().all()
    for exercise in all_of_bank:
        try:
            instances.append(await verify(python, instantiate(exercise, exercise.variations // 2)))
            passed += 1
        except NotVerified:
            continue
    programs = [(one, program) for one in instances for program in (one.starter, *one.mutants)]
    for one in instances:
        right += graded(await run_tests(python, one.solution, one.tests), one.solution).complete
    for one, program in programs:
        wrong += not graded(await run_tests(python, program, one.tests), program).complete
    return [
        ("exercises", "variations of the bank that pass the gate", share(passed, len(all_of_bank))),
        ("grader", "right programs graded right", share(right, len(instances))),
        ("grader", "wrong programs graded wrong", share(wrong, len(programs))),
    ]


async def reviews(python: PlainPython) -> list[Row]:
    """The numbers of ten programs from poor to good."""
    made = [await review(code, "learning", None, await judge(python, code, TESTS)) for code in LADDER]
    numbers = [one.quality for one in made]
    verdict = "rises" if numbers == sorted(set(numbers)) else "does not rise"
    return [("review", "ten programs from poor to good", f"{', '.join(map(str, numbers))}: {verdict}")]


def reading() -> Iterator[Row]:
    """How hard the cards are to read."""
    for depth in DEPTHS:
        cards = [concept.cards[depth] for concept in library().concepts.values()]
        grades = [grade(f"{card.text}\n{card.mistake}\n{card.check.question}") for card in cards]
        told = f"{statistics.mean(grades):.1f} (hardest {max(grades):.1f})"
        yield "reading grade", f"{len(cards)} cards, {depth}", told


def speed() -> Iterator[Row]:
    """How long an answer takes without a model."""
    messages = [row.query for row in _seen(UNSEEN / "utterances.tsv")]
    classify(messages[0])
    explain(Question(text="something", topic="basics", level="beginner"))
    taken: dict[str, list[float]] = {"triage": [], "grounded explanation": []}
    for message in messages:
        began = time.perf_counter()
        classify(message)
        read = time.perf_counter()
        explain(Question(text=message.text, topic="basics", level="beginner"))
        taken["triage"].append(read - began)
        taken["grounded explanation"].append(time.perf_counter() - read)
    for name, seconds in taken.items():
        yield "time", f"{name}, median / slowest of a hundred; no tokens", times(seconds)


def _seen(path: Path) -> Iterator[Example]:
    for row in labelled(path):
        yield Example(row["intent"], query(row["text"], row["code"], row["error"]))
