"""The control port: health, lag, the consumers of a source, and sources beside those of the manifests."""

from typing import TYPE_CHECKING, Any

import msgspec

from infra.standin.asgi import ClientGone, Receive, Scope, Send, TooLarge, read_body, respond_json
from infra.standin.errors import StandInError
from infra.standin.manifests import source_of

if TYPE_CHECKING:
    from infra.standin.data_plane import DataPlane

_MAX_BODY = 65536


class _Scale(msgspec.Struct, frozen=True):
    consumers: int


class Control:
    """ASGI application for the supervisor and for tools."""

    def __init__(self, data_plane: "DataPlane") -> None:
        self._data_plane = data_plane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            status, answer = await self._answer(scope["method"], scope["path"], receive)
        except (ClientGone, TooLarge):
            return
        await respond_json(send, status, msgspec.json.encode(answer))

    async def _answer(self, method: str, path: str, receive: Receive) -> tuple[int, dict[str, Any]]:
        match method, path.strip("/").split("/"):
            case "GET", ["health", "live"]:
                return 200, {"status": "ok", "checks": {}}
            case "GET", ["health", "ready" | "startup"]:
                return await self._ready()
            case "GET", ["lag"]:
                return 200, await self._data_plane.figures()
            case "PUT", ["sources", name, "consumers"]:
                return await self._scale(name, await read_body(receive, _MAX_BODY))
            case "GET", ["sources", name] if document := self._data_plane.added(name):
                return 200, document
            case "PUT", ["sources", name]:
                return self._add(name, await read_body(receive, _MAX_BODY))
            case "DELETE", ["sources", name]:
                return await self._remove(name)
        return 404, {"error": f"no {method} {path}"}

    async def _ready(self) -> tuple[int, dict[str, Any]]:
        checks = await self._data_plane.checks()
        ready = all(checks.values())
        words = {name: "ok" if passed else "not ready" for name, passed in checks.items()}
        return (
            (200, {"status": "ok", "checks": words})
            if ready
            else (
                503,
                {"status": "not ready", "checks": words},
            )
        )

    def _add(self, name: str, body: bytes) -> tuple[int, dict[str, Any]]:
        try:
            document = msgspec.json.decode(body, type=dict[str, Any])
            source = source_of(document)
            if source.metadata.name != name or not self._data_plane.add(source, document):
                return 409, {"error": f"{name} is a KafkaSource of the manifests, or not the manifest's name"}
        except (msgspec.DecodeError, StandInError, LookupError) as error:
            return 400, {"error": str(error)}
        return 200, {"source": name}

    async def _remove(self, name: str) -> tuple[int, dict[str, Any]]:
        if not await self._data_plane.remove(name):
            return 409, {"error": f"{name} is not a KafkaSource that was added"}
        return 200, {"source": name}

    async def _scale(self, name: str, body: bytes) -> tuple[int, dict[str, Any]]:
        try:
            consumers = msgspec.json.decode(body, type=_Scale).consumers
        except msgspec.DecodeError as error:
            return 400, {"error": str(error)}
        if not await self._data_plane.scale(name, consumers):
            return 404, {"error": f"no KafkaSource {name}"}
        return 200, {"source": name, "consumers": consumers}
