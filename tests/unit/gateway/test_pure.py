"""The small decisions of the gateway, each by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from functions.gateway import problems
from functions.gateway.access import sign_in_keys
from functions.gateway.cursors import Cursors, Place
from functions.gateway.errors import Forbidden, Invalid, TooMany, Unauthenticated
from functions.gateway.models.auth import Registration
from functions.gateway.models.chat import Question
from functions.gateway.models.classes import Join
from functions.gateway.passwords import Passwords, hash_of_nobody
from functions.gateway.queries.idempotency import decide, digest
from functions.gateway.queries.submissions import status
from functions.gateway.routes.auth import invited
from functions.gateway.routes.executions import text_of
from functions.gateway.settings import GatewaySettings, Rate, Rates, rate, words
from functions.runtime.errors import ConfigurationError, DatabaseDown
from functions.runtime.health import request_id_of
from tests.support.texts import texts

STUDENT = {"email": "maya@example.com", "password": "a long passphrase", "display_name": "Maya"}
PLACE = Place(datetime(2026, 3, 2, 12, 0, 0, 123, tzinfo=UTC), UUID(int=7))


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_cursor_comes_back(at: datetime, row_id: UUID) -> None:
    cursors = Cursors("secret")
    assert cursors.read(cursors.write(Place(at, row_id))) == Place(at, row_id)


def test_no_cursor_is_the_first_page() -> None:
    assert Cursors("secret").read(None) is None


@given(st.integers(min_value=0), st.characters(codec="ascii"))
def test_a_changed_cursor_is_refused(at: int, letter: str) -> None:
    cursor = Cursors("secret").write(PLACE)
    at %= len(cursor)
    changed = cursor[:at] + letter + cursor[at + 1 :]
    if changed != cursor:
        with pytest.raises(Invalid):
            assert Cursors("secret").read(changed) != PLACE


@given(texts())
def test_text_is_no_cursor(text: str) -> None:
    with pytest.raises(Invalid):
        Cursors("secret").read(text)


def test_a_cursor_of_another_deployment_is_refused() -> None:
    with pytest.raises(Invalid):
        Cursors("secret").read(Cursors("other").write(PLACE))


def kept(body: object) -> Mapping[str, Any]:
    return {"digest": digest(body), "answer": json.dumps({"message_id": "1"})}


def test_the_same_body_gets_the_same_answer() -> None:
    assert decide(kept({"a": 1, "b": 2}), digest({"b": 2, "a": 1})) == {"message_id": "1"}


@pytest.mark.parametrize("earlier", [kept({"a": 2}), None])
def test_another_body_under_the_same_key_is_refused(earlier: Mapping[str, Any] | None) -> None:
    with pytest.raises(Invalid) as caught:
        decide(earlier, digest({"a": 1}))
    assert caught.value.field == "Idempotency-Key"


def body_of(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.body)
    return found


def test_a_refusal_names_its_field() -> None:
    response = problems.of_refusal("/x", Forbidden("the invite code is missing or wrong", field="invite"))
    assert body_of(response) == {
        "type": "urn:learnflow:problem:forbidden",
        "title": "Not allowed",
        "status": 403,
        "detail": "the invite code is missing or wrong",
        "instance": "/x",
        "errors": [{"field": "invite", "message": "the invite code is missing or wrong"}],
    }


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        (Unauthenticated("?"), "www-authenticate", "Bearer"),
        (TooMany("?", retry_after_s=7), "retry-after", "7"),
        (DatabaseDown("connection to 10.0.0.7 refused"), "retry-after", "2"),
    ],
)
def test_a_refusal_says_what_to_do(error: Any, header: str, value: str) -> None:
    assert problems.of_refusal("/x", error).headers[header] == value


def test_what_happened_inside_is_not_told() -> None:
    assert b"10.0.0.7" not in problems.of_refusal("/x", DatabaseDown("connection to 10.0.0.7 refused")).body


@pytest.mark.parametrize(
    ("location", "name"),
    [
        (("body", "text"), "text"),
        (("body", "a", 0, "b"), "a[0].b"),
        (("query", "wait"), "wait"),
        (("body",), "body"),
    ],
)
def test_a_field_is_named_by_where_it_is(location: tuple[int | str, ...], name: str) -> None:
    found = [{"type": "x", "loc": location, "msg": "Value error, is wrong"}]
    assert body_of(problems.of_validation("/x", found))["errors"] == [{"field": name, "message": "is wrong"}]


@pytest.mark.parametrize(
    ("model", "given", "expected"),
    [
        (Question, {"text": "x" * 8001}, "must have at most 8000 characters"),
        (Registration, {**STUDENT, "password": "short"}, "must have at least 8 characters"),
        (Join, {"join_code": ""}, "must have at least 1 characters"),
    ],
)
def test_a_length_is_said_in_characters(model: type[BaseModel], given: object, expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(given)
    errors = [{**error, "loc": ("body", *error["loc"])} for error in caught.value.errors()]
    assert expected in body_of(problems.of_validation("/x", errors))["detail"]


def test_a_body_of_another_media_type_is_told_which_one_is_taken() -> None:
    error = {"type": "model_attributes_type", "loc": ("body",), "msg": "dictionary", "input": b"{}"}
    assert "application/json" in body_of(problems.of_validation("/x", [error]))["detail"]


def test_what_the_framework_refuses_is_a_problem_too() -> None:
    app = Starlette(
        routes=[Route("/x", Response(), methods=["GET"]), Route("/x", Response(), methods=["POST"])]
    )
    scope = {"type": "http", "method": "PUT", "path": "/x", "headers": [], "server": ("x", 80), "app": app}
    scope |= {"query_string": b"", "scheme": "http"}
    response = problems.of_http(Request(scope), HTTPException(405, headers={"allow": "GET"}))
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")
    assert body_of(response)["type"] == "urn:learnflow:problem:method-not-allowed"


@pytest.mark.parametrize("given_id", [None, "", "a b", "x" * 129, "a\n", "é"])
def test_only_a_harmless_request_id_is_kept(given_id: str | None) -> None:
    assert request_id_of("abc-1.2:3_") == "abc-1.2:3_"
    assert request_id_of(given_id) != given_id


@pytest.mark.parametrize(
    ("configured", "offered", "right"),
    [("let me in", "let me in", True), ("let me in", "let me", False), ("", "", False), ("ü", "u", False)],
)
def test_an_invite_has_to_be_the_configured_one(configured: str, offered: str, right: bool) -> None:
    assert invited(configured, offered) is right


async def test_a_password_is_right_or_wrong() -> None:
    passwords = Passwords(1, 1024)
    kept_hash = await passwords.hash("correct horse")
    assert await passwords.check(kept_hash, "correct horse")
    assert not await passwords.check(kept_hash, "wrong horse")
    assert not await passwords.check("no hash at all", "correct horse")
    assert not await passwords.check(None, "correct horse")


async def test_a_hash_of_other_costs_is_outdated() -> None:
    kept_hash = await Passwords(1, 1024).hash("correct horse")
    assert Passwords(2, 1024).outdated(kept_hash)
    assert not Passwords(1, 1024).outdated(kept_hash)


def test_the_hash_of_nobody_is_a_hash() -> None:
    """Checking against it does the whole work; a malformed one would answer at once and tell on itself."""
    assert not Passwords(1, 1024).outdated(hash_of_nobody(1, 1024))


@pytest.mark.parametrize("raw", ["", "5", "0/60", "5/0", "a/b", "-1/60"])
def test_an_allowance_has_a_form(raw: str) -> None:
    assert rate("240/60") == Rate(240, 60)
    with pytest.raises(ValueError, match="AMOUNT/SECONDS"):
        rate(raw)


def test_origins_are_parted_by_commas() -> None:
    assert words(" https://a.example/, ,https://b.example ") == ("https://a.example", "https://b.example")


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(ConfigurationError, match="SANDBOX_URL"):
        GatewaySettings.read({"LEARNFLOW_JWT_SECRET": "x" * 32})


def test_attempts_are_counted_without_keeping_the_address() -> None:
    keys = [key for key, _ in sign_in_keys(Rates.read({}), "Maya@Example.com", "10.0.0.1")]
    assert keys == [key for key, _ in sign_in_keys(Rates.read({}), "maya@example.com", "10.0.0.1")]
    assert "maya" not in keys[0].lower()


@pytest.mark.parametrize(
    ("exercise", "grade", "review", "wanted"),
    [
        (False, None, None, "pending"),
        (False, None, {}, "done"),
        (True, {}, None, "pending"),
        (True, {}, {}, "done"),
    ],
)
def test_a_submission_is_done_when_all_of_it_is_there(
    exercise: bool, grade: object, review: object, wanted: str
) -> None:
    assert status(UUID(int=1) if exercise else None, {"grade": grade, "review": review}) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"), [(None, None), ("", None), (7, None), ("a\x00b", "a\ufffdb"), ("x" * 600, "x" * 500)]
)
def test_what_a_program_says_of_its_error_fits_an_event(value: object, wanted: str | None) -> None:
    assert text_of(value) == wanted


@pytest.mark.parametrize(
    ("grade", "failed", "wanted"),
    [
        (None, ["exercise"], "failed"),
        (None, ["code_review"], "pending"),
        ({"score": 1}, ["exercise"], "done"),
    ],
)
def test_a_submission_whose_grade_will_not_come_has_failed(
    grade: dict[str, int] | None, failed: list[str], wanted: str
) -> None:
    assert status(UUID(int=1), {"grade": grade, "review": {"quality": 90}}, failed) == wanted
