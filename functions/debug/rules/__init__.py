"""The rules that find silent faults, by the fault they find."""

from functions.debug.rules import calls, flow, values
from functions.debug.rules.tree import RULES, Spot

__all__ = ["RULES", "Spot", "calls", "flow", "values"]
