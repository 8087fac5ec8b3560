"""Cursors: where a list goes on, sealed so that a client can neither read nor change it by chance."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from functions.gateway.errors import Invalid

SEAL = 12


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
        body = f"{place.at.isoformat()} {place.id}".encode()
        return base64.urlsafe_b64encode(self._seal(body) + body).decode().rstrip("=")

    def read(self, cursor: str | None) -> Place | None:
        """Read a cursor back; raises Invalid when it is not one of ours."""
        if cursor is None:
            return None
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            seal, body = raw[:SEAL], raw[SEAL:]
            if not hmac.compare_digest(seal, self._seal(body)):
                raise ValueError("the seal is broken")
            at, _, row_id = body.decode().partition(" ")
            return Place(datetime.fromisoformat(at), UUID(row_id))
        except ValueError:
            raise Invalid("the cursor is not one that was given out", field="cursor") from None

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:SEAL]
