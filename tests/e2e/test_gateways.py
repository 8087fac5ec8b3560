"""Two gateways are one: it does not matter which of them a client meets."""

from __future__ import annotations

import asyncio

import pytest

from infra.local import runfile
from infra.local.demo import Question, Student
from tests.support import plain
from tests.support.system import LocalSystem


def gateway(system: LocalSystem, number: int) -> str:
    """Address of one of the two processes."""
    return f"http://127.0.0.1:{runfile.read(system.home).process(f'gateway-{number}').port}/api/v1"


@pytest.mark.parametrize("listening", [1, 2])
async def test_a_client_on_one_gateway_gets_the_answer_to_a_question_asked_at_the_other(
    system: LocalSystem, listening: int
) -> None:
    async with (
        plain.async_client(base_url=gateway(system, listening), timeout=30) as here,
        plain.async_client(base_url=gateway(system, 3 - listening), timeout=30) as there,
    ):
        student = Student(here, asks_through=there)
        await student.register()
        stream = asyncio.create_task(student.listen())
        try:
            _, _, data = await student.ask(Question({"text": "What is a dictionary?"}, "concepts"))
        finally:
            stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)
    assert data["agent"] == "concepts"
