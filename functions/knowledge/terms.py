"""What a question is about, as terms: its words on their stems, and the names of Python in it.

A word of everyday English that is a name of Python, too (`for`, `is`, `with`), counts as a name only where it
is quoted or the words around it say so. Cost: linear in the text, of which the first MAX_READ characters are
read. It fails on names that nobody marked: "I want all" may mean `all` or not, and is taken for English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

# A question longer than this has a program or a story in it; its subject is named before.
MAX_READ = 600
NAME = "`"
EDGES = "`\"'\u2018\u2019\u201c\u201d?!.,;:()"
QUOTES = "`\"'\u2018\u2019\u201c\u201d"
# From three signs on ("__name__", "[::-1]") a name is found within other text, too: it can mean nothing else.
MIN_SPECIAL = 3
SIGN = re.compile(r"[^\w\s]")
WORD = re.compile(r"[^\W\d_](?:[\w]|'(?=\w))*|(?<!\d)\d++\.\d+")
MARKED = re.compile(
    r"`([^`\n]{1,40})`|[\"\u201c]([^\"\u201d\n]{1,40})[\"\u201d]|(?<!\w)'([^'\n]{1,40})'(?!\w)"
)
CODE = re.compile(
    r"(?<![\w.])(?:[a-z_]\w*(?:\.[a-z_]\w*)+|\.[a-z_]\w+|__\w+__|[a-z]+_\w+)(?:\(\))?|(?<![\w.])[a-z_]\w*\("
)
KIND = r"(?:statements?|keywords?|clause|blocks?|operators?|commands?)"
THING = r"(?:functions?|methods?|module|class|error)"
WITH_KIND = re.compile(
    rf"(?<!\S)(?<!what )(?P<name>\S+) {KIND}\b"
    r"|(?<!\S)(?P<loop>for|while) loops?\b"
    rf"|(?<!\S)(?!(?:is|in|a|an|the|not|and|or|as|from|with|this|my|if|it)\b)(?P<thing>\S+) {THING}\b"
    r"|\b(?:keyword|operator|command|statement|the word) (?P<after>\S+)"
    r"|\b(?:method|function) (?!(?:from|in|and|or|with|to|is|for|as|not|if|while|that)\b)(?P<called>\S+)"
)
DOES = re.compile(
    r"\b(?:what|how)(?:'s)? (?:does|do|is|are|would|will) (?P<name>\S+) "
    r"(?:do\b|doing|mean|work|used for|good for|for\b(?! \w{4}))"
    r"|\b(?:meaning|purpose|point|use) of (?P<of>\S+)\W*$"
    r"|\b(?:when|how|why) (?:do|should|would|can|to) (?:i |we |you )?(?:use|have|need) (?P<used>\S+)"
    r"\W*(?:$|in python)"
    r"|\bdoes (?:the word )?(?P<word>\S+) do\b"
)
ALONE = re.compile(
    r"^(?:(?:so|and|ok|okay|hi|hello|please|python|what|whats|what's|how|explain|describe|define|is|are|does|do|"
    r"in python|meaning of)[\s,:]+)*(?P<name>\S+?)"
    r"(?:\s+(?:in python|python|mean|means|do|work|explained))*\W*$"
)
LINKED = re.compile(r"(?<!\S)(?P<a>\S+?),?\s++(?:and|or|vs\.?|versus|from|&)\s+(?P<b>[^\s?!.,;]+)")
SLASHED = re.compile(r"(?<!\S)(?P<a>[^\s/]+)/(?P<b>[^\s/?!.,;]+)(?!\S)")


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that a question names: any of its terms is a way to say it.

    It is `marked` where the question says that it is a name, and the `subject` where that is asked about.
    """

    terms: tuple[str, ...]
    shown: str
    marked: bool = False
    subject: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the search knows: idle ones, kin by the word at their head, and Python's names.

    `signs` are the names that are no plain words, `special` those that are found inside of other text, too.
    """

    idle: Set[str]
    kin: Mapping[str, str]
    names: Set[str]
    signs: frozenset[str]
    special: Sequence[str]
    read_as: Sequence[tuple[re.Pattern[str], str]] = ()

    @classmethod
    def of(
        cls, idle: Iterable[str], kin: Mapping[str, str], names: Set[str], read_as: Mapping[str, str]
    ) -> Self:
        """Sort the names by their looks."""
        signs = frozenset(name for name in names if not WORD.fullmatch(name))
        long = (name for name in signs if len(SIGN.findall(name)) >= MIN_SPECIAL and name.strip("."))
        special = sorted(long, key=len, reverse=True)
        return cls(frozenset(idle), kin, names, signs, special, patterns(read_as))


def patterns(read_as: Mapping[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compile the expressions that are read as something else."""
    return tuple((re.compile(rf"(?<!\w)(?:{one})(?!\w)"), told) for one, told in read_as.items())


def units(text: str, known: Vocabulary) -> tuple[Unit, ...]:
    """Say what a question names, in its order, each thing once."""
    text = _read(text[:MAX_READ].lower().strip(), known)
    subjects = set(_subjects(text, known))
    marked = list(dict.fromkeys((*_subjects(text, known), *_mentioned(text, known))))
    found = [
        Unit((NAME + name, *_kin(name, known)), name, marked=True, subject=name in subjects)
        for name in marked
    ]
    taken = {part for name in marked for part in WORD.findall(name)}
    for word in WORD.findall(text):
        # One letter is a variable of the student's, which the library cannot know.
        if word in taken or word in known.idle or len(word) == 1:
            continue
        name = (NAME + word,) if word in known.names else ()
        found.append(Unit((stem(word, known), *name), word))
    return _once(found)


