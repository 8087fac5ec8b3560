"""Whether this instance may be asked, and if not, why."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any

from sandbox_runner import probes, sentry
from sandbox_runner.errors import Unavailable
from sandbox_runner.pool import Pool
from sandbox_runner.service import Service, require_isolation
from sandbox_runner.settings import Mode, Settings

_AGAIN_S = 2.0
log = logging.getLogger(__name__)


class Readiness:
    """Runs the start-up test until it passes and answers the probes of the platform."""

    def __init__(self, settings: Settings, pool: Pool, service: Service) -> None:
        self._settings, self._pool, self._service = settings, pool, service
        self._reasons: dict[str, str] = {"startup": "the start-up test has not ended yet"}
        self.stopping = False

    async def establish(self) -> None:
        """Test the walls; without gVisor there is nothing to test and nothing is served."""
        try:
            require_isolation(self._settings)
            await self._pool.start()
        except (Unavailable, OSError, TimeoutError) as error:
            self._fail({"isolation": str(error) or "the zygote did not come up in time"})
            return
        while self._settings.mode is not Mode.UNSAFE_PROCESS:
            try:
                reasons = await probes.failures(self._service.probe)
            except Unavailable as error:
                reasons = {"cells": str(error)}
            if not reasons:
                break
            self._fail(reasons)
            await asyncio.sleep(_AGAIN_S)
        self._reasons = {}
        # What is there now stays: looking through it again and again would take processor time from programs.
        gc.collect()
        gc.freeze()
        self._pool.refill()
        log.info("ready: isolation=%s", self._settings.mode.isolation)

    def _fail(self, reasons: dict[str, str]) -> None:
        self._reasons = reasons
        for name, reason in reasons.items():
            log.error("not ready: %s: %s", name, reason)

    @property
    def started(self) -> bool:
        """Tell whether the start-up test has passed."""
        return not self._reasons

    @property
    def reason(self) -> str | None:
        """Say why nothing can be run, None if it can."""
        if self._reasons:
            return "; ".join(f"{name}: {text}" for name, text in self._reasons.items())
        if self.stopping:
            return "this instance is stopping"
        return "this instance is being replaced" if self._service.recycling else None

    def checks(self) -> dict[str, Any]:
        """Give the details for a health answer."""
        return {
            "isolation": self._settings.mode.isolation,
            "startup_test": self._reasons or "passed",
            "cells_ready": self._pool.idle,
            "waiting": self._service.waiting,
            "running": self._service.running,
            "memory_bytes": sentry.read_memory().used,
            **sentry.count_resources(),
            "reason": self.reason,
        }
