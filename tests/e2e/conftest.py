"""One whole system for all end-to-end tests, with two gateways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.system import LocalSystem, running


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """The system that `./task up` runs, in a home of its own."""
    with running(tmp_path_factory.mktemp("e2e") / "home", LEARNFLOW_INSTANCES="gateway=2") as whole:
        yield whole
