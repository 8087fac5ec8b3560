"""The function under test with its servers."""

from tests.fakes.functions import db, ids, model, model_server, sinks, start

__all__ = ["db", "ids", "model", "model_server", "sinks", "start"]
