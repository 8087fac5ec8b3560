"""What a student hears who asks how it goes."""

from __future__ import annotations

from collections.abc import Sequence

from events.models import Part, ProgressAsked, ResponseProduced, Topic
from functions.answers.response import response
from functions.model.reply import ruled
from functions.progress.overview import Progress, TopicProgress
from functions.progress.reading import Untried
from functions.progress.topics import TITLES

EMPTY = """\
Nothing is counted yet, so everything is still ahead of you. A good way to begin:

- ask me anything about Python: "What is a variable?"
- or say "Give me an easy exercise on the basics"."""
# Where "proficient" begins by the rules: beyond it more of the same raises little.
ENOUGH = 71


def answer(asked: ProgressAsked, progress: Progress, untried: Sequence[Untried]) -> ResponseProduced:
    """Answer with the student's own figures, and what to do next."""
    said, onward = words(progress, asked.topic), advice(progress, asked.topic, untried)
    parts = [Part(kind="text", text=said)] + ([Part(kind="next", text=onward)] if onward else [])
    return response(asked, "progress", ruled(tuple(parts), paid=bool(asked.with_model)))


def words(progress: Progress, asked: Topic | None) -> str:
    """Show the topics that were begun, or the one that was asked about."""
    if not begun(progress):
        return EMPTY
    shown = [topic for topic in progress.topics if topic.topic == asked] or begun(progress)
    active = f"You have been active **{days(progress.streak_days)}** in a row. "
    opening = f"{active if progress.streak_days else ''}This is where you stand:"
    return "\n".join([opening, "", *map(line, shown)])


def line(topic: TopicProgress) -> str:
    """Show one topic with the parts of its mastery."""
    parts, seen = topic.components, topic.evidence
    counted = [
        f"exercises {parts.exercises:g} ({seen.exercises_total} tried)",
        f"quizzes {parts.quizzes:g} ({seen.quizzes_total} taken)",
        f"code quality {parts.code_quality:g} ({seen.reviews_total} reviewed)",
        f"consistency {parts.consistency:g} ({seen.days} of the last {seen.days_of} days)",
    ]
    level = f"{topic.level}, still provisional" if topic.provisional else topic.level
    return f"- **{TITLES[topic.topic]}: {topic.mastery:g} of 100** ({level}): {', '.join(counted)}"


def advice(progress: Progress, asked: Topic | None, untried: Sequence[Untried]) -> str:
    """Suggest what brings the student on; nothing before anything was begun."""
    started = begun(progress)
    if not started:
        return ""
    # What was asked for and lies there comes before anything new.
    waiting = next((one for one in untried if asked in (None, one.topic)), None)
    if waiting is not None:
        about = f"{TITLES[waiting.topic].lower()} ({waiting.difficulty})"
        return f"**Next:** an exercise on {about} is still waiting for you."
    # The weakest topic has most to gain, as each part of mastery has a ceiling.
    focus = next((t for t in progress.topics if t.topic == asked), min(started, key=lambda t: t.mastery))
    return f"**Next:** {next_step(focus)}"


def next_step(topic: TopicProgress) -> str:
    """Suggest what raises the mastery of a topic most."""
    name, seen = TITLES[topic.topic].lower(), topic.evidence
    if topic.mastery >= ENOUGH and not topic.provisional:
        return f'you know {name} well. Say "Give me a hard exercise on {name}", or go on to a new topic.'
    if not seen.quizzes_total and seen.exercises_total:
        return f"take a quiz on {name}: quizzes make up 30 of the 100 points, and you have none yet."
    if any(one.counted < one.score for one in seen.exercises):
        return f'solve one on {name} without hints; it counts more. Say "Give me an exercise on {name}".'
    return f'say "Give me an exercise on {name}": each one you solve counts.'


def begun(progress: Progress) -> list[TopicProgress]:
    """List the topics with any evidence of their own."""
    own = [(t, t.evidence) for t in progress.topics]
    return [t for t, seen in own if seen.exercises_total + seen.quizzes_total + seen.reviews_total]


def days(number: int) -> str:
    """Count days in words."""
    return "1 day" if number == 1 else f"{number} days"
