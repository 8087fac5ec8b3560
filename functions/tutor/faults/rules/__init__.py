"""The rules that find silent faults, by the fault they find."""

from functions.tutor.faults.rules import calls, flow, values
from functions.tutor.faults.rules.tree import RULES, Spot

__all__ = ["RULES", "Spot", "calls", "flow", "values"]
