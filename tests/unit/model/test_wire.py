"""Replies in the forms that servers send them: only what is meant to be read comes of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from functions.model import wire
from functions.model.errors import ModelRefused, ModelUnavailable, ReplyCut, ThoughtAloud
from functions.model.received import ReceivedText

USAGE = {"prompt_tokens": 9, "completion_tokens": 40, "total_tokens": 49}
DONE = "[DONE]"


def delta(finish: str | None = None, **said: Any) -> dict[str, Any]:
    return {
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": said, "finish_reason": finish}],
    }


def texts(*texts: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text} for text in texts]


THOUGHT = [{"type": "thinking", "thinking": texts("Hm.")}]
# What each server sends for the reply "A loop repeats.", in its own form.
DIALOGUES: dict[str, list[Any]] = {
    "OpenAI": [
        delta(role="assistant", content="", refusal=None),
        delta(content="A loop"),
        delta(content=" repeats."),
        delta("stop"),
        {"object": "chat.completion.chunk", "choices": [], "usage": USAGE},
        DONE,
    ],
    "Azure": [
        {"choices": [], "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}]},
        delta(role="assistant", content=""),
        delta(content="A loop repeats."),
        delta("stop"),
        {"choices": [], "usage": USAGE},
        DONE,
    ],
    "DeepSeek, vLLM and llama.cpp": [
        delta(role="assistant", content=None, reasoning_content="Hm"),
        delta(content=None, reasoning_content=", loops."),
        delta(content="A loop", reasoning_content=None),
        delta("stop", content=" repeats."),
        {"choices": [], "usage": USAGE},
        DONE,
    ],
    "Ollama and Groq": [
        delta(role="assistant", content="", reasoning="Hm, loops."),
        delta(content="A loop repeats."),
        {**delta("stop", content=""), "usage": USAGE},
        DONE,
    ],
    "Mistral": [
        delta(role="assistant", content=THOUGHT),
        delta(content=texts("A loop", " repeats.")),
        {**delta("stop", content=""), "usage": USAGE},
        DONE,
    ],
    "tags in the reply": [
        delta(role="assistant", content="<thi"),
        delta(content="nk>\nHm, loops."),
        delta(content="</think"),
        delta(content=">\n\nA loop repeats."),
        {**delta("stop", content=""), "usage": USAGE},
        DONE,
    ],
}


async def body(chunks: list[Any]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield b"data: " + (chunk if isinstance(chunk, str) else json.dumps(chunk)).encode() + b"\n\n"


class Listener:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.received = ReceivedText(self.listen)

    async def listen(self, piece: str) -> None:
        self.pieces.append(piece)


@pytest.mark.parametrize("server", DIALOGUES)
async def test_a_stream_gives_the_reply_and_nothing_of_the_thoughts(server: str) -> None:
    listener = Listener()
    completion = await wire.read_stream(body(DIALOGUES[server]), listener.received)
    assert completion == wire.Completion("A loop repeats.", 9, 40)
    assert "".join(listener.pieces) == "A loop repeats."


@pytest.mark.parametrize(
    "message",
    [
        {"content": "A loop repeats."},
        {"content": "A loop repeats.", "reasoning_content": "Hm."},
        {"content": "A loop repeats.", "reasoning": "Hm."},
        {"content": [*THOUGHT, *texts("A loop ", "repeats.")]},
        {"content": "<think>\nHm.\n</think>\n\nA loop repeats."},
        {"content": "Hm.\n</think>\n\nA loop repeats."},
    ],
)
def test_a_whole_answer_gives_the_reply_and_nothing_of_the_thoughts(message: dict[str, Any]) -> None:
    answer = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": USAGE}
    assert wire.read_whole(json.dumps(answer).encode()) == wire.Completion("A loop repeats.", 9, 40)


@pytest.mark.parametrize("reason", ["length", "model_length"])
async def test_a_reply_that_ran_out_of_tokens_is_the_replys_fault_and_was_paid(reason: str) -> None:
    thoughts = {"content": "", "reasoning_content": "Hm."}
    answer = {"choices": [{"message": thoughts, "finish_reason": reason}], "usage": USAGE}
    with pytest.raises(ReplyCut) as whole:
        wire.read_whole(json.dumps(answer).encode())
    listener = Listener()
    with pytest.raises(ReplyCut) as streamed:
        await wire.read_stream(
            body([delta(**thoughts), delta(reason), {"choices": [], "usage": USAGE}, DONE]), listener.received
        )
    for cut in (whole.value, streamed.value):
        assert (cut.answered, cut.input_tokens, cut.output_tokens) == (True, 9, 40)
        assert "LEARNFLOW_MODEL_THINKING_TOKENS" in str(cut)


async def test_a_server_that_only_thinks_is_alive_and_nobody_has_heard_a_word() -> None:
    listener = Listener()
    with pytest.raises(ModelUnavailable):
        await wire.read_stream(body([delta(reasoning_content="Hm")]), listener.received)
    assert (listener.received.alive, listener.received.anything) == (True, False)


async def test_thoughts_that_were_passed_on_as_words_fail_the_reply_and_next_time_they_are_not() -> None:
    chunks = [delta(content="Hm, "), delta(content="loops.</think>"), delta(content="A loop"), delta("stop")]
    with pytest.raises(ThoughtAloud) as aloud:
        await wire.read_stream(body(chunks), Listener().received)
    assert aloud.value.answered
    listener = Listener()
    completion = await wire.read_stream(body(chunks), listener.received, thinks_first=True)
    assert (completion.reply, listener.pieces) == ("A loop", ["A loop"])


async def test_thoughts_that_end_in_their_first_piece_were_heard_by_nobody() -> None:
    listener = Listener()
    chunks = [delta(content="Hm.</think>A"), delta(content=" loop"), delta("stop")]
    assert (await wire.read_stream(body(chunks), listener.received)).reply == "A loop"
    assert listener.pieces == ["A", " loop"]


def test_a_part_that_refuses_is_a_refusal() -> None:
    answer = {"choices": [{"message": {"content": [{"type": "refusal", "refusal": "No."}]}}]}
    with pytest.raises(ModelRefused):
        wire.read_whole(json.dumps(answer).encode())
