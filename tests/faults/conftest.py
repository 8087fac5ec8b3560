"""The system of the end-to-end tests, which is broken here again and again."""

from __future__ import annotations

import pytest

from tests.support.system import LocalSystem


@pytest.fixture
def system(whole_system: LocalSystem) -> LocalSystem:
    """The system, whole again."""
    whole_system.wait_ready()
    return whole_system
