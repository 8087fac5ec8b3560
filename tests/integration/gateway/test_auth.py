"""Signing up, in, on and out."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from tests.integration.gateway.conftest import INVITE, PASSWORD, SECRET, Person, Start
from tests.support import plain

NEW = {"password": PASSWORD, "display_name": "Maya", "role": "student"}


def claims(person: Person) -> dict[str, Any]:
    return jwt.decode(person.access, options={"verify_signature": False})


def test_register_answers_user_and_tokens(api: httpx.Client) -> None:
    email = f"{uuid4()}@Example.com"
    answer = api.post("/auth/register", json={**NEW, "email": email})
    made = answer.json()
    assert answer.status_code == 201
    assert made["user"] | {"id": "", "created_at": ""} == {
        "id": "", "email": email, "display_name": "Maya", "role": "student", "time_zone": "UTC",
        "created_at": "",
    }  # fmt: skip
    assert made["expires_in"] == 900
    me = api.get("/me", headers={"authorization": f"Bearer {made['access_token']}"})
    assert me.json() == made["user"]


def test_an_address_is_taken_in_whatever_case(student: Person, api: httpx.Client) -> None:
    answer = api.post("/auth/register", json={**NEW, "email": student.email.upper()})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "email"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a b@example.com"),
        ("email", "x" * 300 + "@example.com"),
        ("password", "short"),
        ("password", "x" * 300),
        ("display_name", " "),
        ("display_name", "a\x00b"),
        ("display_name", "\ud800"),
        ("role", "admin"),
        ("time_zone", "Mars/Base"),
    ],
)
def test_a_wrong_field_is_named(api: httpx.Client, field: str, value: str) -> None:
    body = json.dumps({**NEW, "email": f"{uuid4()}@example.com", field: value})
    answer = api.post("/auth/register", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("invite", [None, "", "guess", INVITE[:-1]])
def test_a_teacher_needs_the_invite(api: httpx.Client, invite: str | None) -> None:
    body = {**NEW, "role": "teacher", "email": f"{uuid4()}@example.com", "invite": invite}
    answer = api.post("/auth/register", json=body)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["field"] == "invite"


def test_sign_in_works_in_whatever_case(student: Person, api: httpx.Client) -> None:
    answer = api.post("/auth/login", json={"email": student.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == student.id


def test_wrong_password_and_unknown_address_look_alike(student: Person, api: httpx.Client) -> None:
    wrong = api.post("/auth/login", json={"email": student.email, "password": "wrong password"})
    unknown = api.post("/auth/login", json={"email": f"{uuid4()}@example.com", "password": "wrong password"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.headers["www-authenticate"] == "Bearer"


def test_an_unknown_address_takes_as_long_as_a_wrong_password(
    start_gateway: Start, sign_up: Callable[..., Person]
) -> None:
    """Costs are raised so that hashing outweighs everything else."""
    gateway = start_gateway(LEARNFLOW_ARGON2_MEMORY_KIB="65536", LEARNFLOW_RATE_LOGIN="1000/60")
    known = sign_up(url=gateway.url)

    def seconds(email: str) -> float:
        began = time.perf_counter()
        plain.post(f"{gateway.url}/api/v1/auth/login", json={"email": email, "password": "wrong password"})
        return time.perf_counter() - began

    pairs = [(seconds(known.email), seconds("nobody@example.com")) for _ in range(9)]
    ratio = median(a for a, _ in pairs) / median(b for _, b in pairs)
    gateway.kill()
    assert 0.5 < ratio < 2


def test_attempts_to_sign_in_are_limited(student: Person, api: httpx.Client) -> None:
    guess = {"email": student.email, "password": "wrong password"}
    answers = [api.post("/auth/login", json=guess) for _ in range(11)]
    assert [a.status_code for a in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 300


def test_a_right_password_is_not_counted(student: Person, api: httpx.Client) -> None:
    credentials = {"email": student.email, "password": PASSWORD}
    assert {api.post("/auth/login", json=credentials).status_code for _ in range(15)} == {200}


def test_a_refresh_token_works_once_and_reuse_ends_the_session(student: Person, api: httpx.Client) -> None:
    first = api.post("/auth/refresh", json={"refresh_token": student.refresh})
    assert first.status_code == 200
    second = api.post("/auth/refresh", json={"refresh_token": first.json()["refresh_token"]})
    assert second.status_code == 200
    reused = api.post("/auth/refresh", json={"refresh_token": student.refresh})
    assert reused.status_code == 401
    newest = api.post("/auth/refresh", json={"refresh_token": second.json()["refresh_token"]})
    assert newest.status_code == 401
    assert student.http.get("/me").status_code == 401


def test_reuse_in_one_session_leaves_others_alone(student: Person, api: httpx.Client) -> None:
    other = api.post("/auth/login", json={"email": student.email, "password": PASSWORD}).json()
    for _ in range(2):
        api.post("/auth/refresh", json={"refresh_token": student.refresh})
    assert api.post("/auth/refresh", json={"refresh_token": other["refresh_token"]}).status_code == 200


def test_an_unknown_refresh_token_is_refused(api: httpx.Client, student: Person) -> None:
    for token in ("nonsense", student.access):
        assert api.post("/auth/refresh", json={"refresh_token": token}).status_code == 401


@pytest.mark.parametrize("by", ["refresh", "access"])
def test_logout_ends_the_session(student: Person, api: httpx.Client, by: str) -> None:
    request = {"json": {"refresh_token": student.refresh}} if by == "refresh" else {}
    headers = {"authorization": f"Bearer {student.access}"} if by == "access" else {}
    assert api.post("/auth/logout", headers=headers, **request).status_code == 200
    assert student.http.get("/me").status_code == 401
    assert api.post("/auth/refresh", json={"refresh_token": student.refresh}).status_code == 401
    assert api.post("/auth/logout", headers=headers, **request).status_code == 401


def test_logout_needs_a_token(api: httpx.Client) -> None:
    assert api.post("/auth/logout").status_code == 401


def unsigned(person: Person) -> str:
    def part(value: object) -> str:
        return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims(person))}."


FORGED: dict[str, Callable[[Person], str]] = {
    "no algorithm": unsigned,
    "another secret": lambda p: jwt.encode(claims(p), "another secret of thirty-two letters", "HS256"),
    "another algorithm": lambda p: jwt.encode(claims(p), SECRET * 2, "HS512"),
    "expired": lambda p: jwt.encode(claims(p) | {"exp": int(time.time()) - 30}, SECRET, "HS256"),
    "another issuer": lambda p: jwt.encode(claims(p) | {"iss": "somebody"}, SECRET, "HS256"),
    "another audience": lambda p: jwt.encode(claims(p) | {"aud": "somewhere"}, SECRET, "HS256"),
    "stream audience": lambda p: jwt.encode(claims(p) | {"aud": "learnflow/stream"}, SECRET, "HS256"),
    "no session": lambda p: jwt.encode({k: v for k, v in claims(p).items() if k != "sid"}, SECRET, "HS256"),
    "unknown session": lambda p: jwt.encode(claims(p) | {"sid": str(uuid4())}, SECRET, "HS256"),
    "another user": lambda p: jwt.encode(claims(p) | {"sub": str(uuid4())}, SECRET, "HS256"),
    "no end": lambda p: jwt.encode({k: v for k, v in claims(p).items() if k != "exp"}, SECRET, "HS256"),
    "no id": lambda p: jwt.encode(claims(p) | {"sub": "' OR 1=1 --"}, SECRET, "HS256"),
    "changed": lambda p: p.access[:-4] + "AAAA",
    "nonsense": lambda p: "nonsense",
}


@pytest.mark.parametrize("kind", FORGED)
def test_forged_tokens_are_refused(student: Person, api: httpx.Client, kind: str) -> None:
    answer = api.get("/me", headers={"authorization": f"Bearer {FORGED[kind](student)}"})
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:learnflow:problem:unauthenticated"


def test_a_token_of_ours_passes_the_same_road(student: Person, api: httpx.Client) -> None:
    again = jwt.encode(claims(student), SECRET, "HS256")
    assert api.get("/me", headers={"authorization": f"Bearer {again}"}).status_code == 200


def test_the_role_is_the_databases_word_not_the_tokens(student: Person, api: httpx.Client) -> None:
    promoted = jwt.encode(claims(student) | {"role": "teacher"}, SECRET, "HS256")
    answer = api.post("/classes", json={"name": "Mine"}, headers={"authorization": f"Bearer {promoted}"})
    assert answer.status_code == 403
