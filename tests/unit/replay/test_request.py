"""What is asked for on the command line is read, or refused with what was expected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from infra.replay.errors import Refused
from infra.replay.request import Filter, Letters, Replay, read

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def asked(words: str) -> Replay | Letters:
    return read(words.split(), NOW)


def test_a_redelivery_is_read() -> None:
    found = asked(
        "replay --topic code.submissions --since 2h --to 2026-03-02T11:30 --function exercise --redeliver"
    )
    assert isinstance(found, Replay)
    assert (found.environment, found.topic, found.function) == ("local", "code.submissions", "exercise")
    assert found.since == NOW - timedelta(hours=2)
    assert found.until == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)


def test_offsets_and_the_environment_are_read() -> None:
    found = asked("replay ENV=staging --topic t --from-offset 0 --to 7 --redeliver --dry-run")
    assert isinstance(found, Replay)
    assert (found.environment, found.since, found.until, found.dry_run) == ("staging", 0, 7, True)


def test_what_only_says_how_does_not_change_what_is_asked_for() -> None:
    first, again = asked("replay --rebuild alerts"), asked("replay --rebuild alerts --restart")
    assert isinstance(first, Replay)
    assert isinstance(again, Replay)
    assert (first.asked, again.restart) == (again.asked, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "nothing is not understood"),
        ("rewind", "rewind is not understood"),
        ("replay --topic t --all", "one of the arguments --redeliver --rebuild is required"),
        ("replay --all --redeliver", "--redeliver needs --topic"),
        ("replay --topic t --redeliver", "needs a start: --since TIME, --from-offset N or --all"),
        ("replay --topic t --redeliver --all --since 2h", "not allowed with argument --all"),
        (
            "replay --topic t --redeliver --since yesterday",
            "--since: 'yesterday' is no time; a time is ISO 8601",
        ),
        ("replay --topic t --redeliver --since 2027-01-01", "is still to come"),
        ("replay --topic t --redeliver --from-offset -1", "--from-offset"),
        ("replay --topic t --redeliver --since 1h --to 2h", "--to has to come after the start"),
        ("replay --topic t --redeliver --from-offset 7 --to 7", "--to has to come after the start"),
        ("replay --rebuild streaks", "invalid choice: 'streaks'"),
        ("replay --rebuild progress --to 3", "leave out --to"),
        ("replay --rebuild progress --function progress", "leave out --function"),
        ("replay --rebuild progress --from-offset 3", "needs a time where it starts"),
        (
            "replay ENV=prod --rebuild progress",
            "ENV has to be one of local, production, staging, trial, not 'prod'",
        ),
        ("dead-letter burn", "invalid choice: 'burn'"),
        ("dead-letter show", "show needs the records"),
        ("dead-letter show 7", "'7' names no record: PARTITION-OFFSET is expected"),
        ("dead-letter drop", "drop needs records, or a filter"),
        (
            "dead-letter retry --function debug --data x.json",
            "--data belongs to retry, with exactly one record",
        ),
        ("dead-letter drop 0-1 --data x.json", "--data belongs to retry"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_expected(words: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(words)
    assert said in str(refused.value)


def test_dead_letters_are_chosen_by_name_or_by_filter() -> None:
    found = asked("dead-letter retry 0-12 2-5 --by Ada --note fixed")
    assert isinstance(found, Letters)
    assert (found.records, found.by, found.note) == (("0-12", "2-5"), "Ada", "fixed")
    chosen = asked("dead-letter list --function code-review --reason schema --since 3d")
    assert isinstance(chosen, Letters)
    assert chosen.chosen == Filter(function="code_review", reason="schema", since=NOW - timedelta(days=3))
