"""One unresolved alert per topic and rule; teachers hear of it once."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from events.models import Evidence, StruggleDetected
from functions.alerts.alert import (
    Action,
    Alert,
    AlertRules,
    Correction,
    Facts,
    Pass,
    alert_to_notify,
    fold,
)
from tests.unit.progress.makers import NOON, STUDENT

RULES = AlertRules()
TEACHER = UUID(int=9)


def after(minutes: float) -> Any:
    return NOON + timedelta(minutes=minutes)


def detected(minutes: float, rule: Any = "same_error", topic: Any = "oop", **more: Any) -> StruggleDetected:
    at = after(minutes)
    return StruggleDetected(
        alert_id=more.pop("alert_id", None) or uuid4(),
        student_id=STUDENT,
        rule=rule,
        topic=topic,
        severity=more.pop("severity", "medium"),
        occurred_at=at,
        evidence=[Evidence(kind="error", at=at, ref=str(minutes))],
        **more,
    )


def acted(minutes: float, action: Any = "acknowledge") -> Action:
    return Action(uuid4(), "oop", "same_error", action, TEACHER, after(minutes), "seen")


def passed(minutes: float, topic: Any = "oop", exercise_id: UUID | None = None) -> Pass:
    return Pass(uuid4(), after(minutes), topic, exercise_id)


def alert(*facts: StruggleDetected | Action | Pass) -> list[Alert]:
    return fold(
        Facts(
            [one for one in facts if isinstance(one, StruggleDetected)],
            [one for one in facts if isinstance(one, Pass)],
            [one for one in facts if isinstance(one, Action)],
        ),
        RULES,
    )


def corrected(minutes: float, of: UUID, *, withdrawn: bool = True) -> Correction:
    return Correction(uuid4(), of, withdrawn, after(minutes))


def test_an_unknown_topic_joins_the_known_one_in_any_order() -> None:
    """Three failing runs whose topic nobody told, and the questions about them, are one alert."""
    for topics in ([None, "oop", None], ["oop", None], [None, None, "oop"]):
        [one] = alert(*(detected(n, topic=topic) for n, topic in enumerate(topics)))
        assert (one.topic, one.count, len(one.notices)) == ("oop", len(topics), 1)
    assert len(alert(detected(0, topic="oop"), detected(1, topic="files"))) == 2
    assert len(alert(detected(0, topic="oop"), detected(1, "stuck", topic=None))) == 2


def test_what_a_teacher_did_to_an_alert_without_topic_stays_done() -> None:
    action = replace(acted(5, "resolve"), topic=None)
    [one] = alert(detected(0, topic=None), action)
    assert (one.topic, one.status) == (None, "resolved")
    first, second = alert(detected(0, topic=None), action, detected(6, topic="oop"))
    assert (first.status, second.status, second.topic) == ("resolved", "open", "oop")


def test_nobody_is_told_twice_once_the_topic_is_known() -> None:
    known = detected(1, topic="oop")
    alerts = alert(detected(0, topic=None), known)
    told = {(None, "same_error"): [after(0)]}
    assert alert_to_notify(alerts, known.alert_id, told, RULES) is None  # type: ignore[arg-type]


def test_what_was_withdrawn_never_happened() -> None:
    first, second = detected(0), detected(10)
    facts = Facts([first, second], corrections=[corrected(60, first.alert_id)])
    assert fold(facts, RULES) == alert(second)


def test_a_pass_that_was_none_leaves_the_alert_open() -> None:
    trouble, solved = detected(0), passed(5)
    facts = Facts([trouble], [solved], corrections=[corrected(60, solved.activity_id)])
    assert [one.status for one in fold(facts, RULES)] == ["open"]


def test_of_several_corrections_the_last_one_counts() -> None:
    """Whatever the order in which they arrive."""
    one = detected(0)
    steps = [
        corrected(60, one.alert_id),
        corrected(70, one.alert_id, withdrawn=False),
        corrected(80, one.alert_id),
        corrected(90, one.alert_id, withdrawn=False),
    ]
    for number in range(1, len(steps) + 1):
        for order in itertools.permutations(steps[:number]):
            found = fold(Facts([one], corrections=order), RULES)
            assert len(found) == (number + 1) % 2


def test_repeats_within_half_an_hour_count_up_and_are_not_told() -> None:
    [one] = alert(detected(0), detected(10), detected(29))
    assert (one.count, len(one.notices), len(one.evidence), one.last_seen) == (3, 1, 3, after(29))


def test_a_repeat_much_later_is_told_again() -> None:
    [one] = alert(detected(0), detected(31))
    assert (one.count, len(one.notices)) == (2, 2)


def test_an_acknowledged_alert_rests_and_then_opens_again() -> None:
    resting, again = detected(34), detected(36)
    [calm] = alert(detected(0), acted(5), resting)
    assert (calm.status, calm.count, len(calm.notices), calm.acknowledged_by) == (
        "acknowledged",
        2,
        1,
        TEACHER,
    )
    [reopened] = alert(detected(0), acted(5), again)
    assert (reopened.status, reopened.notices[1:]) == ("open", (again.alert_id,))


def test_a_second_rule_raises_the_severity_of_both() -> None:
    alerts = alert(
        detected(0), detected(1, rule="timeout", severity="high"), detected(2, "stuck", topic="files")
    )
    assert {one.rule: one.severity for one in alerts} == {
        "same_error": "high",
        "timeout": "high",
        "stuck": "medium",
    }


def test_passing_the_tests_resolves_alerts_of_the_topic() -> None:
    resolved, other = alert(detected(0), detected(1, topic="files"), passed(5))
    assert (resolved.status, resolved.resolved_at, resolved.resolved_by) == ("resolved", after(5), None)
    assert other.status == "open"


def test_a_pass_before_the_last_detection_resolves_nothing() -> None:
    assert [one.status for one in alert(passed(-1), detected(0))] == ["open"]


def test_the_same_exercise_resolves_whatever_its_topic() -> None:
    [one] = alert(detected(0, topic="files", exercise_id=UUID(int=3)), passed(1, "oop", UUID(int=3)))
    assert one.status == "resolved"


def test_an_alert_without_topic_ends_with_any_pass() -> None:
    assert [one.status for one in alert(detected(0, topic=None), passed(1))] == ["resolved"]


def test_after_a_resolution_a_new_alert_opens() -> None:
    old, new = alert(detected(0), acted(1, "resolve"), detected(2))
    assert (old.status, old.note, new.status, new.count) == ("resolved", "seen", "open", 1)


def test_only_the_newest_evidence_is_kept() -> None:
    [one] = alert(*(detected(minutes) for minutes in range(25)))
    assert (one.count, len(one.evidence), one.evidence[-1].at) == (25, RULES.evidence, after(24))


facts = st.lists(
    st.one_of(
        st.builds(
            lambda at, rule, topic, name: detected(at, rule, topic, alert_id=name),
            st.integers(0, 200),
            st.sampled_from(["same_error", "timeout"]),
            st.sampled_from(["oop", None]),
            st.uuids(),
        ),
        st.builds(lambda at, name: Pass(name, after(at), "oop"), st.integers(0, 200), st.uuids()),
        st.builds(acted, st.integers(0, 200), st.sampled_from(["acknowledge", "resolve"])),
    ),
    max_size=25,
)


@given(facts, st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(known: list[Any], random: Any) -> None:
    again = [*known, *(one for one in random.sample(known, len(known) // 2) if not isinstance(one, Action))]
    random.shuffle(again)
    assert sorted(alert(*known), key=repr) == sorted(alert(*again), key=repr)
    keys = [one.key for one in alert(*known) if one.status != "resolved"]
    assert len(keys) == len(set(keys))


@given(facts, st.randoms(use_true_random=False))
def test_teachers_hear_at_most_once_in_half_an_hour_of_one_alert(known: list[Any], random: Any) -> None:
    """Whatever the order of arrival; unless the alert was over, or acknowledged, in between."""
    detections = [one for one in known if isinstance(one, StruggleDetected)]
    random.shuffle(detections)
    told: dict[Any, list[Any]] = {}
    for count, newest in enumerate(detections, 1):
        found = alert_to_notify(alert(*detections[:count]), newest.alert_id, told, RULES)
        if found is not None:
            told.setdefault(found.key, []).append(found.told_at)
    for times in told.values():
        ordered = sorted(times)
        assert all(b - a > RULES.repeat for a, b in itertools.pairwise(ordered))
