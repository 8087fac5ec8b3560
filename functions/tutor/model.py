"""The model behind the port: any server that speaks the OpenAI API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from functions.tutor.errors import ModelFailed, ModelRefused, ModelUnavailable
from functions.tutor.prompts import Prompt
from functions.tutor.settings import TutorSettings

if TYPE_CHECKING:
    from openai import APIConnectionError, APIStatusError, AsyncOpenAI

log = logging.getLogger(__name__)
WORTH_A_TRY_S = 1.5
RETRY_AFTER_S = 0.3
MAY_PASS = frozenset({408, 409, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model replied, and what it took."""

    reply: str
    input_tokens: int
    output_tokens: int


class Model(Protocol):
    """Anything that completes a prompt."""

    @property
    def name(self) -> str:
        """The name shown with its answers."""

    async def complete(self, prompt: Prompt) -> Completion:
        """Complete a prompt; raises ModelFailed, always within the time limit."""


class OpenAIModel:
    """A model reached over the OpenAI API; all tries together stay within `limit_s` seconds."""

    def __init__(self, client: asyncio.Task[AsyncOpenAI], name: str, limit_s: float) -> None:
        self.name = name
        self._client = client
        self._limit_s = limit_s

    async def complete(self, prompt: Prompt) -> Completion:
        """Complete a prompt; raises ModelFailed, always within the time limit."""
        deadline = asyncio.get_running_loop().time() + self._limit_s
        try:
            async with asyncio.timeout_at(deadline):
                return await self._insist(prompt, deadline)
        except TimeoutError:
            raise ModelUnavailable(f"no reply within {self._limit_s} s") from None

    async def _insist(self, prompt: Prompt, deadline: float) -> Completion:
        try:
            return await self._once(prompt)
        except ModelUnavailable as error:
            left = deadline - asyncio.get_running_loop().time()
            if error.retry_after_s is None or left - error.retry_after_s < WORTH_A_TRY_S:
                raise
            await asyncio.sleep(error.retry_after_s)
        return await self._once(prompt)

    async def _once(self, prompt: Prompt) -> Completion:
        client = await asyncio.shield(self._client)
        from openai import APIConnectionError, APIError, APIStatusError

        try:
            completion = await client.chat.completions.create(
                model=self.name,
                messages=[
                    {"role": "system", "content": prompt.system},
                    {"role": "user", "content": prompt.user},
                ],
                max_tokens=prompt.max_tokens,
                temperature=0.2,
            )
        except (APIConnectionError, APIStatusError) as error:
            raise ModelUnavailable(f"{type(error).__name__}: {error}", _retry_after_s(error)) from None
        except (APIError, ValueError) as error:
            raise ModelFailed(f"{type(error).__name__}: {error}") from None
        return _read(completion)


@asynccontextmanager
async def open_model(settings: TutorSettings) -> AsyncIterator[Model | None]:
    """Open the configured model; None when no key is set, and then `openai` is not even imported.

    The import takes a second: it goes on beside the start, and the first question waits for it.
    """
    if not settings.key:
        yield None
        return
    client = asyncio.create_task(asyncio.to_thread(_client, settings))
    try:
        yield OpenAIModel(client, settings.model, settings.limit_s)
    finally:
        await (await client).close()


def _client(settings: TutorSettings) -> AsyncOpenAI:
    from openai import AsyncOpenAI

    log.info("model %s is at hand", settings.model)
    return AsyncOpenAI(
        api_key=settings.key, base_url=settings.base_url, max_retries=0, timeout=settings.limit_s
    )


def _retry_after_s(error: APIConnectionError | APIStatusError) -> float | None:
    """Say after how many seconds another try makes sense; None when it does not."""
    response = getattr(error, "response", None)
    if response is None:
        return RETRY_AFTER_S
    if response.status_code not in MAY_PASS:
        return None
    told = response.headers.get("retry-after", "")
    return float(told) if told.replace(".", "", 1).isdigit() else RETRY_AFTER_S


def _read(completion: object) -> Completion:
    """Read a completion with care: a server may send anything that looks like one."""
    choices = getattr(completion, "choices", None)
    if not choices:
        raise ModelFailed("the reply is no completion")
    message = getattr(choices[0], "message", None)
    if getattr(message, "refusal", None) or choices[0].finish_reason == "content_filter":
        raise ModelRefused("the model refused")
    reply = getattr(message, "content", None)
    if not isinstance(reply, str) or not reply.strip() or choices[0].finish_reason == "length":
        raise ModelFailed("the reply is empty or cut off")
    usage = getattr(completion, "usage", None)
    return Completion(
        reply=reply.strip(),
        input_tokens=getattr(usage, "prompt_tokens", 0) or 0,
        output_tokens=getattr(usage, "completion_tokens", 0) or 0,
    )
