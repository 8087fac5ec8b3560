"""A log line is one line, whatever is in it."""

from __future__ import annotations

import json
import logging
import sys

from hypothesis import given
from hypothesis import strategies as st

from functions.runtime.logs import JsonFormatter, context

NASTY = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["\ud800", "a\nb", "\x1b[31m", "\x9b2J", "\u2028"]
)


@given(NASTY, NASTY, NASTY)
def test_a_line_is_one_line_of_plain_ascii_and_loses_nothing(message: str, field: str, error: str) -> None:
    try:
        raise ValueError(error)
    except ValueError:
        record = logging.LogRecord("x", logging.INFO, __file__, 1, "%s", (message,), sys.exc_info())
    record.detail = field
    with context(request_id=field):
        line = JsonFormatter("gateway").format(record)
    assert line.isascii()
    assert line.isprintable()
    found = json.loads(line)
    assert (found["message"], found["detail"], found["request_id"]) == (message, field, field)
