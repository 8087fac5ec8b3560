"""The bill of materials that goes into the images, made from the locks by the recipes' own step."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from functions.gateway.console.library import build
from infra.audit.locks import ROOT, normal, read
from infra.local.javascript import CONSOLE
from tests.support import recipe

LOCKS = {"functions.Dockerfile": ROOT, "runner.Dockerfile": ROOT / "sandbox-runner"}


def steps(dockerfile: str) -> list[str]:
    found = recipe.instructions((ROOT / "infra" / "images" / dockerfile).read_text())
    return [rest for word, rest in found if word == "RUN"]


def written(dockerfile: str, folder: Path, lock: Path) -> str:
    (step,) = [rest for rest in steps(dockerfile) if "cyclonedx_py" in rest]
    for there, here in (
        ("PYTHONPATH=/build/sbom python3", shlex.quote(sys.executable)),
        ("/build/${LOCK}", str(lock)),
        ("/app", str(folder)),
    ):
        assert there in step
        step = step.replace(there, here)
    subprocess.run(step, shell=True, check=True, capture_output=True, text=True)
    return (folder / "sbom.cdx.json").read_text()


@pytest.mark.parametrize("dockerfile", LOCKS)
def test_the_bill_names_every_package_of_the_lock_with_its_hashes(dockerfile: str, tmp_path: Path) -> None:
    lock = LOCKS[dockerfile] / "requirements.lock"
    text = written(dockerfile, tmp_path, lock)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill: dict[str, Any] = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    found = {
        (normal(one["name"]), one["version"], sum(len(ref["hashes"]) for ref in one["externalReferences"]))
        for one in bill["components"]
    }
    assert found == {(pin.name, pin.version, pin.hashes) for pin in read(lock)}
    assert all(one["purl"].startswith("pkg:pypi/") for one in bill["components"])
    assert not {"serialNumber", "timestamp"} & {*bill, *bill["metadata"]}, "the same lock gives the same bill"


@pytest.mark.parametrize("dockerfile", LOCKS)
def test_what_writes_the_bill_is_pinned_too_and_stays_out_of_the_image(dockerfile: str) -> None:
    [install] = [rest for rest in steps(dockerfile) if "requirements-sbom.lock" in rest]
    assert "--require-hashes" in install
    assert "--target /build/sbom" in install
    [here] = [pin for pin in read(ROOT / "requirements-dev.lock") if pin.name == "cyclonedx-bom"]
    assert here in list(read(ROOT / "requirements-sbom.lock"))


def test_the_console_has_a_bill_of_every_package_that_reaches_the_browser() -> None:
    text = (CONSOLE / build.BILL).read_text()
    assert JsonStrictValidator(SchemaVersion.V1_5).validate_str(text) is None
    bill: dict[str, Any] = json.loads(text)
    lock = json.loads((ROOT / "functions/gateway/console/library/package-lock.json").read_text())
    wanted = {
        (path.rpartition("node_modules/")[2], one["version"])
        for path, one in lock["packages"].items()
        if path and not one.get("dev")
    }
    assert {(one["name"], one["version"]) for one in bill["components"]} == wanted
    assert all(one["hashes"] and one["licenses"] for one in bill["components"])
    assert not {"serialNumber", "timestamp"} & {*bill, *bill["metadata"]}, "the same lock gives the same bill"


def test_the_bill_of_the_console_goes_into_the_image_that_serves_it() -> None:
    found = recipe.instructions((ROOT / "infra" / "images" / "functions.Dockerfile").read_text())
    [copied] = [rest for word, rest in found if word == "COPY" and build.MODULE in rest]
    assert f"/build/console/{build.BILL}" in copied.split()
