"""Answers kept under the key a client gave, so that a repeated request is not carried out twice."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from functions.gateway.errors import Invalid
from functions.runtime.database import Connection

Answer = TypeVar("Answer", bound=BaseModel)
# An insert waits for a transaction that holds the same key: the second of two sees the first's answer.
CLAIM = """
WITH forgotten AS (
    DELETE FROM idempotency_keys
     WHERE user_id = $1 AND created_at < clock_timestamp() - interval '24 hours' AND (route, key) <> ($2, $3)
)
INSERT INTO idempotency_keys (user_id, route, key, digest, answer) VALUES ($1, $2, $3, $4, $5::jsonb)
ON CONFLICT (user_id, route, key) DO NOTHING RETURNING true
"""
EARLIER = "SELECT digest, answer FROM idempotency_keys WHERE user_id = $1 AND route = $2 AND key = $3"


async def repeated(
    db: Connection, user_id: UUID, route: str, key: str | None, body: object, answer: Answer
) -> Answer | None:
    """Keep an answer under a key; gives the answer of an earlier request, or None for the first one.

    A body is a model, or a mapping of JSON values. Raises Invalid when the key came before with another body.
    """
    if key is None:
        return None
    wanted = digest(body.model_dump(mode="json") if isinstance(body, BaseModel) else body)
    if await db.fetchval(CLAIM, user_id, route, key, wanted, answer.model_dump_json()):
        return None
    return type(answer)(**decide(await db.fetchrow(EARLIER, user_id, route, key), wanted))


def decide(earlier: Any, wanted: bytes) -> dict[str, Any]:
    """Give the earlier answer when the body is the same one."""
    if earlier is None or bytes(earlier["digest"]) != wanted:
        raise Invalid("this key came before with another body", field="Idempotency-Key")
    answer: dict[str, Any] = json.loads(earlier["answer"])
    return answer


def digest(body: object) -> bytes:
    """Give a digest of a body that does not depend on the order of its fields."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).digest()
