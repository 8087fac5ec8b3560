"""Instances under gVisor that the tests of the sandbox share."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.runner import Instance, install, instance

collect_ignore = ["fuzz.py"]
INSTANCES = 3
PREFIX = os.environ.get("LEARNFLOW_TEST_PYTHON_PREFIX", sys.base_prefix)  # the learners' Python


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip these tests where gVisor cannot run; the first one may have to build it."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.timeout(900))
        if platform.system() != "Linux":
            item.add_marker(pytest.mark.skip(reason="gVisor needs Linux"))


@pytest.fixture(scope="session")
def installed() -> None:
    """Have gVisor and the runner's packages."""
    install()


@pytest.fixture(scope="session")
def instances(installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Instance]]:
    """Run several instances for the whole session."""
    with contextlib.ExitStack() as stack:
        folder = tmp_path_factory.mktemp("sandbox")
        made = [
            stack.enter_context(instance(folder / str(number), "--python-prefix", PREFIX))
            for number in range(INSTANCES)
        ]
        for one in made:
            one.wait_ready()
        yield made


@pytest.fixture
def sandbox(instances: list[Instance]) -> Instance:
    """Give one instance that is ready."""
    instances[0].wait_ready()
    return instances[0]
