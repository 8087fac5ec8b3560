"""Questions that want to know something, told from trouble with a program of one's own.

Three things tell: the library answers the question in full, the words ask what something is or how it is
done, and nothing is said to go wrong. Cost: one search of the library, some milliseconds, and only where the
words alone leave it open. What fails: trouble told in words that are not listed, beside the name of an entry.
"""

from __future__ import annotations

import re

from functions.knowledge.search import SURE, search
from functions.triage.requests import without_greeting

# Wide on purpose: trouble that is taken for a question is answered with an article, and the student is left
# alone with the fault; the other way round costs one question back.
TROUBLE = re.compile(
    r"\b(?:errors?|wrong(?:ly)?|fail\w*|crash\w*|broken?|breaks|bugs?|fix|freez\w+|hangs?|stuck|weird|strange"
    r"|unexpected\w*|incorrect\w*|keeps?|kept|instead of|expect\w*|supposed to|no output|traceback|problem"
    r"|nothing (?:\w+ )?(?:happens|comes|is)|trouble|always|only (?:prints|shows|gives|works)"
    r"|disappear\w*|by itself|exceeded|refus\w*|invalid|undefined|missing"
    r"|infinite|endless|forever|mess(?:ed|y)|confus\w*)\b"
    r"|\b(?:not|never|no longer|\w+n't|(?:do|does|did|is|are|was|wo|ca|should|would|could)nt) (?:\w+ )?"
    r"(?:work|print|run|display|show|move|change|stop|update|save|add|open|appear|match|find|return|start|end"
    r"|do|count|draw|repeat|reset|accept|let|accumulate)"
    r"|\bshould\b[^.?!]{0,80}\bbut\b|\bbut\b[^.?!]{0,60}\b(?:not|\w+n't|never|only|still|nothing)\b"
)
OWN = re.compile(
    r"\b(?:my|our|mine|this|these|that|here|it|its|i|i'?ve|line \d+|below|above|attached|you|your|help)\b"
)
MIN_WORDS = 2
# So well an entry fits that has nearly all of the words.
NEARLY = 0.9
DID = re.compile(
    r"\bi(?:'ve)? (?:(?:just|already|have|then|also|now|only|first|am|even) )*(?:tried|made|wrote|changed"
    r"|fixed|used|put|added|ran|defined|created|implemented|set|modified|coded|called|printed|removed|finished"
    r"|solved|got it|trying|keep getting)\b"
)
LEARNS = re.compile(
    r"\b(?:explain\w*|understand\w*|difference|mean\w*|what (?:is|are) an?|example|learn\w*"
    r"|read|told|heard)\b"
)
GETS_ERROR = re.compile(
    r"\b(?:i|we|it|that|this) (?:\w+ ){0,2}(?:gets?|got|getting|have|had|throws?|gives?) "
    r"(?:\w+ )?(?:errors?|exceptions?)\b"
)
MODAL = re.compile(
    r"^\W*(?:(?:and|so|then|oh|ok),? )*(?:do|should|can|could|must|may|shall|would) (?:i|we) "
    r"(?!practi|learn|study|review|repeat)"
    r"(?:\w+ )*?(?:print|show|put|use|make|add|change|write|call|return|set|define|import"
    r"|display|remove)\b"
)
DEFINES = re.compile(
    r"^\W*(?:(?:and|so|ok|um+|please|can you|could you|tell me|explain|i want to know) )*"
    r"(?:wh?at(?:'?s| is| are|s)|define|explain|describe|meaning of|what does|what do) (?:an? |the )?"
    r"(?P<thing>[\w.+#<>=/*:@%&|^!-]+(?: [\w.+#-]+){0,3}?)"
    r"(?: mean| do| for| used for| in python| stand for)*\W*$"
)
REPORTS = re.compile(r"^\W*(?:the|it|he|she|they|there|then|now|but|and|when|if|after) ")
ASKS_HOW = re.compile(
    r"\bhow (?:do|can|to|should|would|does|could)\b|\bways? to\b|\bis there an? (?:way|function|method)\b"
)


def tells_of_trouble(prose: str) -> bool:
    """Whether something is said to go wrong."""
    return TROUBLE.search(prose) is not None


def is_answered(prose: str, words: str, *, whole: bool) -> bool:
    """Whether the library answers a message that tells of no trouble: in full, or at least surely.

    `prose` is the message in small letters without code and quotations, `words` all of its words.
    """
    if tells_of_trouble(without_greeting(prose)):
        return False
    best = next(iter(search(without_greeting(words))), None)
    if best is None:
        return False
    return best.whole or best.score >= (NEARLY if whole else SURE)


def asks_how(prose: str) -> bool:
    """Whether it is asked how something is done."""
    return ASKS_HOW.search(without_greeting(prose)) is not None


def is_a_title(prose: str) -> bool:
    """Whether a message is worded as a title: a few words, none of them on something at hand."""
    said = without_greeting(prose)
    # A single word ("list") is asked back about, or is the answer to a question of ours.
    long = len(re.findall(r"[^\W\d_]{2,}", said)) >= MIN_WORDS
    return long and not speaks_of_a_program(said) and not REPORTS.match(said)


def asks_what_it_is(prose: str) -> bool:
    """Whether it is asked what a thing is, in a few words, and not a thing at hand."""
    said = without_greeting(prose)
    found = DEFINES.match(said)
    return found is not None and OWN.search(found["thing"]) is None and not tells_of_trouble(said)


def speaks_of_a_program(prose: str) -> bool:
    """Whether a message speaks of something at hand: one's own, or what goes wrong."""
    said = without_greeting(prose)
    return bool(OWN.search(said)) or tells_of_trouble(said) or "why" in said or "?" in said


def reports_own_work(prose: str) -> bool:
    """Whether a message tells what the student did, and not that an idea is to be explained."""
    return DID.search(prose) is not None and LEARNS.search(prose) is None
