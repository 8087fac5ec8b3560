"""Topics of the manifests, created or brought in line at start."""

import asyncio
import logging
from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, NodeNotReadyError, TopicAlreadyExistsError, for_code

from infra.standin.eventing import KafkaTopic

log = logging.getLogger(__name__)
VISIBLE_POLL_S = 0.05
# With one broker more than one in-sync replica can never be had.
CONFIGS_LEFT_OUT = frozenset({"min.insync.replicas"})


async def ensure_topics(bootstrap: str, topics: Iterable[KafkaTopic]) -> None:
    """Create topics, add partitions and set configs; nothing is deleted.

    Raises: KafkaError.
    """
    wanted = list(topics)
    names = [topic.topic for topic in wanted]
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        for topic in wanted:
            if not await _created(admin, topic):
                await _brought_in_line(admin, topic)
        # A consumer of a topic that is not visible yet joins its group with nothing, and stays so long.
        while not await _visible(admin, names):
            await asyncio.sleep(VISIBLE_POLL_S)
    finally:
        await admin.close()


def configs(topic: KafkaTopic) -> dict[str, str]:
    """Return the configs of a topic as Kafka takes them."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in topic.spec.config.items()
        if name not in CONFIGS_LEFT_OUT
    }


async def _created(admin: AIOKafkaAdminClient, topic: KafkaTopic) -> bool:
    new = NewTopic(topic.topic, topic.spec.partitions, replication_factor=1, topic_configs=configs(topic))
    try:
        response = await admin.create_topics([new])
    except AttributeError as failure:  # aiokafka's, of a cluster that has no controller yet
        raise NodeNotReadyError("the cluster has no controller yet") from failure
    error = for_code(response.topic_errors[0][1])
    if error is TopicAlreadyExistsError:
        return False
    _raise_on(error, topic.topic)
    return True


async def _visible(admin: AIOKafkaAdminClient, names: list[str]) -> bool:
    described = await admin.describe_topics(names)
    partitions = [partition for topic in described for partition in topic["partitions"]]
    return not any(item["error_code"] for item in [*described, *partitions])


async def _brought_in_line(admin: AIOKafkaAdminClient, topic: KafkaTopic) -> None:
    described = await admin.describe_topics([topic.topic])
    if len(described[0]["partitions"]) < topic.spec.partitions:
        await admin.create_partitions({topic.topic: NewPartitions(topic.spec.partitions)})
    if wanted := configs(topic):
        resource = ConfigResource(ConfigResourceType.TOPIC, topic.topic, configs=wanted)
        await admin.alter_configs([resource])


def _raise_on(error: type[KafkaError], topic: str) -> None:
    if getattr(error, "errno", 0):
        raise error(f"topic {topic}")
