"""What could say who a student is does not go out, and comes back in the reply where it was a name.

In prose, names become `Student1`, and mail, ids and numbers of telephones and papers are masked. A program is
left as it is, but for comments and strings that hold the student's own name or mail. Cost: linear. It fails
on names that nobody told us, and on telephone numbers that nothing calls so.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

PLACEHOLDER = "Student1"
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.I)
# Digits are results far more often than numbers of telephones: only words tell.
NUMBERED = re.compile(
    r"(?i)(\b(?:phone|telephone|mobile|cell|whats ?app|call me|text me|ring me|reach me|passport"
    r"|id (?:card|number)|identity card|social security|student (?:id|number)|matric\w*|iban|handy|telefon\w*"
    r"|tel[eé]fono|t[eé]l[eé]phone|tel\.?)\b[^\n\d]{0,40}?)(\+?\d(?:[ ()/.-]?\d){5,18})"
)
INTERNATIONAL = re.compile(r"(?<![\w.+])\+\d{1,3}[ /-]\d(?:[ ()/-]?\d){6,13}(?![\w.])")
CALLED = re.compile(
    r"(?i:\b(?:my name(?: is|'s)|i am called|call me|i'm called|me llamo|ich hei(?:ss|ß)e|je m'appelle)\s+)"
    r"([^\W\d_][\w'-]*(?:\s+[A-Z][\w'-]*)*)"
)
HOME = re.compile(r"(?i)((?:/home|/users|[a-z]:\\+users)[/\\]+)[^/\\\s\"']+")
AUTHOR = re.compile(r"(?im)^([ \t]*#[ \t]*(?:author|name|student|by|written by)[ \t]*[:=]?[ \t]+).+$")
DUNDER = re.compile(r"(?m)^([ \t]*__author__\s*=\s*).+$")
# What is code in a prompt: programs in their tags and fences, and what stands between backticks.
CODE = re.compile(r"<student_code>\n.*?\n</student_code>|```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
WORDS_OF_CODE = re.compile(
    r"(?P<f>\b[rR]?[fF][rR]?(?=[\"']))?(?:\"\"\"[\s\S]*?(?:\"\"\"|\Z)|'''[\s\S]*?(?:'''|\Z)"
    r"|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?)|#[^\n]*"
)
BRACES = re.compile(r"\{[^{}\n]*\}")
COMMON = """
will mark may art grace hope joy rose bill jack rich dot ray pat sue drew chase young long student teacher
test user python the list text code value name admin class guest loop function string number error file
"""
# Names that are words as well: in lower case they are far more often the word.
WORDS = frozenset(
    {*(name.lower() for name in dir(builtins)), *(name.lower() for name in keyword.kwlist)}
    | set(COMMON.split())
)


def without_private(text: str) -> str:
    """Mask what could say who the student is in prose; what is code in it stays."""
    return _outside(text, CODE, _masked, private_code)


def private_code(code: str) -> str:
    """Mask who wrote a program where it says so: the author in a comment, and the folder of a home."""
    code = AUTHOR.sub(rf"\1{PLACEHOLDER}", code)
    code = DUNDER.sub(rf"\1'{PLACEHOLDER}'", code)
    return HOME.sub(rf"\1{PLACEHOLDER}", code)


def _masked(prose: str) -> str:
    for pattern, mask in ((MAIL, "[mail]"), (ID, "[id]"), (INTERNATIONAL, "[number]")):
        prose = pattern.sub(mask, prose)
    prose = NUMBERED.sub(r"\1[number]", prose)
    prose = HOME.sub(rf"\1{PLACEHOLDER}", AUTHOR.sub(rf"\1{PLACEHOLDER}", prose))
    return CALLED.sub(_anonymous, prose)


def _anonymous(found: re.Match[str]) -> str:
    """Put the placeholder in the place of a name; what is no name ("my name is wrong") is harmless."""
    return found.group().removesuffix(found[1]) + PLACEHOLDER


@dataclass(frozen=True, slots=True)
class Redaction:
    """A student's own names and mail: what they become on the way out, and again on the way back."""

    names: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What the placeholder means: the first of the names, in the student's own writing."""
        return next((part for name in self.names for part in re.split(r"\s+", name.strip()) if part), "")

    def hidden(self, prompt: str) -> str:
        """Hide the student in a prompt: in prose everywhere, in code in comments and strings alone."""
        patterns = list(self._patterns())
        if not patterns:
            return prompt

        def hide(text: str) -> str:
            for pattern in patterns:
                text = pattern.sub(PLACEHOLDER, text)
            return text

        return _outside(prompt, CODE, hide, lambda code: _in_words_of_code(code, hide))

    def restored(self, reply: str) -> str:
        """Give a reply the student's name back."""
        return re.sub(rf"\b{PLACEHOLDER}\b", lambda _: self.called, reply) if self.called else reply

    def _patterns(self) -> Iterator[re.Pattern[str]]:
        for mail in self.mails:
            yield re.compile(re.escape(mail), re.IGNORECASE)
        # The whole name first, then longest first: "Ann" must not cut "Annette" before it is hidden.
        parts = {part for name in self.names for part in re.split(r"[\W\d_]+", name) if len(part) > 1}
        wholes = [name.strip() for name in self.names if len(name.split()) > 1]
        for part in [*wholes, *sorted(parts, key=len, reverse=True)]:
            word = part.lower() in WORDS
            said = re.escape(part[0].upper() + part[1:]) if word else re.escape(part)
            yield re.compile(rf"(?<![^\W_]){said}(?![^\W_])", 0 if word else re.IGNORECASE)


def _in_words_of_code(code: str, hide: Callable[[str], str]) -> str:
    """Change the comments and strings of a program, and nothing else; also of one that can't be read."""

    def change(found: re.Match[str]) -> str:
        text = found.group()
        # What stands between the braces of an f-string is code.
        return _outside(text, BRACES, hide, str) if found["f"] else hide(text)

    return WORDS_OF_CODE.sub(change, code)


def _outside(
    text: str, code: re.Pattern[str], prose: Callable[[str], str], inside: Callable[[str], str]
) -> str:
    said, at = [], 0
    for found in code.finditer(text):
        said += [prose(text[at : found.start()]), inside(found.group())]
        at = found.end()
    return "".join([*said, prose(text[at:])])


def redaction_of(names: Iterable[str], mails: Iterable[str] = ()) -> Redaction:
    """Make the redaction of a student's names and mails."""
    return Redaction(tuple(name for name in names if name.strip()), tuple(mails))
