"""The cluster's DNS on one machine: in-cluster names become 127.0.0.1 addresses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from infra.standin.errors import PlanError
from infra.standin.eventing import Destination

SINK_INGRESS = ("knative-eventing", "kafka-sink-ingress")
_IN_CLUSTER = re.compile(
    r"(?P<name>[a-z0-9-]+)\.(?P<namespace>[a-z0-9-]+)\.svc(?:\.cluster\.local)?(?::80)?(?![\w.:-])"
)
_LEFT_OVER = re.compile(r"[\w.-]+\.svc(?:\.cluster\.local)?(?![\w-])(?::\d+)?")


@dataclass(frozen=True, slots=True)
class Addresses:
    """host:port by (namespace, name) of the Kubernetes Service."""

    table: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, *, sink: str, services: Mapping[tuple[str, str], str]) -> "Addresses":
        """Make the table of all Services and of the KafkaSink ingress."""
        return cls({**services, SINK_INGRESS: sink})

    def localise(self, text: str) -> str:
        """Replace in-cluster host names in `text`.

        Raises: PlanError for an in-cluster name that nothing local answers to.
        """
        local = _IN_CLUSTER.sub(self._replacement, text)
        if (unknown := _LEFT_OVER.search(local)) is not None:
            raise PlanError(f"nothing local answers to {unknown.group()}")
        return local

    def url(self, destination: Destination, namespace: str) -> str:
        """Return the URL that events for `destination` are sent to."""
        if destination.ref is None:
            return self.localise(destination.uri or "")
        return urljoin(self._base(destination, namespace), destination.uri or "")

    def _base(self, destination: Destination, namespace: str) -> str:
        assert destination.ref is not None
        ref = destination.ref
        namespace = ref.namespace or namespace
        if ref.kind == "KafkaSink":
            return f"http://{self.table[SINK_INGRESS]}/{namespace}/{ref.name}"
        if (namespace, ref.name) not in self.table:
            raise PlanError(f"no Service {ref.name} in namespace {namespace}")
        return f"http://{self.table[namespace, ref.name]}"

    def _replacement(self, match: re.Match[str]) -> str:
        return self.table.get((match["namespace"], match["name"]), match.group())
