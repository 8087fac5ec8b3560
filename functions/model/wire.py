"""What comes over the wire from a model's server, read with care: it may be anything."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import msgspec

from functions.model.errors import ModelFailed, ModelRefused, ModelUnavailable, ReplyCut, ThoughtAloud
from functions.model.received import ReceivedText
from functions.model.thinking import Spoken, spoken

if TYPE_CHECKING:
    import httpx2

RETRY_AFTER_S = 0.3
MAY_PASS = frozenset({408, 409, 429, 500, 502, 503, 504})
NOT_UNDERSTOOD = frozenset({400, 404, 415, 422, 501})
# The longest reply that is asked for takes a tenth of it, wrapped in one chunk per token.
MAX_BYTES = 1 << 20
CHARACTERS_A_TOKEN = 4
# A reply that ran out of tokens: OpenAI's word, Mistral's for a full context, and one of other servers.
CUT_OFF = frozenset({"length", "model_length", "max_tokens"})


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
    text = spoken(_text(message))
    if choice.get("finish_reason") in CUT_OFF:
        raise _cut(answer.get("usage"), text, 0)
    return _completion(text, answer.get("usage"), 0)


async def read_stream(
    body: AsyncIterator[bytes], received: ReceivedText, *, thinks_first: bool = False
) -> Completion:
    """Read a completion that comes in chunks; raises ModelFailed when it breaks off.

    Raises ReplyCut when it ran out of tokens, and ThoughtAloud when thoughts were passed on as words.
    """
    words = Spoken(thinks_first=thinks_first)
    chunks, usage = 0, None
    ended: object = None
    async for data in _events(body):
        if data == b"[DONE]":
            ended = ended or "stop"
            break
        chunk = _json(data)
        # Some servers count in every chunk, some in the last one, which has no choices.
        usage = chunk.get("usage") or usage
        if not chunk.get("choices"):
            continue
        received.alive = True
        choice = _first(chunk)
        delta = choice.get("delta")
        delta = delta if isinstance(delta, dict) else {}
        _check(choice, delta)
        # Some end by a reason and never say [DONE].
        ended = ended or choice.get("finish_reason")
        if piece := _text(delta):
            chunks += 1
            await _pass_on(words.take(piece), words, received)
    if ended is None:
        raise ModelUnavailable("the stream broke off")
    if ended in CUT_OFF:
        raise _cut(usage, words.text, chunks)
    await _pass_on(words.end(), words, received)
    return _completion(words.text, usage, chunks)


async def _pass_on(said: str, words: Spoken, received: ReceivedText) -> None:
    stray, words.stray = words.stray, False
    if stray and received.anything:
        raise ThoughtAloud("thoughts without a beginning were taken for the reply")
    if said and received.listener is not None:
        await received.listener(said)


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


def _text(message: dict[str, Any]) -> str:
    """Give the words of a message: a string, or those of its parts that are text.

    Thoughts have fields or parts of their own (`reasoning_content`, `reasoning`, `thinking`): not read.
    """
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    if any(part.get("type") == "refusal" for part in parts):
        raise ModelRefused("the model refused")
    texts = [part.get("text") for part in parts if part.get("type") == "text"]
    return "".join(text for text in texts if isinstance(text, str))


def _completion(reply: str, usage: object, chunks: int) -> Completion:
    """Put a completion together; what the server does not count is estimated."""
    if not reply.strip():
        raise ModelFailed("the reply is empty")
    return Completion(reply.strip(), *_tokens(usage, reply, chunks))


def _cut(usage: object, said: str, chunks: int) -> ReplyCut:
    tokens = _tokens(usage, said, chunks)
    message = (
        f"the reply is cut off after {tokens[1]} tokens: LEARNFLOW_MODEL_OUTPUT_TOKENS gives it more, and"
    )
    return ReplyCut(f"{message} LEARNFLOW_MODEL_THINKING_TOKENS gives the model room to think", *tokens)


def _tokens(usage: object, said: str, chunks: int) -> tuple[int, int]:
    """Count the tokens read and written; what the server does not count is estimated."""
    counted = usage if isinstance(usage, dict) else {}
    estimate = chunks or len(said) // CHARACTERS_A_TOKEN + 1
    return _count(counted.get("prompt_tokens"), 0), _count(counted.get("completion_tokens"), estimate)


def _count(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**31 else otherwise
