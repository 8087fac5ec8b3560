"""What a student reads of a review: what was seen, what is good, every finding, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from events.models import Level, Part
from functions.answers import answer
from functions.code_review.correctness import Correctness, Seen
from functions.code_review.rating import Rating
from functions.code_review.rulebook import Dimension, Finding, rulebook

# How many findings are explained; the rest is told in one line each.
MAX_EXPLAINED: dict[Level, int] = {"beginner": 3, "learning": 5, "proficient": 8, "mastered": 8}
ALONE = "the number is for style and structure alone"
OPENINGS: dict[Seen, str] = {
    "ran": f"I ran it, and it finished. There are no tests for it: {ALONE}.",
    "lacking": "I could not run it to its end here: `{note}`. Your computer may have what is missing here, "
    f"so this costs nothing, and {ALONE}.",
    "limited": f"I stopped it at the {{note}} limit. That costs nothing, and {ALONE}.",
    "asks": f"I did not run it, because it asks for input and there is nobody to type: {ALONE}.",
    "unread": f"I did not run it: {ALONE}.",
}
SHORT = "It is too short for a rating of its style and structure."
SHORT_SEEN: dict[Seen, str] = {
    "ran": "I ran it, and it finished.",
    "lacking": "I could not run it to its end here: `{note}`. Your computer may have what is missing here.",
    "limited": "I stopped it at the {note} limit.",
    "asks": "I did not run it, because it asks for input.",
    "unread": "I did not run it.",
}
PRAISE: dict[Dimension, str] = {
    "error-prone": "I saw no likely bugs",
    "naming": "the names follow Python's habits",
    "structure": "the structure is simple",
    "style": "the lines are tidy",
}
EXAMPLE = (
    'Does it do what it should? Give me an example, such as "add(2, 3) should give 5" or '
    '"for the input 3 it prints 6", and I\'ll try it.'
)


def told(
    rating: Rating | None, findings: Sequence[Finding], correct: Correctness, level: Level, lines: list[str]
) -> Iterator[Part]:
    """Tell a review, in an order in which the second part may be worded anew by a model."""
    failing = [finding for finding in findings if not finding.line]
    placed = [finding for finding in findings if finding.line]
    yield answer.text(_opening(rating, correct))
    yield answer.text(_middle(rating, findings, correct))
    if failing:
        yield answer.text("\n".join(f"- {one.message} {one.suggestion}" for one in failing))
    if placed:
        yield answer.text("\n\n".join(points(placed, lines, level)))
    yield answer.onward(_onward(failing, placed, correct))


def _opening(rating: Rating | None, correct: Correctness) -> str:
    if rating is None:
        return f"{SHORT_SEEN[correct.seen].format(note=correct.note)} {SHORT}"
    if correct.seen == "tested":
        return f"**Quality: {rating.quality} of 100.** {_counted(correct)}"
    if correct.seen == "stopped":
        return f"**Quality: {rating.quality} of 100.** I ran it, and it stopped with an error."
    seen = OPENINGS[correct.seen].format(note=correct.note)
    return f"**Style and structure: {rating.quality} of 100.** {seen}"


def _counted(correct: Correctness) -> str:
    if correct.total == 1:
        return "The test passes." if correct.complete else "The test does not pass."
    passed = "All" if correct.complete else f"{correct.passed} of"
    return f"{passed} {correct.total} tests pass."


def _middle(rating: Rating | None, findings: Sequence[Finding], correct: Correctness) -> str:
    if correct.seen == "stopped":
        return "Begin with the error; everything else can wait."
    if correct.seen == "tested" and not correct.complete:
        return "Begin with the tests that fail; everything else can wait."
    if not findings:
        # Without tests nobody knows whether it is right: no word may sound as if it were.
        if not correct.complete:
            return (
                "None of my rules for style and structure objects to it. That says nothing of what it does."
            )
        return "I found nothing to change in the way it is written. Well done!"
    touched = {finding.dimension for finding in findings}
    judged = rating.dimensions if rating else ()
    good = [words for name, words in PRAISE.items() if name in judged and name not in touched]
    return (
        f"What is good: {' and '.join(good[:2])}. What you could improve:"
        if good
        else "What you could improve:"
    )


def points(placed: Sequence[Finding], lines: list[str], level: Level) -> Iterator[str]:
    """Tell findings, the dearest first: some are explained, each of the others has a line of its own."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in placed:
        groups.setdefault((finding.rule, finding.message), []).append(finding)
    ordered = sorted(groups.values(), key=lambda group: -sum(finding.points for finding in group))
    explained = MAX_EXPLAINED[level]
    yield from (_explained(group, lines, level) for group in ordered[:explained])
    if rest := ordered[explained:]:
        yield "\n".join(f"- {_where(group)}: {group[0].message}" for group in rest)


def _where(group: Sequence[Finding]) -> str:
    numbers = sorted({finding.line for finding in group})
    return f"Line {numbers[0]}" if len(numbers) == 1 else f"Lines {', '.join(map(str, numbers))}"


def _explained(group: Sequence[Finding], lines: list[str], level: Level) -> str:
    first = min(group, key=lambda finding: finding.line)
    line = lines[first.line - 1].strip().replace("`", "'")[:80] if first.line <= len(lines) else ""
    shown = f" (`{line}`)" if line else ""
    rule = rulebook().get(first.rule)
    simple = rule.beginner if rule and level == "beginner" else None
    return f"- **{_where(group)}**{shown}: {simple or f'{first.message} {first.suggestion}'}"


def _onward(failing: Sequence[Finding], placed: Sequence[Finding], correct: Correctness) -> str:
    if failing:
        return "**Next:** look at the first test that fails, change the program, and send me the new version."
    if correct.note.startswith("I called"):
        return f"**Next:** {correct.note} Is that what it should give? If not, tell me what you expect."
    first = _dearest(placed)
    if first is not None and (correct.complete or first.points):
        begin = f"**Next:** begin with line {first.line}, run the program again, and send me the new version."
        return begin if correct.share is not None else f"{begin} {EXAMPLE}"
    return "**Next:** ask me for a harder exercise." if correct.complete else f"**Next:** {EXAMPLE}"


def _dearest(placed: Iterable[Finding]) -> Finding | None:
    return min(placed, key=lambda finding: (-finding.points, finding.line), default=None)
