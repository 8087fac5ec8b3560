"""When there is a console, and what becomes of it when its editor cannot be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from functions.gateway.console.library import build
from functions.gateway.settings import Console
from functions.runtime.errors import ConfigurationError
from infra.local import javascript, setup
from infra.local.errors import SetupError


def test_the_console_is_off_unless_somebody_says_on() -> None:
    assert Console.read({}) == Console(on=False, library=None)
    assert Console.read({"LEARNFLOW_CONSOLE": "on"}).on
    with pytest.raises(ConfigurationError, match=r"LEARNFLOW_CONSOLE: expected on or off, got 'yes'"):
        Console.read({"LEARNFLOW_CONSOLE": "yes"})


def test_a_set_up_without_the_editor_goes_on_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise SetupError("npm ci failed")

    monkeypatch.setattr(javascript, "install", refuse)
    said: list[str] = []
    setup.editor(said.append)
    assert said == [
        "  the console will have plain text fields, since its editor could not be made: npm ci failed"
    ]


def test_the_lock_names_packages_and_hashes_but_no_registry() -> None:
    lock = Path(build.__file__).with_name("package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "://" not in "".join(line for line in lock.splitlines() if '"url"' not in line)
    assert lock.count('"integrity"') > 50
