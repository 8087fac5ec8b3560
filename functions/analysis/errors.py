"""What can go wrong while something that a learner sent is read.

LearnFlowError
├── CutOff          a limit of time or memory struck; `limit` says which: an answer, not a failure
└── ReaderFailed    the reader itself raised; that is a fault of ours
"""

from __future__ import annotations

from typing import Literal

from functions.runtime.errors import LearnFlowError

Limit = Literal["time", "memory", "size"]


class CutOff(LearnFlowError):
    """Reading was cut off by a limit: the same input would be cut off again, so it is not tried again."""

    code = "cut-off"
    status = 422

    def __init__(self, limit: Limit) -> None:
        super().__init__(f"reading was cut off by its limit of {limit}")
        self.limit = limit


class ReaderFailed(LearnFlowError):
    """What was called inside the walls raised an error; its text is not kept, as it may quote a learner."""

    code = "reader-failed"
