"""Whether a text gives a solution away, however it is dressed: told from tokens and from syntax trees.

A leak is a line of the solution that the student's own program does not have, or the part of it that was
changed; with other names, cut in pieces, as a diff, in the middle of a sentence, spoken or encoded.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from functions.guardrails.code_tokens import is_sign, renamed, tokens
from functions.guardrails.deobfuscation import decodings, plain_texts
from functions.guardrails.normalized_ast import normalized_statements, statements_of

FENCED = re.compile(r"```[\w+-]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
# A line of fewer tokens (`else:`) is in any program; one of fewer signs is in any sentence.
MIN_TOKENS = 2
MIN_SPECIFIC = 5
MIN_SIGNS = 2
MIN_CHARACTERS = 8

Sequences = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Secret:
    """What a text must not show: new lines as they are, as tokens and without names, and new statements.

    `within` are new lines that are part of a line of the student's; `quotable` are the student's own lines.
    """

    raw: frozenset[str]
    lines: Sequences
    within: Sequences
    shapes: Sequences
    statements: frozenset[str]
    program: tuple[tuple[str, ...], ...]
    known: tuple[tuple[str, ...], ...]
    quotable: frozenset[str]


def reveals_line(text: str, solution: str, known: str = "") -> bool:
    """Whether a text shows a statement of the solution that the student's own program does not have."""
    secret = secret_of(solution, known)
    # What can be read as it is, or after a disguise was taken off.
    if any(_shows(said, secret) for said in plain_texts(text)):
        return True
    # Shifted or reversed text is only looked at where it is no line of the student's: by chance it could
    # fit one.
    foreign = "\n".join(line for line in text.splitlines() if _raw(line) not in secret.quotable)
    return any(_says(tokens(said), secret) for said in decodings(foreign))


def reveals_solution(text: str, solution: str, known: str = "") -> bool:
    """Whether a text tells the whole of a solution; lines that any program might have do not count."""
    secret, wholes = (
        secret_of(solution, known),
        normalized_statements(solution) - normalized_statements(known),
    )
    for said in (*plain_texts(text), *decodings(text)):
        pieces = [piece.strip("\n") for piece in _code_in(said)]
        if any(normalized_statements(one) & wholes for one in (said, *pieces, "\n".join(pieces))):
            return True
        if _dictates(tokens(said), secret):
            return True
    return False


@lru_cache(maxsize=256)
def secret_of(solution: str, known: str) -> Secret:
    """Say what of a solution is new to a student who has the program `known`."""
    program, had = _lines(solution), _lines(known)
    new = [line for line in program if line not in had]
    # A hint may not show the changed part alone either: `range(1, n + 1)` without the rest of its line.
    parts = {part for line in new for part in _changed_parts(line, had)}
    stream = tokens(known)
    long = {line for line in {*new, *parts} if len(line) >= MIN_TOKENS}
    # What the student's program has anywhere is no secret, also when it is part of a longer line there.
    lines = {line for line in long if not _inside(line, stream)}
    shapes = {renamed(line) for line in lines if _is_specific(line)}
    known_shapes = {length: _shapes(stream, length) for length in {len(shape) for shape in shapes}}
    raw = {_raw(line) for line in solution.splitlines()}
    return Secret(
        raw=frozenset(line for line in raw if len(line) >= MIN_CHARACTERS and line not in _raw(known)),
        lines=frozenset(lines),
        # `x = a` is new although `x = a + b` is known: such lines are looked for outside the known ones.
        within=frozenset(long.intersection(new) - lines),
        shapes=frozenset(shape for shape in shapes if shape not in known_shapes[len(shape)]),
        statements=statements_of(solution) - statements_of(known),
        program=program,
        known=had,
        quotable=frozenset(_raw(line) for line in known.splitlines()),
    )


def _shows(text: str, secret: Secret) -> bool:
    pieces = [piece.strip("\n") for piece in _code_in(text)]
    said = tokens(text)
    if any(line in _raw(text) for line in secret.raw) or _dictates(said, secret) or _patches(text, secret):
        return True
    foreign = tokens("".join(piece for piece in pieces if _raw(piece) not in secret.quotable))
    if _holds(foreign, secret) or any(_says(stream, secret) for stream in (said, tokens(" ".join(pieces)))):
        return True
    # Cut in pieces: `fo` and `r x in`, each harmless, are read as one.
    if _repeats(tokens("".join(pieces)), secret):
        return True
    lines = (line for piece in (text, *pieces) for line in piece.splitlines())
    # By the syntax tree: other layout, other names, other quotes.
    programs = {text, *pieces, *lines, "\n".join(pieces), "".join(pieces)}
    return any(
        statements_of(_without_marks(program)) & secret.statements
        for program in programs
        if _raw(program) not in secret.quotable
    )


