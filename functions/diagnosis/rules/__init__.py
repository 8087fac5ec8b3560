"""The rules that find silent faults, by the fault they find."""

from functions.diagnosis.rules import calls, flow, surprises, values
from functions.diagnosis.rules.tree import RULES, Spot

__all__ = ["RULES", "Spot", "calls", "flow", "surprises", "values"]
