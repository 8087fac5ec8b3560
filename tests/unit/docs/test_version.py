"""One version number: of packages, API, events, images and the newest release of the changelog."""

from __future__ import annotations

import re
import tomllib

import yaml

from events.version import VERSION
from functions.gateway.app import described
from tests.support.docs import ROOT

RELEASE = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", re.MULTILINE)


def test_all_packages_have_it() -> None:
    for project in (ROOT, ROOT / "sandbox-runner"):
        assert tomllib.loads((project / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_api_and_events_have_it() -> None:
    assert described().version == VERSION
    assert yaml.safe_load((ROOT / "events" / "asyncapi.yaml").read_text())["info"]["version"] == VERSION


def test_production_runs_it() -> None:
    overlay = ROOT / "infra" / "knative" / "overlays" / "production" / "kustomization.yaml"
    assert {str(image["newTag"]) for image in yaml.safe_load(overlay.read_text())["images"]} == {VERSION}


def test_it_is_the_newest_release_and_every_release_has_its_events() -> None:
    """What is not released yet stands above, under "Unreleased"."""
    releases = RELEASE.findall((ROOT / "CHANGELOG.md").read_text())
    assert releases[0] == VERSION
    kept = [path.name for path in (ROOT / "events" / "released").iterdir() if path.is_dir()]
    assert sorted(kept) == sorted(releases)
