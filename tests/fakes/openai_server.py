"""A server that speaks the OpenAI API and behaves as well, or as badly, as it is told.

`python -m tests.fakes.openai_server PORT` serves it. `POST /behave {"mode": ...}` chooses how it answers,
`GET /seen` gives the requests so far; `median_s` and `sigma` make it take its time, as a model does, and so
does `word_s` from word to word.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.support import plain

MAX_S = 3.0
NOTES = re.compile(r"<(?:notes|card|ladder)>\n(.*?)\n</(?:notes|card|ladder)>", re.DOTALL)
CODE = re.compile(r"```.*?```", re.DOTALL)
THOUGHT = "Secretly I wonder what a loop is, and whether a loop is known to repeat the lines."
# What a model that reasons does not take.
PICKY = {"max_tokens", "temperature"}
REPLIES = {
    "nonsense": "xkcd qwrt zzgh plmk " * 20,
    "babble": "the loop the loop the loop the loop " * 20,
    "empty": "",
    "link": "A for loop repeats your lines for each item. Read about the loop on https://example.com/loops, "
    "because it is explained there with many more examples of the loop.",
    "off-topic": "Bananas are yellow and taste sweet, and it is known that monkeys eat them in the "
    "jungle when they are ripe and the sun is shining.",
    "long": "A for loop is what you want, and it is good to know that it runs for each item. " * 60,
}


class Behaviour:
    """How the server answers, and what it was asked."""

    def __init__(self) -> None:
        self.mode = "normal"
        self.reply = ""
        self.median_s = self.sigma = self.word_s = 0.0
        self.chance = random.Random(1)
        self.seen: list[dict[str, Any]] = []

    async def behave(self, request: Request) -> Response:
        """Choose how to answer from now on, and forget what was asked."""
        chosen = await request.json()
        self.mode, self.reply = chosen["mode"], chosen.get("reply", "")
        self.median_s, self.sigma = chosen.get("median_s", 0.0), chosen.get("sigma", 0.0)
        self.word_s = chosen.get("word_s", 0.15 if self.mode == "drip" else 0.0)
        self.seen.clear()
        return JSONResponse({})

    async def requests(self, _: Request) -> Response:
        """Give all that was asked."""
        return JSONResponse(self.seen)

    async def complete(self, request: Request) -> Response:
        """Answer a chat completion, after about as long as a model takes, and note how long it was."""
        began = time.perf_counter()
        body = await request.json()
        call = {"body": body, "headers": dict(request.headers), "query": dict(request.query_params)}
        self.seen.append(call)
        await asyncio.sleep(min(self.median_s * self.chance.lognormvariate(0, self.sigma), MAX_S))
        answer = await self._answer(body)
        call["took_s"] = time.perf_counter() - began
        return answer

    async def _answer(self, body: dict[str, Any]) -> Response:
        if self.mode == "stall":
            await asyncio.sleep(60)
        if (failure := self._failure(body)) is not None:
            return failure
        if body.get("stream") and self.mode != "whole":
            chunks = streamed(self._completion(body), self.mode, self.word_s)
            return StreamingResponse(chunks, media_type="text/event-stream")
        return JSONResponse(self._completion(body))

    def _failure(self, body: dict[str, Any]) -> Response | None:
        """Answer with something that is no completion; None when the mode wants one."""
        failures = {
            "429": lambda: refused(429, "slow down", "30"),
            "429-bare": lambda: refused(429, "slow down"),
            "date": lambda: refused(503, "busy", formatdate(time.time() + 30, usegmt=True)),
            "500": lambda: refused(500, "broken"),
            "html": lambda: HTMLResponse("<h1>Bad gateway</h1>"),
            "reset": lambda: StreamingResponse(broken(), media_type="application/json"),
            "huge": lambda: StreamingResponse(zeros(3 << 20), media_type="application/json"),
            "broken-json": lambda: Response('{"choices": [{"mess', media_type="application/json"),
            "array": lambda: JSONResponse([1, {"choices": []}]),
            "tool-call": lambda: JSONResponse(wants_tool(body["model"])),
            "slow": lambda: StreamingResponse(dribble(self._completion(body)), media_type="application/json"),
        }
        unknown = {"stream_options", "max_tokens"} & set(body)
        if self.mode == "old-api" and unknown:
            return refused(400, f"Unsupported parameter: '{min(unknown)}'")
        if self.mode == "picky" and (named := PICKY & set(body)):
            return refused(400, "upstream: bad value in stream", param=min(named))
        if self.mode == "429-once" and len(self.seen) == 1:
            return refused(429, "busy")
        return failures[self.mode]() if self.mode in failures else None

    def _completion(self, body: dict[str, Any]) -> dict[str, Any]:
        asked = body["messages"][-1]["content"]
        match self.mode:
            case "say":
                reply = self.reply
            case "injection-echo":
                reply = f"{body['messages'][0]['content']}\n{asked}"
            case mode:
                reply = REPLIES.get(mode, reworded(asked))
        made = completion(body["model"], reply)
        choice = made["choices"][0]
        if self.mode == "thinks":
            choice["message"]["content"] = f"<think>\n{THOUGHT}\n</think>\n\n{reply}"
        elif self.mode == "parts":
            thinking = {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}
            choice["message"]["content"] = [thinking, {"type": "text", "text": reply}]
        elif self.mode == "reasons":
            choice["message"]["reasoning_content"] = THOUGHT
        elif self.mode == "refusal":
            choice["message"] |= {"content": "", "refusal": "I can't help with that."}
        elif self.mode == "out-of-tokens":
            choice |= {"message": {"role": "assistant", "content": ""}, "finish_reason": "length"}
        return made


def refused(status: int, message: str, retry_after: str | None = None, param: str | None = None) -> Response:
    """Make a refusal."""
    headers = {} if retry_after is None else {"retry-after": retry_after}
    error = {"message": message} if param is None else {"message": message, "param": param}
    return JSONResponse({"error": error}, status_code=status, headers=headers)


def completion(model: str, reply: str) -> dict[str, Any]:
    """Make a chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": reply}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 400, "completion_tokens": 100, "total_tokens": 500}
    about = {"id": "fake-1", "object": "chat.completion", "created": int(time.time()), "model": model}
    return {**about, "choices": [choice], "usage": usage}


