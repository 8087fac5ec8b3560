"""What the dispatcher does is compared with what is meant."""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from typing import Any

import pytest

from infra.deploy.inforce import contracts, differences
from tests.support.overlays import overlay

GROUP = "learnflow.triage.learning.requests"
RESOURCE: dict[str, Any] = {
    "uid": "5a4c",
    "topics": ["learning.requests"],
    "bootstrapServers": "learnflow-kafka-bootstrap.kafka.svc:9093",
    "egresses": [
        {
            "consumerGroup": GROUP,
            "destination": "http://triage.learnflow.svc.cluster.local",
            "discardReply": {},
            "egressConfig": {
                "deadLetter": "http://kafka-sink-ingress.knative-eventing.svc.cluster.local/learnflow/dead-letter",
                "retry": 8,
                "backoffDelay": "200",
                "timeout": "30000",
            },
        }
    ],
}


@pytest.fixture(scope="module")
def source() -> Any:
    sources = overlay("production").kind("KafkaSource")
    return next(one for one in sources if one["spec"]["consumerGroup"] == GROUP)


def test_what_is_meant_is_in_force(source: Any) -> None:
    assert differences(source, [RESOURCE]) == []


def test_a_topic_that_was_taken_away_is_still_read(source: Any) -> None:
    old = {**RESOURCE, "topics": ["learning.requests", "old.requests"]}
    (found,) = differences(source, [RESOURCE, old])
    assert found == (
        "topics is meant to be ['learning.requests'], in force is ['learning.requests', 'old.requests']"
    )


def test_another_environment_of_the_cluster_is_its_own_affair(source: Any) -> None:
    other = {**RESOURCE, "topics": ["old"], "reference": {"namespace": "learnflow-staging"}}
    assert differences(source, [RESOURCE, other]) == []
    assert differences(source, [other]) == ["no dispatcher has it"]
    own = {**other, "reference": {"namespace": "learnflow"}}
    assert len(differences(source, [RESOURCE, own])) == 1


def test_a_source_without_delivery_is_noticed(source: Any) -> None:
    bare = deepcopy(RESOURCE)
    del bare["egresses"][0]["egressConfig"]
    found = differences(source, [bare])
    assert [line.split(" is meant")[0] for line in found] == [
        "backoffDelay",
        "deadLetterSink",
        "retry",
        "timeout",
    ]


def test_an_override_that_was_taken_away_is_noticed(source: Any) -> None:
    marked = {**RESOURCE, "cloudEventOverrides": {"extensions": {"replay": "true"}}}
    assert differences(source, [marked]) == ["ceOverrides is meant to be {}, in force is {'replay': 'true'}"]


def test_a_source_that_no_dispatcher_has_is_noticed(source: Any) -> None:
    assert differences(source, []) == ["no dispatcher has it"]


def test_contracts_are_read_from_the_dispatchers_alone() -> None:
    data = base64.b64encode(json.dumps({"generation": "3", "resources": [RESOURCE]}).encode()).decode()
    maps = [
        {"metadata": {"name": "kafka-source-dispatcher-0"}, "binaryData": {"data": data}},
        {"metadata": {"name": "kafka-broker-dispatcher-0"}, "binaryData": {"data": data}},
        {"metadata": {"name": "kafka-source-dispatcher-1"}, "data": {}},
    ]
    assert contracts(maps) == [RESOURCE]
