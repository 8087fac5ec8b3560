"""Teachers' own exercises, proven: what is wrong is told with the program and the input that show it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from functions.analysis.walls import at_once
from functions.authoring.content import Authored, AuthoredTest
from functions.diagnosis.runner import Runner
from functions.exercise.authored.proof import Proof, prove
from functions.exercise.authored.rehearsal import rehearse
from functions.exercise.store import to_json
from functions.grading.grades import Grade, grade
from functions.grading.repeating import run_reliably
from tests.integration.exercise.plain_python import PlainPython

REQUESTED = "learnflow.proof.requested.v1"
TEACHER = uuid4()
TEXT = (
    "Write a function `count_long(words, least)` that returns how many words have at least `least` letters."
)
SOLUTION = """def count_long(words, least):
    found = 0
    for word in words:
        if len(word) >= least:
            found += 1
    return found
"""
STARTER = "def count_long(words, least):\n    pass\n"


@pytest.fixture
async def python() -> AsyncIterator[PlainPython]:
    async with PlainPython.open() as opened:
        yield opened


def called(name: str, call: str, expected: str | None, **more: Any) -> AuthoredTest:
    return AuthoredTest(name=name, kind="call", call=call, expected=expected, **more)


FULL = (
    called("some", "count_long(['tea', 'milk', 'ice', 'juice'], 4)", "2"),
    called("all, again", "count_long(['milk', 'milk', 'milk', 'ice2'], 4)", "4", visible=False, hint="Two?"),
    called("none", "count_long(['tea', 'ice'], 5)", "0", visible=False),
    called("no words", "count_long([], 1)", "0"),
    called("the last and the first", "count_long(['juices', 'a', 'b', 'juices'], 6)", "2"),
)  # fmt: skip


def authored(**more: Any) -> Authored:
    fields: dict[str, Any] = {
        "title": "Long words",
        "topic": "control-flow",
        "difficulty": "easy",
        "instructions": TEXT,
        "starter_code": STARTER,
        "solution": SOLUTION,
        "tests": FULL,
    }
    return Authored(**fields | more)


async def proof_of(python: PlainPython, exercise: Authored) -> Proof:
    return await prove(python, python, uuid4(), exercise, at_once, lambda: False)


async def refused(python: PlainPython, **more: Any) -> list[str]:
    proof = await proof_of(python, authored(**more))
    assert not proof.variations
    return [problem.kind for problem in proof.problems]


async def graded(python: PlainPython, proof: Proof, code: str) -> Grade:
    return grade(await run_reliably(python, code, proof.variations[0].tests), code)


async def test_an_exercise_with_good_tests_is_proven_and_grades(python: PlainPython) -> None:
    """Weights count, a hidden test says its hint alone, and what is right passes."""
    weighted = (
        called("some", "count_long(['tea', 'milk', 'ice', 'juice'], 4)", "2", weight=3, hint="Look at `>=`."),
        *FULL[1:],
    )
    proof = await proof_of(python, authored(tests=weighted))
    assert proof.problems == []
    [variation] = proof.variations
    assert [test.expected for test in variation.tests] == [2, 4, 0, 0, 2]
    assert (await graded(python, proof, SOLUTION)).complete
    wrong = await graded(python, proof, SOLUTION.replace(">=", ">"))
    assert wrong.score == pytest.approx(2 / 7)
    messages = {test.name: test.message for test in wrong.tests}
    assert messages["some"].endswith("Look at `>=`.")
    assert messages["all, again"].endswith("Two?") and "ice2" not in messages["all, again"]
    assert "juices" in messages["the last and the first"]


async def test_a_wrong_program_that_passes_is_told_with_the_input_that_tells(python: PlainPython) -> None:
    """It passes all tests, and does not do with the input what the solution does."""
    holes = FULL[:1]
    proof = await proof_of(python, authored(tests=holes))
    assert 1 <= len(proof.problems) <= 5
    for problem in proof.problems:
        assert problem.kind == "wrong_program" and problem.program and problem.input
        given, right = [
            await proof_of(python, authored(solution=code, tests=(called("x", problem.input, None),)))
            for code in (problem.program, SOLUTION)
        ]
        results = [await graded_value(python, code, problem.input) for code in (problem.program, SOLUTION)]
        assert results[0] != results[1], (given, right)
        assert "passes all of your tests" in problem.message and problem.input in problem.message


async def graded_value(python: PlainPython, code: str, call: str) -> Any:
    made = await python.execute(f"{code}\ndef asked():\n    return {call}\n", calls=[{"function": "asked"}])
    return made.results[0].value if made.results[0].status == "ok" else made.results[0].error.type


async def test_an_input_on_which_right_programs_differ_is_outside_of_the_task(python: PlainPython) -> None:
    """Of equal names any may come first: a second solution says so, and the gate believes it."""
    text = "Write a function `longest(words)` that returns the longest word."
    first = (
        "def longest(words):\n    best = words[0]\n    for word in words:\n"
        "        if len(word) > len(best):\n            best = word\n    return best\n"
    )
    tests = (
        called("in the middle", "longest(['ab', 'abcd', 'a'])", "'abcd'"),
        called("at the end", "longest(['ab', 'a', 'abcd'])", "'abcd'"),
        called("at the start", "longest(['abcde', 'a', 'abcd'])", "'abcde'"),
        called("one", "longest(['a'])", "'a'"),
    )
    task = authored(instructions=text, starter_code="", solution=first, tests=tests)
    alone = await proof_of(python, task)
    assert any(">=" in (problem.program or "") for problem in alone.problems)
    fields: dict[str, Any] = {"instructions": text, "starter_code": "", "solution": first, "tests": tests}
    both = await proof_of(python, authored(solutions=(first.replace(">", ">="),), **fields))
    assert not any(">=" in (problem.program or "") for problem in both.problems)


async def test_a_list_that_is_never_empty_is_asked_for(python: PlainPython) -> None:
    """Unless the task excludes it, or its right programs have no answer for it."""
    tests = tuple(test for test in FULL if test.name != "no words")
    [problem] = (await proof_of(python, authored(tests=tests))).problems
    assert problem.suggested_test == called("count_long([], 5)", "count_long([], 5)", "0", visible=False)
    assert (await proof_of(python, authored(tests=(*tests, problem.suggested_test)))).problems == []
    assert problem.input == "count_long([], 5)" and "words[0]" in (problem.program or "")
    assert (await proof_of(python, authored(tests=tests, requires="words"))).problems == []


async def test_an_error_that_the_solution_raises_is_a_result(python: PlainPython) -> None:
    """Who leaves the check out passes all tests, and is told by an input that should raise."""
    solution = (
        "def take(stock, n):\n    if n > stock:\n        raise ValueError('too many')\n    return stock - n\n"
    )
    fields: dict[str, Any] = {
        "instructions": "Write `take(stock, n)`.",
        "solution": solution,
        "starter_code": "",
    }
    tests = (
        called("some", "take(5, 3)", "2"),
        called("all", "take(5, 5)", "0"),
        called("none", "take(7, 0)", "7"),
    )
    hole = await proof_of(python, authored(tests=tests, **fields))
    assert any("ValueError: too many" in problem.message for problem in hole.problems)
    assert {test.raises for problem in hole.problems if (test := problem.suggested_test)} >= {"ValueError"}
    more = (
        *tests,
        AuthoredTest(name="one too many", kind="call", call="take(5, 6)", raises="ValueError"),
        AuthoredTest(name="far too many", kind="call", call="take(3, 9)", raises="ValueError"),
    )
    assert (await proof_of(python, authored(tests=more, **fields))).problems == []


async def test_what_the_text_promises_is_not_attacked(python: PlainPython) -> None:
    """A condition on the parameters keeps inputs out that the task excludes."""
    solution = "def half(n):\n    return n // 2\n"
    tests = (called("ten", "half(10)", "5"), called("eight", "half(8)", "4"), called("zero", "half(0)", "0"))
    even = {"instructions": "Write `half(n)`, for an even `n`.", "solution": solution, "tests": tests}
    odd_answer = "def half(n):\n    return int(n / 2 + 0.5)\n"
    assert (await proof_of(python, authored(starter_code="", requires="n % 2 == 0", **even))).problems == []
    proof = await proof_of(python, authored(starter_code="", solutions=(odd_answer,), **even))
    assert proof.problems == []


async def test_what_is_missing_is_said(python: PlainPython) -> None:
    assert await refused(python, tests=(), solution="") == ["incomplete", "incomplete"]
    assert await refused(python, solution="def count_long(words, least)\n") == ["solution"]
    assert await refused(python, instructions="Count.", starter_code="") == ["instructions"]
    assert await refused(python, starter_code=SOLUTION) == ["starter"]
    leaky = (called("some", "count_long(['tea', 'milk'], 4)", "1", hint="Write `if len(word) >= least:`."),)
    assert "hint" in await refused(python, tests=(*leaky, *FULL[1:]))


async def test_a_solution_that_does_not_do_what_a_test_says_is_told_with_both_results(
    python: PlainPython,
) -> None:
    proof = await proof_of(python, authored(tests=(called("odd", "count_long(['tea'], 4)", "1"),)))
    [problem] = proof.problems
    assert (problem.kind, problem.test) == ("solution", "odd")
    assert "gives `0`" in problem.message and "says `1`" in problem.message
    broken = await proof_of(python, authored(solution=SOLUTION.replace("len", "size")))
    assert {problem.kind for problem in broken.problems} == {"solution"}
    assert "NameError" in broken.problems[0].message


async def test_an_object_of_the_programs_own_is_nothing_to_compare(python: PlainPython) -> None:
    solution = "class Box:\n    def __init__(self, n):\n        self.n = n\n"
    tests = (called("a box", "Box(3)", "3"),)
    task = authored(instructions="Write a class `Box`.", starter_code="", solution=solution, tests=tests)
    [problem] = (await proof_of(python, task)).problems
    assert problem.kind == "solution" and "can't be compared" in problem.message


async def test_other_solutions_have_to_pass_too(python: PlainPython) -> None:
    proof = await proof_of(python, authored(solutions=("def count_long(words, least):\n    return 2\n",)))
    assert proof.problems[0].kind == "other_solution"
    assert proof.problems[0].test == "all, again"


async def test_a_test_that_every_program_passes_is_told(python: PlainPython) -> None:
    """Even a program that does nothing passes it."""
    empty = called("nothing", "count_long", None, raises=None)
    idle = AuthoredTest(name="idle", kind="call", call="None", expected="None")
    proof = await proof_of(python, authored(tests=(*FULL, idle)))
    assert [(problem.kind, problem.test) for problem in proof.problems] == [("test", "idle")]
    assert empty.written is None


async def test_programs_that_read_and_print_are_proven(python: PlainPython) -> None:
    solution = "name = input()\ntimes = int(input())\nfor _ in range(times):\n    print(f'Hello, {name}!')\n"
    tests = tuple(
        AuthoredTest(name=f"{n} times", kind="program", stdin=f"{who}\n{n}\n", stdout=f"Hello, {who}!\n" * n)
        for n, who in ((2, "Ada"), (0, "Bo"), (3, "Mary Ann"))
    )
    task = authored(instructions="Greet.", starter_code="name = input()\n", solution=solution, tests=tests)
    assert (await proof_of(python, task)).problems == []
    hole = await proof_of(python, authored(
        instructions="Greet.", starter_code="", solution=solution, tests=tests[:1]
    ))  # fmt: skip
    assert {problem.kind for problem in hole.problems} == {"wrong_program"}
    assert all(problem.input and "\n" in problem.input for problem in hole.problems)
    added = [problem.suggested_test for problem in hole.problems if problem.suggested_test]
    assert added and all(test.stdout is not None and test.stdin for test in added)


async def test_a_call_can_be_held_to_what_it_prints_or_raises(python: PlainPython) -> None:
    """The value does not matter then; what a student reads speaks of the output."""
    solution = (
        "def greet(name):\n    if not name:\n        raise ValueError('no name')\n    print('Hi ' + name)\n"
    )
    tests = (
        AuthoredTest(name="Ada", kind="call", call="greet('Ada')", stdout="Hi Ada"),
        AuthoredTest(name="Bo", kind="call", call="greet('Bo')", stdout="Hi Bo\n"),
        AuthoredTest(name="nobody", kind="call", call="greet('')", raises="ValueError"),
    )
    proof = await proof_of(python, authored(
        instructions="Write `greet(name)`.", starter_code="", solution=solution, tests=tests
    ))  # fmt: skip
    assert proof.problems == []
    returns = solution + "\nold = greet\ndef greet(name):\n    old(name)\n    return 1\n"
    assert (await graded(python, proof, returns)).complete
    hello = await graded(python, proof, solution.replace("Hi", "Hello"))
    assert (hello.passed, hello.total) == (1, 3)
    assert hello.tests[0].message.startswith("`greet('Ada')`: Line 1 of the output should be `Hi Ada`")


async def test_each_row_of_the_values_is_proven(python: PlainPython) -> None:
    """The solution says what comes of a row, unless the test does."""
    values = {"n": ["3", "5"], "off": ["1", "2"], "gives": ["7", "12"]}
    fields: dict[str, Any] = {
        "title": "Twice and $off",
        "instructions": "Write `f(n)` that returns twice `n` and $off more. It costs $5.",
        "starter_code": "",
        "solution": "def f(n):\n    return n * 2 + $off\n",
        "values": values,
    }
    tests = (called("$n", "f($n)", "$gives"), called("ten", "f(10)", "21"), called("zero", "f(0)", None))
    proof = await proof_of(python, authored(tests=tests, **fields))
    assert proof.problems == []
    assert [[test.expected for test in one.tests] for one in proof.variations] == [[7, 21, 1], [12, 22, 2]]
    assert proof.variations[1].title == "Twice and 2" and "costs $5" in proof.variations[1].instructions
    wrong = {**values, "gives": ["7", "13"]}
    refused_row = await proof_of(python, authored(tests=tests, **{**fields, "values": wrong}))
    assert refused_row.problems[0].message.startswith("With row 2 of the values: ")


async def test_the_likeliest_mistakes_are_rehearsed(python: PlainPython) -> None:
    """Each fails other tests; what is told is what a student is told, and no hidden call is in it."""
    proof = await proof_of(python, authored())
    mistakes = await rehearse(Runner(None), proof.variations[0], proof.failures)
    assert len(mistakes) == 3
    failing = [tuple(test.name for test in one.tests if not test.passed) for one in mistakes]
    assert len(set(failing)) == 3 and all(failing)
    assert all(one.hint and one.program and 0 < one.score < 1 for one in mistakes)
    assert not any("ice2" in one.hint for one in mistakes)


async def draft(db: Any, exercise: Authored) -> tuple[UUID, UUID]:
    """Write a draft and ask for its proof, as the gateway does."""
    exercise_id, proof_id = uuid4(), uuid4()
    await db.execute(
        "INSERT INTO authored_exercises (exercise_id, teacher_id, content) VALUES ($1, $2, $3::jsonb)",
        exercise_id, TEACHER, to_json(exercise),
    )  # fmt: skip
    await db.execute(
        "INSERT INTO authored_proofs (proof_id, exercise_id, revision, asked_at) VALUES ($1, $2, 1, now())",
        proof_id, exercise_id,
    )  # fmt: skip
    return exercise_id, proof_id


async def send(function: Any, exercise_id: UUID, proof_id: UUID) -> int:
    data = {"proof_id": str(proof_id), "exercise_id": str(exercise_id), "student_id": str(TEACHER)}
    answer = await asyncio.to_thread(function.send, REQUESTED, data)
    return int(answer.status_code)


async def test_the_function_proves_a_draft_in_the_sandbox(function: Any, db: Any) -> None:
    """What came of it stands in the rows; a proven draft has its variations."""
    exercise_id, proof_id = await draft(db, authored())
    assert await send(function, exercise_id, proof_id) == 200
    row = await db.fetchrow("SELECT * FROM authored_proofs WHERE proof_id = $1", proof_id)
    assert (row["status"], json.loads(row["problems"])) == ("proven", [])
    [variation] = await db.fetch("SELECT * FROM authored_variations WHERE exercise_id = $1", exercise_id)
    assert variation["solution"] == SOLUTION
    assert [one["output"] for one in json.loads(variation["examples"])] == ["2", "0", "2"]
    assert len(json.loads(row["mistakes"])) == 3

    exercise_id, proof_id = await draft(db, authored(tests=FULL[:1]))
    assert await send(function, exercise_id, proof_id) == 200
    row = await db.fetchrow("SELECT * FROM authored_proofs WHERE proof_id = $1", proof_id)
    assert row["status"] == "refused"
    assert {one["kind"] for one in json.loads(row["problems"])} == {"wrong_program"}
    assert not await db.fetch("SELECT 1 FROM authored_variations WHERE exercise_id = $1", exercise_id)


async def test_a_draft_that_changed_meanwhile_is_left_alone(function: Any, db: Any) -> None:
    exercise_id, proof_id = await draft(db, authored())
    await db.execute("UPDATE authored_exercises SET revision = 2 WHERE exercise_id = $1", exercise_id)
    assert await send(function, exercise_id, proof_id) == 200
    assert await db.fetchval("SELECT status FROM authored_proofs WHERE proof_id = $1", proof_id) == "proving"


async def test_a_sandbox_that_is_away_is_no_fault_of_the_exercise(start: Any, db: Any) -> None:
    """It is tried again, and in the end the teacher is told whose fault it is."""
    away = start("http://127.0.0.1:9", LEARNFLOW_SANDBOX_TRIES="1", LEARNFLOW_EXECUTION_BUSY_S="0")
    exercise_id, proof_id = await draft(db, authored())
    assert await send(away, exercise_id, proof_id) == 200
    row = await db.fetchrow("SELECT * FROM authored_proofs WHERE proof_id = $1", proof_id)
    assert [one["kind"] for one in json.loads(row["problems"])] == ["sandbox"]
