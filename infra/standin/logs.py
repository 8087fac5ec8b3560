"""Structured logs: one JSON object per line on stderr."""

import logging
import sys
from typing import TextIO

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

REPEATED_EVERY_S = 30.0


class Sparse(logging.Filter):
    """Lets the same message of aiokafka through once in a while: it tells of every attempt to reconnect."""

    def __init__(self, every_s: float) -> None:
        super().__init__()
        self._every_s = every_s
        self._last: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is logged."""
        if not record.name.startswith("aiokafka"):
            return True
        key = (record.name, record.msg)
        if record.created - self._last.get(key, 0.0) < self._every_s:
            return False
        self._last[key] = record.created
        return True


def set_up_logs(level: str, stream: TextIO = sys.stderr) -> None:
    """Send all logs to one stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        JsonFormatter(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            reserved_attrs=[*RESERVED_ATTRS, "taskName", "color_message"],
            timestamp="time",
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("aiokafka").setLevel(logging.WARNING)
    handler.addFilter(Sparse(REPEATED_EVERY_S))
