"""Teachers make the rules of a class; its students see them, and they hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.gateway.conftest import Person

RULES = {
    "tutor": True,
    "model": False,
    "highest_rung": 2,
    "messages_a_day": 3,
    "not_yet": ["recursion", "lambda", "oop"],
    "wording": ["we say list, not array"],
    "exam": {"from": "2030-01-01T08:00:00Z", "until": "2030-01-01T09:00:00Z"},
}


@pytest.fixture
def school(sign_up: Callable[..., Person]) -> tuple[Person, Person, str]:
    teacher, student = sign_up("teacher"), sign_up()
    made = teacher.http.post("/classes", json={"name": "9b"}).json()
    assert student.http.post("/classes/join", json={"join_code": made["join_code"]}).status_code == 200
    return teacher, student, f"/classes/{made['class_id']}/rules"


def test_teacher_and_student_see_the_rules_that_hold(school: tuple[Person, Person, str]) -> None:
    teacher, student, path = school
    before = student.http.get(path).json()
    assert (before["tutor"], before["highest_rung"], before["exam"], before["changed_at"]) == (
        True,
        None,
        None,
        None,
    )
    made = teacher.http.put(path, json=RULES)
    assert made.status_code == 200, made.text
    assert {name: made.json()[name] for name in RULES} == RULES
    assert student.http.get(path).json() == teacher.http.get(path).json() == made.json()
    assert teacher.http.put(path, json={}).json()["highest_rung"] is None, (
        "what is left out is as without rules"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("highest_rung", 0), ("highest_rung", 6), ("messages_a_day", -1), ("tutor", "no"), ("hints", 1),
        ("not_yet", ["cooking"]), ("exam", {"from": "2030-01-01T09:00:00Z", "until": "2030-01-01T08:00:00Z"}),
        ("exam", {"from": "2030-01-01T09:00:00", "until": "2030-01-01T10:00:00Z"}),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_by_name(
    school: tuple[Person, Person, str], field: str, value: object
) -> None:
    teacher, _, path = school
    refused = teacher.http.put(path, json={**RULES, field: value})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].startswith(field)


def test_a_rung_can_be_named(school: tuple[Person, Person, str]) -> None:
    teacher, _, path = school
    assert teacher.http.put(path, json={"highest_rung": "nudge"}).json()["highest_rung"] == 1


def test_the_messages_of_a_day_end_with_their_number(school: tuple[Person, Person, str]) -> None:
    teacher, student, path = school
    teacher.http.put(path, json=RULES)
    answers = [student.http.post("/chat/messages", json={"text": "What is a list?"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert "in “9b” it is 3 messages a day" in answers[-1].json()["detail"]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 86_400
    teacher.http.put(path, json={**RULES, "messages_a_day": None})
    assert student.http.post("/chat/messages", json={"text": "What is a list?"}).status_code == 202
