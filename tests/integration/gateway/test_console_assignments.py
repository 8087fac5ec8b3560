"""A teacher assigns, reads, comments and judges in the console; the student sees all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.integration.gateway.conftest import PASSWORD, Person, Start
from tests.support.browser import Visitor, browser, chromium

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium here")


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with browser() as found:
        yield found


def signed_in(context: BrowserContext, url: str, person: Person) -> Visitor:
    visitor = Visitor(context, url)
    visitor.page.goto(url)
    back = visitor.page.locator("section", has=visitor.page.get_by_role("heading", name="Sign in"))
    back.get_by_label("E-mail").fill(person.email)
    back.get_by_label("Password").fill(PASSWORD)
    back.get_by_role("button", name="Sign in").click()
    visitor.page.get_by_role("button", name="Sign out").wait_for()
    return visitor


def part(teacher: Visitor, name: str) -> None:
    teacher.go("Classes")
    teacher.page.get_by_role("navigation", name="Python 1").get_by_role("link", name=name).click()
    teacher.settled()


def test_from_a_due_date_to_a_comment_and_a_score(
    context: BrowserContext, start_gateway: Start, sign_up: Callable[..., Person]
) -> None:
    url = start_gateway(LEARNFLOW_CONSOLE="on").url
    lovelace, maya = sign_up("teacher"), sign_up()
    code = lovelace.http.post("/classes", json={"name": "Python 1"}).json()["join_code"]
    maya.http.post("/classes/join", json={"join_code": code})
    maya.http.post("/submissions", json={"code": "total = 0\nprint(total)\n"})
    teacher, student = (signed_in(context, url, one) for one in (lovelace, maya))

    student.go("Code")
    part(teacher, "Assignments")
    teacher.page.get_by_label("Title (optional)").fill("Homework 3")
    due = datetime.now() + timedelta(days=2)
    teacher.page.get_by_label("Due (optional)").fill(due.strftime("%Y-%m-%dT18:00"))
    teacher.page.get_by_label("Late hand-ins").select_option("10 % less for each day late")
    teacher.page.get_by_role("button", name="Assign").click()
    expect(teacher.page.get_by_text("0 of 1 student handed in")).to_be_visible()
    assert teacher.audit() == []
    expect(student.page.locator("#notice")).to_contain_text("Homework 3 is assigned to you, due")
    student.page.locator("#notice").get_by_role("link", name="Show what is due").click()
    student.settled()
    expect(student.page.get_by_role("link", name="Homework 3")).to_be_visible()
    expect(student.page.get_by_text("10 % less for each day late")).to_be_visible()
    assert student.audit() == []

    part(teacher, "Hand-ins")
    teacher.page.locator("summary").filter(has_text="Person").click()
    teacher.page.get_by_label("Line (optional)").fill("2")
    teacher.page.get_by_label("Comment").fill("What does this print?")
    teacher.page.get_by_role("button", name="Comment").click()
    expect(teacher.page.get_by_text("What does this print?")).to_be_visible()
    teacher.page.get_by_label("Score in %").fill("80")
    teacher.page.get_by_label("Reason").fill("Well begun.")
    teacher.page.get_by_role("button", name="Set the score").click()
    expect(teacher.page.get_by_text("Score 80 %: Well begun.")).to_be_visible()
    assert teacher.audit() == []
    expect(student.page.locator("#notice")).to_contain_text("Your teacher said something about a hand-in.")
    student.page.locator("#notice").get_by_role("link", name="Read it").click()
    student.settled()
    student.page.locator("main summary").first.click()
    expect(student.page.get_by_text("Line 2: What does this print?")).to_be_visible()
    expect(student.page.get_by_text("Score 80 %: Well begun.")).to_be_visible()
    # The library of the editor is not built for these tests: its absence is all that is heard of.
    assert {one for who in (teacher, student) for one in who.complaints if "404" not in one} == set()
