"""PingSource: an event at every moment of a schedule."""

import asyncio
import base64
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from events.wire import CONTENT_TYPE, Event
from infra.standin.eventing import Delivery, PingSource
from infra.standin.schedule import moments
from infra.standin.sender import Outcome, Sender

log = logging.getLogger(__name__)
PING_TYPE = "dev.knative.sources.ping"
# Knative's adapter tries a few times within seconds; the next moment follows anyway.
PING_DELIVERY = Delivery(retry=3, backoff_delay=timedelta(milliseconds=200), timeout=timedelta(seconds=30))


class Ping:
    """Sends the events of one PingSource; moments that pass while it is down are left out."""

    def __init__(self, manifest: PingSource, sender: Sender) -> None:
        self.name = manifest.metadata.name
        self._manifest = manifest
        self._sender = sender
        self.sent = 0
        self.failed = 0

    async def run(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Send until cancelled; a slow subscriber does not delay the next moment."""
        spec = self._manifest.spec
        async with asyncio.TaskGroup() as sending:
            for moment in moments(spec.schedule, spec.timezone, clock()):
                if (wait_s := (moment - clock()).total_seconds()) < 0:
                    continue
                await asyncio.sleep(wait_s)
                sending.create_task(self._send(moment))

    async def _send(self, moment: datetime) -> None:
        outcome = await self._sender.deliver(ping_event(self._manifest, str(uuid.uuid4()), moment), ())
        if outcome is Outcome.DELIVERED:
            self.sent += 1
        else:
            self.failed += 1


def ping_event(manifest: PingSource, event_id: str, moment: datetime) -> Event:
    """Return the event of one moment."""
    meta, spec = manifest.metadata, manifest.spec
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/apis/v1/namespaces/{meta.namespace}/pingsources/{meta.name}",
        "type": PING_TYPE,
        "time": moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        **spec.ce_overrides.extensions,
    }
    data = base64.b64decode(spec.data_base64) if spec.data_base64 else (spec.data or "").encode()
    content_type = {} if spec.content_type is None else {CONTENT_TYPE: spec.content_type}
    return Event(attributes | content_type, data)
