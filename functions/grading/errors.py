"""What can go wrong in grading.

LearnFlowError
└── SandboxAway        the sandbox gave no answer; counted, so that a student is told in the end
"""

from __future__ import annotations

from functions.runtime.errors import LearnFlowError


class SandboxAway(LearnFlowError):
    """The sandbox is busy or broken: nobody's program is to blame."""

    code = "sandbox-away"
    status = 503
