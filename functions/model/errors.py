"""Why a model's words do not reach a student.

LearnFlowError
└── ModelFailed            no usable reply; the grounded tutor answers instead
    ├── ModelUnavailable   rate limit, time-out, or no connection
    │   └── ModelBusy      not even asked: too many calls at once, or it has a rest
    ├── ModelRefused       the model would not answer
    └── GuardFailed        the reply broke a rule of what students may see
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class ModelFailed(LearnFlowError):
    """No usable reply came from the model; `answered` when the server itself is well."""

    code = "model-failed"
    answered = False


class ModelUnavailable(ModelFailed):
    """The model did not answer.

    `retry_after_s` is None when another try is useless; `told` when the server itself named it.
    """

    code = "model-unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None, *, told: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.told = told


class ModelBusy(ModelUnavailable):
    """The model was not even asked."""

    code = "model-busy"


class ModelRefused(ModelFailed):
    """The model would not answer."""

    code = "model-refused"
    answered = True


class GuardFailed(ModelFailed):
    """The reply broke a rule; the message names the rule."""

    code = "guard-failed"
    answered = True
