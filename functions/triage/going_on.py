"""What a message asks for in its conversation: it goes on, answers a check, or is about a program.

Pure: the state of the conversation was read before. None where the message stands for itself.
"""

from __future__ import annotations

import re
from dataclasses import replace

from events.models import Conversation, FollowUp, QuerySubmitted
from functions.conversation.code_questions import asks_about_hidden_code, read_code_question
from functions.conversation.follow_ups import (
    OPENING,
    QUESTION_WORD,
    language_wished,
    plain,
    read_follow_up,
    resolved,
    ways,
    wonders,
)
from functions.conversation.state import State, meant
from functions.knowledge.checks import Check
from functions.knowledge.judging import checks, judge
from functions.knowledge.library import library
from functions.triage.at_hand import at_hand
from functions.triage.classifier import ALONE, Intent
from functions.triage.going import Going
from functions.triage.hidden_code import tells_of_a_fault
from functions.triage.reading import read

MAX_ANSWER = 30
MAX_ASKED = 3
MAX_EXAMPLE = 4000
NOT_AN_ANSWER = re.compile(
    r"\?|^(?:what|why|how|when|where|which|who|can|could|would|do|does|please|give|show|explain|tell|help"
    r"|make|i (?:need|want|don|do not"
    r"|get|am stuck)|thanks?|thank you|ok|okay|hi|hello|bye|no thanks|next|skip|another|more|simpler)\b"
)
# These ask for the last answer in another way; others are questions on what the whole talk is about.
LINE = re.compile(
    r"\b(?:line|row|zeile|l[ií]nea|ligne) \d+|\b(?:first|second|third|last) line\b", re.IGNORECASE
)
OF_THE_LAST = frozenset(
    {"simpler", "rephrase", "step_by_step", "shorter", "picture", "another_example", "more_detail"}
)
# After a hint these speak of the program itself; the others are for whoever gave the hint.
OF_THE_RUN = frozenset({"step_by_step", "what_if", "picture"})


def go_on(query: QuerySubmitted, intent: Intent, state: State) -> Going | None:
    """Understand a message in its conversation; None where it stands for itself."""
    if (of_task := at_hand(query, intent, state)) is not None:
        return of_task
    if intent.kind in ALONE:
        return None
    if intent.wants_solution and state.kind == "hint" and intent.code is None:
        return Going(replace(intent, kind="debug", code=state.code, error=state.error), query.text)
    if intent.code is None and intent.error is None:
        if answers_check(query, state):
            return Going(_concept(intent, state), query.text, "answer_to_check")
        if (follow_up := read_follow_up(query.text, state)) is not None:
            return _followed(query, intent, state, follow_up.kind, follow_up.text)
        if intent.kind == "unknown" and wonders(query.text, state):
            return _followed(query, intent, state, "about", resolved(query.text, state))
    return _about_code(query, intent, state)


def open_check(query: QuerySubmitted, state: State) -> str | None:
    """Give the check question that a message may answer: replied to, open, or one that it is right on."""
    if query.in_reply_to is not None:
        return dict(state.checks).get(query.in_reply_to)
    asked = [question for _, question in reversed(state.checks[-MAX_ASKED:]) if question in checks()]
    asked = [state.open_check, *asked] if state.open_check in checks() else asked
    right = next((one for one in asked if judge(checks()[one][1], query.text)), None)
    return right or state.open_check


def answers_check(query: QuerySubmitted, state: State) -> bool:
    """Whether a message answers the tutor's own question."""
    known = checks().get(open_check(query, state) or "")
    return known is not None and is_answer(query.text, known[1], replied=query.in_reply_to is not None)


def is_answer(text: str, check: Check, *, replied: bool) -> bool:
    """Whether words are an answer to a check; `replied` when they were sent as a reply to it."""
    said = plain(text)
    if replied:
        return not said.endswith("?") or judge(check, text) is not None
    bare = OPENING.sub("", said)
    if len(said.split()) > MAX_ANSWER or NOT_AN_ANSWER.search(said) or QUESTION_WORD.match(bare):
        return False
    if language_wished(text) is not None and judge(check, text) is not True:
        return False
    if any(way.is_in(said) for way in ways()):
        return judge(check, text) is True
    return judge(check, text) is not None


def conversation(
    query: QuerySubmitted, state: State, follow_up: FollowUp | None = None
) -> Conversation | None:
    """Tell the answering agent what a conversation is about; None at its beginning."""
    if not state.asked and not state.kind:
        return None
    return Conversation(
        asked=state.asked,
        kind=state.kind,
        concept=state.concept,
        entry=state.told_entry if follow_up in OF_THE_LAST else state.entry,
        open_check=open_check(query, state),
        level_shift=state.level_shift or None,
        claim=state.claim,
        given=list(state.given) or None,
        example=state.example if len(state.example or "") <= MAX_EXAMPLE else None,
    )


def picked(query: QuerySubmitted, state: State) -> QuerySubmitted:
    """Put the text of a choice in the place of its label or number."""
    text = meant(query.text, state.choices)
    return query if text == query.text else replace(query, text=text)


def _concept(intent: Intent, state: State, *, told: bool = False) -> Intent:
    concept = (state.told_concept if told else None) or state.concept
    known = library().concepts.get(concept or "")
    topic = known.topic if known is not None else intent.topic
    return replace(intent, kind="concept", concept=concept, topic=topic, confidence=1.0, also=())


def _followed(query: QuerySubmitted, intent: Intent, state: State, kind: FollowUp, text: str) -> Going | None:
    """Send what goes on to whoever can: the hint's agent, or the one that explains."""
    if state.kind == "hint" and not (kind in OF_THE_RUN and state.code):
        debug = replace(intent, kind="debug", code=state.code, error=state.error, confidence=1.0, also=())
        return Going(debug, query.text, kind)
    if state.kind in ("explanation", "hint") and state.code is not None:
        if kind == "is_it_right":
            return Going(
                replace(intent, kind="debug", code=state.code, confidence=1.0, also=()), query.text, kind
            )
        said = state.asked if kind == "language" else text
        return Going(
            replace(_concept(intent, state), code=state.code, concept=None), said, kind, explains_code=True
        )
    if state.example and LINE.search(query.text) and read_code_question(query.text, state.example):
        return Going(
            replace(_concept(intent, state), code=state.example), query.text, "about", explains_code=True
        )
    return Going(_concept(intent, state, told=kind in OF_THE_LAST), text, kind)


def _about_code(query: QuerySubmitted, intent: Intent, state: State) -> Going | None:
    """Find a question on a program: one that came along, one of before, or one that is not shown."""
    if intent.error is not None or intent.parsed_error is not None:
        return None
    if intent.code is not None:
        if read_code_question(query.text, intent.code) is None:
            return None
        return Going(
            replace(intent, kind="concept", concept=None, confidence=1.0, also=()),
            query.text,
            None,
            explains_code=True,
        )
    inline = read(query).inline
    if (
        inline
        and "\n" not in inline.strip()
        and read_code_question(query.text, inline)
        and asks_about_hidden_code(query.text)
    ):
        return Going(
            replace(intent, kind="concept", concept=None, code=inline, confidence=1.0),
            query.text,
            None,
            explains_code=True,
        )
    # Where a program fails, help is the better answer than an explanation of it.
    hidden = asks_about_hidden_code(query.text) and not tells_of_a_fault(query.text)
    if intent.explains or hidden:
        code = state.code
        return Going(
            replace(intent, kind="concept", concept=None, code=code, confidence=1.0, also=()),
            query.text,
            None,
            explains_code=True,
        )
    return None
