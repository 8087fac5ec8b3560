"""One browser for all tests of the console, and those who use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.browser import Visitor, address, browser, chromium
from tests.support.system import LocalSystem

HERE = Path(__file__).parent

expect.set_options(timeout=60_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    absent = pytest.mark.skipif(
        chromium() is None, reason="no Chromium here: python -m tests.support.browser installs it, as root"
    )
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(absent)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="package")
def context() -> Iterator[BrowserContext]:
    with browser() as found:
        yield found


@pytest.fixture(scope="package")
def student(context: BrowserContext, system: LocalSystem) -> Visitor:
    visitor = Visitor(context, system.url)
    visitor.register(address())
    return visitor


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """No error, no warning, and nothing that the page's policy had to stop."""
    yield
    if "student" in request.fixturenames:
        visitor: Visitor = request.getfixturevalue("student")
        complaints, visitor.complaints = visitor.complaints, []
        assert complaints == []
