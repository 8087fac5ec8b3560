"""The model behind the port: any server that speaks the OpenAI API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

from functions.model import wire
from functions.model.api_compat import Dialect
from functions.model.circuit_breaker import Breaker
from functions.model.errors import ModelBusy, ModelFailed, ModelRefused, ModelUnavailable, ThoughtAloud
from functions.model.lazy_client import LazyClient
from functions.model.pace import Pace, Pauses
from functions.model.prompts import Prompt
from functions.model.received import ChunkListener, ReceivedText
from functions.model.refusals import filtered
from functions.model.settings import TutorSettings
from functions.model.wire import Completion

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

log = logging.getLogger(__name__)
# Seconds: the least that a second try is worth, the least that any call is worth, and the most to wait for
# a place.
MIN_A_TRY_S = 1.5
MIN_S = 0.5
MAX_QUEUE_S = 1.5
# How many things a server may not know of our request before we give up.
DEPARTURES = 6


class Model(Protocol):
    """Anything that completes a prompt."""

    @property
    def name(self) -> str:
        """The name shown with its answers."""

    @property
    def ready(self) -> bool:
        """Whether it makes sense to ask now."""

    def place(self, within_s: float) -> AbstractAsyncContextManager[None]:
        """Wait for a place among the calls that go on; raises ModelBusy when there is none in time."""

    async def complete(
        self, prompt: Prompt, within_s: float, hear: ChunkListener | None = None
    ) -> Completion:
        """Complete a prompt; raises ModelFailed, always within the time. It takes a place.

        `hear` is given the reply piece by piece as it is written; what it raises ends the call.
        """


class OpenAIModel:
    """A model reached over the OpenAI API; all tries together stay within the time given.

    It holds the breaker of its base URL, and no more than `at_once` calls go on at the same time.
    """

    def __init__(
        self,
        client: LazyClient,
        name: str,
        at_once: int = 20,
        breaker: Breaker | None = None,
        dialect: Dialect | None = None,
        pauses: Pauses | None = None,
    ) -> None:
        self.name = name
        self._client = client
        self._places = asyncio.Semaphore(at_once)
        self._breaker = breaker or Breaker()
        self._dialect = dialect or Dialect()
        self._pauses = pauses or Pauses()

    @property
    def ready(self) -> bool:
        """Whether it makes sense to ask now."""
        return self._breaker.closed

    @asynccontextmanager
    async def place(self, within_s: float) -> AsyncIterator[None]:
        """Wait for a place among the calls that go on; raises ModelBusy when there is none in time."""
        try:
            async with asyncio.timeout(min(MAX_QUEUE_S, max(0.0, within_s))):
                await self._places.acquire()
        except TimeoutError:
            raise ModelBusy("too many calls at once") from None
        try:
            if not self.ready:
                raise ModelBusy("the model is left alone for a while")
            yield
        finally:
            self._places.release()

    async def complete(
        self, prompt: Prompt, within_s: float, hear: ChunkListener | None = None
    ) -> Completion:
        """Complete a prompt; raises ModelFailed, always within the time. It takes a place."""
        deadline = asyncio.get_running_loop().time() + within_s
        heard = ReceivedText(hear)
        try:
            async with asyncio.timeout_at(deadline):
                # The first question of a process waits for the client: that is no silence of the model's.
                await self._client.get()
            async with Pace(deadline, self._pauses if hear is not None else None) as pace:
                heard.pace = pace
                return await self._insist(prompt, deadline, heard)
        except TimeoutError:
            # Too slow to finish is not out of order: a server that speaks is not left alone for it.
            self._breaker.note(heard.alive)
            raise ModelUnavailable("no complete reply within the time") from None

    async def _insist(self, prompt: Prompt, deadline: float, heard: ReceivedText) -> Completion:
        """Try, and once more when the failure may pass in time and nothing was heard yet."""
        try:
            return await self._try(prompt, heard)
        except ModelUnavailable as error:
            left = deadline - asyncio.get_running_loop().time()
            # Words that a student has seen can't be taken back by a second try.
            useless = heard.anything or isinstance(error, ModelBusy) or error.retry_after_s is None
            if useless or left - (error.retry_after_s or 0.0) < MIN_A_TRY_S:
                raise
            await asyncio.sleep(error.retry_after_s or 0.0)
        return await self._try(prompt, heard)

    async def _try(self, prompt: Prompt, heard: ReceivedText) -> Completion:
        if not self._breaker.admit():
            raise ModelBusy("the model is left alone for a while")
        try:
            completion = await self._converse(prompt, heard)
        except ModelFailed as error:
            rest = error.retry_after_s if isinstance(error, ModelUnavailable) and error.told else None
            self._breaker.note(error.answered, rest)
            raise
        self._breaker.note(True)
        return completion

    async def _converse(self, prompt: Prompt, heard: ReceivedText) -> Completion:
        """Ask in the dialect that the server understands; what it does not take is left out for a while."""
        client = await self._client.get()
        from openai import APIConnectionError, APIError, APIStatusError

        for _ in range(DEPARTURES):
            request = self._dialect.request(self.name, prompt, stream=heard.listener is not None)
            try:
                return await self._send(client, request, heard)
            except APIStatusError as error:
                if not self._learns(request, error):
                    raise _failure(error) from None
            except APIConnectionError as error:
                raise wire.unavailable(error, None) from None
            except (APIError, ValueError) as error:
                raise ModelFailed(f"{type(error).__name__}: {error}") from None
        raise ModelFailed("the server understands none of our requests")

    def _learns(self, request: dict[str, Any], error: APIStatusError) -> bool:
        return error.status_code in wire.NOT_UNDERSTOOD and self._dialect.learn(
            request, error.body, error.message
        )

    async def _send(self, client: AsyncOpenAI, request: dict[str, Any], heard: ReceivedText) -> Completion:
        try:
            return await _send(client, request, heard, thinks_first=self._dialect.thinks_first(self.name))
        except ThoughtAloud:
            self._dialect.note_thinks_first(self.name)
            raise


@asynccontextmanager
async def open_model(settings: TutorSettings) -> AsyncIterator[Model | None]:
    """Open the configured model; None when no key is set, and then `openai` is not even imported.

    It is imported when the first question needs it: a cold start does not wait for it.
    """
    if not settings.key:
        yield None
        return
    client = LazyClient(settings)
    log.info("model %s is at hand", settings.model)
    try:
        pauses = Pauses(settings.first_word_s, settings.between_s)
        dialect = Dialect(settings.request)
        yield OpenAIModel(client, settings.model, settings.at_once, dialect=dialect, pauses=pauses)
    finally:
        await client.close()


def _failure(error: APIStatusError) -> ModelFailed:
    if filtered(error.body):
        return ModelRefused("a filter of contents stopped the prompt")
    return wire.unavailable(error, error.response)


async def _send(
    client: AsyncOpenAI, request: dict[str, Any], heard: ReceivedText, *, thinks_first: bool
) -> Completion:
    """Send one request and read its answer, which may be a stream whether we asked for one or not."""
    import httpx2

    try:
        async with client.chat.completions.with_streaming_response.create(**request) as response:
            streamed = "text/event-stream" in response.headers.get("content-type", "")
            if streamed:
                return await wire.read_stream(response.iter_bytes(), heard, thinks_first=thinks_first)
            completion = wire.read_whole(await wire.read_all(response.iter_bytes()))
    except httpx2.TransportError as error:
        raise wire.unavailable(error, None) from None
    if heard.listener is not None:
        await heard.listener(completion.reply)
    return completion
