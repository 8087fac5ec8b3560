"""The door for programs that are talked to: a WebSocket at /interactive, JSON texts both ways.

| from the client | meaning |
| --- | --- |
| `{"code", "fair_key"?, "seed"?}` | the first one: the program |
| `{"input": "text\\n"}` | what the person typed |
| `{"eof": true}` | nothing more will be typed |

| to the client | meaning |
| --- | --- |
| `{"type": "output", "stream", "text"}` | what the program wrote, at most 64 KiB a stream |
| `{"type": "waiting"}` | the program waits for input |
| `{"type": "end", "idle", "result"}` | it has ended; the result is that of /execute; `idle` after a minute |
| `{"type": "problem", "status", "title", "detail"}` | it was not run |

Whoever closes the connection ends the program.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox_runner.errors import BadRequest, SandboxError, Unavailable
from sandbox_runner.interactive import Message, Talk
from sandbox_runner.readiness import Readiness
from sandbox_runner.requests import Request, parse
from sandbox_runner.service import Service

_FIRST_S = 5.0
_ALLOWED = {"code", "fair_key", "seed"}


async def serve(socket: WebSocket, service: Service, readiness: Readiness) -> None:
    """Serve one connection."""
    await socket.accept()
    outgoing: asyncio.Queue[Message | None] = asyncio.Queue()
    sending = asyncio.create_task(_send(socket, outgoing))
    try:
        request = await _first(socket)
        if readiness.reason:
            raise Unavailable(readiness.reason)
        await service.talk(request, outgoing.put_nowait, lambda talk: _hear(socket, talk))
    except SandboxError as error:
        problem = {"type": "problem", "status": error.status, "title": error.title, "detail": str(error)}
        outgoing.put_nowait(problem)
    except WebSocketDisconnect:
        sending.cancel()
    outgoing.put_nowait(None)
    await asyncio.wait({sending})


async def _first(socket: WebSocket) -> Request:
    try:
        async with asyncio.timeout(_FIRST_S):
            text = await socket.receive_text()
    except TimeoutError:
        raise BadRequest("code", "did not come in time") from None
    for name in _object(text).keys() - _ALLOWED:
        raise BadRequest(name[:100], "is not known here")
    return parse(text.encode("utf-8", "surrogatepass"))


async def _hear(socket: WebSocket, talk: Talk) -> None:
    """Pass on what the person types until they go away."""
    try:
        while True:
            message = _object(await socket.receive_text())
            if isinstance(text := message.get("input"), str):
                talk.typed(text)
            if message.get("eof") is True:
                talk.no_more()
    except (WebSocketDisconnect, BadRequest):
        talk.stop()


async def _send(socket: WebSocket, outgoing: asyncio.Queue[Message | None]) -> None:
    try:
        while (message := await outgoing.get()) is not None:
            await socket.send_text(json.dumps(message, allow_nan=False))
        await socket.close()
    except (WebSocketDisconnect, RuntimeError):
        return  # the client has gone; whoever hears it ends the program


def _object(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest("body", f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise BadRequest("body", "has to be a JSON object")
    return data
