"""Settings from the environment, read once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox_runner.errors import SettingError

MIB = 1024 * 1024


class Mode(StrEnum):
    """How cells are kept apart; only the first one is meant for learners."""

    GVISOR = "gvisor"
    UNSAFE_PROCESS = "unsafe-process"
    UNSAFE_NAMESPACES = "unsafe-namespaces"

    @property
    def isolation(self) -> str:
        """Name the isolation in answers."""
        return {"gvisor": "gvisor", "unsafe-namespaces": "namespaces"}.get(self.value, "none")


def _setting(name: str, kind: Callable[[str], object], default: Any) -> Any:
    return field(default=default, metadata={"name": name, "kind": kind})


@dataclass(frozen=True)
class Settings:
    """All that can be set; README.md has the same table in words."""

    host: str = _setting("HOST", str, "127.0.0.1")
    port: int = _setting("PORT", int, 8080)
    mode: Mode = _setting("LEARNFLOW_SANDBOX", Mode, Mode.GVISOR)
    python: str = _setting("LEARNFLOW_SANDBOX_PYTHON", str, sys.executable)
    timeout_s: float = _setting("LEARNFLOW_SANDBOX_TIMEOUT_S", float, 5.0)
    memory_mib: int = _setting("LEARNFLOW_SANDBOX_MEMORY_MIB", int, 50)
    cpu_s: int = _setting("LEARNFLOW_SANDBOX_CPU_S", int, 5)
    places: int = _setting("LEARNFLOW_SANDBOX_PLACES", int, 32)
    places_per_key: int = _setting("LEARNFLOW_SANDBOX_PLACES_PER_STUDENT", int, 4)
    talks: int = _setting("LEARNFLOW_SANDBOX_TALKS", int, 16)
    talk_s: float = _setting("LEARNFLOW_SANDBOX_TALK_S", float, 60.0)
    pool: int = _setting("LEARNFLOW_SANDBOX_POOL", int, 2)
    queue: int = _setting("LEARNFLOW_SANDBOX_QUEUE", int, 128)
    queue_per_key: int = _setting("LEARNFLOW_SANDBOX_QUEUE_PER_STUDENT", int, 8)
    queue_s: float = _setting("LEARNFLOW_SANDBOX_QUEUE_S", float, 5.0)
    watchdog_mib: int = _setting("LEARNFLOW_SANDBOX_WATCHDOG_MIB", int, 110)
    recycle_mib: int = _setting("LEARNFLOW_SANDBOX_RECYCLE_MIB", int, 300)
    zygote_cells: int = _setting("LEARNFLOW_SANDBOX_ZYGOTE_CELLS", int, 500)
    metrics_host: str = _setting("LEARNFLOW_SANDBOX_METRICS_HOST", str, "0.0.0.0")
    metrics_port: int = _setting("LEARNFLOW_SANDBOX_METRICS_PORT", int, 0)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings; a value that cannot be used is named."""
        values: dict[str, Any] = {}
        for name, item in cls.__dataclass_fields__.items():
            variable = item.metadata["name"]
            text = environment.get(variable, "")
            if text:
                values[name] = _parse(variable, item.metadata["kind"], text)
        return cls(**values)


def _parse(variable: str, kind: Callable[[str], object], text: str) -> object:
    try:
        value = kind(text)
    except ValueError:
        raise SettingError(f"{variable}={text!r} cannot be used") from None
    if isinstance(value, int | float) and value <= 0:
        raise SettingError(f"{variable}={text!r} has to be above zero")
    return value
