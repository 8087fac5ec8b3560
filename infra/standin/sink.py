"""The KafkaSink receiver: POST /<namespace>/<name>."""

import logging
from collections.abc import Mapping

from events.wire import TRACE_HEADERS, NotACloudEvent, from_http_as_knative, to_record
from infra.standin.asgi import ClientGone, Receive, Scope, Send, TooLarge, read_body, respond
from infra.standin.producer import Producer
from infra.standin.settings import Settings

log = logging.getLogger(__name__)
_PROBES = ("/healthz", "/readyz")


class SinkServer:
    """ASGI application of all KafkaSinks; all answers have an empty body."""

    def __init__(self, topics: Mapping[str, str], producer: Producer, settings: Settings) -> None:
        self._topics = topics
        self._producer = producer
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write one event."""
        try:
            status = await self._status(scope, receive)
        except ClientGone:
            return
        await respond(send, status)

    async def _status(self, scope: Scope, receive: Receive) -> int:
        path = scope["path"].rstrip("/")
        if scope["method"] == "GET" and path in _PROBES:
            return 200
        if scope["method"] != "POST":
            return 405
        if (topic := self._topics.get(path)) is None:
            return 404
        try:
            # an event of exactly the limit is refused by the producer, which counts headers too
            body = await read_body(receive, self._settings.max_event_bytes)
            event = from_http_as_knative(scope["headers"], body)
        except TooLarge:
            log.warning("an event is too large", extra={"topic": topic})
            return 503
        except NotACloudEvent as error:
            log.warning("not a CloudEvent", extra={"topic": topic, "reason": str(error)})
            return 400
        trace = [
            (name.decode(), value.decode("latin-1"))
            for name, value in scope["headers"]
            if name.decode("latin-1") in TRACE_HEADERS
        ]
        return 202 if await self._producer.write(topic, to_record(event, trace)) else 503
