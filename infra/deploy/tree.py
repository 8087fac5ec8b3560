"""Rendered manifests as a tree of files: what kn and kubectl are given, and what a GitOps tool can follow."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from infra.checks import Manifests, problems
from infra.checks.manifests import SERVING, Manifest, at
from infra.deploy.errors import CommandFailed, Refused
from infra.deploy.request import OVERLAYS, ROOT

CLUSTER = "cluster"


def kustomize() -> str:
    """Find the program: as KUSTOMIZE says, of the project's set-up, or on PATH."""
    ours = ROOT / ".learnflow" / "tools" / "kustomize"
    found = os.environ.get("KUSTOMIZE") or (str(ours) if ours.exists() else shutil.which("kustomize"))
    if found is None:
        raise Refused("kustomize is missing: ./task setup builds it")
    return found


def rendered(environment: str) -> Manifests:
    """Render an overlay and check it; raises Refused with all problems."""
    done = subprocess.run(
        [kustomize(), "build", str(OVERLAYS / environment)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandFailed(f"kustomize: {done.stderr.strip()}")
    manifests = Manifests.parse(done.stdout)
    if found := problems(manifests):
        raise Refused("the manifests are wrong:\n" + "\n".join(f"  {problem}" for problem in found))
    return manifests


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of one overlay; Knative Services are where kn's own `--target` looks for them."""

    root: Path
    manifests: Manifests

    @property
    def namespace(self) -> str:
        """The namespace of the Services."""
        (one,) = {at(service, "metadata", "namespace") for service in self.manifests.services()}
        return str(one)

    def folder(self, manifest: Manifest) -> Path:
        """Return where manifests of its kind and namespace are."""
        kind = "ksvc" if manifest["apiVersion"] == SERVING else manifest["kind"].lower()
        return self.root / str(at(manifest, "metadata", "namespace", default=CLUSTER)) / kind

    def file(self, manifest: Manifest) -> Path:
        """Return the file of one manifest."""
        return self.folder(manifest) / f"{manifest['metadata']['name']}.yaml"

    def files(self, *kinds: str, where: Callable[[Manifest], bool] | None = None) -> list[Path]:
        """Return the folders of kinds, or the files of those manifests that `where` picks."""
        chosen = [one for kind in kinds for one in self.manifests.kind(kind) if one["apiVersion"] != SERVING]
        if where is None:
            return list(dict.fromkeys(self.folder(one) for one in chosen))
        return [self.file(one) for one in chosen if where(one)]

    def write(self) -> None:
        """Write all files anew; what was there before goes, if it was such a tree."""
        if self.root.exists():
            if any(path.suffix != ".yaml" for path in self.root.rglob("*") if path.is_file()):
                raise Refused(f"{self.root} holds other files than rendered manifests")
            shutil.rmtree(self.root)
        for manifest in self.manifests.documents:
            file = self.file(manifest)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(yaml.safe_dump(dict(manifest), sort_keys=True))
