from __future__ import annotations

import pytest

from infra.checks import Manifests
from tests.support.overlays import overlay


@pytest.fixture(scope="session")
def production() -> Manifests:
    """What production deploys."""
    return overlay("production")
