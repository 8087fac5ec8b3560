"""Whose words a message uses: Python's own, those of computing, or those of another subject.

Nothing is called outside the subject without a word of another one, and never beside a word that only
programs have. Costs one look-up per word. What fails: another subject in words that nobody labelled; it is
asked back about.
"""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from collections.abc import Sequence
from functools import cache
from typing import Literal

from functions.triage.lexicon import lexicon
from functions.triage.linear import INTENTS, weights
from functions.triage.signals import signals

Voice = Literal["python", "computing", "everyday", "none"]
WORD = re.compile(r"[a-z_][a-z_0-9]*(?:'[a-z]+)?")
OPERATOR = re.compile(
    r"(?<![\w=<>])(?:\+=|-=|\*=|/=|%=|:=|==|!=|<=|>=|\*\*|//|->|\[[\d:-]+\]|\{\}|\[\]|\(\)|%[sdf]\b|\.\d+f)|__\w+__"
    r"|\b\w+\(\)|\\[nt]\b|\b[\w-]+\.(?:py|txt|csv|json|png|jpe?g|gif|wav|ipynb|xlsx?|html?)\b"
)
# Groups of signals.toml that speak of another subject; the others are about programs or manners.
OTHER_KIN = frozenset({"school", "life", "other_code"})
OTHER_SUBJECT = 0.9


def voice_of(words: str) -> Voice:
    """Tell a word of Python's own, one of computing, or two everyday ones that may be such; else "none"."""
    said = set(WORD.findall(words.lower()))
    if OPERATOR.search(words) or not said.isdisjoint(names_of_python()):
        return "python"
    everyday = lexicon("computing", "everyday")
    if not said.isdisjoint(terms() - everyday):
        return "computing"
    return "everyday" if len(said & everyday - lexicon("computing", "empty")) > 1 else "none"


def of_another_subject(prose: str) -> bool:
    """Whether a message has words of another subject: of the tables, or learned from labelled messages."""
    words = [word for word in WORD.findall(prose) if word not in terms()]
    if any(signal.intent == "off_topic" and signal.pattern.search(prose) for signal in signals().intents):
        return True
    if any(not OTHER_KIN.isdisjoint(signals().kin.get(word, ())) for word in words):
        return True
    return _learned(words) >= OTHER_SUBJECT


def _learned(words: Sequence[str]) -> float:
    """Add up how much the words of a message speak for another subject, by what was learned."""
    place = INTENTS.index("off_topic")
    found = 0.0
    for word in set(words):
        row = weights().of.get(f"word:{word}")
        # Short words are of every subject; what was learned of them is chance.
        if row and len(word) > 2:
            # By how much it leads over the next best intent: a word that speaks for many says nothing.
            found += max(0.0, row[place] - max(weight for n, weight in enumerate(row) if n != place))
    return found


@cache
def names_of_python() -> frozenset[str]:
    """Give the names that Python itself knows and everyday English does not."""
    types = (str, list, dict, set, tuple, bytes, int, float)
    methods = {name for kind in types for name in dir(kind) if not name.startswith("_")}
    known = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *sys.stdlib_module_names, *methods}
    known |= {
        "readline",
        "readlines",
        "writelines",
        "seek",
        "append",
        "argv",
        "numpy",
        "pandas",
        "pygame",
        "pip",
    }
    return frozenset(name.lower() for name in known if len(name) > 1) - lexicon("computing", "everyday")


@cache
def terms() -> frozenset[str]:
    """Give the terms of computing, everyday words among them."""
    return lexicon("computing", "terms") | lexicon("computing", "everyday") | names_of_python()
