"""Labels and annotations of Knative: a misspelt one is accepted in silence and does nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from infra.checks.manifests import Manifest, Manifests, Problem, at, name, scaling
from infra.checks.quantities import go_seconds, quantity

AUTOSCALING = "autoscaling.knative.dev/"
SIDECAR = "queue.sidecar.serving.knative.dev/"


def _number(low: float, high: float = float("inf")) -> Callable[[str], bool]:
    return lambda raw: raw.replace(".", "", 1).isdigit() and low <= float(raw) <= high


def _lasts(low_s: float, high_s: float) -> Callable[[str], bool]:
    return lambda raw: low_s <= go_seconds(raw) <= high_s


def _is_quantity(raw: str) -> bool:
    return quantity(raw) > 0


REVISION: Mapping[str, Callable[[str], bool]] = {
    f"{AUTOSCALING}class": {"kpa.autoscaling.knative.dev", "hpa.autoscaling.knative.dev"}.__contains__,
    f"{AUTOSCALING}metric": {"concurrency", "rps", "cpu", "memory"}.__contains__,
    f"{AUTOSCALING}target": _number(0.01),
    f"{AUTOSCALING}target-utilization-percentage": _number(1, 100),
    f"{AUTOSCALING}min-scale": _number(0),
    f"{AUTOSCALING}max-scale": _number(1),
    f"{AUTOSCALING}initial-scale": _number(1),
    f"{AUTOSCALING}activation-scale": _number(2),
    f"{AUTOSCALING}window": _lasts(6, 3600),
    f"{AUTOSCALING}scale-down-delay": _lasts(0, 3600),
    f"{AUTOSCALING}scale-to-zero-pod-retention-period": _lasts(0, 3600),
    f"{AUTOSCALING}target-burst-capacity": lambda raw: raw == "-1" or _number(0)(raw),
    f"{AUTOSCALING}panic-window-percentage": _number(1, 100),
    f"{AUTOSCALING}panic-threshold-percentage": _number(110, 1000),
    "serving.knative.dev/progress-deadline": _lasts(1, 3600),
    **{
        f"{SIDECAR}{resource}-resource-{bound}": _is_quantity
        for resource in ("cpu", "memory")
        for bound in ("request", "limit")
    },
}
SERVICE: Mapping[str, Callable[[str], bool]] = {"serving.knative.dev/rollout-duration": _lasts(0, 86400)}
LABELS: Mapping[str, Callable[[str], bool]] = {
    "networking.knative.dev/visibility": "cluster-local".__eq__,
    "kafkasources.sources.knative.dev/key-type": {"string", "int", "float", "byte-array"}.__contains__,
}
NOTHING: Mapping[str, Callable[[str], bool]] = {}


def annotation_problems(manifests: Manifests) -> Iterator[Problem]:
    """Yield Knative's annotations and labels that do not exist, stand in the wrong place or hold nonsense."""
    for document in manifests.documents:
        metadata = document.get("metadata", {})
        yield from _strangers(document, "annotation", metadata.get("annotations", {}), SERVICE)
        yield from _strangers(document, "label", metadata.get("labels", {}), LABELS)
        template = at(document, "spec", "template", "metadata", default={})
        yield from _strangers(document, "revision annotation", template.get("annotations", {}), REVISION)
        yield from _strangers(document, "revision label", template.get("labels", {}), NOTHING)


def _strangers(
    document: Manifest, what: str, found: Mapping[str, str], known: Mapping[str, Callable[[str], bool]]
) -> Iterator[Problem]:
    for key, value in found.items():
        if "knative.dev/" not in key:
            continue
        if key not in known:
            yield Problem(name(document), f"{what} {key} does nothing here; misspelt or misplaced?")
        elif not _holds(known[key], value):
            yield Problem(name(document), f"{what} {key}: {value!r} means nothing")


def _holds(test: Callable[[str], bool], value: str) -> bool:
    try:
        return test(value)
    except ValueError:
        return False


def scale_problems(manifests: Manifests) -> Iterator[Problem]:
    """Yield Services that do not say how far they scale and how much one pod takes."""
    for service in manifests.services():
        found = scaling(service)
        bounds = [found.get(f"{AUTOSCALING}{bound}") for bound in ("min-scale", "max-scale")]
        if None in bounds:
            yield Problem(
                name(service), "min-scale and max-scale are not both given; no max-scale is no limit"
            )
        elif all(str(bound).isdigit() for bound in bounds) and int(str(bounds[0])) > int(str(bounds[1])):
            yield Problem(name(service), "min-scale is above max-scale")
        if "containerConcurrency" not in at(service, "spec", "template", "spec", default={}):
            yield Problem(name(service), "containerConcurrency is not given")
