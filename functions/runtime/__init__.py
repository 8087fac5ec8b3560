"""What every function stands on."""

from functions.runtime.errors import Later, LearnFlowError, Reject
from functions.runtime.function_host import Floor
from functions.runtime.registry import Tick, consumes, serves
from functions.runtime.work import Work

__all__ = ["Floor", "Later", "LearnFlowError", "Reject", "Tick", "Work", "consumes", "serves"]
