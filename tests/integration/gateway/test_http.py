"""What every answer has: an id, safe headers, problem documents; and a document that tells the truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.integration.gateway.conftest import Person
from tests.support import plain
from tests.support.eventually import until
from tests.support.processes import FunctionProcess


@pytest.fixture(scope="module")
def document(gateway: FunctionProcess) -> dict[str, Any]:
    found: dict[str, Any] = plain.get(f"{gateway.url}/api/v1/openapi.json", timeout=20).json()
    return found


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/me", 405), ("GET", "/me", 401), ("POST", "/auth/login", 422)],
)
def test_errors_are_problem_documents(api: httpx.Client, method: str, path: str, status: int) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "errors"}
    assert (problem["status"], problem["instance"]) == (status, f"/api/v1{path}")


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/me/", "/me"),
        ("/exercises?topic=&difficulty=", "/exercises"),
        ("/exercises/?limit=&cursor", "/exercises"),
    ],
)
def test_a_slash_at_the_end_and_an_empty_parameter_change_nothing(
    student: Person, path: str, plain: str
) -> None:
    answer = student.http.get(path)
    assert (answer.status_code, answer.json()) == (200, student.http.get(plain).json())


def test_an_empty_wait_is_none_and_an_empty_status_is_every_status(student: Person, teacher: Person) -> None:
    asked = student.ask()
    assert student.http.get(f"/chat/messages/{asked['message_id']}?wait=").json()["status"] == "pending"
    assert teacher.http.get("/alerts?status=").status_code == 200


def test_head_is_get_without_the_body(student: Person) -> None:
    for path in ("/me", "/progress", "/openapi.json"):
        whole, head = student.http.get(path), student.http.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == whole.headers["content-length"]
    refused = student.http.head("/auth/login")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert student.http.delete("/progress").headers["allow"] == "GET, HEAD"
    endless = student.http.head("/stream")
    assert (endless.status_code, endless.headers["allow"]) == (405, "GET")


def test_a_path_outside_the_api_is_a_problem_too(gateway: FunctionProcess) -> None:
    answer = plain.get(f"{gateway.url}/elsewhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_callers_request_id_is_kept(api: httpx.Client) -> None:
    assert api.get("/me", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"


@pytest.mark.parametrize("given", ["", "x" * 200, 'a"b', "a b", "{}"])
def test_an_odd_request_id_is_replaced(api: httpx.Client, given: str) -> None:
    found = api.get("/me", headers={"x-request-id": given}).headers["x-request-id"]
    assert found != given
    assert len(found) == 32


def test_a_request_id_is_in_the_log(api: httpx.Client, gateway: FunctionProcess, student: Person) -> None:
    student.http.get("/me", headers={"x-request-id": "logged-7"})

    def logged() -> bool:
        lines = gateway.log.read_text().splitlines()
        return any("logged-7" in line and '"GET /api/v1/me 200"' in line for line in lines)

    until(logged, "no line has the id")


def test_the_log_has_no_secrets(api: httpx.Client, gateway: FunctionProcess, student: Person) -> None:
    student.http.get(f"/stream?token={student.access}&last_event_id=x")
    log = gateway.log.read_text()
    for secret in (student.access, student.refresh, student.email, "correct horse"):
        assert secret not in log


def test_answers_carry_safe_headers(api: httpx.Client) -> None:
    for path in ("/me", "/nothing", "/openapi.json"):
        headers = api.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://localhost:5173"])
def test_known_origins_may_call(api: httpx.Client, origin: str) -> None:
    asked = {"origin": origin, "access-control-request-method": "POST"}
    asked["access-control-request-headers"] = "authorization,content-type,idempotency-key"
    preflight = api.options("/chat/messages", headers=asked)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, origin)
    refused = api.get("/me", headers={"origin": origin})
    assert refused.headers["access-control-allow-origin"] == origin
    assert "X-Request-Id" in refused.headers["access-control-expose-headers"]


def test_a_page_can_read_that_its_body_was_too_large(api: httpx.Client) -> None:
    """Without the header of CORS a browser only tells the page of a network error."""
    refused = api.post("/chat/messages", content=b"x" * 70_000, headers={"origin": "http://localhost:3000"})
    assert (refused.status_code, refused.headers.get("access-control-allow-origin")) == (
        413,
        "http://localhost:3000",
    )


@pytest.mark.parametrize("probe", ["live", "ready", "startup"])
def test_probes_carry_a_request_id_too(gateway: FunctionProcess, probe: str) -> None:
    answer = plain.get(f"{gateway.url}/health/{probe}", headers={"x-request-id": "probe-1"})
    assert answer.headers.get("x-request-id") == "probe-1"


def test_other_origins_may_not(api: httpx.Client) -> None:
    answer = api.get("/me", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_the_docs_need_nothing_from_outside(api: httpx.Client) -> None:
    page = api.get("/docs")
    assert page.status_code == 200
    assert "//" not in page.text.replace("<!doctype html>", "")
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js", "favicon.png"):
        assert api.get(f"/docs/{name}").status_code == 200, name
    assert api.get("/docs/other.js").status_code == 404


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def has_example(document: dict[str, Any], content: dict[str, Any]) -> bool:
    for media in content.values():
        schema = media.get("schema", {})
        reference = schema.get("$ref") or next(
            (s["$ref"] for s in schema.get("anyOf", []) if "$ref" in s), ""
        )
        target = document["components"]["schemas"].get(reference.rpartition("/")[2], schema)
        if not (media.get("example") or target.get("examples")):
            return False
    return True


def test_every_route_has_examples(document: dict[str, Any]) -> None:
    without = [
        f"{name} {part}"
        for name, operation in operations(document)
        for part, described in {"body": operation.get("requestBody", {}), **operation["responses"]}.items()
        if described.get("content") and not has_example(document, described["content"])
    ]
    assert without == []


def test_every_route_documents_its_errors(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        described = operation["responses"]
        assert {"429", "503"} <= set(described), name
        if "security" in operation and "/auth/" not in name:
            assert "401" in described, name
        for status, response in described.items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (name, status)


def test_the_document_holds_together(document: dict[str, Any]) -> None:
    """Every reference leads somewhere, and every schema is used."""
    text = str(document)
    schemas = document["components"]["schemas"]
    for name in schemas:
        assert f"#/components/schemas/{name}'" in text, name
    assert "ValidationError" not in schemas


@pytest.mark.parametrize("path", ["%0a", "%0D%0a/x", "classes/%0a", "classes/%0a/students/%0b"])
def test_a_line_break_in_a_path_is_no_way_around_the_api(api: httpx.Client, path: str) -> None:
    answer = api.get(f"/{path}")
    assert answer.status_code in (401, 404, 405)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"]
    outside = api.get(f"http://{api.base_url.netloc.decode()}/{path}")
    assert (outside.status_code, outside.headers["content-type"]) == (404, "application/problem+json")
