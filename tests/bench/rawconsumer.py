"""The lowest floor: `python -m tests.bench.rawconsumer BOOTSTRAP TOPIC FILE` notes when records come."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import uvloop
from aiokafka import AIOKafkaConsumer


async def consume(bootstrap: str, topic: str, path: str) -> None:
    """Note the id and the time of every record until killed."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    with Path(path).open("a", buffering=1) as notes:  # noqa: ASYNC230  # a line a record, to the page cache
        async with consumer:
            async for record in consumer:
                event_id = dict(record.headers)["ce_id"].decode()
                notes.write(f"{event_id} {time.time()}\n")


if __name__ == "__main__":
    uvloop.run(consume(*sys.argv[1:4]))
