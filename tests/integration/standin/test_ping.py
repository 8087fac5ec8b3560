"""A PingSource sends an event at each moment of its schedule."""

from datetime import datetime
from typing import Any

import pytest

from tests.integration.standin.stage import NAMESPACE, Stage
from tests.support.eventually import eventually, until_true

SERVICE = {
    "ref": {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "name": "subscriber"},
    "uri": "/tick",
}
SINK = {"ref": {"apiVersion": "eventing.knative.dev/v1alpha1", "kind": "KafkaSink", "name": "main"}}


@pytest.mark.parametrize(("sink", "path"), [(SERVICE, "/tick"), (SINK, "/events")])
async def test_each_second_an_event_comes(kafka: str, sink: dict[str, Any], path: str) -> None:
    """Directly to a Service, or through a KafkaSink and its topic."""
    stage = Stage(kafka)
    stage.ping = {
        "schedule": "* * * * * *",
        "sink": sink,
        "contentType": "application/json",
        "data": '{"a": 1}',
    }
    async with stage.subscribed(), stage.running():
        await until_true(lambda: len(stage.subscriber.requests) >= 2)
    first, second = stage.subscriber.requests[:2]
    assert (first.path, first.body, first.headers["content-type"]) == (path, b'{"a": 1}', "application/json")
    assert first.headers["ce-type"] == "dev.knative.sources.ping"
    assert first.headers["ce-source"] == f"/apis/v1/namespaces/{NAMESPACE}/pingsources/ping"
    assert first.id != second.id
    times = [datetime.fromisoformat(request.headers["ce-time"]) for request in (first, second)]
    assert abs((times[1] - times[0]).total_seconds()) >= 1


async def test_pings_that_fail_are_counted(kafka: str) -> None:
    stage = Stage(kafka)
    stage.ping = {"schedule": "* * * * * *", "sink": {"uri": "http://127.0.0.1:1/"}}
    async with stage.running() as client:

        async def failed() -> int:
            async with client.get(f"{stage.control}/lag") as response:
                return int((await response.json())["pings"]["ping"]["failed"])

        assert await eventually(failed, lambda count: count > 0)
