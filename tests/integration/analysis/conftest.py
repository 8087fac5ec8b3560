"""A sandbox under gVisor."""

from tests.integration.exercise.conftest import runner, sandbox

__all__ = ["runner", "sandbox"]
