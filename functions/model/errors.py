"""Why a model's words do not reach a student.

LearnFlowError
└── ModelFailed            no usable reply; the grounded tutor answers instead
    ├── ModelUnavailable   rate limit, time-out, or no connection
    │   └── ModelBusy      not even asked: too many calls at once, or it has a rest
    ├── ModelRefused       the model would not answer
    ├── ReplyCut           the reply was too long for the tokens it was given
    ├── ThoughtAloud       thoughts came in the place of a reply
    └── GuardFailed        the reply broke a rule of what students may see
        └── SolutionLeaked it gave a solution away, or contradicts what was tried; it may be asked once more
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class ModelFailed(LearnFlowError):
    """No usable reply came from the model; `answered` when the server itself is well.

    `why` says it without a word of the student, the model or the server: teachers may read it.
    """

    code = "model-failed"
    answered = False
    why = "its reply could not be read"


class ModelUnavailable(ModelFailed):
    """The model did not answer.

    `retry_after_s` is None when another try is useless; `told` when the server itself named it.
    """

    code = "model-unavailable"

    why = "it did not answer"

    def __init__(self, message: str, retry_after_s: float | None = None, *, told: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.told = told


class ModelBusy(ModelUnavailable):
    """The model was not even asked."""

    code = "model-busy"
    why = "there were too many calls, or it rests after failures"


class ModelRefused(ModelFailed):
    """The model would not answer."""

    code = "model-refused"
    answered = True
    why = "it refused to answer"


class ReplyCut(ModelFailed):
    """The reply was cut off because it was longer than it might be; what it took was paid all the same."""

    code = "reply-cut"
    answered = True
    why = "its reply was cut off by the limit of tokens"

    def __init__(self, message: str, input_tokens: int = 0, output_tokens: int = 0) -> None:
        super().__init__(message)
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens


class ThoughtAloud(ModelFailed):
    """The model's thoughts came before its reply, and nothing told so before words of them were passed on."""

    code = "thought-aloud"
    answered = True
    why = "its thoughts were not parted from its reply"


class GuardFailed(ModelFailed):
    """The reply broke a rule; the message names the rule."""

    code = "guard-failed"
    answered = True
    why = "its reply broke a rule of what students may see"


class SolutionLeaked(GuardFailed):
    """The reply gave a solution away, or contradicts what was tried: it may be asked for once more."""

    code = "solution-leaked"
    why = "it gave away what it must not, also when it was asked again"
