"""How many messages a day the classes of a student allow."""

from __future__ import annotations

import math
from uuid import UUID

from functions.class_rules.reading import held_by
from functions.gateway.errors import TooMany
from functions.gateway.queries import class_rules
from functions.runtime.work import RequestWork


async def require_room(work: RequestWork, student_id: UUID) -> None:
    """Raise TooMany when a student has sent as many messages today as their classes allow."""
    rules = await held_by(work.db, student_id, work.now)
    if rules.messages_a_day is None:
        return
    sent, left_s = await class_rules.sent_today(work.db, student_id, work.now)
    if sent >= rules.messages_a_day:
        raise TooMany(
            f"in “{rules.messages_of}” it is {rules.messages_a_day} messages a day; write again tomorrow",
            retry_after_s=max(1, math.ceil(left_s)),
        )
