"""What may be asked for, checked before anything runs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox_runner.errors import BadRequest, TooLarge

MAX_BODY = 512 * 1024
MAX_CODE = 24_000
MAX_STDIN = 64 * 1024
MAX_ITEMS = 100
MAX_KEY = 128
MAX_SEED = 2**32 - 1
_FIELDS = {"code", "stdin", "calls", "stdin_cases", "isolate", "timeout_s", "fair_key", "seed"}
_FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*){0,3}")


@dataclass(frozen=True)
class Request:
    """One request: a program, or a program and items (calls or stdin cases) to try on it."""

    code: str
    stdin: str = ""
    calls: tuple[dict[str, Any], ...] | None = None
    stdin_cases: tuple[str, ...] | None = None
    isolate: bool = False
    timeout_s: float | None = None
    fair_key: str = ""
    seed: int | None = None

    @property
    def items(self) -> int:
        """Count the calls or cases."""
        return len(self.calls or self.stdin_cases or ())

    def payload(self, interactive: bool = False) -> bytes:
        """Give what the cell reads."""
        fields = {
            "code": self.code,
            "stdin": self.stdin,
            "calls": self.calls,
            "stdin_cases": self.stdin_cases,
            "seed": self.seed,
            "interactive": interactive,
        }
        return json.dumps(fields).encode()

    def parts(self) -> list[Request]:
        """Split into one request per item when every item is to have its own cell."""
        if not self.isolate or not self.items:
            return [self]
        if self.calls is not None:
            return [Request(self.code, self.stdin, calls=(call,), seed=self.seed) for call in self.calls]
        return [Request(self.code, stdin_cases=(case,), seed=self.seed) for case in self.stdin_cases or ()]


def parse(body: bytes) -> Request:
    """Check a request body; raise `BadRequest` with the field that is wrong."""
    if len(body) > MAX_BODY:
        raise TooLarge("body", f"more than {MAX_BODY} bytes")
    try:
        data = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest("body", f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise BadRequest("body", "has to be a JSON object")
    for name in data.keys() - _FIELDS:
        raise BadRequest(name[:100], "is not known")
    if data.get("calls") is not None and data.get("stdin_cases") is not None:
        raise BadRequest("stdin_cases", "cannot be combined with calls")
    return Request(
        code=_text("code", data.get("code"), MAX_CODE),
        stdin=_text("stdin", data.get("stdin") or "", MAX_STDIN),
        calls=_calls(data.get("calls")),
        stdin_cases=_cases(data.get("stdin_cases")),
        isolate=_flag("isolate", data.get("isolate", False)),
        timeout_s=_seconds("timeout_s", data.get("timeout_s")),
        fair_key=_text("fair_key", data.get("fair_key") or "", MAX_KEY),
        seed=_seed("seed", data.get("seed")),
    )


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _text(field: str, value: object, limit: int) -> str:
    if not isinstance(value, str):
        raise BadRequest(field, "has to be a string")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise BadRequest(field, "contains half of a surrogate pair") from None
    if size > limit:
        raise TooLarge(field, f"{size} bytes, at most {limit}")
    return value


def _flag(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadRequest(field, "has to be true or false")
    return value


def _seconds(field: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise BadRequest(field, "has to be a number of seconds above zero")
    return float(value)


def _seed(field: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SEED:
        raise BadRequest(field, f"has to be a whole number from 0 to {MAX_SEED}")
    return value


def _items(field: str, value: object) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BadRequest(field, "has to be a list that is not empty")
    if len(value) > MAX_ITEMS:
        raise TooLarge(field, f"{len(value)} items, at most {MAX_ITEMS}")
    return value


def _cases(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    cases = _items("stdin_cases", value)
    return tuple(_text(f"stdin_cases[{index}]", case, MAX_STDIN) for index, case in enumerate(cases))


def _calls(value: object) -> tuple[dict[str, Any], ...] | None:
    if value is None:
        return None
    return tuple(_call(f"calls[{index}]", call) for index, call in enumerate(_items("calls", value)))


def _call(field: str, call: object) -> dict[str, Any]:
    if not isinstance(call, dict):
        raise BadRequest(field, "has to be an object")
    for name in call.keys() - {"function", "args", "kwargs"}:
        raise BadRequest(f"{field}.{name[:100]}", "is not known")
    function, args, kwargs = call.get("function"), call.get("args", []), call.get("kwargs", {})
    if not isinstance(function, str) or not _FUNCTION.fullmatch(function):
        raise BadRequest(f"{field}.function", "has to be the name of a function")
    if not isinstance(args, list):
        raise BadRequest(f"{field}.args", "has to be a list")
    if not isinstance(kwargs, dict):
        raise BadRequest(f"{field}.kwargs", "has to be an object")
    return {"function": function, "args": args, "kwargs": kwargs}
