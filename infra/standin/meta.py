"""What all manifest kinds share: strict structs, metadata, and fields without local meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec


@dataclass(frozen=True, slots=True)
class NoLocalMeaning:
    """Marks a field that the stand-in accepts and leaves alone; `reason` says why."""

    reason: str


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Base of manifest structs: a field that is not declared is refused."""


KNATIVE = "knative.dev/"
AUTOSCALING = f"autoscaling.{KNATIVE}"
MIN_SCALE = f"{AUTOSCALING}min-scale"
MAX_SCALE = f"{AUTOSCALING}max-scale"
_AUTOSCALER = "one machine has no autoscaler; the number of processes is fixed at start"
_SIDECAR = "there is no queue-proxy container whose resources could be limited"

_AUTOSCALER_SETTINGS = (
    "class metric target target-utilization-percentage initial-scale activation-scale window "
    "scale-down-delay scale-to-zero-pod-retention-period target-burst-capacity "
    "panic-window-percentage panic-threshold-percentage"
)
ANNOTATIONS_WITHOUT_MEANING = {
    **{f"{AUTOSCALING}{name}": _AUTOSCALER for name in _AUTOSCALER_SETTINGS.split(" ")},
    **{
        f"queue.sidecar.serving.{KNATIVE}{resource}-resource-{bound}": _SIDECAR
        for resource in ("cpu", "memory", "ephemeral-storage")
        for bound in ("request", "limit")
    },
    f"serving.{KNATIVE}progress-deadline": "the supervisor has its own start limit",
    f"serving.{KNATIVE}rollout-duration": "there is one revision only",
}
LABELS_WITHOUT_MEANING = {
    f"networking.{KNATIVE}visibility": "everything listens on 127.0.0.1 only",
    f"eventing.{KNATIVE}release": "a version mark",
}
KEY_TYPE = f"kafkasources.sources.{KNATIVE}key-type"


class Metadata(Strict, frozen=True):
    """Name, namespace, labels and annotations."""

    name: str
    namespace: str = "default"
    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        _refuse_unknown("annotation", self.annotations, {*ANNOTATIONS_WITHOUT_MEANING, MIN_SCALE, MAX_SCALE})
        _refuse_unknown("label", self.labels, {*LABELS_WITHOUT_MEANING, KEY_TYPE})
        if self.labels.get(KEY_TYPE, "string") != "string":
            raise ValueError(f"label {KEY_TYPE}: only the key type 'string' is implemented")


class TemplateMetadata(Strict, frozen=True):
    """Metadata of a revision template."""

    name: Annotated[str, NoLocalMeaning("there is one revision only")] = ""
    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        _refuse_unknown("annotation", self.annotations, {*ANNOTATIONS_WITHOUT_MEANING, MIN_SCALE, MAX_SCALE})


def _refuse_unknown(what: str, names: Mapping[str, str], known: set[str]) -> None:
    for name in names:
        if KNATIVE in name and name not in known:
            raise ValueError(f"{what} {name} is not implemented")