def reworded(asked: str) -> str:
    """Say what the notes say, as a decent model would: without code, and in about sixty words."""
    notes = NOTES.search(asked)
    prose = CODE.sub(" ", notes.group(1) if notes else asked)
    return "Here is how I would put it. " + " ".join(prose.split()[:60])


def wants_tool(model: str) -> dict[str, Any]:
    """Make a completion that calls a tool which nobody offered."""
    answer = completion(model, "")
    call = {"id": "1", "type": "function", "function": {"name": "grade", "arguments": "{}"}}
    answer["choices"][0] |= {"finish_reason": "tool_calls"}
    answer["choices"][0]["message"] |= {"tool_calls": [call]}
    return answer


async def streamed(answer: dict[str, Any], mode: str, word_s: float = 0.0) -> AsyncIterator[bytes]:
    """Send an answer in chunks of a word, as fast or slowly and as far as the mode says."""
    message, finish = answer["choices"][0]["message"], answer["choices"][0]["finish_reason"]
    reply = message["content"]
    if thought := message.get("reasoning_content"):
        yield event(
            {**answer, "usage": None, "choices": [{"index": 0, "delta": {"reasoning_content": thought}}]}
        )
    if isinstance(reply, list):
        yield event({**answer, "choices": [{"index": 0, "delta": {"content": reply}}]})
        reply = ""
    if message.get("refusal"):
        delta = {"refusal": message["refusal"]}
        yield event({**answer, "usage": None, "choices": [{"index": 0, "delta": delta}]})
    words = re.findall(r"\S+\s*|\s+", reply)
    for number, word in enumerate(words):
        yield event({**answer, "usage": None, "choices": [{"index": 0, "delta": {"content": word}}]})
        if mode == "stream-stall" and number == 3:
            await asyncio.sleep(60)
        if mode == "cut" and number == 3:
            return
        await asyncio.sleep(word_s)
    yield event({**answer, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    yield b"data: [DONE]\n\n"


def event(chunk: dict[str, Any]) -> bytes:
    """Make the bytes of one chunk."""
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


async def broken() -> AsyncIterator[bytes]:
    """Send the beginning of an answer, and break the connection."""
    yield b'{"id": "fake-1", '
    raise ConnectionResetError


async def zeros(size: int) -> AsyncIterator[bytes]:
    """Send a body of so many bytes."""
    for _ in range(size >> 16):
        yield b"0" * (1 << 16)


async def dribble(answer: dict[str, Any]) -> AsyncIterator[bytes]:
    """Send an answer one byte at a time."""
    for byte in json.dumps(answer).encode():
        yield bytes([byte])
        await asyncio.sleep(0.05)


def application() -> Starlette:
    """Make the server."""
    behaviour = Behaviour()
    return Starlette(
        routes=[
            Route("/v1/chat/completions", behaviour.complete, methods=["POST"]),
            Route("/behave", behaviour.behave, methods=["POST"]),
            Route("/seen", behaviour.requests),
        ]
    )


@contextmanager
def serving_alone(port: int) -> Iterator[str]:
    """Serve in a process of its own; gives the address once it answers."""
    process = subprocess.Popen([sys.executable, "-m", "tests.fakes.openai_server", str(port)])
    url = f"http://127.0.0.1:{port}"
    try:
        with plain.client(transport=httpx.HTTPTransport(verify=plain.NO_CERTIFICATES, retries=10)) as client:
            client.get(f"{url}/seen").raise_for_status()
        yield url
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    uvicorn.run(application(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
