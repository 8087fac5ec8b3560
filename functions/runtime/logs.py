"""Structured logs: one JSON object a line on standard error, with the ids of what is being handled."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from types import MappingProxyType
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter as Base

CONTEXT: ContextVar[Mapping[str, str]] = ContextVar("log_context", default=MappingProxyType({}))


class JsonFormatter(Base):
    """Formats a record as JSON; `extra` fields become fields of the object."""

    def __init__(self, function: str) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            static_fields={"function": function},
            # Python 3.11 does not know taskName yet; uvicorn says each message again with colours
            reserved_attrs=[*RESERVED_ATTRS, "taskName", "color_message"],
            timestamp="time",
            # ASCII, which the library writes unless told otherwise: no control character reaches a terminal,
            # no half of a surrogate pair breaks a line
            json_serializer=partial(json.dumps, separators=(",", ":")),
            json_default=str,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Put the time first and add the ids of what is being handled."""
        time, level = log_data.pop("time"), log_data.pop("level")
        shared = {"time": time.isoformat(timespec="milliseconds"), "level": level.lower(), **CONTEXT.get()}
        return shared | log_data


def configure(function: str, level: str) -> None:
    """Send all logs of the process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(function))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


@contextmanager
def context(**fields: str) -> Iterator[None]:
    """Add fields to every log line written inside the block."""
    token = CONTEXT.set({**CONTEXT.get(), **fields})
    try:
        yield
    finally:
        CONTEXT.reset(token)
