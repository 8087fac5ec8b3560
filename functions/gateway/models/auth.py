"""Sign-up, sign-in and the user."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from functions.gateway.models.base import Body, Name, Shape, Storable, example
from functions.gateway.passwords import hard_to_guess

# Deliverability is for a mail server to tell; this only keeps out what cannot be an address.
ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"\x00-\x1f]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")

USER = {
    "id": "7d9f3c1e-58c4-4c0e-9d43-2f6d1f0a9b11",
    "email": "maya@example.com",
    "display_name": "Maya",
    "role": "student",
    "time_zone": "UTC",
    "created_at": "2026-11-23T09:00:00Z",
}
TOKENS = {
    "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3ZDlmM2MxZSJ9.c2lnbmF0dXJl",
    "refresh_token": "dGhpcyBpcyBub3QgYSByZWFsIHRva2Vu",
    "token_type": "Bearer",
    "expires_in": 900,
}


def address(value: str) -> str:
    """Refuse what cannot be an e-mail address."""
    if not ADDRESS.fullmatch(value):
        raise ValueError("is not an e-mail address")
    return value


def zone(value: str) -> str:
    """Refuse an unknown time zone."""
    if value not in available_timezones():
        raise ValueError("is not a time zone such as Europe/Berlin")
    return value


Email = Annotated[Storable, AfterValidator(str.strip), AfterValidator(address), Field(max_length=254)]


NewPassword = Annotated[Storable, Field(min_length=8, max_length=200), AfterValidator(hard_to_guess)]


class Registration(Body):
    """A new user."""

    model_config = example(
        email="maya@example.com", password="a long passphrase", display_name="Maya", role="student"
    )

    email: Email
    password: NewPassword
    display_name: Name
    role: Literal["student", "teacher"] = "student"
    invite: Storable | None = Field(None, max_length=500, description="Needed for the role `teacher`.")
    time_zone: Annotated[str, AfterValidator(zone)] = Field("UTC", max_length=64)


class Credentials(Body):
    """What signs a user in."""

    model_config = example(email="maya@example.com", password="a long passphrase")

    email: Annotated[Storable, Field(max_length=254)]
    password: Annotated[Storable, Field(max_length=200)]


class Refresh(Body):
    """A refresh token; it can be used once."""

    model_config = example(refresh_token=TOKENS["refresh_token"])

    # no limit of its own: whatever is no refresh token of ours is a 401, an access token as well
    refresh_token: Annotated[Storable, Field(min_length=1)]


class User(Shape):
    """A user."""

    model_config = example(**USER)

    id: UUID
    email: str
    display_name: str
    role: Literal["student", "teacher"]
    time_zone: str
    created_at: datetime


class SignedInUser(Shape):
    """A user with tokens."""

    model_config = example(user=USER, **TOKENS)

    user: User
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Field(description="Seconds until the access token ends.")


class SignedOut(Shape):
    """The session has ended."""

    model_config = example(status="signed_out")

    status: Literal["signed_out"] = "signed_out"


class Export(Shape):
    """Everything that is stored of a user, by table."""

    model_config = example(
        exported_at="2026-11-23T09:00:00Z", user=USER, data={"messages": [], "submissions": []}
    )

    exported_at: datetime
    user: User
    data: dict[str, list[dict[str, Any]]]


class Viewer(Shape):
    """Who looked; the name is gone with the account."""

    id: UUID
    display_name: str | None


class View(Shape):
    """One look at what is stored of the user; `what` names what was looked at."""

    viewer: Viewer
    what: str
    viewed_at: datetime
    request_id: str


class ViewPage(Shape):
    """Looks, the latest first."""

    model_config = example(
        items=[
            {
                "viewer": {"id": "1f0e9d8c-7b6a-4958-8473-625140302010", "display_name": "Ms Lovelace"},
                "what": "progress",
                "viewed_at": "2026-11-23T09:10:00Z",
                "request_id": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            }
        ],
        next_cursor=None,
    )

    items: list[View]
    next_cursor: str | None
