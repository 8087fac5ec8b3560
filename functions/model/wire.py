"""What comes over the wire from a model's server, read with care: it may be anything."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import msgspec

from functions.model.errors import ModelFailed, ModelRefused, ModelUnavailable

if TYPE_CHECKING:
    import httpx2

RETRY_AFTER_S = 0.3
MAY_PASS = frozenset({408, 409, 429, 500, 502, 503, 504})
NOT_UNDERSTOOD = frozenset({400, 404, 415, 422, 501})
# The longest reply that is asked for takes a tenth of it, wrapped in one chunk per token.
MAX_BYTES = 1 << 20
CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model replied, and what it took."""

    reply: str
    input_tokens: int
    output_tokens: int


def unavailable(error: Exception, response: httpx2.Response | None) -> ModelUnavailable:
    """Say that the server did not answer, and after how many seconds another try makes sense."""
    message = f"{type(error).__name__}: {str(error)[:300]}"
    if response is None:
        return ModelUnavailable(message, RETRY_AFTER_S)
    if response.status_code not in MAY_PASS:
        return ModelUnavailable(message)
    # Only what the server asked for itself makes the breaker wait as long.
    told = retry_after_s(response.headers, time.time())
    return ModelUnavailable(message, RETRY_AFTER_S if told is None else told, told=told is not None)


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Read how long a server wants us to wait: seconds, milliseconds, or until a date."""
    milliseconds, told = headers.get("retry-after-ms", ""), headers.get("retry-after", "").strip()
    if milliseconds.replace(".", "", 1).isdigit():
        return float(milliseconds) / 1000
    if told.replace(".", "", 1).isdigit():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - now)
    except ValueError:
        return None


async def read_all(body: AsyncIterator[bytes]) -> bytes:
    """Read a body of a sane size; raises ModelFailed for a larger one."""
    return b"".join([piece async for piece in _bounded(body)])


def read_whole(body: bytes) -> Completion:
    """Read a completion; raises ModelFailed for any other body."""
    answer = _json(body)
    choice = _first(answer)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise ModelFailed("the reply is no completion")
    _check(choice, message)
    return _completion(_text(message), answer.get("usage"), 0)


async def read_stream(
    body: AsyncIterator[bytes], hear: Callable[[str], Awaitable[None]] | None
) -> Completion:
    """Read a completion that comes in chunks; raises ModelFailed when it breaks off."""
    said: list[str] = []
    usage: Any = None
    finished = False
    async for data in _events(body):
        if data == b"[DONE]":
            finished = True
            break
        chunk = _json(data)
        # Some servers count in every chunk, some in the last one, which has no choices.
        usage = chunk.get("usage") or usage
        if not chunk.get("choices"):
            continue
        choice = _first(chunk)
        delta = choice.get("delta")
        delta = delta if isinstance(delta, dict) else {}
        _check(choice, delta)
        # Some end by a reason and never say [DONE].
        finished = finished or choice.get("finish_reason") is not None
        if piece := _text(delta):
            said.append(piece)
            if hear is not None:
                await hear(piece)
    if not finished:
        raise ModelUnavailable("the stream broke off")
    return _completion("".join(said), usage, len(said))


async def _events(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give the data of each server-sent event."""
    rest = b""
    async for piece in _bounded(body):
        # A piece may end in the middle of a line.
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line.removeprefix(b"data:").strip()
    if rest.startswith(b"data:"):
        yield rest.removeprefix(b"data:").strip()


async def _bounded(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    size = 0
    async for piece in body:
        size += len(piece)
        if size > MAX_BYTES:
            raise ModelFailed(f"the reply is longer than {MAX_BYTES} bytes")
        yield piece


def _json(data: bytes) -> dict[str, Any]:
    try:
        read = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ModelFailed(f"the reply is not JSON: {error}") from None
    if not isinstance(read, dict) or read.get("error"):
        raise ModelFailed("the reply is no completion")
    return read


def _first(answer: dict[str, Any]) -> dict[str, Any]:
    choices = answer.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise ModelFailed("the reply is no completion")
    return choices[0]


def _check(choice: dict[str, Any], message: dict[str, Any]) -> None:
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        raise ModelRefused("the model refused")
    if message.get("tool_calls") or message.get("function_call"):
        raise ModelFailed("the model wants to call a tool, and has none")
    if choice.get("finish_reason") == "length":
        raise ModelFailed("the reply is cut off")


def _text(message: dict[str, Any]) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else ""


def _completion(reply: str, usage: object, chunks: int) -> Completion:
    """Put a completion together; what the server does not count is estimated."""
    if not reply.strip():
        raise ModelFailed("the reply is empty")
    counted = usage if isinstance(usage, dict) else {}
    estimate = chunks or len(reply) // CHARACTERS_A_TOKEN + 1
    return Completion(
        reply=reply.strip(),
        input_tokens=_count(counted.get("prompt_tokens"), 0),
        output_tokens=_count(counted.get("completion_tokens"), estimate),
    )


def _count(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**31 else otherwise
