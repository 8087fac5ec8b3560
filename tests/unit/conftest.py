"""Unit tests are run often: few examples per property, new ones each time.

`--hypothesis-profile thorough` looks for long. No deadline: a busy machine is no failure.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unit", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile("unit")
