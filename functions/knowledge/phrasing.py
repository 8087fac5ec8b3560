"""How questions are worded: comparing, asking how or what; and their openings, which say nothing."""

from __future__ import annotations

import re

# "or" alone compares nothing ("a list or something"): it takes a "which", or a "when do I use".
COMPARES = re.compile(
    r"\b(?:differ\w*|diffrence|diff|vs\.?|versus|compared (?:to|with)|same as)\b|^compare\b"
    r"|^(?!.*\bhow (?:do|can|to)\b).*\b(?:better than|rather than|instead of)\b"
    r"|\b(?:or|and)\b.*\bwhich\b|\bwhich\b.*\bor\b"
    r"|\bwhen (?:do|should) (?:i|you|we) use\b.*\b(?:or|and|instead)\b",
    re.IGNORECASE,
)
HOW_TO = re.compile(
    r"\b(?:how (?!does|is|are|works?|long|many|much|fast)|way to|can i|can you|possible to|want to|need to"
    r"|trying to)\b|^(?:\w+ing|make|get|add|find|show|print|use|quit|ask|check|count|sort|remove|delete"
    r"|reverse"
    r"|convert|read|write|open|save|put|create|change|replace|split|join|turn|take|pick|pause|stop|wait)\b",
    re.IGNORECASE,
)
# Here alone the order of the two things is the question.
CONVERTS = re.compile(
    r"\b(?:into|to) (?:an? |the )?(?:\w+ )?(?:lists?|strings?|text|str|dict|dictionary|ints?|integers?"
    r"|floats?|numbers?"
    r"|tuples?|sets?|bool|boolean|dates?|datetime|json|csv|bytes|letters|characters)\b",
    re.IGNORECASE,
)
KEPT = re.compile(
    r"\b(for|while|if|else|with|is|in|not|from|as|and|or)\b[ -](?:loops?|statements?|operators?|keywords?"
    r"|blocks?)"
)
LINKED = re.compile(r"\b(?:and|or|vs|versus)\b|/", re.IGNORECASE)
THING = re.compile(r"\b(?:a|an)\s+(?:\w+\s+)?\S+\W*$", re.IGNORECASE)
ARTICLES = frozenset({"a", "an", "the", "my"})
OPENING = re.compile(
    r"^(?:(?:how|what|why|when|can|could|do|does|is|are|i|you|we|to|a|an|the|please|whats|what's|want|need"
    r"|would|like|tell|me|about|explain|in python|python)\b[\s,:]*)+"
    r"|(?<![\s,])[\s,]*+(?:in|with|using) python\W*$|(?<=\w) means?\W*$"
)
WORDS = re.compile(r"[\w']+")


def said(text: str) -> str:
    """Give the words of a question after its opening, to compare questions that are said in the same way."""
    lowered = text.lower().strip()
    words = WORDS.findall(OPENING.sub("", lowered)) or WORDS.findall(lowered)
    return " ".join(word for word in words if word not in ARTICLES)
