"""KafkaSource, KafkaSink, PingSource and Strimzi's KafkaTopic."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from infra.standin.meta import Metadata, NoLocalMeaning, Strict
from infra.standin.serving import NonNegative, Positive

_BOOTSTRAP = NoLocalMeaning("the one local broker takes its place")
_REPLICAS = NoLocalMeaning("there is one broker")


class Reference(Strict, frozen=True):
    """A Service or KafkaSink by name."""

    kind: Literal["Service", "KafkaSink"]
    name: str
    api_version: Literal["serving.knative.dev/v1", "eventing.knative.dev/v1alpha1"]
    namespace: str | None = None


class Destination(Strict, frozen=True):
    """Where events go: a reference, a URI, or a reference with a relative URI."""

    ref: Reference | None = None
    uri: str | None = None

    def __post_init__(self) -> None:
        if self.ref is None and self.uri is None:
            raise ValueError("needs ref or uri")


class Delivery(Strict, frozen=True):
    """Without a `delivery` block Knative has defaults; within one, what is missing is off."""

    retry: NonNegative = 0
    backoff_policy: Literal["linear", "exponential"] = "exponential"
    backoff_delay: timedelta = timedelta(milliseconds=200)
    timeout: timedelta = timedelta(seconds=600)
    dead_letter_sink: Destination | None = None

    def __post_init__(self) -> None:
        if self.retry and self.backoff_delay < timedelta(milliseconds=1):
            raise ValueError("backoffDelay below 1 ms: Knative's dispatcher would not retry at all")
        if self.timeout <= timedelta(0):
            raise ValueError("timeout must be positive")


NO_DELIVERY_BLOCK = Delivery(retry=10, backoff_delay=timedelta(milliseconds=300))


class CloudEventOverrides(Strict, frozen=True):
    """Attributes that every event gets."""

    extensions: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        for name in self.extensions:
            if not (name.isascii() and name.isalnum() and name == name.lower()):
                raise ValueError(f"extension name {name!r} must match [a-z0-9]+")


class KafkaSourceSpec(Strict, frozen=True):
    """Which topics go where."""

    topics: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    bootstrap_servers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1), _BOOTSTRAP]
    consumer_group: str
    sink: Destination
    initial_offset: Literal["earliest", "latest"] = "latest"
    consumers: NonNegative = 1
    ordering: Literal["ordered", "unordered"] = "ordered"
    delivery: Delivery = NO_DELIVERY_BLOCK
    ce_overrides: CloudEventOverrides = CloudEventOverrides()


class KafkaSource(Strict, frozen=True):
    """A consumer group that posts events."""

    metadata: Metadata
    spec: KafkaSourceSpec


class KafkaSinkSpec(Strict, frozen=True):
    """Which topic is written."""

    topic: str
    bootstrap_servers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1), _BOOTSTRAP]
    content_mode: Literal["binary"] = "binary"


class KafkaSink(Strict, frozen=True):
    """An address that writes to a topic."""

    metadata: Metadata
    spec: KafkaSinkSpec


class PingSourceSpec(Strict, frozen=True):
    """When an event is sent, and where."""

    schedule: str
    sink: Destination
    timezone: str = "UTC"
    content_type: str | None = None
    data: str | None = None
    data_base64: str | None = None
    ce_overrides: CloudEventOverrides = CloudEventOverrides()


class PingSource(Strict, frozen=True):
    """A timer that posts events."""

    metadata: Metadata
    spec: PingSourceSpec


class KafkaTopicSpec(Strict, frozen=True):
    """The shape of a topic."""

    partitions: Positive = 1
    topic_name: str | None = None
    replicas: Annotated[int, _REPLICAS] = 1
    config: Mapping[str, str | int | bool] = {}


class KafkaTopic(Strict, frozen=True):
    """A topic, as Strimzi's operator takes it."""

    metadata: Metadata
    spec: KafkaTopicSpec

    @property
    def topic(self) -> str:
        """The name of the topic in Kafka."""
        return self.spec.topic_name or self.metadata.name
