"""One system for all fault tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.system import LocalSystem, running


@pytest.fixture(scope="session")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """A system that is broken again and again."""
    with running(tmp_path_factory.mktemp("faults") / "home") as system:
        yield system


@pytest.fixture
def system(shared_system: LocalSystem) -> LocalSystem:
    """The system, whole again."""
    shared_system.wait_ready()
    return shared_system
