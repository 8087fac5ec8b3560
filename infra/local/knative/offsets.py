"""Offsets of a consumer group: where it begins, and how far it is behind."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition


async def commit_ends(bootstrap: str, group: str, topics: Iterable[str]) -> None:
    """Commit the end of every partition that the group never committed: `initialOffset: latest`.

    Done before the group consumes, so that nothing that is written afterwards is missed.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    try:
        await consumer.start()
        partitions = [
            TopicPartition(topic, partition)
            for topic in topics
            for partition in consumer.partitions_for_topic(topic) or await _partitions(consumer, topic)
        ]
        consumer.assign(partitions)
        new = [partition for partition in partitions if await consumer.committed(partition) is None]
        if new:
            await consumer.commit(await consumer.end_offsets(new))
    finally:
        await consumer.stop()


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    metadata = await consumer._client.fetch_all_metadata()
    return sorted(metadata.partitions_for_topic(topic) or ())
