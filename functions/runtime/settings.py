"""Settings of a process, read once from its environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from functions.runtime.errors import ConfigurationError

T = TypeVar("T")
WEEK_MIN = 7 * 24 * 60
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
TRACES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
Environ = Mapping[str, str]


def env(environ: Environ, name: str, cast: Callable[[str], T], default: T | None = None) -> T:
    """Read one variable.

    Raises ConfigurationError, naming the variable, when it is required and missing or cannot be read.
    """
    raw = environ.get(name, "")
    if raw == "":
        if default is None:
            raise ConfigurationError(f"{name} is not set")
        return default
    try:
        return cast(raw)
    except ValueError as error:
        raise ConfigurationError(f"{name}: {error}") from None


def integer(low: int, high: int) -> Callable[[str], int]:
    """Make a reader of whole numbers within bounds."""

    def read(raw: str) -> int:
        if not raw.lstrip("-").isdigit() or not low <= int(raw) <= high:
            raise ValueError(f"expected a whole number from {low} to {high}, got {raw!r}")
        return int(raw)

    return read


def minutes(environ: Environ, name: str, default: int) -> timedelta:
    """Read a length of time in whole minutes, a week at most."""
    return timedelta(minutes=env(environ, name, integer(1, WEEK_MIN), default))


def url(raw: str) -> str:
    """Read an http or https address, without its final slash."""
    if not raw.startswith(("http://", "https://")):
        raise ValueError(f"expected an http(s) address, got {raw!r}")
    return raw.rstrip("/")


def dsn(raw: str) -> str:
    """Read the address of a PostgreSQL database."""
    if not raw.startswith(("postgresql://", "postgres://")):
        raise ValueError("expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    return raw


def log_level(raw: str) -> str:
    """Read a level of the log, in any case."""
    if raw.upper() not in LOG_LEVELS:
        raise ValueError(f"expected one of {', '.join(LOG_LEVELS)}, got {raw!r}")
    return raw.upper()


def switch(raw: str) -> bool:
    """Read on or off."""
    known = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
    if raw.lower() not in known:
        raise ValueError(f"expected true or false, got {raw!r}")
    return known[raw.lower()]


@dataclass(frozen=True, slots=True)
class Settings:
    """What every function needs to know; `traces` is the variable that asks for them, 0 and "" are off."""

    function: str
    source: str
    host: str
    port: int
    database_url: str = field(repr=False)
    direct_url: str = field(repr=False)
    pool_max: int
    statement_cache: int
    sinks_url: str
    publish_limit_s: int
    max_attempts: int
    careful_s: int
    log_level: str
    metrics_port: int
    traces: str

    @classmethod
    def read(cls, environ: Environ) -> Settings:
        """Read the settings; raises ConfigurationError for the first one that is wrong."""
        database_url = env(environ, "DATABASE_URL", dsn)
        return cls(
            function=env(environ, "FUNCTION_TARGET", str),
            source=env(environ, "FUNCTION_SOURCE", str, ""),
            host=environ.get("HOST", "0.0.0.0"),  # noqa: S104 - a container is reached through its pod address
            port=env(environ, "PORT", integer(1, 65535), 8080),
            database_url=database_url,
            direct_url=env(environ, "DATABASE_DIRECT_URL", dsn, database_url),
            pool_max=env(environ, "DATABASE_POOL_MAX", integer(1, 100), 4),
            statement_cache=env(environ, "DATABASE_STATEMENT_CACHE", integer(0, 1000), 100),
            sinks_url=env(environ, "LEARNFLOW_SINKS_URL", url),
            publish_limit_s=env(environ, "LEARNFLOW_PUBLISH_LIMIT_S", integer(1, 60), 5),
            max_attempts=env(environ, "LEARNFLOW_MAX_ATTEMPTS", integer(1, 50), 5),
            careful_s=env(environ, "LEARNFLOW_CAREFUL_S", integer(0, 3600), 15),
            log_level=env(environ, "LEARNFLOW_LOG_LEVEL", log_level, "INFO"),
            metrics_port=env(environ, "LEARNFLOW_METRICS_PORT", integer(0, 65535), 0),
            traces=next((name for name in TRACES if environ.get(name)), ""),
        )
