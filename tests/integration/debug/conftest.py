"""The function under test with its servers, and a sandbox under gVisor."""

from tests.fakes.functions import db, ids, model, model_server, sinks, start
from tests.integration.exercise.conftest import runner, sandbox

__all__ = ["db", "ids", "model", "model_server", "runner", "sandbox", "sinks", "start"]
