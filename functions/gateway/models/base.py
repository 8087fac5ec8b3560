"""What all requests and answers have in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

CODE_BYTES = 20_000
TEXT_LENGTH = 8_000


class Shape(BaseModel):
    """A JSON object; the API document says that it has these fields and no others."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"additionalProperties": False})


class Body(Shape):
    """The body of a request: an unknown or misspelt field is a 422 that names it."""

    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> ConfigDict:
    """Show a model by an example in the API document."""
    return ConfigDict(frozen=True, json_schema_extra={"examples": [fields], "additionalProperties": False})


def storable(value: str) -> str:
    """Refuse what PostgreSQL cannot keep: NUL, and halves of surrogate pairs, which JSON lets through."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("must not contain the NUL character or half a surrogate pair")
    return value


def not_blank(value: str) -> str:
    """Refuse text of white space alone."""
    if not value.strip():
        raise ValueError("must not be blank")
    return value


def short_enough(value: str) -> str:
    """Refuse code of more than 20 kB."""
    if len(value.encode()) > CODE_BYTES:
        raise ValueError(f"must not be longer than {CODE_BYTES} bytes")
    return value


Storable = Annotated[str, AfterValidator(storable)]
Text = Annotated[Storable, AfterValidator(not_blank), Field(min_length=1, max_length=TEXT_LENGTH)]
Name = Annotated[Storable, AfterValidator(str.strip), AfterValidator(not_blank), Field(max_length=100)]
Code = Annotated[
    Storable,
    AfterValidator(short_enough),
    Field(
        max_length=CODE_BYTES,
        description="At most 20 kB (20,000 bytes of UTF-8); more is a 422 naming `code`.",
    ),
]


class FieldError(Shape):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(Shape):
    """An error, as RFC 9457 has it."""

    model_config = example(
        type="urn:learnflow:problem:invalid",
        title="Invalid request",
        status=422,
        detail="text: must not be blank",
        instance="/api/v1/chat/messages",
        errors=[{"field": "text", "message": "must not be blank"}],
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the errors of a route."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": MEANINGS[status], "content": content} for status in sorted(statuses)}


MEANINGS = {
    400: "The body is not JSON.",
    401: "No valid access token, or the session has ended.",
    403: "The role does not allow it.",
    404: "It does not exist, or it is not yours.",
    409: "It is taken already.",
    410: "Nothing is left of it.",
    413: "The body is larger than 64 KiB.",
    422: "A field has a wrong value; `errors` names it.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    501: "Sign-in is done elsewhere.",
    503: "Not possible right now; `Retry-After` says how many seconds to wait.",
}
READ = problems(401, 404, 422, 429, 503)
WRITE = problems(400, 401, 413, 422, 429, 503)
