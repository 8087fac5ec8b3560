"""A cluster that is not there yet is one to wait for, in whatever way the client says so."""

from __future__ import annotations

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from infra.local.paths import ROOT
from infra.standin.manifests import read_manifests
from infra.standin.topics import ensure_topics


async def test_a_cluster_without_a_controller_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start(_: AIOKafkaAdminClient) -> None:
        """Be connected to a broker that knows of no controller, as one that is just starting."""

    async def create_topics(admin: AIOKafkaAdminClient, _: object) -> object:
        """Look the controller up, as the client does."""
        return admin._client.cluster.controller.nodeId

    monkeypatch.setattr(AIOKafkaAdminClient, "start", start)
    monkeypatch.setattr(AIOKafkaAdminClient, "create_topics", create_topics)
    manifests = read_manifests(ROOT / "infra" / "knative" / "topics" / "topics.yaml")
    with pytest.raises(KafkaError, match="no controller"):
        await ensure_topics("127.0.0.1:1", manifests.topics.values())
