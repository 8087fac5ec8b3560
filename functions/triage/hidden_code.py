"""Questions about a program that was not sent: "explain the next_turn function", "why did you repeat it".

Told by three things: a name that is nobody's but the program's own, the tutor spoken to as its author, and a
numbered task of a course. Where the program fails, help is asked for and no explanation. One pass over the
words. What fails: a program's name that is a word of Python or of everyday English.
"""

from __future__ import annotations

import re

from functions.triage.lexicon import lexicon
from functions.triage.vocabulary import names_of_python, terms

ASKS = re.compile(
    r"\b(?:(?:explain|explan|describ|descript|introduc)\w*|clarify|elaborate"
    r"|what(?:'?s| is| are| does| do| did| kind| was)|why|role"
    r"|(?:what|which) (?:functions?|variables?|part|lines?|class|loop|code|method|elements?|values?|items?)"
    r"|purpose|meaning|used for|how (?:does|do|did|is|are|was|can (?:you|this))"
    r"|tell me (?:about|what|how|why)|walk me through|understand|not sure why|information)\b"
)
FAILS = re.compile(
    r"\b(?:errors?|wrong|fail\w*|crash\w*|fix|bugs?|debug|time limit|instead of|keeps?|gives me"
    r"|nothing (?:happens|is|comes)|i get|i got|how (?:do|can|should|would|could) i|can i|should i|may i"
    r"|i want|i need|i tried|i would like)\b"
    r"|\b(?:not|\w+n't|(?:do|does|did|is|are|was|wo|ca|should|would|could)nt) (?:\w+ )?"
    r"(?:work|print|run|display|show|move|change|stop|update|come|go|appear|match|pass|draw|end|return)"
)
CODE_NOUN = (
    r"(?:functions?|methods?|variables?|class(?:es)?|attributes?|parameters?|arguments?|lists?|loops?"
    r"|dictionar(?:y|ies))"
)
NAMED_BEFORE = re.compile(
    r"\b(?:the|this|that|your|my|explain) (?:[\w.()'`]+(?:,| and| or|/)? ){0,3}?([\w.]+)(?:\(\))? "
    rf"{CODE_NOUN}\b"
)
# Said of a line or of its author, these words tell of no fault: "why n - 1 instead of n on line 6".
NO_FAULT = re.compile(r"\binstead of\b|\bi need\b|\bshould i\b")
YES_OR_NO = re.compile(r"^\W*(?:(?:and|so|then|oh|ok),? )*(?:is|are|does|do|did|was|were|has|have)\b")
NAMED_IN = re.compile(rf"\b(?:in|inside|of) (?:the|this|that|your|my) (\w+)(?:\(\))? {CODE_NOUN}\b")
NAMED_AFTER = re.compile(rf"\b{CODE_NOUN} (?:called |named )[`'\"]?(\w+)")
OWN_NAME = re.compile(r"\b(?:[a-z]+_\w+|\w+\(\)|[a-z]+[A-Z]\w*|[A-Za-z]+\d+_?\w*)")
AUTHOR = re.compile(
    r"\b(?:did you|have you|you (?:used|wrote|made|did|implemented|solved|put|repeated|added|created|defined"
    r"|set|chose|coded)|you (?:are|were) doing"
    r"|are you (?!kidding|joking|going|working|feeling|trying)\w+ing"
    r"|your (?:code|solution|program|function|answer|approach|implementation))\b"
)
TASK = re.compile(r"\b(?:task|lab|question|problem|exercise|assignment|part) ?#?\d+\b")
LINE = re.compile(r"\b(?:lines?|step) ?-?\d+\b")


def asks_about_a_program(said: str) -> bool:
    """Whether a question is about a program that is not there."""
    text = " ".join(said.split())
    lowered = text.lower()
    pointed = AUTHOR.search(lowered) or LINE.search(lowered)
    asks = ASKS.search(lowered) is not None or (pointed is not None and lowered.endswith("?"))
    if not (asks or YES_OR_NO.match(lowered)):
        return False
    if FAILS.search(NO_FAULT.sub(" ", lowered) if pointed else lowered):
        return False
    # "you wrote", "line 12", "task 3": all three speak of a program that someone has before them.
    if asks and (AUTHOR.search(lowered) or LINE.search(lowered) or TASK.search(lowered)):
        return True
    if any(_is_place(match[1]) for match in NAMED_IN.finditer(lowered)):
        return True
    return asks and any(_is_own(name) for name in _names(text, lowered))


def tells_of_a_fault(said: str) -> bool:
    """Whether a message asks for help with what goes wrong, or how to do something."""
    return FAILS.search(said.lower()) is not None


def has_own_name(said: str) -> bool:
    """Whether a message has a name in it that is written as programs write theirs, and not Python's own."""
    return any(_is_own(found.group().removesuffix("()")) for found in OWN_NAME.finditer(said))


def _names(text: str, lowered: str) -> list[str]:
    """Give what may be names of the program's own."""
    found = [match.group().removesuffix("()") for match in OWN_NAME.finditer(text)]
    found += [match[1] for match in NAMED_BEFORE.finditer(lowered)]
    return found + [match[1] for match in NAMED_AFTER.finditer(lowered)]


def _is_own(name: str) -> bool:
    lowered = name.lower()
    # "the lists function" has no name in it, only a plural.
    plural = lowered.removesuffix("s")
    known = terms() | lexicon("sentences", "unnamed")
    return bool(lowered) and not {lowered, plural} & known and not lowered.isdigit()


def _is_place(name: str) -> bool:
    """Whether "in the ... function" names a place in a program: any word but a name of Python's own."""
    return not {name, name.removesuffix("s")} & (names_of_python() | lexicon("sentences", "unnamed"))
