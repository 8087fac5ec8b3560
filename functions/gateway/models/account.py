"""An account after sign-up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from functions.gateway.models.auth import NewPassword, zone
from functions.gateway.models.base import Body, Name, Shape, Storable, example

SESSION = {
    "session_id": "5b0f7c1e-2d7c-4a55-9d43-2f6d1f0a9b11",
    "began_at": "2026-11-23T09:00:00Z",
    "used_at": "2026-11-23T11:45:00Z",
    "expires_at": "2026-12-23T09:00:00Z",
    "current": True,
}
CODE = "q7Zt-3fXk2Lr9mVb"


class UserChange(Body):
    """What a user changes of themselves; what is left out stays."""

    model_config = example(display_name="Maya L.", time_zone="Europe/Berlin")

    display_name: Name | None = None
    time_zone: Annotated[str, AfterValidator(zone)] | None = Field(None, max_length=64)


class PasswordChange(Body):
    """A new password, and the one that holds until now."""

    model_config = example(old="a long passphrase", new="another long passphrase")

    old: Annotated[Storable, Field(max_length=200)]
    new: NewPassword


class PasswordChanged(Shape):
    """The new password holds; all other sessions of the user have ended."""

    model_config = example(status="changed")

    status: str = "changed"


class Erasure(Body):
    """What erases an account: its password, unless the sign-in is fresh."""

    model_config = example(password="a long passphrase")

    password: Annotated[Storable, Field(max_length=200)] | None = None


class Session(Shape):
    """A sign-in that goes on; `current` is the one that asks."""

    model_config = example(**SESSION)

    session_id: UUID
    began_at: datetime
    used_at: datetime = Field(description="When its tokens were last renewed.")
    expires_at: datetime
    current: bool


class Sessions(Shape):
    """The sign-ins of the user that go on, the latest first."""

    model_config = example(items=[SESSION])

    items: list[Session]


class ResetCode(Shape):
    """A one-time code with which a student chooses a new password."""

    model_config = example(code=CODE, expires_at="2026-11-23T10:00:00Z")

    code: str = Field(description="Hand it to the student; it is shown this once.")
    expires_at: datetime


class PasswordReset(Body):
    """A one-time code, and the new password."""

    model_config = example(code=CODE, password="another long passphrase")

    code: Annotated[Storable, Field(min_length=1, max_length=100)]
    password: NewPassword
