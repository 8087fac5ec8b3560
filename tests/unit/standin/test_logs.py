import io
import json
import logging
from collections.abc import Iterator

import pytest

from infra.standin.logs import Sparse, set_up_logs


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers, logger.level = handlers, level


def test_a_line_is_one_object_with_its_extras(root: logging.Logger) -> None:
    stream = io.StringIO()
    set_up_logs("info", stream)
    logging.getLogger("x").info("said %s", "so", extra={"event_id": "1"})
    line = json.loads(stream.getvalue())
    assert line.pop("time")
    assert line == {"level": "INFO", "logger": "x", "message": "said so", "event_id": "1"}


def test_an_exception_is_part_of_its_line(root: logging.Logger) -> None:
    stream = io.StringIO()
    set_up_logs("info", stream)
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("x").exception("broke")
    assert "ValueError: why" in json.loads(stream.getvalue())["exception"]


def test_only_repeats_of_aiokafka_are_left_out() -> None:
    sparse = Sparse(every_s=30)
    moments = [("aiokafka.conn", 100.0), ("aiokafka.conn", 110.0), ("aiokafka.conn", 131.0), ("own", 131.0)]
    records = [logging.makeLogRecord({"name": name, "msg": "gone %s", "created": at}) for name, at in moments]
    assert [sparse.filter(record) for record in [*records, records[-1]]] == [True, False, True, True, True]
