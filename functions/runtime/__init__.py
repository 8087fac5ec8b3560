"""What every function stands on."""

from functions.runtime.errors import LearnFlowError, Reject, RetryLater
from functions.runtime.function_host import FunctionHost
from functions.runtime.registration import Tick
from functions.runtime.registry import consumes, serves
from functions.runtime.work import Work

__all__ = ["FunctionHost", "LearnFlowError", "Reject", "RetryLater", "Tick", "Work", "consumes", "serves"]