def _says(stream: tuple[str, ...], secret: Secret) -> bool:
    return _holds(stream, secret) or _repeats(stream, secret)


def _repeats(stream: tuple[str, ...], secret: Secret) -> bool:
    """Whether tokens have a new line in them, as it is or with other names."""
    if any(_inside(line, stream) for line in secret.lines):
        return True
    return any(secret.shapes & _shapes(stream, length) for length in {len(one) for one in secret.shapes})


def _holds(stream: tuple[str, ...], secret: Secret) -> bool:
    """Whether tokens have a new line in them that is a part of one of the student's, outside of that one."""
    return bool(secret.within) and any(
        _joined(line) in _without_lines(stream, secret) for line in secret.within
    )


def _without_lines(stream: tuple[str, ...], secret: Secret) -> str:
    """Leave out what a text only quotes: a line of the solution may be a part of one of the student's."""
    rest = _joined(stream)
    # Longest first: a short line that is part of a longer one must not cut it.
    for line in sorted(secret.known, key=len, reverse=True):
        rest = rest.replace(_joined(line), " | ")
    return rest


def _dictates(stream: tuple[str, ...], secret: Secret) -> bool:
    """Whether a text says the whole solution line by line, and not only the student's own program."""
    # The student's own program said back to them is no dictation.
    quoted = len(secret.known) >= len(secret.program) and _in_order(secret.known, stream)
    return _in_order(secret.program, stream) and not quoted


def _in_order(lines: Sequence[tuple[str, ...]], stream: tuple[str, ...]) -> bool:
    rest = _joined(stream)
    for line in lines:
        # Without the last blank: punctuation of the prose may follow the line.
        _, found, rest = rest.partition(_joined(line)[:-1])
        if not found:
            return False
    return len(lines) > 1


def _patches(text: str, secret: Secret) -> bool:
    """Whether a text takes a line of the student's away, or adds one of the solution, as a diff does."""
    marked = [line.strip() for line in text.splitlines() if line.strip()[:1] in ("+", "-")]
    changes = [(line[0], tokens(line[1:])) for line in marked]
    added = any(mark == "+" and line in secret.program for mark, line in changes)
    # A line taken away counts only where the solution has it less often: it may stay elsewhere.
    surplus = Counter(secret.known) - Counter(secret.program)
    taken = any(mark == "-" and line in surplus for mark, line in changes)
    return added or taken


def _changed_parts(line: tuple[str, ...], had: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Give what is new in a line, each time with the token before or after it."""
    nearest = max(had, key=lambda old: difflib.SequenceMatcher(None, old, line).ratio(), default=())
    matcher = difflib.SequenceMatcher(None, nearest, line)
    # Nothing alike in the student's program: then the whole line is new, and no part of it is.
    if matcher.ratio() < 0.5:
        return
    for kind, _, _, start, end in matcher.get_opcodes():
        if kind in ("insert", "replace"):
            # A changed part alone is too short to be told from prose: one neighbour is taken along.
            for part in (line[max(0, start - 1) : end], line[start : end + 1]):
                if len(part) > MIN_TOKENS and any(map(is_sign, part[:-1])):
                    yield part


def _is_specific(line: Sequence[str]) -> bool:
    """Whether a line is told from prose by its shape alone: a sign such as += is in no sentence."""
    signs = [token for token in line if is_sign(token)]
    coded = len(line) > MIN_TOKENS and any(len(sign) > 1 for sign in signs)
    return coded or (len(line) >= MIN_SPECIFIC and len(signs) >= MIN_SIGNS)


def _inside(part: tuple[str, ...], stream: tuple[str, ...]) -> bool:
    return _joined(part) in _joined(stream)


def _joined(part: Sequence[str]) -> str:
    return f" {' '.join(part)} "


def _lines(code: str) -> tuple[tuple[str, ...], ...]:
    return tuple(line for line in map(tokens, code.splitlines()) if line)


def _shapes(stream: tuple[str, ...], length: int) -> frozenset[tuple[str, ...]]:
    windows = (stream[start : start + length] for start in range(len(stream) - length + 1))
    return frozenset(renamed(window) for window in windows)


def _without_marks(code: str) -> str:
    """Take the marks of a diff away."""
    return re.sub(r"^[+-](?![+-])", "", code, flags=re.MULTILINE)


def _raw(text: str) -> str:
    return text.strip().replace('"', "'")


def _code_in(text: str) -> Iterator[str]:
    """Give the pieces of a text that are set as code, in the order they come."""
    for found in re.finditer(f"{FENCED.pattern}|{INLINE.pattern}", text, re.DOTALL):
        yield found[1] if found[1] is not None else found[2]
