"""The whole system for all end-to-end tests."""

from __future__ import annotations

import pytest

from tests.support.system import LocalSystem


@pytest.fixture(scope="session")
def system(whole_system: LocalSystem) -> LocalSystem:
    """The system that `./task up` runs, with two gateways."""
    return whole_system
