"""Secrets and accounts of one local system: made once, readable for their owner alone."""

from __future__ import annotations

import secrets

import msgspec

from infra.local.paths import Home
from infra.standin.files import write_whole


class Account(msgspec.Struct, frozen=True):
    """A sign-in for trying the system."""

    email: str
    password: str
    display_name: str
    role: str


class Credentials(msgspec.Struct, frozen=True):
    """What must not be guessed."""

    database_password: str
    jwt_secret: str
    teacher_invite: str
    accounts: tuple[Account, ...]
    # newer than the others: a home from before gets one when it is read
    event_key: str = ""


def load(home: Home) -> Credentials:
    """Read the credentials of a home, making them the first time."""
    try:
        found = msgspec.json.decode(home.secrets.read_bytes(), type=Credentials)
    except FileNotFoundError:
        found = make()
    else:
        if found.event_key:
            return found
        found = msgspec.structs.replace(found, event_key=make().event_key)
    write_whole(home.secrets, msgspec.json.encode(found).decode(), mode=0o600)
    return found


def make() -> Credentials:
    """Draw new credentials."""
    student = Account("student@example.com", secrets.token_urlsafe(9), "Sam Student", "student")
    teacher = Account("teacher@example.com", secrets.token_urlsafe(9), "Toni Teacher", "teacher")
    return Credentials(
        database_password=secrets.token_hex(16),
        jwt_secret=secrets.token_hex(32),
        teacher_invite=secrets.token_urlsafe(12),
        accounts=(student, teacher),
        event_key=secrets.token_urlsafe(32),
    )
