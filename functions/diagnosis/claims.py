"""What a student says that a program should do, and what it does instead: read out of their words.

A row of regular expressions, from the fullest telling ("f(2) should give 4 but gives 5") to the barest ("it
prints None"), is run over the prose; a stretch that one has taken is not read by the next. Values are those
that Python could write; every repetition has an upper bound, so a long message costs a bounded number of
steps for each character. English only; "should" told in other words, or over two sentences, is missed.
"""

from __future__ import annotations

import ast
import doctest
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from functions.analysis import source
from functions.diagnosis.claim_tokens import CALL, VALUE, tokens

MAX_TEXT = 4000
VALUES = rf"{VALUE}(?:(?: ?, ?| and | ){VALUE}){{0,12}}"
MEANT = rf"(?:{VALUES}|{CALL})"
# A word that may be a value without quotes; small words of the language are none.
PLAIN = (
    r"(?!(?:an?|the|it|its|that|this|for|to|from|with|when|if|is|are|was|my|your|me|you|some|any|another"
    r"|different|wrong|error|errors|instead|rather|but|and|or|not|more|each|one|in|on|at|as|of|so"
    r"|word|words|number|numbers|value|values|text|string|list|result|results|output)\b)[A-Za-z][\w!?'-]*"
)
WORD = rf"(?:{MEANT}|nothing|{PLAIN}[.!]?)"
PHRASE = rf"(?:{MEANT}(?: (?-i:[A-Z])[\w']+[.!]?){{0,3}}|nothing|{PLAIN}(?: {PLAIN}){{0,4}}[.!]?)"
SUBJECT = (
    r"(?:it|i|my (?:program|code|function|loop)|python|this|that"
    r"|the (?:program|code|function|output|result|answer|total|sum|value))"
)
SHOULD = r"(?:should|must|ought to|has to|needs to|is supposed to|was supposed to|is meant to|is expected to)"
DO = r"(?:be|give|return|print|equal|produce|output|show|say|result in|come out as|become)"
DOES = (
    r"(?:is|was|gives?|gave|returns?|returned|prints?|printed|shows?|showed|says|said|outputs?|produces?"
    r"|gets?|got|am getting|comes out as|becomes)"
)
ADVERB = r"(?:(?:only|just|always|actually|still|me|back|out|a|an|the (?:output|number|value|result)) )*"
BUT = (
    r"[,;.]? ?\n?(?:but|and|yet|instead|however|while|though)?,? ?(?:instead,? )?"
    rf"(?:{SUBJECT} )?(?:{SHOULD} not )?"
)
WANTED = (
    r"(?:expect(?:ed|ing)?|want(?:ed)?|hoped for|was hoping for|was waiting for)(?: to (?:get|see|be|have))?"
    rf"(?: (?:it|the (?:output|result|answer)) to {DO})?"
)
INSTEAD = (
    rf"[,;.]? ?\n?(?:instead of|rather than|(?:but|and|though) (?:{SUBJECT} )?(?:{SHOULD} {DO}|{WANTED}))"
)
WHEN = r"(?:for|with|on|when i (?:type|enter|put in|give(?: it)?|input))(?: the)?(?: inputs?| input of)?"
GIVEN = rf"{WHEN} (?P<given>{VALUE}),? (?:{SUBJECT} )?"
EXPECTED = rf"{ADVERB}(?P<expected>{MEANT})"
GOT = rf"{ADVERB}(?P<got>{MEANT})"
OF = rf"(?P<call>{CALL})"
OR_RATHER = rf"(?:{BUT}{DOES} {GOT})?"
# Blocks of code are not prose: what they print is not what the student says of it.
FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
ARTICLE = re.compile(r"\b(?:an?|the|my) $", re.IGNORECASE)
WRONG = re.compile(r"\b(?:wrong|incorrect|not right|isn't right|instead|bug|broken|but it)\b", re.IGNORECASE)
# Two lines with a head each, as tools and tasks write them.
HEAD = r"(?: output| result| value| answer)?[ \t]*:[ \t]*\n?"
SEEN = r"[ \t]*(?:the |my )?(?:actual|got|real|my|your|output|received)"
LISTED = re.compile(
    rf"(?:^|\n)[ \t]*(?:the )?expected{HEAD}(?P<expected>[^\n]*(?:\n(?!{SEEN}\b)[^\n]+){{0,12}})"
    rf"\n+{SEEN}{HEAD}(?P<got>[^\n]*(?:\n[^\n]+){{0,12}})",
    re.IGNORECASE,
)
PYTEST = re.compile(
    r"^E\s+assert (?P<got>.+?) == (?P<expected>.+?)$"
    r"(?:\nE\s+[+\s]*where \S.* = (?P<call>\w+\(.*\))\s*$)?",
    re.MULTILINE,
)
UNITTEST = re.compile(r"AssertionError: (?P<got>.+?) != (?P<expected>[^\n:]+)")
INDENTED = r"(?:[ \t]+[^\n]*(?:\n|\Z))+"
DOCTEST = re.compile(
    rf"Failed example:\n\s+(?P<call>[^\n]+)\nExpected:\n(?P<expected>{INDENTED})Got:\n(?P<got>{INDENTED})"
)
TOOLS = (DOCTEST, PYTEST, UNITTEST, LISTED)
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{OF} {SHOULD} {ADVERB}{DO} {EXPECTED}{OR_RATHER}",
        rf"{OF} {DOES} {GOT}{INSTEAD} {EXPECTED}",
        rf"(?:{WANTED}) {ADVERB}{OF} to {DO} {EXPECTED}{OR_RATHER}",
        rf"(?:{WANTED}) {EXPECTED} (?:from|for|of) {OF}{OR_RATHER}",
        rf"{OF} ?(?:→|->|=>) ?(?P<expected>{MEANT})",
        rf"{OF} {DOES} {GOT}"
        rf"(?:[,;.]? ?\n?(?:but|and|which) (?:{SUBJECT} )?(?:{SHOULD} {DO}|{WANTED}) {EXPECTED})?",
        rf"(?:{SUBJECT} )?{DOES} {ADVERB}(?P<got>{WORD}){INSTEAD} {ADVERB}(?P<expected>{WORD})"
        rf" (?:for|with|on) (?P<given>{VALUE})",
        rf"(?:{SUBJECT} )?{DOES} {ADVERB}(?P<got>{WORD}) (?:for|with|on) (?P<given>{VALUE}){INSTEAD}"
        rf" {ADVERB}(?P<expected>{WORD})",
        rf"{GIVEN}{DOES} {GOT}{INSTEAD} {EXPECTED}",
        rf"{GIVEN}{SHOULD} {ADVERB}{DO} {EXPECTED}{OR_RATHER}",
        rf"{GIVEN}{DOES} {GOT}",
        rf"(?:{WANTED}|{SHOULD} {ADVERB}{DO}) {ADVERB}(?P<expected>{PHRASE})"
        rf"{BUT}(?:{DOES}|received|have) {ADVERB}(?P<got>{PHRASE})",
        rf"\b{DOES} {ADVERB}(?P<got>{PHRASE}){INSTEAD} {ADVERB}(?P<expected>{WORD})",
        rf"(?<![\w'])(?P<got>{MEANT}) (?:instead of|rather than) {ADVERB}(?P<expected>{MEANT})",
        rf"\b(?:{SUBJECT} )?{SHOULD} {ADVERB}{DO} {EXPECTED}",
        rf"\bi (?:{WANTED}) {EXPECTED}",
        rf"\b{SUBJECT} {DOES} {ADVERB}(?P<got>{MEANT}|nothing)",
        rf"\b\w+ {DOES} (?P<got>{VALUE}|nothing)(?!\w)",
    )
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said of one example: a call or an input, what should come of it, and what comes of it."""

    call: str | None = None
    given: str | None = None
    expected: str | None = None
    got: str | None = None


def claims(text: str) -> list[Claim]:
    """Read what a student says of results; of an example that is told twice, the fuller telling counts."""
    if told := reported(text):
        return told
    found: list[Claim] = []
    taken: list[tuple[int, int]] = []
    prose = tokens(FENCED.sub(" ", text)[:MAX_TEXT])
    for pattern in PATTERNS:
        for match in pattern.finditer(prose.text):
            start, end = match.span()
            # The patterns overlap, and the first that fits tells most.
            if any(start < after and before < end for before, after in taken):
                continue
            taken.append((start, end))
            parts = {
                name: None if part is None or _is_a_kind(match, name) else prose.original(part)
                for name, part in match.groupdict().items()
            }
            found.append(_claim(parts))
    return found


def _is_a_kind(match: re.Match[str], name: str) -> bool:
    """Whether a word has an article before it: "a price" says which kind of value, and not which value."""
    before = match.string[: match.start(name)]
    return bool(ARTICLE.search(before)) and bool(re.fullmatch(r"[a-z]{2,}[.!]?", match[name]))


def reported(text: str) -> list[Claim]:
    """Read what test tools report, and what is listed below "Expected:" and "Got:"."""
    for pattern in TOOLS:
        found = [
            _claim({name: textwrap.dedent(part).strip() for name, part in match.groupdict().items() if part})
            for match in pattern.finditer(text[:MAX_TEXT])
        ]
        if found:
            return found
    return []


def examples(text: str, code: str) -> Iterator[tuple[str, str]]:
    """Give the calls of a program's functions in a text, and what each should give, as Python writes it."""
    defined = {
        node.name for node in ast.walk(source.parse(code)) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    told = [(claim.call, claim.expected) for claim in claims(text)]
    shown = [(one.source.strip(), one.want.strip()) for one in _doctests(text)]
    for call, expected in dict.fromkeys((*told, *shown)):
        if call and expected is not None and _names(call) & defined:
            yield call, expected


def inputs(text: str) -> Iterator[tuple[str, str]]:
    """Give the inputs that a text names, and what the program should print for each.

    What it "prints" is taken for what it should print, unless the text complains of it.
    """
    for claim in claims(text):
        # "For input 3 it prints 6" describes what should be, unless the message complains.
        wanted = claim.expected if claim.expected is not None or WRONG.search(text) else claim.got
        if claim.given is not None and wanted is not None:
            yield plain(claim.given), plain(wanted)


def plain(value: str) -> str:
    """Write a value as `print` does: a text without its quotes."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _claim(parts: dict[str, str | None]) -> Claim:
    call, given, expected, got = (parts.get(name) for name in ("call", "given", "expected", "got"))
    return Claim(call=call, given=_value(given), expected=_value(expected), got=_value(got))


def _value(raw: str | None) -> str | None:
    if raw is None:
        return None
    # "It prints nothing": an empty output, and not the word.
    return "" if raw.lower() == "nothing" else raw.strip("`")


def _names(call: str) -> set[str]:
    try:
        tree = source.parse_expression(call)
    except SyntaxError:
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _doctests(text: str) -> list[doctest.Example]:
    try:
        return doctest.DocTestParser().get_examples(re.sub(r"^```.*$", "", text, flags=re.MULTILINE))
    except ValueError:
        return []
