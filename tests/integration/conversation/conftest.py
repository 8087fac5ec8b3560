"""Functions in processes of their own, a database, sinks, and a sandbox under gVisor."""

from tests.fakes.functions import db, ids, sinks, start
from tests.integration.exercise.conftest import runner, sandbox

__all__ = ["db", "ids", "runner", "sandbox", "sinks", "start"]
