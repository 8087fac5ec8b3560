"""How a KafkaSource delivers, as measured on Knative 1.23."""

import asyncio
import base64
import json
from typing import Any

from tests.integration.standin.stage import Reply, Request, Stage, delivery
from tests.support.eventually import until_true

ONCE = [200, 201, 202, 204, 299]
AT_ONCE_DEAD = [301, 302, 307, 308, 400, 401, 403, 405, 410, 413, 415, 418, 422, 425, 499]
RETRIED = [404, 408, 409, 429, 500, 501, 502, 503, 504]


def wanted(request: Request) -> Reply:
    """Answer with the status that the event asks for."""
    status = int(request.headers.get("ce-want", "200"))
    body = b"" if status in (204, 304) else b"because"
    return Reply(status, body, {"Kne-Lferr": "boom", "Retry-After": "5"})


async def test_each_status_is_retried_or_not_as_measured(kafka: str) -> None:
    stage = Stage(kafka)
    stage.subscriber.behaviour = wanted
    statuses = [*ONCE, *AT_ONCE_DEAD, *RETRIED]
    async with stage.subscribed(), stage.running() as client:
        ids = {status: (await stage.publish(client, ce_want=str(status)))[0] for status in statuses}
        figures = await stage.settled(client)
    attempts = {status: len(stage.subscriber.of(event_id)) for status, event_id in ids.items()}
    assert attempts == dict.fromkeys([*ONCE, *AT_ONCE_DEAD], 1) | dict.fromkeys(RETRIED, 4)
    assert figures["dead_lettered"] == len(AT_ONCE_DEAD) + len(RETRIED)
    assert (figures["delivered"], figures["lost"]) == (len(ONCE), 0)
    assert figures["retried"] == 3 * len(RETRIED)
    letters = await stage.records(stage.dead_topic, len(AT_ONCE_DEAD) + len(RETRIED))
    codes = {dict(letter.headers)["ce_id"].decode(): dict(letter.headers) for letter in letters}
    for status in [*AT_ONCE_DEAD, *RETRIED]:
        headers = codes[ids[status]]
        assert headers["ce_knativeerrorcode"] == str(status).encode()
        assert headers["ce_knativeerrordest"].decode().endswith("/events")
        assert base64.b64decode(headers["ce_knativeerrordata"]) == b"because"
        assert headers["ce_lferr"] == b"boom"


async def test_an_event_arrives_in_binary_mode_with_knatives_headers(kafka: str) -> None:
    stage = Stage(kafka, ceOverrides={"extensions": {"replay": "true"}}, partitions=1)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with stage.subscribed(), stage.running() as client:
        [event_id] = await stage.publish(client, ce_partitionkey="k", traceparent=trace)
        await stage.settled(client)
    [request] = stage.subscriber.requests
    request.headers.pop("host")
    assert (request.method, request.path, request.body) == ("POST", "/events", b'{"n": 1}')
    assert request.headers == {
        "ce-specversion": "1.0",
        "ce-id": event_id,
        "ce-source": "/test",
        "ce-type": "test.happened.v1",
        "ce-partitionkey": "k",
        "ce-knativekafkapartition": "0",
        "ce-knativekafkaoffset": "0",
        "ce-replay": "true",
        "content-type": "application/json",
        "content-length": "8",
        "traceparent": trace,
        "prefer": "reply",
        "kn-namespace": "learnflow",
    }


async def test_poison_is_wrapped_and_holds_nothing_up(kafka: str) -> None:
    stage = Stage(kafka, partitions=1)
    stage.subscriber.behaviour = lambda r: Reply(
        422 if r.headers["ce-type"].startswith("dev.knative") else 200
    )
    async with stage.subscribed(), stage.running() as client:
        await stage.produce(b"\xff not JSON", [("X-Origin", b"here")], key=b"k")
        await stage.produce(b"{}", [("ce_specversion", b"1.0"), ("ce_id", b"no type")])
        await stage.produce(b"x" * 900_000)
        await stage.publish(client, 5)
        figures = await stage.settled(client)
    assert (figures["delivered"], figures["dead_lettered"]) == (5, 3)
    letters = [dict(letter.headers) for letter in await stage.records(stage.dead_topic, 3)]
    first = next(letter for letter in letters if letter["ce_id"] == b"partition:0/offset:0")
    assert first["ce_type"] == b"dev.knative.kafka.event"
    assert first["ce_source"].decode() == f"/apis/v1/namespaces/learnflow/kafkasources/source#{stage.topic}"
    assert (first["ce_subject"], first["ce_kafkaheaderxorigin"]) == (b"partition:0#0", b"here")
    assert (first["ce_key"], first["ce_partitionkey"]) == (b"k", b"k")


