"""Follows a Dockerfile without Docker: its steps in a chroot over this machine's root, then its entry point.

    unshare --mount --propagation private python recipe.py DOCKERFILE CONTEXT [NAME=VALUE ...]

Needs root and overlayfs. Knows FROM, COPY, RUN, ENV, WORKDIR, USER and ENTRYPOINT; anything else stops it.
The entry point runs as USER on a read-only root, as in the cluster.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

SCRATCH = Path("/mnt")


@dataclass
class Stage:
    """A root file system that is being built, and what its image would say."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: tuple[int, int] = (0, 0)
    entry: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        return self.root / path.lstrip("/")


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def new_stage(name: str) -> Stage:
    """Lay an empty layer over the root of this machine."""
    upper, work, root = (SCRATCH / name / part for part in ("upper", "work", "root"))
    for folder in (upper, work, root):
        folder.mkdir(parents=True)
    mount("-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={upper},workdir={work}", str(root))
    for shared in ("dev", "proc"):
        mount("--rbind", f"/{shared}", str(root / shared))
    mount("-t", "tmpfs", "tmpfs", str(root / "tmp"))
    return Stage(root)


def instructions(text: str) -> list[tuple[str, str]]:
    """Read a Dockerfile's instructions, continuation lines joined."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    pairs = (line.split(None, 1) for line in lines if line.strip() and not line.startswith("#"))
    return [(word, rest.strip()) for word, rest in pairs]


def enter(stage: Stage) -> None:
    """Be in the stage: its root, folder and user."""
    os.chroot(stage.root)
    os.chdir(stage.folder)
    os.setgroups([])
    os.setgid(stage.user[1])
    os.setuid(stage.user[0])


def run(stage: Stage, command: str) -> None:
    environ = {**outside(), **stage.environ}
    subprocess.run(["/bin/sh", "-c", command], check=True, env=environ, preexec_fn=lambda: enter(stage))


def outside() -> dict[str, str]:
    """Return what a build gets from its machine: where packages come from."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("PIP_", "npm_config_"))
        or "PROXY" in name.upper()
        or name == "NODE_EXTRA_CA_CERTS"
    }
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/root", **kept}


def copy(stage: Stage, words: list[str], context: Path, stages: dict[str, Stage]) -> None:
    origin = context
    if words[0].startswith("--from="):
        origin = stages[words.pop(0).removeprefix("--from=")].root
    *sources, target = words
    for source in sources:
        found, wanted = origin / source.lstrip("/"), stage.inside(target)
        (wanted if target.endswith("/") else wanted.parent).mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, wanted, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(found, wanted)


def build(dockerfile: Path, context: Path) -> Stage:
    """Follow all steps; the last stage is the image."""
    stages: dict[str, Stage] = {}
    stage = Stage(Path("/nowhere"))
    for word, rest in instructions(dockerfile.read_text()):
        match word:
            case "ARG":
                stage.environ |= dict([rest.split("=", 1)])
            case "FROM":
                name = rest.split(" AS ")[1] if " AS " in rest else "final"
                stage = stages[name] = new_stage(name)
            case "COPY":
                copy(stage, shlex.split(rest), context, stages)
            case "RUN":
                run(stage, rest)
            case "ENV":
                stage.environ |= dict(pair.split("=", 1) for pair in shlex.split(rest))
            case "WORKDIR":
                stage.folder = rest
            case "USER":
                uid, gid = rest.split(":")
                stage.user = (int(uid), int(gid))
            case "ENTRYPOINT":
                stage.entry = json.loads(rest)
            case _:
                sys.exit(f"{word} is not known here")
    return stage


def main(dockerfile: str, context: str, *environ: str) -> None:
    """Build, then start the entry point with these variables; once more with those after each `--`."""
    mount("-t", "tmpfs", "tmpfs", str(SCRATCH))
    stage = build(Path(dockerfile), Path(context))
    mount("-o", "remount,ro", str(stage.root))
    files = sorted(path for path in stage.inside("/app").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(
            f"{path.relative_to(stage.root)} {path.stat().st_mode:o}\0".encode() + path.read_bytes()
        )
    print(f"built {sum(path.stat().st_size for path in files)} {digest.hexdigest()}", flush=True)
    first, *others = [group.split("\n") for group in "\n".join(environ).split("\n--\n")]
    for other in others:
        if os.fork() == 0:
            start(stage, other)
    start(stage, first)


def start(stage: Stage, pairs: Sequence[str]) -> NoReturn:
    """Become the entry point."""
    given = dict(pair.split("=", 1) for pair in pairs)
    enter(stage)
    os.execvpe(stage.entry[0], stage.entry, {"PATH": outside()["PATH"], **stage.environ, **given})


if __name__ == "__main__":
    main(*sys.argv[1:])
