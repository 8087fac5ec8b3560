"""What is read from content/, kept in a form that loads quickly.

TOML is made for people: reading all of it takes a tenth of a second. The compiled form stands in
`__pycache__` beside Python's own, is made again when a file of this folder is newer, and is never needed:
where it can't be kept, the TOML is read. `python -m functions.knowledge.compiled` makes it beforehand, as an
image does whose disk is read-only later on.
"""

from __future__ import annotations

import logging
import marshal
import os
import sys
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
CONTENT = HERE / "content"
CACHE = HERE / "__pycache__"


def load(name: str, build: Callable[[], Any]) -> Any:
    """Give what was built of the content, from the compiled form where that is up to date.

    What `build` gives must consist of None, numbers, strings, tuples, lists, dictionaries and (frozen) sets.
    """
    file = CACHE / f"{name}.{sys.implementation.cache_tag}.marshal"
    # By size and time, as Python does for its bytecode: reading all the files to hash them would cost what is
    # saved.
    stamp = _stamp()
    try:
        made, kept = marshal.loads(file.read_bytes())  # noqa: S302  # as Python does
        if made == stamp:
            return kept
    except (OSError, ValueError, EOFError, TypeError) as error:
        log.debug("%s is compiled anew: %s", name, error)
    built = build()
    _keep(file, marshal.dumps((stamp, built)))
    return built


def read_all() -> dict[str, dict[str, Any]]:
    """Read all TOML files of content/, by their path in it without the ending."""
    return {
        file.relative_to(CONTENT).with_suffix("").as_posix(): tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(CONTENT.rglob("*.toml"))
    }


@cache
def content() -> dict[str, dict[str, Any]]:
    """Give all of content/ as it was written, once per process."""
    found: dict[str, dict[str, Any]] = load("content", read_all)
    return found


def _stamp() -> tuple[tuple[str, int, int], ...]:
    """Say which files there are, how long and how new: what is compiled from others is out of date."""
    found = []
    folders = [HERE, CONTENT, *(one for one in CONTENT.iterdir() if one.is_dir())]
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".toml", ".py")):
                    status = entry.stat()
                    found.append((entry.name, status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))


def _keep(file: Path, data: bytes) -> None:
    """Put the compiled form in its place in one step; a read-only disk is no error."""
    # Several functions may start at once on one disk: whoever comes last wins, and none reads half a file.
    part = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(exist_ok=True)
        part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        log.debug("%s is not kept: %s", file.name, error)


def main() -> None:
    """Compile everything."""
    from functions.knowledge.index import index

    content()
    index()


if __name__ == "__main__":
    main()