async def test_a_header_that_http_can_not_carry_spends_all_retries_and_is_lost(kafka: str) -> None:
    """As in Knative: not even the dead letter sink can be told."""
    stage = Stage(kafka, partitions=1)
    async with stage.subscribed(), stage.running() as client:
        await stage.produce(b"x", [("bad", b"a\0b")])
        await stage.publish(client)
        figures = await stage.settled(client)
    assert (figures["delivered"], figures["lost"], figures["retried"]) == (1, 1, 6)


async def test_a_subscriber_that_recovers_gets_the_event_with_growing_pauses(kafka: str) -> None:
    stage = Stage(kafka, delivery=delivery(backoffDelay="PT0.1S"))
    stage.subscriber.behaviour = lambda _: Reply(500 if len(stage.subscriber.requests) < 3 else 200)
    async with stage.subscribed(), stage.running() as client:
        await stage.publish(client)
        assert (await stage.settled(client))["delivered"] == 1
    first, second, third = [request.at for request in stage.subscriber.requests]
    assert second - first >= 0.2
    assert third - second >= 0.4


async def test_linear_pauses_grow_by_the_delay(kafka: str) -> None:
    stage = Stage(kafka, delivery=delivery(backoffPolicy="linear", backoffDelay="PT0.1S", retry=2))
    stage.subscriber.behaviour = lambda _: Reply(500)
    async with stage.subscribed(), stage.running() as client:
        await stage.publish(client)
        await stage.settled(client)
    first, second, third = [request.at for request in stage.subscriber.requests]
    assert second - first >= 0.1
    assert third - second >= 0.2


async def test_a_slow_subscriber_is_tried_again_and_dead_lettered_without_a_code(kafka: str) -> None:
    stage = Stage(kafka, delivery=delivery(timeout="PT0.1S", retry=1))
    stage.subscriber.behaviour = lambda _: Reply(after_s=0.5)
    async with stage.subscribed(), stage.running() as client:
        await stage.publish(client)
        assert (await stage.settled(client))["dead_lettered"] == 1
    assert len(stage.subscriber.requests) == 2
    [letter] = await stage.records(stage.dead_topic, 1)
    assert "ce_knativeerrorcode" not in dict(letter.headers)
    assert "ce_knativeerrordest" in dict(letter.headers)


async def test_a_subscriber_that_is_not_there_is_tried_again(kafka: str) -> None:
    stage = Stage(kafka, delivery=delivery(retry=6, backoffDelay="PT0.05S"))
    async with stage.running() as client:
        ids = await stage.publish(client, 3)
        await asyncio.sleep(0.3)
        async with stage.subscribed():
            assert (await stage.settled(client))["delivered"] == 3
    assert {request.id for request in stage.subscriber.requests} == set(ids)


async def test_without_a_working_dead_letter_sink_the_event_is_committed_and_lost(kafka: str) -> None:
    for letters in ({"deadLetterSink": {"uri": "http://127.0.0.1:1/"}}, {}):
        stage = Stage(kafka, delivery={"retry": 1, "backoffDelay": "PT0.02S", **letters})
        stage.subscriber.behaviour = lambda _: Reply(500)
        async with stage.subscribed(), stage.running() as client:
            await stage.publish(client)
            figures = await stage.settled(client)
        assert (figures["lost"], figures["dead_lettered"]) == (1, 0)


async def test_303_is_followed_as_a_get(kafka: str) -> None:
    stage = Stage(kafka)
    stage.subscriber.behaviour = lambda r: Reply(
        200 if r.path == "/new" else 303, headers={"Location": "/new"}
    )
    async with stage.subscribed(), stage.running() as client:
        await stage.publish(client)
        assert (await stage.settled(client))["delivered"] == 1
    assert [(one.method, one.path) for one in stage.subscriber.requests] == [
        ("POST", "/events"),
        ("GET", "/new"),
    ]


