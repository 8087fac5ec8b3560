"""Structured logs: one JSON object per line on stderr."""

import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

import msgspec

REPEATED_EVERY_S = 30.0
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class JsonFormatter(logging.Formatter):
    """What is given as `extra` becomes members of the line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


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
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("aiokafka").setLevel(logging.WARNING)
    handler.addFilter(Sparse(REPEATED_EVERY_S))
