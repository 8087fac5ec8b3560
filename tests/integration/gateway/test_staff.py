"""Sharing a class: nobody sees or does more than their role allows, after whatever changes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.integration.gateway.conftest import Person
from tests.integration.gateway.test_hand_ins import class_id as class_id
from tests.integration.gateway.test_hand_ins import enrol as enrol
from tests.integration.gateway.test_hand_ins import hand_in
from tests.integration.gateway.test_hand_ins import pupil as pupil
from tests.integration.gateway.test_matrix import alert

STEPS = 40


def share(owner: Person, class_id: str, other: Person, role: str = "teacher") -> Any:
    return owner.http.post(f"/classes/{class_id}/teachers", json={"email": other.email, "role": role})


class School:
    """Two classes of two owners, a student, a colleague; and what each teacher may do by the rules."""

    def __init__(self, owners: list[Person], colleague: Person, student: Person) -> None:
        self.owners, self.colleague, self.student = owners, colleague, student
        made = [one.http.post("/classes", json={"name": "C"}).json() for one in owners]
        self.ids = [one["class_id"] for one in made]
        self.codes = [one["join_code"] for one in made]
        self.roles: list[dict[str, str]] = [{one.id: "owner"} for one in owners]
        self.inside = [False, False]
        self.joining = [True, True]

    def role_of(self, teacher: Person) -> str | None:
        """Give the highest role that a teacher has in a class that the student is in."""
        roles = [of.get(teacher.id) for of, inside in zip(self.roles, self.inside, strict=True) if inside]
        order = ("owner", "teacher", "assistant")
        return next((role for role in order if role in roles), None)

    def step(self, chance: random.Random) -> str:
        """Change something, and expect the rules to allow it."""
        at = chance.randrange(2)
        owner, path = self.owners[at], f"/classes/{self.ids[at]}"
        what = chance.choice(["share", "unshare", "step back", "join", "leave", "take out", "close", "code"])
        if what == "share":
            role = chance.choice(["teacher", "assistant"])
            assert share(owner, self.ids[at], self.colleague, role).status_code == 201
            self.roles[at][self.colleague.id] = role
        elif what in ("unshare", "step back"):
            who = owner if what == "unshare" else self.colleague
            answer = who.http.delete(f"{path}/teachers/{self.colleague.id}")
            assert (answer.status_code == 204) == (self.colleague.id in self.roles[at])
            self.roles[at].pop(self.colleague.id, None)
        elif what == "join":
            answer = self.student.http.post("/classes/join", json={"join_code": self.codes[at]})
            assert (answer.status_code == 200) == self.joining[at]
            self.inside[at] |= self.joining[at]
        elif what in ("leave", "take out"):
            who = self.student if what == "leave" else owner
            answer = who.http.delete(f"{path}/students/{self.student.id}")
            assert (answer.status_code == 204) == self.inside[at]
            self.inside[at] = False
        elif what == "close":
            self.joining[at] = not self.joining[at]
            assert owner.http.patch(path, json={"joining": self.joining[at]}).status_code == 200
        else:
            old = self.codes[at]
            self.codes[at] = owner.http.patch(path, json={"new_join_code": True}).json()["join_code"]
            assert self.codes[at] != old
            assert self.student.http.post("/classes/join", json={"join_code": old}).status_code == 404
        return f"{what} {at}"


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_role_sees_or_does_more_after_any_sequence_of_changes(
    seed: int, sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    school = School([sign_up("teacher"), sign_up("teacher")], sign_up("teacher"), sign_up())
    student, chance, done = school.student, random.Random(seed), []
    work = await hand_in(db, student)
    alert_id = await alert(db, student.id)
    comment, override = {"text": "x"}, {"score": 1.0, "reason": "x"}
    for _ in range(STEPS):
        done.append(school.step(chance))
        for teacher in (*school.owners, school.colleague):
            role = school.role_of(teacher)
            sees, leads = role is not None, role in ("owner", "teacher")
            doing = 200 if leads else 403 if sees else 404
            http = teacher.http
            got = {
                "progress": http.get(f"/students/{student.id}/progress").status_code,
                "code": http.get(f"/submissions/{work}").status_code,
                "comment": http.post(f"/submissions/{work}/comments", json=comment).status_code,
                "override": http.post(f"/submissions/{work}/override", json=override).status_code,
                "alert": http.get(f"/alerts/{alert_id}").status_code,
                "listed": len(http.get("/students").json()["items"]),
                "reset": http.post(f"/students/{student.id}/password-reset").status_code,
            }
            told = await db.fetchval(
                "SELECT count(*) FROM stream_events WHERE user_id = $1 AND kind = 'alert'", UUID(teacher.id)
            )
            assert leads or not told, (done, role)
            assert got == {
                "progress": 200 if sees else 404,
                "code": 200 if sees else 404,
                "comment": 201 if sees else 404,
                "override": doing,
                "alert": 200 if leads else 404,
                "listed": int(sees),
                "reset": 201 if leads else doing,
            }, (done, role)
        await db.execute("DELETE FROM submission_comments")


def test_an_assistant_looks_and_changes_nothing_of_the_class(
    teacher: Person, class_id: str, pupil: Person, sign_up: Callable[..., Person]
) -> None:
    assistant = sign_up("teacher")
    assert share(teacher, class_id, assistant, "assistant").status_code == 201
    path, wish = f"/classes/{class_id}", {"topic": "oop", "difficulty": "easy"}
    made = teacher.http.post(f"{path}/assignments", json=wish).json()["assignment_id"]
    for name in ("progress", "submissions", "marks", "roster", "teachers"):
        assert assistant.http.get(f"{path}/{name}").status_code == 200
    assert assistant.http.get("/assignments").json()["items"][0]["assignment_id"] == made
    [seen] = assistant.http.get("/classes").json()["items"]
    assert (seen["class_id"], seen["role"]) == (class_id, "assistant")
    other = {"email": teacher.email}
    answers = [
        assistant.http.patch(path, json={"name": "Mine"}),
        assistant.http.delete(path),
        assistant.http.post(f"{path}/teachers", json=other),
        assistant.http.post(f"{path}/assignments", json=wish),
        assistant.http.delete(f"{path}/roster/x@example.com"),
        assistant.http.post(f"/students/{pupil.id}/exercises", json=wish),
        assistant.http.post(
            f"{path}/roster", content="email\nx@example.com\n", headers={"content-type": "text/csv"}
        ),
    ]
    assert [one.status_code for one in answers] == [403] * len(answers)
    hidden = [
        assistant.http.patch(f"/assignments/{made}", json={"hints": False}),
        assistant.http.delete(f"/assignments/{made}"),
        assistant.http.delete(f"{path}/students/{pupil.id}"),
    ]
    assert [one.status_code for one in hidden] == [404] * 3


def test_a_second_teacher_does_all_but_sharing_and_deleting(
    teacher: Person, class_id: str, pupil: Person, sign_up: Callable[..., Person]
) -> None:
    second = sign_up("teacher")
    share(teacher, class_id, second)
    path = f"/classes/{class_id}"
    assert second.http.patch(path, json={"name": "Ours"}).json()["name"] == "Ours"
    assert (
        second.http.post(f"{path}/assignments", json={"topic": "oop", "difficulty": "easy"}).status_code
        == 201
    )
    assert second.http.delete(path).status_code == 403
    assert second.http.delete(f"{path}/teachers/{teacher.id}").status_code == 403
    assert share(second, class_id, sign_up("teacher")).status_code == 403
    assert share(teacher, class_id, teacher).status_code == 409
    assert share(teacher, class_id, pupil).status_code == 404, "a student is no teacher"
    staff = pupil.http.get(f"{path}/teachers").json()["items"]
    assert [(one["teacher_id"], one["role"]) for one in staff] == [
        (teacher.id, "owner"),
        (second.id, "teacher"),
    ]


def test_a_class_is_put_away_and_taken_out_again(teacher: Person, class_id: str, student: Person) -> None:
    path = f"/classes/{class_id}"
    [code] = [one["join_code"] for one in teacher.http.get("/classes").json()["items"]]
    assert teacher.http.patch(path, json={"archived": True}).json()["archived_at"] is not None
    assert teacher.http.get("/classes").json()["items"] == []
    assert [one["class_id"] for one in teacher.http.get("/classes?archived=true").json()["items"]] == [
        class_id
    ]
    assert student.http.post("/classes/join", json={"join_code": code}).status_code == 404
    assert teacher.http.patch(path, json={"archived": False}).json()["archived_at"] is None
    assert student.http.post("/classes/join", json={"join_code": code}).status_code == 200
    assert teacher.http.delete(path).status_code == 204
    assert student.http.get("/classes").json()["items"] == []
    assert teacher.http.get(f"/students/{student.id}/progress").status_code == 404


def test_a_typing_error_in_the_roster_is_taken_back(teacher: Person, class_id: str) -> None:
    path, csv = f"/classes/{class_id}/roster", {"content-type": "text/csv"}
    teacher.http.post(path, content="email\nmaja@example.con\n", headers=csv)
    assert teacher.http.delete(f"{path}/Maja@example.con").status_code == 204
    assert teacher.http.get(path).json()["items"] == []
    assert teacher.http.delete(f"{path}/maja@example.con").status_code == 404
