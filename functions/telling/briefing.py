"""From material to a prompt: one base for all agents; each brings its own file of instructions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from functions.model import prompts
from functions.model.prompts import Prompt
from functions.telling.material import ExerciseText, Material, Turn

MAX_TURNS = 6
# Characters of what was said before: enough to go on from, and no second prompt.
MAX_TURN_TEXT = 600
MAX_TURN_CODE = 1200
MAX_ENTRY = 900
MAX_ENTRIES = 3
MAX_NOTES = 2400
MAX_RUN = 1200


def brief(agent: str, name: str, purpose: str, material: Material, **words: object) -> Prompt:
    """Write the prompt of an agent for an answer in the model's own words."""
    return prompts.prompt_file(agent, name).prompt(
        purpose,
        user=facts(material),
        reader=prompts.readers()[material.level],
        language=material.language,
        **words,
    )


def facts(material: Material) -> str:
    """Write the material down in a fixed order; what is not known is left out."""
    return prompts.joined(*_facts(material))


def _facts(material: Material) -> Iterator[str]:
    if turns := list(material.turns)[-MAX_TURNS:]:
        yield prompts.data("earlier", "\n\n".join(map(_turn, turns)))
    if material.open_check:
        yield prompts.data("open_question", material.open_check)
    yield prompts.student("text", material.text)
    if material.code:
        yield prompts.student_code(material.code)
    if material.error:
        yield prompts.student("error", material.error)
    if material.run is not None:
        yield prompts.data("run", _listed(_run(material)))
    if material.exercise is not None:
        yield prompts.data("exercise", "\n".join(_exercise(material.exercise)))
    yield from _tagged("verdict", material.verdict or "")
    yield from _tagged("diagnosis", material.diagnosis)
    yield from _tagged("findings", _listed(material.findings))
    if material.ladder is not None:
        given = ", ".join(material.ladder.given) or "none"
        said = f"Rung: {material.ladder.rung}. Shown before: {given}.\n{material.ladder.words}"
        yield prompts.data("ladder", said)
    for entry in list(material.entries)[:MAX_ENTRIES]:
        head = f"Card: {entry.id} ({entry.title}), fits {entry.score:.2f}"
        yield prompts.data("card", f"{head}\n{_cut(entry.text, MAX_ENTRY)}")
    yield from _tagged("notes", _cut(material.notes, MAX_NOTES))
    figures = (f"{name}: {value}" for name, value in (material.figures or {}).items())
    yield from _tagged("figures", _listed(figures))
    yield from _tagged("also_asked", ", ".join(material.also))
    yield from _tagged("class_rules", _listed(material.rules))


def _tagged(tag: str, value: str) -> Iterator[str]:
    if value.strip():
        yield prompts.data(tag, value)


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _turn(turn: Turn) -> str:
    said = [f"Student: {_cut(turn.text, MAX_TURN_TEXT)}"]
    if turn.code:
        said.append(f"```python\n{_cut(turn.code, MAX_TURN_CODE)}\n```")
    if turn.error:
        said.append(f"Error: {_cut(turn.error, MAX_TURN_TEXT)}")
    if turn.answer:
        said.append(f"Tutor: {_cut(turn.answer, MAX_TURN_TEXT)}")
    return "\n".join(said)


def _run(material: Material) -> Sequence[str]:
    run = material.run
    if run is None:
        return ()
    told = (("It ended", run.ended), ("It printed", run.output), ("Error", run.error), ("Values", run.values))
    return [f"{name}: {_cut(value, MAX_RUN)}" for name, value in told if value.strip()]


def _exercise(exercise: ExerciseText) -> Iterator[str]:
    yield f"{exercise.title}\n{exercise.instructions}"
    if exercise.starter.strip():
        yield f"It begins with:\n```python\n{exercise.starter}\n```"
    if exercise.tests:
        yield f"Visible tests:\n{_listed(exercise.tests)}"
    if exercise.grade:
        yield f"Last grade: {exercise.grade}"
    if exercise.results:
        yield f"Tests of the program at hand:\n{_listed(exercise.results)}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} [...]"
