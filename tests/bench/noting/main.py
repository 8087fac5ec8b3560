"""The floor under all deliveries: a bare functions-framework function that only notes when an event came."""

import os
import time
from pathlib import Path

from cloudevents.http import CloudEvent
from functions_framework.aio import cloud_event

NOTES = Path(os.environ["BENCH_NOTES"]).open("a", buffering=1)  # noqa: SIM115  # as long as the process


@cloud_event
async def noting(event: CloudEvent) -> None:
    """Note an event."""
    NOTES.write(f"{event['id']} {time.time()}\n")
