"""Unit tests are run often: half of hypothesis' usual number of examples, new ones each time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unit", max_examples=50, deadline=None)
settings.load_profile("unit")
