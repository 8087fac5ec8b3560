"""What is asked for on the command line."""

from __future__ import annotations

import argparse
import getpass
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NoReturn, cast

from infra.deploy.request import LOCAL, environments
from infra.replay.errors import Refused

AGO = re.compile(r"(\d{1,5})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
RECORD = re.compile(r"\d{1,9}-\d{1,18}")
TIMES = "a time is ISO 8601 (UTC unless it says otherwise), or how long ago: 90m, 12h, 3d"

Projection = Literal["progress", "alerts"]
Action = Literal["list", "show", "retry", "drop"]


@dataclass(frozen=True, slots=True)
class Replay:
    """A part of a topic to go through again; without a start it is all that Kafka has."""

    environment: str
    topic: str | None
    since: datetime | int | None
    until: datetime | int | None
    function: str | None
    rebuild: Projection | None
    dry_run: bool
    restart: bool
    asked: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which dead letters are meant; what is None lets all pass."""

    topic: str | None = None
    function: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def empty(self) -> bool:
        """Whether it lets everything pass."""
        return self == Filter()


@dataclass(frozen=True, slots=True)
class Letters:
    """Something to do with dead letters, named by partition and offset or chosen by a filter."""

    environment: str
    action: Action
    records: tuple[str, ...]
    chosen: Filter
    everything: bool
    data: Path | None
    by: str
    note: str | None


class Parser(argparse.ArgumentParser):
    """Says what is wrong as an exception."""

    def error(self, message: str) -> NoReturn:
        """Raise Refused."""
        raise Refused(f"{message}\n{self.format_usage()}".rstrip())


def read(words: Sequence[str], now: datetime) -> Replay | Letters:
    """Read the command line; raises Refused saying which option is wrong and what was expected."""
    command, *rest = words or [""]
    environment, rest = environment_of(rest)
    if command == "replay":
        return replay(environment, rest, now)
    if command == "dead-letter":
        return letters(environment, rest, now)
    raise Refused(f"{command or 'nothing'} is not understood: replay or dead-letter")


def environment_of(words: list[str]) -> tuple[str, list[str]]:
    """Take ENV=... out of the words."""
    given = [word.removeprefix("ENV=") for word in words if word.startswith("ENV=")]
    environment = given[-1] if given else LOCAL
    if environment not in (known := environments(local=True)):
        raise Refused(f"ENV has to be one of {', '.join(known)}, not {environment!r}")
    return environment, [word for word in words if not word.startswith("ENV=")]


def replay(environment: str, words: list[str], now: datetime) -> Replay:
    """Read `replay`."""
    parser = Parser(prog="./task replay", usage=REPLAY_USAGE, add_help=False, allow_abbrev=False)
    parser.add_argument("--topic")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--since")
    start.add_argument("--from-offset")
    start.add_argument("--all", action="store_true")
    parser.add_argument("--to")
    parser.add_argument("--function")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--redeliver", action="store_true")
    mode.add_argument("--rebuild", choices=("progress", "alerts"))
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--restart", action="store_true")
    given = parser.parse_args(words)
    since: datetime | int | None = None
    if given.since is not None:
        since = instant("--since", given.since, now)
    elif given.from_offset is not None:
        since = offset("--from-offset", given.from_offset)
    until = None if given.to is None else end(given.to, now)
    request = Replay(
        environment=environment,
        topic=given.topic,
        since=since,
        until=until,
        function=given.function,
        rebuild=cast("Projection | None", given.rebuild),
        dry_run=given.dry_run,
        restart=given.restart,
        asked=" ".join(word for word in words if word not in {"--dry-run", "--restart"}),
    )
    return checked(request, whole=given.all)


def checked(request: Replay, *, whole: bool) -> Replay:
    """Refuse what makes no sense."""
    since, until = request.since, request.until
    if request.rebuild is None:
        if request.topic is None:
            raise Refused("--redeliver needs --topic")
        if since is None and not whole:
            raise Refused("--redeliver needs a start: --since TIME, --from-offset N or --all")
        if type(since) is type(until) and since is not None and since >= until:  # type: ignore[operator]
            raise Refused("--to has to come after the start")
        return request
    if until is not None:
        raise Refused("--rebuild goes to the end of its topics: leave out --to")
    if request.function is not None:
        raise Refused("--rebuild concerns a projection, not a function: leave out --function")
    if isinstance(since, int):
        raise Refused(
            "--rebuild needs a time where it starts, since what came before is kept: --since TIME or --all"
        )
    return request


def letters(environment: str, words: list[str], now: datetime) -> Letters:
    """Read `dead-letter`."""
    parser = Parser(prog="./task dead-letter", usage=LETTERS_USAGE, add_help=False, allow_abbrev=False)
    parser.add_argument("action", choices=("list", "show", "retry", "drop"))
    parser.add_argument("records", nargs="*", metavar="RECORD")
    for name in ("topic", "function", "reason", "since", "until", "note"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--by", default=None)
    parser.add_argument("--everything", action="store_true")
    given = parser.parse_intermixed_args(words)
    for record in given.records:
        if not RECORD.fullmatch(record):
            raise Refused(f"{record!r} names no record: PARTITION-OFFSET is expected, as the list shows it")
    chosen = Filter(
        topic=given.topic,
        function=given.function and given.function.replace("-", "_"),
        reason=given.reason,
        since=None if given.since is None else instant("--since", given.since, now),
        until=None if given.until is None else instant("--until", given.until, now),
    )
    request = Letters(
        environment=environment,
        action=given.action,
        records=tuple(given.records),
        chosen=chosen,
        everything=given.everything,
        data=given.data,
        by=given.by or getpass.getuser(),
        note=given.note,
    )
    return refused_or(request)


def refused_or(request: Letters) -> Letters:
    """Refuse what makes no sense; nothing is sent or dropped without saying which."""
    action = request.action
    if action == "show" and not request.records:
        raise Refused("show needs the records to show: PARTITION-OFFSET, as the list shows them")
    if action in {"retry", "drop"} and not request.records and request.chosen.empty:
        raise Refused(f"{action} needs records, or a filter such as --function or --reason")
    if request.data is not None and (action != "retry" or len(request.records) != 1):
        raise Refused("--data belongs to retry, with exactly one record")
    if action == "list":
        return request
    return replace(request, everything=request.everything or action == "show")


def instant(option: str, raw: str, now: datetime) -> datetime:
    """Read a time."""
    if ago := AGO.fullmatch(raw):
        return now - timedelta(**{UNITS[ago[2]]: int(ago[1])})
    try:
        value = datetime.fromisoformat(raw)
    except ValueError:
        raise Refused(f"{option}: {raw!r} is no time; {TIMES}") from None
    value = value if value.tzinfo else value.replace(tzinfo=UTC)
    if option == "--since" and value > now:
        raise Refused(f"--since: {raw} is still to come")
    return value


def offset(option: str, raw: str) -> int:
    """Read an offset."""
    if not raw.isdecimal():
        raise Refused(f"{option}: expected a whole number from 0, got {raw!r}")
    return int(raw)


def end(raw: str, now: datetime) -> datetime | int:
    """Read where a replay ends: an offset, or a time."""
    return int(raw) if raw.isdecimal() else instant("--to", raw, now)


REPLAY_USAGE = f"""
  ./task replay --redeliver --topic T (--since TIME | --from-offset N | --all) [--to TIME|N] [--function F]
  ./task replay --rebuild progress|alerts [--since TIME | --all] [--topic T]
  both take: [--dry-run] [--restart] [ENV=local|staging|production|...]
  {TIMES}"""
LETTERS_USAGE = f"""
  ./task dead-letter list [FILTER] [--everything]
  ./task dead-letter show RECORD...
  ./task dead-letter retry RECORD... | FILTER [--data FILE] [--by NAME] [--note TEXT]
  ./task dead-letter drop  RECORD... | FILTER [--by NAME] [--note TEXT]
  FILTER: [--topic T] [--function F] [--reason R] [--since TIME] [--until TIME]
  all take: [ENV=local|staging|production|...]
  {TIMES}"""
