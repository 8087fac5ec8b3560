"""Errors as problem documents (RFC 9457)."""

from __future__ import annotations

import http
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from functions.gateway.errors import Refused
from functions.runtime.errors import LearnFlowError
from functions.runtime.sandbox import SandboxBusy

MEDIA_TYPE = "application/problem+json"
RETRY_S = 2
NOT_JSON = "json_invalid"
NO_RUN = "Execution is not possible now"
RUN_LATER = "no program can be run at the moment; please try again"
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


class ProblemResponse(JSONResponse):
    """A problem document; what a client sent may be quoted in it, even if it is no valid Unicode."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        """Write JSON in ASCII."""
        return json.dumps(content).encode()


def problem(
    path: str,
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """Make a problem document."""
    body: dict[str, Any] = {
        "type": f"urn:learnflow:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": path,
        "errors": list(errors),
    }
    return ProblemResponse(body, status, dict(headers or {}))


def of_refusal(path: str, error: LearnFlowError) -> ProblemResponse:
    """Answer an error of ours; what happened inside is only told where it is the client's business."""
    if isinstance(error, SandboxBusy):
        later = {"retry-after": str(error.retry_after_s)}
        return problem(path, error.status, error.code, NO_RUN, RUN_LATER, headers=later)
    if not isinstance(error, Refused):
        retry = {"retry-after": str(RETRY_S)} if error.status == 503 else {}
        title = http.HTTPStatus(error.status).phrase
        return problem(path, error.status, error.code, title, "Please try again shortly.", headers=retry)
    errors = [{"field": error.field, "message": str(error)}] if error.field else []
    headers = {"www-authenticate": "Bearer"} if error.status == 401 else {}
    if error.retry_after_s is not None:
        headers["retry-after"] = str(math.ceil(error.retry_after_s))
    return problem(path, error.status, error.code, error.title, str(error), errors=errors, headers=headers)


def of_validation(path: str, found: Iterable[Mapping[str, Any]]) -> ProblemResponse:
    """Answer a request whose fields are wrong, naming each of them."""
    found = list(found)
    if any(error["type"] == NOT_JSON for error in found):
        return problem(path, 400, "not-json", "Bad Request", "The body is not JSON.")
    errors = [{"field": field(error["loc"]), "message": message(error)} for error in found]
    detail = "; ".join(f"{e['field']}: {e['message']}" for e in errors[:5])
    return problem(path, 422, "invalid", "Invalid request", detail, errors=errors)


def message(error: Mapping[str, Any]) -> str:
    """Say what was expected, where pydantic's own words would speak of items and dictionaries."""
    limits = error.get("ctx", {})
    match error["type"], error.get("input"):
        case "extra_forbidden", _:
            return "is not a field of this request"
        case "too_long", str():
            return f"must have at most {limits['max_length']} characters"
        case "too_short", str():
            return f"must have at least {limits['min_length']} characters"
        case "model_attributes_type", _:
            return "must be a JSON object, sent as application/json"
    return str(error["msg"]).removeprefix("Value error, ")


def field(location: Sequence[int | str]) -> str:
    """Name a field: where it is in the body, as in `tests[2].call`, or the name of a parameter."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in location[1:]]
    return "".join(steps).removeprefix(".") or str(location[0])


def of_http(request: Request, error: HTTPException) -> ProblemResponse:
    """Answer what the framework refused: an unknown path, a wrong method, a body that is too large."""
    phrase = http.HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-")
    headers = {"allow": allowed(request)} if error.status_code == 405 else error.headers
    return problem(request.url.path, error.status_code, code, phrase, str(error.detail), headers=headers)


def allowed(request: Request) -> str:
    """Name all methods of a path: the framework names those of the first route alone."""
    routes, path = request.app.routes, request.url.path
    scopes = {method: {**request.scope, "method": routed(method, path)} for method in METHODS}
    return ", ".join(m for m in METHODS if any(r.matches(scopes[m])[0] is Match.FULL for r in routes))


def routed(method: str, path: str) -> str:
    """Name the method of a route that answers: HEAD is GET without a body, but a stream has no end."""
    return "GET" if method == "HEAD" and not path.endswith("/stream") else method


async def refused(request: Request, error: Exception) -> Response:
    """Handle any exception that leaves a route."""
    path = request.url.path
    if isinstance(error, LearnFlowError):
        return of_refusal(path, error)
    if isinstance(error, RequestValidationError):
        return of_validation(path, error.errors())
    if isinstance(error, HTTPException):
        return of_http(request, error)
    return problem(path, 500, "internal", "Internal Server Error", "Something went wrong on our side.")