async def test_unordered_has_many_records_in_flight(kafka: str) -> None:
    stage = Stage(kafka, partitions=1)
    stage.subscriber.behaviour = lambda _: Reply(after_s=0.2)
    async with stage.subscribed(), stage.running() as client:
        await stage.publish(client, 120)
        await stage.settled(client)
    assert stage.subscriber.most_at_once == 50


async def test_ordered_has_one_record_of_a_partition_in_flight(kafka: str) -> None:
    stage = Stage(kafka, ordering="ordered", partitions=3)
    stage.subscriber.behaviour = lambda _: Reply(after_s=0.02)
    async with stage.subscribed(), stage.running() as client:
        await stage.publish(client, 40)
        await stage.settled(client)
    assert 1 < stage.subscriber.most_at_once <= 3
    places: dict[str, list[int]] = {}
    for request in stage.subscriber.requests:
        partition = request.headers["ce-knativekafkapartition"]
        places.setdefault(partition, []).append(int(request.headers["ce-knativekafkaoffset"]))
    assert all(offsets == sorted(offsets) for offsets in places.values())


async def test_a_stop_finishes_what_is_in_flight_and_commits_it(kafka: str) -> None:
    stage = Stage(kafka)
    stage.subscriber.behaviour = lambda _: Reply(after_s=0.3)
    async with stage.subscribed():
        async with stage.running() as client:
            ids = await stage.publish(client, 10)
            await until_true(lambda: len(stage.subscriber.requests) == 10)
        async with stage.running() as client:
            ids += await stage.publish(client)
            await stage.settled(client)
    assert sorted(request.id for request in stage.subscriber.requests) == sorted(ids)


async def test_a_stop_does_not_wait_for_pauses(kafka: str) -> None:
    """The event is delivered again by the next process."""
    stage = Stage(kafka, delivery=delivery(backoffDelay="PT30S"))
    stage.subscriber.behaviour = lambda _: Reply(503 if len(stage.subscriber.requests) == 1 else 200)
    async with stage.subscribed():
        async with stage.running() as client:
            await stage.publish(client)
            await until_true(lambda: stage.subscriber.requests)
            started = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - started < 5
        async with stage.running() as client:
            await stage.settled(client)
    assert len(stage.subscriber.requests) == 2


async def test_latest_skips_what_was_there_before_and_misses_nothing_after(kafka: str) -> None:
    stage = Stage(kafka, consumers=0, initialOffset="latest")
    async with stage.subscribed():
        async with stage.running() as client:
            await stage.publish(client, 3)
        stage.spec["consumers"] = 1
        async with stage.running() as client:
            after = await stage.publish(client, 3)
            await stage.settled(client)
        stage.spec["consumers"] = 0
        async with stage.running() as client:
            after += await stage.publish(client, 3)
        stage.spec["consumers"] = 1
        async with stage.running() as client:
            await eventually_delivered(stage, after)
    assert sorted(request.id for request in stage.subscriber.requests) == sorted(after)


async def test_consumers_can_be_set_to_0_and_back(kafka: str) -> None:
    stage = Stage(kafka)
    async with stage.subscribed(), stage.running() as client:
        for consumers, expected in ((0, 200), (0, 200), (1, 200)):
            async with client.put(
                f"{stage.control}/sources/source/consumers", data=scale(consumers)
            ) as response:
                assert response.status == expected
            if consumers == 0:
                ids = await stage.publish(client, 2)
                await asyncio.sleep(0.2)
                assert stage.subscriber.of(ids[0]) == []
        await eventually_delivered(stage, ids)
        async with client.put(f"{stage.control}/sources/none/consumers", data=scale(1)) as response:
            assert response.status == 404


async def eventually_delivered(stage: Stage, ids: list[str]) -> None:
    await until_true(lambda: {request.id for request in stage.subscriber.requests} >= set(ids))


def scale(consumers: int) -> Any:
    return json.dumps({"consumers": consumers})
