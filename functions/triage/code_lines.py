"""How much a line looks like code, and how much like a sentence.

Both are counted at once, since a program that is asked about is often broken: code leaves marks (an
assignment, a call, a header), a sentence puts words side by side that no program would. Each line costs
time linear in its length. What fails: a sentence without two such words ("for loops in python"), and a typo
that makes a line of code read like words; the lines around it decide then (`separation`).
"""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from dataclasses import dataclass
from functools import cache
from typing import Literal

from functions.knowledge.languages import languages
from functions.triage.lexicon import lexicon

Kind = Literal["blank", "line", "comment", "trace", "shell"]
STRING = re.compile(
    r"(?<!\w)[fFrRbBuU]{0,2}(?:\"\"\"|'''|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?"
    r"|\N{LEFT DOUBLE QUOTATION MARK}[^\N{RIGHT DOUBLE QUOTATION MARK}\n]*\N{RIGHT DOUBLE QUOTATION MARK}?)"
)
# Chinese and Japanese write without blanks between the words.
UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|\x00|[^\w\s]")
TRACE = re.compile(
    r"^[ \t]*(?:Traceback \(most|File \"|~*+\^[~^]*+[ \t]*$|\|? *\+-[-+]"
    r"|During handling of the above exception|The above exception was the direct cause"
    r"|[\w.]*(?:Error|Exception|Interrupt|Exit)[ \t]*(?::|$))"
)
SHELL = re.compile(
    r"^[ \t]*(?:\$ |PS [A-Z]:\\|[A-Z]:\\[^>\n]*>|\w+@[\w.-]+[:~ ]|Process finished with exit code"
    r"|\[Finished in |={3,} RESTART|Press any key to continue|%Run "
    r"|(?:python3?|py|pip3?) +[-\w./\\]+(?:\.py\b|[ \t]*$))"
)
HEADER = re.compile(
    r"^(?:async[ \t]+)?(?:def|class|if|elif|elseif|else|for|while|try|except|finally|with|match|case)\b"
)
NAMED = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+\w+[ \t]*[(:]|^def[ \t]+\w+[ \t]*$|^def\b[^(\n]*\(")
ASSIGNED = re.compile(
    r"^[^\W\d][\w.]*(?:[ \t]*,[ \t]*[^\W\d][\w.]*)*(?:[ \t]*\[[^\]\n]*\])*(?:[ \t]*:[ \t]*\w[\w.\[\], |]*)?"
    r"[ \t]*(?:\*\*|//|<<|>>|[-+*/%&|^@:])?=(?!=)"
)
DECLARED = re.compile(r"^\w+[ \t]*:[ \t]*(?:int|str|float|bool|list|dict|set|tuple)\b[^a-z]*$")
CALLED = re.compile(r"^(?:await[ \t]+)?[^\W\d]\w*(?:\.\w+|\[[^\]\n]*\])*\(")
PRINTS = re.compile(r"^(?:print|input|pritn|prnt|prin|pirnt|Print|printf)[ \t]*(?:\(|\x00|$)")
RETURNS = re.compile(
    r"^(?:return|yield|raise|del|assert|global|nonlocal|await|pass|break|continue|retrun|retur)\b"
    r"|^print[ \t]+\w+$"
)
IMPORT = re.compile(
    r"^(?:import[ \t]+(\w+)(?:\.\w+)*(?:[ \t]*$|[ \t]+as\b|[ \t]*,)|from[ \t]+\.*\w[\w.]*[ \t]+import\b)"
)
DECORATED = re.compile(r"^@\w+(?:\.\w+)*(?:\(|[ \t]*$)")
LOOPS = re.compile(r"^(?:async[ \t]+)?for[ \t]+\(?\w+(?:[ \t]*,[ \t]*\w+)*\)?[ \t]+in\b")
COMPARES = re.compile(r"[\w)\]\x00][ \t]*(?:==|!=|<=|>=|<>|<|>|=>|=<)[ \t]*[\w(\[\x00-]")
OPERATES = re.compile(r"[\w)\]\x00][ \t]*(?:\*\*|//|[-+*/%])[ \t]*[\w(\[\x00]")
USES_CALL = re.compile(r"[\w\]]\(")
INDEXES = re.compile(r"\w\[")
CLOSES = re.compile(r"^[)\]}]+[,:]?$")
ITEM = re.compile(r"^(?:\x00|[\w.()-]+)(?:[ \t]*:.*)?,$|^\x00[ \t]*:[ \t]*\S|^[(\[{][^a-zA-Z]*[,)\]}]+,?$")
JOINING = frozenset(keyword.kwlist) | {"print", "elseif", "async", "match", "case", "True", "False"}
MAX_LOOK = 400


@dataclass(frozen=True, slots=True)
class Look:
    """What a line looks like: marks of code, marks of prose, and how far it is indented."""

    kind: Kind
    code: int = 0
    prose: int = 0
    indent: int = 0
    opens: bool = False
    header: bool = False

    @property
    def strong(self) -> bool:
        """Whether it is code by itself."""
        return self.kind == "line" and self.code >= 2 and (self.prose <= 1 or self.code >= self.prose + 2)

    @property
    def weak(self) -> bool:
        """Whether it is code beside code."""
        return self.kind == "comment" or (self.kind == "line" and self.code >= 1 and self.prose <= 1)

    @property
    def says(self) -> bool:
        """Whether it is plainly a sentence."""
        return self.kind == "line" and self.prose >= 2 and not self.strong


def look_at(line: str) -> Look:
    """Say what a line looks like."""
    stripped = line.strip()[:MAX_LOOK]
    indent = len(line[: len(line) - len(line.lstrip())].expandtabs(8))
    if not stripped:
        return Look("blank")
    if TRACE.match(line):
        return Look("trace", indent=indent)
    if SHELL.match(line):
        return Look("shell", indent=indent)
    if stripped[0] == "#":
        return Look("comment", indent=indent)
    bare = without_strings(stripped)
    return Look(
        kind="line",
        code=_marks(bare),
        prose=prose_in(bare),
        indent=indent,
        opens=bare.endswith(":"),
        header=bool(HEADER.match(bare)),
    )


def without_strings(line: str) -> str:
    """Put one sign in the place of each string, and leave the comment away; an open string ends the line."""
    bare = STRING.sub("\x00", line)
    return bare.partition("#")[0].rstrip() or bare[:1]


def _marks(bare: str) -> int:
    """Count the marks of code in a line without its strings."""
    found = _first_marks(bare)
    if HEADER.match(bare):
        found += _header_marks(bare)
    if RETURNS.match(bare):
        found += 1
    if module := IMPORT.match(bare):
        found += 2 if module[1] is None or module[1] in modules() else 1
    found += bool(DECORATED.match(bare)) + bool(CLOSES.match(bare)) + bool(ITEM.match(bare))
    found += bool(COMPARES.search(bare)) + bool(OPERATES.search(bare))
    return found + bool(USES_CALL.search(bare)) + bool(INDEXES.search(bare))


def _first_marks(bare: str) -> int:
    if ASSIGNED.match(bare) or PRINTS.match(bare) or NAMED.match(bare) or DECLARED.match(bare):
        return 2
    return int(bool(CALLED.match(bare)))


def _header_marks(bare: str) -> int:
    if LOOPS.match(bare):
        return 2 if bare.endswith(":") or "(" in bare else 1
    if bare.endswith(":"):
        return 2
    return 1


def prose_in(bare: str) -> int:
    """Count what no program does: words side by side, words of sentences, a question mark at the end."""
    found, before = int(bare.endswith(("?", "!"))) + 2 * (len(UNSPACED.findall(bare)) > 2), ""
    for token in TOKEN.findall(bare):
        if _is_word(token) and _is_word(before):
            found += before not in JOINING and token not in JOINING
            # such a word beside another one, a keyword too: "for this", "is my"
            found += _tells(token) or _tells(before)
        before = token
    return found


def _tells(word: str) -> bool:
    return word == "I" or word.lower() in words_of_sentences()


def _is_word(token: str) -> bool:
    return token[:1].isalpha()


@cache
def modules() -> frozenset[str]:
    """Give the names of modules that an import is known by."""
    return frozenset(sys.stdlib_module_names) | lexicon("sentences", "modules")


@cache
def words_of_sentences() -> frozenset[str]:
    """Give words that sentences have and programs hardly ever name anything by."""
    foreign = {word for one in languages().values() for word in one.words | one.common if len(word) > 1}
    names = frozenset(dir(builtins)) | JOINING | lexicon("sentences", "names")
    return lexicon("sentences", "words") | (foreign - names)
