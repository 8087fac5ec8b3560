"""The console is there when it is switched on, and its journeys are for those whose business they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from tests.integration.gateway.conftest import Person, Start
from tests.support import plain
from tests.support.processes import FunctionProcess


@pytest.fixture(scope="module")
def console(start_gateway: Start, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A gateway with a console whose library was never built."""
    missing = tmp_path_factory.mktemp("console") / "library.js"
    return start_gateway(LEARNFLOW_CONSOLE="on", LEARNFLOW_CONSOLE_LIBRARY=str(missing)).url


@pytest.mark.parametrize("path", ["/", "/console", "/console/", "/console/app.js"])
def test_there_is_no_console_unless_it_is_switched_on(gateway: FunctionProcess, path: str) -> None:
    assert plain.get(f"{gateway.url}{path}").status_code == 404


@pytest.mark.parametrize("path", ["/", "/console"])
def test_the_root_leads_to_it(console: str, path: str) -> None:
    found = plain.get(f"{console}{path}")
    assert (found.status_code, found.headers["location"]) == (307, "/console/")


def test_the_page_allows_nothing_from_elsewhere_and_no_inline_script(console: str) -> None:
    found = plain.get(f"{console}/console/")
    policy = found.headers["content-security-policy"]
    assert found.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "//" not in found.text
    again = plain.get(f"{console}/console/", headers={"if-none-match": found.headers["etag"]})
    assert again.status_code == 304


def test_files_are_small_on_the_wire_and_unchanged_ones_are_not_sent_again(console: str) -> None:
    found = plain.get(f"{console}/console/console.css")
    assert found.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in found.headers["vary"]
    again = plain.get(f"{console}/console/console.css", headers={"if-none-match": found.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (
        "content-encoding"
        not in plain.get(f"{console}/console/", headers={"accept-encoding": "identity"}).headers
    )


@pytest.mark.parametrize("path", ["library.js", "nothing.js", "..%2fserving.py", "%2e%2e/serving.py"])
def test_what_is_not_there_is_a_404(console: str, path: str) -> None:
    """A library that was not built too: the page then has plain text fields."""
    found = plain.get(f"{console}/console/{path}")
    assert (found.status_code, found.headers["content-type"]) == (404, "application/problem+json")


def test_every_file_that_the_page_asks_for_is_there(console: str) -> None:
    static = Path("functions/gateway/console/static")
    for path in static.rglob("*.*"):
        assert plain.get(f"{console}/console/{path.relative_to(static)}").status_code == 200, path


async def test_a_journey_tells_what_is_on_its_way_and_what_is_done(
    sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    student = sign_up()
    message_id = student.ask()["message_id"]
    begun = student.http.get(f"/chat/messages/{message_id}/journey").json()
    assert (begun["status"], begun["answered_ms"], begun["settled"]) == ("pending", None, False)
    [hop] = begun["hops"]
    assert (hop["producer"], hop["topic"], hop["at_ms"]) == ("gateway", "learning.requests", 0.0)
    start = await db.fetchval("SELECT created_at FROM outbox WHERE correlation_id = $1", message_id)
    event = await db.fetchval("SELECT event_id FROM outbox WHERE correlation_id = $1", message_id)
    times = [start + timedelta(milliseconds=ms) for ms in (5, 12.5)]
    await db.execute(
        "INSERT INTO inbox"
        " (consumer, source, id, type, correlation_id, received_at, lease_until, done_at, outcome)"
        " VALUES ('triage', '/learnflow/gateway', $1, 't', $2, $3, $4, $4, 'handled')",
        event,
        message_id,
        *times,
    )
    [stop] = student.http.get(f"/chat/messages/{message_id}/journey").json()["hops"][0]["deliveries"]
    assert stop == {
        "consumer": "triage",
        "received_ms": 5.0,
        "took_ms": 7.5,
        "attempts": 1,
        "outcome": "handled",
    }


async def test_a_teachers_look_at_a_journey_is_kept(
    sign_up: Callable[..., Person], db: asyncpg.Connection
) -> None:
    student, teacher = sign_up(), sign_up("teacher")
    made = teacher.http.post("/classes", json={"name": "Python"}).json()
    student.http.post("/classes/join", json={"join_code": made["join_code"]})
    message_id = student.ask()["message_id"]
    assert teacher.http.get(f"/chat/messages/{message_id}/journey").status_code == 200
    views = student.http.get("/me/export").json()["data"]["student_views"]
    assert [view["what"] for view in views] == ["journey"]


def test_a_message_of_a_stranger_and_one_that_is_not_there_read_the_same(
    sign_up: Callable[..., Person],
) -> None:
    student, teacher = sign_up(), sign_up("teacher")
    details = {
        teacher.http.get(f"/chat/messages/{message_id}/journey").json()["detail"]
        for message_id in (student.ask()["message_id"], uuid4())
    }
    assert len(details) == 1
