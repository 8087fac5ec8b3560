"""A short run of `./task chaos`: what a whole one does for minutes. Its checker has tests of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.chaos import leaks
from tests.chaos.run import Plan, play, staged

SHORT = Plan(
    seed=4,
    events=250,
    students=8,
    thinks_s=0.5,
    pause_s=(0.5, 1.5),
    kinds=(
        ("SIGKILL", "gateway-1"),
        ("cut", "postgres's wire"),
        ("SIGSTOP", "delivery"),
        ("SIGTERM", "gateway-2"),
        ("SIGKILL", "model"),
        ("put wrong the clock of", "gateway"),
        ("SIGKILL", "postgres"),
    ),
)


@pytest.mark.timeout(400)
async def test_a_short_run_loses_nothing_doubles_nothing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        played = await play(SHORT, stage)
        report = played.report
        print(f"\n{report.text()}")
        assert not report.broken, report.text()
        await played.caller.http.aclose()
        await asyncio.to_thread(stage.system.stop)
    assert leaks.left_over(tmp_path / "home") == []
