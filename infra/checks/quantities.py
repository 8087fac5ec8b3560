"""The units of manifests: Kubernetes quantities, Go durations, ISO 8601 durations."""

from __future__ import annotations

import re

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(m|k|M|G|Ki|Mi|Gi)?")
_FACTORS = {None: 1.0, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
_GO = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|h|m|s))+")
_GO_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_GO_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3}
_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_ISO_SECONDS = (86400, 3600, 60, 1)


def quantity(raw: object) -> float:
    """Read `500m` or `96Mi`; raises ValueError."""
    match = _QUANTITY.fullmatch(str(raw))
    if match is None:
        raise ValueError(f"{raw!r} is not a quantity such as 500m or 96Mi")
    return float(match[1]) * _FACTORS[match[2]]


def go_seconds(raw: object) -> float:
    """Read `90s` or `1h30m` in seconds; raises ValueError."""
    if not _GO.fullmatch(str(raw)):
        raise ValueError(f"{raw!r} is not a duration such as 90s")
    return sum(float(amount) * _GO_SECONDS[unit] for amount, unit in _GO_PART.findall(str(raw)))


def iso_seconds(raw: object) -> float:
    """Read `PT0.2S` in seconds; raises ValueError."""
    match = _ISO.fullmatch(str(raw))
    if match is None or not any(match.groups()):
        raise ValueError(f"{raw!r} is not an ISO 8601 duration such as PT0.2S")
    return sum(float(part) * unit for part, unit in zip(match.groups(), _ISO_SECONDS, strict=True) if part)
