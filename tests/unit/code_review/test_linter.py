"""A linter that does not come to its end is given up, also when its process ends at that very moment."""

from __future__ import annotations

import asyncio

import pytest

from functions.analysis.errors import CutOff
from functions.code_review import linter


class EndedMeanwhile:
    """A process that is gone when it is killed, as event loops show one that ends while the time runs out."""

    returncode: int | None = None

    async def communicate(self, _: bytes) -> tuple[bytes, bytes]:
        """Never finish in time."""
        await asyncio.sleep(60)
        return b"[]", b""

    def kill(self) -> None:
        """Find nobody to kill."""
        raise ProcessLookupError

    async def wait(self) -> int:
        """Tell how it ended."""
        self.returncode = 0
        return 0


async def test_a_linter_that_ends_as_its_time_does_has_failed_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def start(*_: object, **__: object) -> EndedMeanwhile:
        return EndedMeanwhile()

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    monkeypatch.setattr(linter, "LIMIT_S", 0.01)
    with pytest.raises(CutOff, match="time"):
        await linter.lint("print(1)")


async def test_a_linter_that_never_ends_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linter, "command", lambda: ("/bin/sleep", "60"))
    monkeypatch.setattr(linter, "LIMIT_S", 0.1)
    with pytest.raises(CutOff, match="time"):
        await linter.lint("print(1)")
