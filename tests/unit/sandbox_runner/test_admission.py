"""Who gets a place, in which order, and who is turned away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sandbox_runner.admission import NOBODY, Admission, Bounds
from sandbox_runner.errors import Busy, TooMany
from sandbox_runner.watchdog import greediest

Story = Callable[[Admission, list[str]], Awaitable[None]]


def _bounds(
    places: int = 1, per_key: int = 4, queue: int = 100, queue_per_key: int = 100, queue_s: float = 30
) -> Bounds:
    return Bounds(places, per_key, queue, queue_per_key, queue_s)


async def _run(admission: Admission, key: str, order: list[str], release: asyncio.Event) -> None:
    async with admission.place(key):
        order.append(key)
        await release.wait()


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def _tell(bounds: Bounds, keys: str) -> str:
    """Let one request hold the only place while others arrive; give the order in which they are served."""

    async def story() -> str:
        admission, order = Admission(bounds), list[str]()
        go = asyncio.Event()
        first = asyncio.create_task(_run(admission, "first", order, go))
        await _settle()
        others = []
        for key in keys:
            others.append(asyncio.create_task(_run(admission, key, order, go)))
            await _settle()
        go.set()
        await asyncio.gather(first, *others)
        assert (admission.running, admission.waiting) == (0, 0)
        return "".join(order[1:])

    return asyncio.run(story())


@pytest.mark.parametrize(
    ("arrived", "served"), [("aaab", "abaa"), ("aaabbc", "abcaba"), ("abc", "abc"), ("a", "a")]
)
def test_students_are_served_in_turn_however_many_each_sent(arrived: str, served: str) -> None:
    """Round robin over the students, in order of arrival for each."""
    assert _tell(_bounds(), arrived) == served


def test_one_student_never_holds_more_than_their_places() -> None:
    """The rest of the places stays free for others, and is used by them."""

    async def story() -> None:
        admission, order, go = Admission(_bounds(places=4, per_key=2)), list[str](), asyncio.Event()
        tasks = [asyncio.create_task(_run(admission, key, order, go)) for key in "aaaab"]
        await _settle()
        assert "".join(order) == "aab"
        assert (admission.running, admission.waiting) == (3, 2)
        go.set()
        await asyncio.gather(*tasks)
        assert sorted(order) == list("aaaab")

    asyncio.run(story())


def test_requests_without_a_key_have_no_bound_of_their_own() -> None:
    """Grading asks for nobody in particular."""

    async def story() -> None:
        admission, order, go = Admission(_bounds(places=4, per_key=1)), list[str](), asyncio.Event()
        tasks = [asyncio.create_task(_run(admission, NOBODY, order, go)) for _ in range(4)]
        await _settle()
        assert admission.running == 4
        go.set()
        await asyncio.gather(*tasks)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("bounds", "key", "error"),
    [
        (_bounds(queue_per_key=2), "a", TooMany),
        (_bounds(queue=2), "b", Busy),
        (_bounds(queue_s=0.01), "b", Busy),
    ],
)
def test_who_finds_no_room_is_told_so_and_blocks_nobody(bounds: Bounds, key: str, error: type[Busy]) -> None:
    """Whether the line is full, one's own line is, or the wait was too long; afterwards all is as before."""

    async def story() -> None:
        admission, order, go = Admission(bounds), list[str](), asyncio.Event()
        tasks = [asyncio.create_task(_run(admission, "a", order, go)) for _ in range(3)]
        await _settle()
        with pytest.raises(error) as caught:
            await _run(admission, key, order, go)
        assert type(caught.value) is error
        go.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (admission.running, admission.waiting) == (0, 0)
        await _run(admission, "b", order, go)

    asyncio.run(story())


def test_a_wait_that_is_given_up_passes_the_turn_on() -> None:
    """Whoever hangs up while waiting, or in the moment of being served, keeps no place."""

    async def story() -> None:
        admission, order, go = Admission(_bounds()), list[str](), asyncio.Event()
        first = asyncio.create_task(_run(admission, "a", order, go))
        await _settle()
        leaving, staying = (asyncio.create_task(_run(admission, key, order, go)) for key in "bc")
        await _settle()
        go.set()
        await first
        leaving.cancel()
        await asyncio.gather(leaving, staying, return_exceptions=True)
        assert order[-1] == "c"
        assert (admission.running, admission.waiting) == (0, 0)

    asyncio.run(story())


def test_the_culprit_is_who_spent_most_time_in_the_kernel() -> None:
    """A loop that makes no calls and a program that came just now are left alone."""
    assert greediest({"loop": 5, "locks": 5}, {"loop": 5, "locks": 9, "new": 50}) == "locks"
    assert greediest({"loop": 5, "sleeper": 0}, {"loop": 5, "sleeper": 0}) is None
    assert greediest({}, {}) is None
