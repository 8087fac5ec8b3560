"""What is locked is checked when it is downloaded, has no hole that we know of, and may be used."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from infra.audit.__main__ import objection
from infra.audit.locks import ROOT, Pin, lock_files, read
from infra.audit.vulnerabilities import Hole, Listed, found

LOCKS = lock_files()


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_locked_package_has_a_hash_and_no_known_hole(path: Path) -> None:
    pins = list(read(path))
    assert pins
    assert [pin for pin in pins if not pin.hashes] == []
    assert Listed.read().holes(pins) == []


def test_every_installed_package_has_a_licence_that_a_school_can_live_with() -> None:
    assert objection() == []


def test_a_licence_that_is_not_allowed_is_an_objection(tmp_path: Path) -> None:
    folder = tmp_path / "mine-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: mine\nVersion: 1.0\nLicense-Expression: MIT AND GPL-3.0-only\n")
    words = [sys.executable, "-m", "piplicenses"]
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert "mine:1.0" in done.stderr
    assert done.returncode == 1


def test_nothing_with_an_exception_goes_into_an_image() -> None:
    ignored = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pip-licenses"]["ignore-packages"]
    for path in LOCKS:
        if path.name in ("requirements.lock", "requirements-telemetry.lock"):
            assert not {pin.name for pin in read(path)} & set(ignored)


def test_a_lock_without_a_hash_or_a_version_is_noticed(tmp_path: Path) -> None:
    lock = tmp_path / "x.lock"
    lock.write_text(
        "Some_Thing==1.0 ; python_version < '4' \\\n    --hash=sha256:" + "a" * 64 + "\nother==2\n"
    )
    assert list(read(lock)) == [Pin("some-thing", "1.0", 1), Pin("other", "2", 0)]
    lock.write_text("something>=1.0\n")
    with pytest.raises(ValueError, match="expected NAME==VERSION"):
        list(read(lock))


def test_an_old_version_is_a_hole_and_the_mended_one_is_none() -> None:
    listed = Listed.read()
    assert listed.holes([Pin("h11", "0.14.0", 1)]) == [Hole("h11", "0.14.0", "CVE-2025-43859", "0.16.0")]
    assert listed.holes([Pin("h11", "0.16.0", 1)]) == []
    assert listed.holes([Pin("starlette", "0.9.1", 1)])


def test_a_report_of_pip_audit_is_read() -> None:
    report = {
        "dependencies": [
            {"name": "h11", "version": "0.14.0", "vulns": [{"id": "GHSA-x", "fix_versions": ["0.16.0"]}]},
            {"name": "fine", "version": "1", "vulns": []},
            {"name": "left-out", "skip_reason": "not on PyPI"},
        ]
    }
    assert found(report) == [Hole("h11", "0.14.0", "GHSA-x", "0.16.0")]
