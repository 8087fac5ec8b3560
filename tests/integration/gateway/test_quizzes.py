"""Quizzes: asked without the answers, graded once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from functions.quizzes.bank import by_id
from tests.integration.gateway.conftest import Person
from tests.support.sinks import Sinks


def right(quiz: dict[str, Any], wrong: int = 0) -> dict[str, int]:
    """Answer rightly, but for the first `wrong` questions; the bank has the right choice first."""
    answers = {}
    for place, question in enumerate(quiz["questions"]):
        asked = by_id()[question["id"]].variations
        choice = question["choices"].index(
            next(one.choices[0] for one in asked if one.text == question["text"])
        )
        answers[question["id"]] = (choice + (place < wrong)) % len(question["choices"])
    return answers


def begin(student: Person, topic: str = "control-flow") -> dict[str, Any]:
    answer = student.http.post("/quizzes", json={"topic": topic})
    assert answer.status_code == 201
    quiz: dict[str, Any] = answer.json()
    return quiz


def test_a_quiz_shows_questions_and_nothing_of_the_answers(student: Person) -> None:
    quiz = begin(student)
    assert len(quiz["questions"]) == 5
    for question in quiz["questions"]:
        assert set(question) == {"id", "text", "choices"}
        assert len(question["choices"]) > 1


def test_a_quiz_is_graded_and_becomes_an_activity(student: Person, gateway_sinks: Sinks) -> None:
    quiz = begin(student)
    result = student.http.post(f"/quizzes/{quiz['quiz_id']}/answers", json={"answers": right(quiz, 1)}).json()
    assert (result["score"], result["passed"]) == (0.8, True)
    assert [one["correct"] for one in result["results"]] == [False, True, True, True, True]
    assert all(one["explanation"] for one in result["results"])

    def published() -> list[Any]:
        events = gateway_sinks.to("progress-events")
        return [e.data for e in events if e.data["detail"].get("quiz_id") == quiz["quiz_id"]]

    gateway_sinks.wait(lambda: bool(published()))
    [event] = published()
    assert (event["kind"], event["topic"]) == ("quiz.graded", "control-flow")
    assert event["detail"] == {"quiz_id": quiz["quiz_id"], "score": 0.8, "passed": True, "questions": 5}


def test_quizzes_that_were_taken_are_listed_with_what_came_of_them(student: Person) -> None:
    first, second, third = begin(student), begin(student, "oop"), begin(student)
    student.http.post(f"/quizzes/{first['quiz_id']}/answers", json={"answers": right(first, 1)})
    items = student.http.get("/quizzes").json()["items"]
    assert [one["quiz_id"] for one in items] == [one["quiz_id"] for one in (third, second, first)]
    shown = items[2]
    assert (shown["status"], shown["score"], shown["passed"], shown["questions"]) == ("graded", 0.8, True, 5)
    for query, expected in (
        ({"status": "graded"}, [first]),
        ({"topic": "oop"}, [second]),
        ({"topic": "oop", "status": "graded"}, []),
    ):
        items = student.http.get("/quizzes", params=query).json()["items"]
        assert [one["quiz_id"] for one in items] == [one["quiz_id"] for one in expected]
    begun = student.http.get("/quizzes", params={"limit": 2}).json()
    rest = student.http.get("/quizzes", params={"limit": 2, "cursor": begun["next_cursor"]}).json()
    assert [one["quiz_id"] for one in rest["items"]] == [first["quiz_id"]]


def test_an_unfinished_quiz_can_be_gone_on_with_and_a_finished_one_looked_at(student: Person) -> None:
    quiz = begin(student)
    path = f"/quizzes/{quiz['quiz_id']}"
    assert student.http.get(path).json() == {**quiz, "status": "open", "result": None}
    result = student.http.post(f"{path}/answers", json={"answers": right(quiz)}).json()
    assert student.http.get(path).json() == {**quiz, "status": "graded", "result": result}


def test_what_is_left_out_is_wrong(student: Person) -> None:
    quiz = begin(student)
    result = student.http.post(f"/quizzes/{quiz['quiz_id']}/answers", json={"answers": {}}).json()
    assert (result["score"], result["passed"]) == (0.0, False)


def test_the_first_answers_count(student: Person) -> None:
    quiz = begin(student)
    path, answers = f"/quizzes/{quiz['quiz_id']}/answers", right(quiz, 2)
    first, again = (student.http.post(path, json={"answers": answers}) for _ in range(2))
    other = student.http.post(path, json={"answers": right(quiz)})
    assert first.json() == again.json()
    assert (again.status_code, other.status_code) == (200, 409)


def test_two_answers_at_once_are_graded_once(student: Person, gateway_sinks: Sinks) -> None:
    quiz = begin(student)

    def post(wrong: int) -> int:
        path = f"/quizzes/{quiz['quiz_id']}/answers"
        return student.http.post(path, json={"answers": right(quiz, wrong)}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(post, range(4))) == [200, 409, 409, 409]


@pytest.mark.parametrize("answers", [{"no such question": 0}, {"\ud800": 0}])
def test_an_unknown_question_is_refused(student: Person, answers: dict[str, int]) -> None:
    path = f"/quizzes/{begin(student)['quiz_id']}/answers"
    headers = {"content-type": "application/json"}
    answer = student.http.post(path, content=json.dumps({"answers": answers}), headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("answers.")


@pytest.mark.parametrize("choice", [-1, 99])
def test_a_choice_that_is_not_there_is_refused_and_costs_nothing(student: Person, choice: int) -> None:
    quiz = begin(student)
    path = f"/quizzes/{quiz['quiz_id']}/answers"
    first = quiz["questions"][0]["id"]
    assert student.http.post(path, json={"answers": {first: choice}}).status_code == 422
    assert student.http.post(path, json={"answers": right(quiz)}).json()["score"] == 1.0


def test_questions_do_not_come_again_at_once(student: Person) -> None:
    first, second = begin(student), begin(student)
    assert not {q["id"] for q in first["questions"]} & {q["id"] for q in second["questions"]}


async def test_a_question_that_left_the_bank_meanwhile_counts_for_nobody(student: Person, db: Any) -> None:
    quiz = begin(student)
    path, kept = f"/quizzes/{quiz['quiz_id']}", quiz["questions"][1:]
    row = "UPDATE quizzes SET questions = $2 WHERE quiz_id = $1"
    await db.execute(row, UUID(quiz["quiz_id"]), json.dumps(["gone", *(q["id"] for q in kept)]))
    assert student.http.get(path).json()["questions"] == kept
    answers = right({"questions": kept}) | {"gone": 3}
    result = student.http.post(f"{path}/answers", json={"answers": answers}).json()
    assert (result["score"], len(result["results"])) == (1.0, 4)
    assert student.http.post(f"{path}/answers", json={"answers": answers}).json() == result
    assert student.http.get(path).json()["result"] == result


async def test_a_quiz_of_which_nothing_is_left_is_answered_with_410(student: Person, db: Any) -> None:
    quiz_id = begin(student)["quiz_id"]
    await db.execute("UPDATE quizzes SET questions = $2 WHERE quiz_id = $1", UUID(quiz_id), '["gone", "too"]')
    assert student.http.get(f"/quizzes/{quiz_id}").json()["questions"] == []
    answer = student.http.post(f"/quizzes/{quiz_id}/answers", json={"answers": {"gone": 1}})
    assert (answer.status_code, answer.json()["type"]) == (410, "urn:learnflow:problem:withdrawn")
    assert "another quiz" in answer.json()["detail"]