def _kin(name: str, known: Vocabulary) -> tuple[str, ...]:
    """Give the words that a name is, too; of a name that nobody knows its parts say nothing."""
    return phrase(name, known) if name in known.names else ()


def phrase(text: str, known: Vocabulary) -> tuple[str, ...]:
    """Give the terms of a phrase by which an entry is found; idle words are left out."""
    said = WORD.findall(_read(text.lower(), known))
    words = (stem(word, known) for word in said if word not in known.idle and len(word) > 1)
    return tuple(dict.fromkeys(words))


def _read(text: str, known: Vocabulary) -> str:
    for pattern, told in known.read_as:
        text = pattern.sub(told, text)
    return text


def stem(word: str, known: Vocabulary) -> str:
    """Give the term that a word and its kin share."""
    cut = root(word)
    return known.kin.get(word) or known.kin.get(cut) or cut


@lru_cache(maxsize=8192)
def root(word: str) -> str:
    """Take the endings off a word: loops, looping and looped give loop."""
    # Not Porter's stemmer: that one makes "iter" of "iteration" and "iterable", which here are two things. A
    # stem need only be the same for both sides, and is never shown.
    for ending, instead in (
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("'s", ""),
        ("s", ""),
    ):
        if word.endswith(ending) and not word.endswith(("ss", "us", "is")) and len(word) > len(ending) + 2:
            word = word.removesuffix(ending) + instead
            break
    for ending in ("ing", "ed", "e"):
        cut = word.removesuffix(ending)
        if cut != word and len(cut) >= 3 and re.search("[aeiouy]", cut):
            # "stopped" and "stop" are one, "called" and "call" keep their double letter.
            doubled = len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "lsz"
            return cut[:-1] if doubled else cut
    return word


def code_in(text: str) -> Iterator[str]:
    """Give what is written as code in a text: quoted, called, dotted, or with underscores."""
    for found in MARKED.finditer(text):
        yield next(part for part in found.groups() if part is not None).strip()
    for found in CODE.finditer(MARKED.sub(" ", text)):
        yield found.group()


def _subjects(text: str, known: Vocabulary) -> Iterator[str]:
    """Find the names of Python that a question is about: written as code, or asked for."""
    special = [one for one in known.special if one in text]
    for one in special:
        if one in text:
            yield one
            text = text.replace(one, " ")
    for code in code_in(text):
        yield from list(_known(code, known)) or ([code.strip(EDGES)] if CODE.fullmatch(code) else [])
    yield from (name for chunk in text.split() if _is_sign(chunk, known) for name in _known(chunk, known))
    # "what does [::-1] do" is answered by the sign; the frames around it would find its parts again.
    openings = () if special else (DOES, ALONE)
    for found in (found for pattern in openings for found in pattern.finditer(text)):
        yield from (name for one in found.groups() for name in _known(one or "", known))


def _mentioned(text: str, known: Vocabulary) -> Iterator[str]:
    """Find the names of Python that stand beside a word such as "operator", or beside another name."""
    for found in WITH_KIND.finditer(text):
        yield from (name for one in found.groups() for name in _known(one or "", known))
    for found in (found for pattern in (LINKED, SLASHED) for found in pattern.finditer(text)):
        pair = [list(_known(found[side], known)) for side in ("a", "b")]
        if all(pair) and _of_python(pair, known):
            yield from (name for one in pair for name in one)


def _is_sign(chunk: str, known: Vocabulary) -> bool:
    """Whether a piece of a text is an operator; a single sign may be a dash or the end of a sentence."""
    bare = chunk.strip(EDGES)
    return len(bare) > 1 and not known.signs.isdisjoint({bare, chunk.strip(QUOTES).rstrip("?!")})


def _of_python(pair: list[list[str]], known: Vocabulary) -> bool:
    """Whether two linked names are meant as names: none of them is an idle word, or both are."""
    idle = [one[0] in known.idle for one in pair]
    # "with and without" is English, "with and open" is not: one idle word of two is not enough to go by.
    return not any(idle) or all(idle) or any(not WORD.fullmatch(one[0]) for one in pair)


def _known(code: str, known: Vocabulary) -> Iterator[str]:
    """Give the name that a piece of code is, without quotes, call and what stands before the last dot."""
    for form in (
        code,
        code.strip(QUOTES),
        code.rstrip("?!.,;"),
        code.strip(EDGES),
        code.strip(EDGES).split(".")[-1],
    ):
        if form in known.names:
            yield form
            return


def _once(told: Iterable[Unit]) -> tuple[Unit, ...]:
    kept: dict[str, Unit] = {}
    for unit in told:
        # A word counts once, however often and in whatever form it is said: a question would otherwise be
        # covered less by an article the more it repeats itself.
        if not any(term in kept for term in unit.terms[: 1 if unit.marked else None]):
            kept.update(dict.fromkeys(unit.terms, unit))
    return tuple(dict.fromkeys(kept.values()))
