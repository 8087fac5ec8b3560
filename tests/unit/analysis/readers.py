"""What the tests call inside the walls."""

from __future__ import annotations

import time


def length(text: str) -> int:
    return len(text)


def hold(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20))


def spin(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def doze(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def fail(text: str) -> None:
    raise ValueError(text)


def fill(length: int) -> str:
    return "x" * length


def shout(text: str) -> str:
    print(text)
    return text
