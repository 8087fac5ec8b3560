"""A program that is talked to while it runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.sandbox.runner import Instance, instance

GAME = """
secret, tries = 7, 0
name = input("Name? ")
print("Hello", name)
while True:
    guess = int(input("Guess: "))
    tries += 1
    if guess == secret:
        print(f"Right after {tries}")
        break
    print("higher" if guess < secret else "lower")
"""


@dataclass
class Person:
    """Who sits before the program."""

    socket: aiohttp.ClientWebSocketResponse
    screen: str = ""
    end: dict[str, Any] | None = None

    async def reads(self) -> str:
        """Read until the program waits or ends; gives what appeared."""
        before = len(self.screen)
        while self.end is None:
            message = await self.socket.receive_json(timeout=60)
            if message["type"] == "output":
                self.screen += message["text"]
            elif message["type"] == "waiting":
                break
            else:
                self.end = message
        return self.screen[before:]

    async def types(self, text: str) -> str:
        """Type a line; gives what appears then."""
        self.screen += text + "\n"
        before = len(self.screen)
        await self.socket.send_json({"input": text + "\n"})
        await self.reads()
        return self.screen[before:]


@asynccontextmanager
async def _person(sandbox: Instance, **program: Any) -> AsyncIterator[Person]:
    url = f"http://127.0.0.1:{sandbox.port}/interactive"
    async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
        await socket.send_json(program)
        yield Person(socket)


async def test_a_guessing_game_is_played_to_its_end(sandbox: Instance) -> None:
    """Prompts and answers take turns, as in a terminal."""
    async with _person(sandbox, code=GAME) as person:
        assert await person.reads() == "Name? "
        assert await person.types("Ann") == "Hello Ann\nGuess: "
        assert await person.types("3") == "higher\nGuess: "
        assert await person.types("9") == "lower\nGuess: "
        assert await person.types("7") == "Right after 3\n"
    assert person.end is not None
    result = person.end["result"]
    assert (result["status"], result["exit_code"], person.end["idle"]) == ("ok", 0, False)
    assert result["stdout"] == "Name? Hello Ann\nGuess: higher\nGuess: lower\nGuess: Right after 3\n"


async def test_time_to_think_does_not_count(sandbox: Instance) -> None:
    """Six seconds before an answer are more than a program has, and no time-out."""
    async with _person(sandbox, code="print(int(input()) * 2)") as person:
        await person.reads()
        await asyncio.sleep(6)
        assert await person.types("21") == "42\n"
    assert person.end is not None
    assert person.end["result"]["status"] == "ok"


async def test_running_counts(sandbox: Instance) -> None:
    """An endless loop behind a question ends after five seconds."""
    async with _person(sandbox, code="input()\nwhile True: pass") as person:
        await person.reads()
        began = time.monotonic()
        await person.types("go")
    assert person.end is not None
    assert (person.end["result"]["status"], person.end["idle"]) == ("timeout", False)
    assert 4.5 < time.monotonic() - began < 12


async def test_who_lies_about_waiting_has_five_seconds_of_processor_time(sandbox: Instance) -> None:
    """The clock that the program can stop is not the only one."""
    async with _person(sandbox, code="import os\nos.write(11, b'w\\n')\nwhile True: pass") as person:
        await person.reads()
        assert person.end is None
        await person.reads()
    assert person.end is not None
    assert (person.end["result"]["status"], person.end["result"]["signal"]) == ("timeout", "SIGXCPU")


async def test_the_place_is_given_back(installed: None, tmp_path: Path) -> None:
    """Who goes on waiting is told that the time is up; the minute is a second here."""
    with instance(tmp_path, LEARNFLOW_SANDBOX_TALK_S="1", LEARNFLOW_SANDBOX_TALKS="1") as one:
        one.wait_ready()
        async with _person(one, code="input()") as person:
            await person.reads()
            async with _person(one, code="input()") as second:
                assert (await second.socket.receive_json())["status"] == 503
            await person.reads()
            assert person.end is not None
            assert (person.end["idle"], person.end["result"]["status"]) == (True, "timeout")
        async with _person(one, code="print(1)") as person:
            assert await person.reads() == "1\n"


async def test_one_conversation_for_each_student(sandbox: Instance) -> None:
    """A second one of the same student is refused, another student's is not."""
    async with _person(sandbox, code="input()", fair_key="ann") as person:
        await person.reads()
        async with _person(sandbox, code="input()", fair_key="ann") as second:
            assert (await second.socket.receive_json())["status"] == 429
        async with _person(sandbox, code="print(1)", fair_key="ben") as other:
            assert await other.reads() == "1\n"


async def test_who_goes_away_ends_the_program(sandbox: Instance) -> None:
    """Nobody waits for a program that nobody talks to."""
    for _ in range(20):
        async with _person(sandbox, code="input()") as person:
            await person.reads()
    deadline = time.monotonic() + 10
    while sandbox.health().body["checks"]["running"] and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    assert sandbox.health().body["checks"]["running"] == 0


async def test_errors_and_the_end_of_input_are_shown(sandbox: Instance) -> None:
    """As in a terminal, in the order of writing."""
    code = """import sys
print('a', end='')
print('b', file=sys.stderr)
for line in sys.stdin: print(line.upper(), end='')
1/0"""
    async with _person(sandbox, code=code) as person:
        await person.reads()
        assert await person.types("x") == "X\n"
        await person.socket.send_json({"eof": True})
        shown = await person.reads()
    assert person.screen.startswith(("ab\n", "b\na"))
    assert "ZeroDivisionError" in shown
    assert person.end is not None
    assert person.end["result"]["error"]["line"] == 5


async def test_output_is_cut_with_a_note(sandbox: Instance) -> None:
    """An endless print ends soon, and shows 64 KiB."""
    async with _person(sandbox, code="while True: print('x' * 100)") as person:
        await person.reads()
    assert person.end is not None
    assert (person.end["result"]["status"], len(person.screen)) == ("output_limit", 65536)
    assert person.end["result"]["truncated"]["stdout"]


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ({"stdin": ""}, 422),
        ({"code": 5}, 422),
        ({"code": "", "calls": []}, 422),
        ({"code": "x" * 24_001}, 413),
    ],
)
async def test_bad_programs_are_refused(sandbox: Instance, first: dict[str, Any], status: int) -> None:
    """With the words of /execute."""
    async with _person(sandbox, **first) as person:
        message = await person.socket.receive_json()
        assert (message["type"], message["status"]) == ("problem", status)
