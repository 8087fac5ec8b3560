"""Cursors: where a list goes on, sealed so that a client can neither read nor change it by chance."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from functions.gateway.errors import Invalid

SEAL = 12
REFUSED = "the cursor is not one that was given out"


@dataclass(frozen=True, slots=True)
class Place:
    """The last row a client has seen, in the order (time, id), newest first."""

    at: datetime
    id: UUID


class Cursors:
    """Writes and reads cursors with a key of this deployment."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"cursor:" + secret.encode()).digest()

    def write(self, place: Place) -> str:
        """Write a place as text."""
        return self._write(f"{place.at.isoformat()} {place.id}".encode())

    def read(self, cursor: str | None) -> Place | None:
        """Read a cursor back; raises Invalid when it is not one of ours."""
        if cursor is None:
            return None
        try:
            at, _, row_id = self._read(cursor).decode().partition(" ")
            return Place(datetime.fromisoformat(at), UUID(row_id))
        except ValueError:
            raise Invalid(REFUSED, field="cursor") from None

    def write_key(self, listing: str, key: Sequence[object]) -> str:
        """Write the key of a row in the order of a listing, which is named with its order and filters."""
        return self._write(msgspec.json.encode([listing, key]))

    def read_key(self, listing: str, cursor: str | None) -> list[Any] | None:
        """Read a key back; raises Invalid when it is not one of ours, or of another listing."""
        if cursor is None:
            return None
        try:
            of, key = msgspec.json.decode(self._read(cursor), type=tuple[str, list[Any]])
        except ValueError:
            raise Invalid(REFUSED, field="cursor") from None
        if of != listing:
            raise Invalid("the cursor was given out for another order or filter", field="cursor")
        return key

    def _write(self, body: bytes) -> str:
        return base64.urlsafe_b64encode(self._seal(body) + body).decode().rstrip("=")

    def _read(self, cursor: str) -> bytes:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        seal, body = raw[:SEAL], raw[SEAL:]
        if not hmac.compare_digest(seal, self._seal(body)):
            raise ValueError("the seal is broken")
        return body

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:SEAL]
