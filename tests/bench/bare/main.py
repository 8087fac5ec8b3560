"""The floor's peer: a functions-framework function that does nothing."""

from cloudevents.http import CloudEvent
from functions_framework.aio import cloud_event


@cloud_event
async def bare(event: CloudEvent) -> None:
    """Take an event."""
