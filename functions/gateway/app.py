"""The application: routes, layers around them, and the API document."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from events.version import VERSION
from functions.gateway import docs, problems
from functions.gateway.middleware import MAX_BODY, AccessLog, BodyLimit, UrlNormalizer
from functions.gateway.models.base import Problem
from functions.gateway.routes import (
    account,
    alerts,
    assignments,
    auth,
    authored,
    chat,
    class_rules,
    classes,
    executions,
    exercises,
    hand_ins,
    journey,
    me,
    progress,
    proposed_tests,
    quizzes,
    regrades,
    staff,
    stream,
    submissions,
)
from functions.gateway.state import Gateway
from functions.runtime.errors import LearnFlowError

PREFIX = "/api/v1"
DESCRIPTION = """
Tutoring for people who learn Python: questions, programs, exercises, quizzes, progress, alerts for teachers.

Sign in, then send the access token as `Authorization: Bearer ...`. Errors are problem documents (RFC 9457).
Every answer carries `X-Request-Id`. Slow operations return 202; the result arrives on `GET /stream`, or
can be waited for with `?wait=`. You get 404 for anything that isn't yours, whether or not it exists.
"""
ROUTERS = (
    auth,
    me,
    account,
    chat,
    journey,
    stream,
    executions,
    submissions,
    authored,
    exercises,
    quizzes,
    progress,
    classes,
    class_rules,
    staff,
    assignments,
    hand_ins,
    regrades,
    proposed_tests,
    alerts,
)
REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "Last-Event-ID",
    "X-Request-Id",
    "Traceparent",
)


def application(gateway: Gateway) -> ASGIApp:
    """Build the API around the parts of this process."""
    app = described()
    app.state.gateway = gateway
    if gateway.settings.console.on:
        from functions.gateway.console import serving  # in production nobody waits for its import

        serving.add_to(app, gateway.settings.console.library)
    return AccessLog(
        CORSMiddleware(
            BodyLimit(UrlNormalizer(app, PREFIX)),
            allow_origins=gateway.settings.cors_origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=REQUEST_HEADERS,
            expose_headers=("X-Request-Id", "Retry-After"),
            max_age=600,
        )
    )


def described() -> FastAPI:
    """Build the routes and their document; they answer once they have the parts of a process."""
    app = FastAPI(
        title="LearnFlow",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        max_body_size=MAX_BODY,
        redirect_slashes=False,
        exception_handlers={
            LearnFlowError: problems.refused,
            RequestValidationError: problems.refused,
            HTTPException: problems.refused,
            Exception: problems.refused,
        },
    )
    api = APIRouter(prefix=PREFIX)
    for module in ROUTERS:
        api.include_router(module.router)
    api.include_router(exercises.of_students)
    api.include_router(exercises.of_concepts)
    api.include_router(account.resets)
    api.include_router(docs.router)
    app.include_router(api)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def document(app: FastAPI) -> dict[str, Any]:
    """Make the API document, once; every validation error is a problem document in it."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = made["components"]["schemas"]
        schemas |= Problem.model_json_schema(ref_template="#/components/schemas/{model}").pop("$defs")
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas["Problem"].pop("$defs")
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = made
    return app.openapi_schema
