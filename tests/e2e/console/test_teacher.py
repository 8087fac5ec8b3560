"""What teachers do in the console while a student is at work; each test goes on from the one before."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support import plain
from tests.support.browser import Visitor, address
from tests.support.system import LocalSystem

PUPILS = 21  # with Maya, two more than a page


@pytest.fixture(scope="module")
def teacher(context: BrowserContext, system: LocalSystem) -> Iterator[Visitor]:
    visitor = Visitor(context, system.url, "Toni")
    visitor.register(address(), "teacher", system.exports["LEARNFLOW_TEACHER_INVITE"])
    visitor.page.get_by_label("Name of a new class").fill("Python 1")
    visitor.page.get_by_role("button", name="Open a class").click()
    visitor.page.get_by_role("heading", name="Python 1").wait_for()
    yield visitor
    assert visitor.complaints == []
    visitor.page.close()


def part(teacher: Visitor, name: str) -> None:
    """Open a part of the class."""
    teacher.go("Classes")
    teacher.page.get_by_role("navigation", name="Python 1").get_by_role("link", name=name).click()
    teacher.settled()


def test_a_teacher_hears_of_who_is_stuck(teacher: Visitor, student: Visitor) -> None:
    code = teacher.page.locator(".joincode").inner_text()
    student.go("Progress")
    student.page.get_by_label("Class code").fill("nonsense")
    student.page.get_by_role("button", name="Join").click()
    expect(student.page.get_by_role("alert")).to_have_text("Class code: no class has this code")
    student.complaints = [one for one in student.complaints if "404" not in one]
    student.page.get_by_label("Class code").fill(code)
    student.page.get_by_role("button", name="Join").click()
    expect(student.page.get_by_text("You are in Python 1 now")).to_be_visible()
    teacher.go("Alerts")
    # Nobody reloads anything: the alert comes by itself.
    student.go("Chat")
    student.ask("I don't understand dictionaries at all, I am stuck")
    alert = teacher.page.get_by_role("article").filter(has_text="Says they're stuck").first
    expect(alert).to_contain_text("Maya")
    expect(teacher.page.locator("#notice")).to_contain_text("Maya may need help")
    assert teacher.audit() == []
    teacher.page.get_by_label("Kind").select_option("timeout")
    expect(teacher.page.get_by_text("nobody needs you right now")).to_be_visible()
    teacher.page.get_by_label("Kind").select_option("stuck")
    teacher.page.get_by_label("Class").select_option(label="Python 1")
    alert.get_by_role("button", name="Acknowledge").click()
    teacher.page.get_by_label("Show").select_option("acknowledged")
    expect(alert).to_contain_text("Seen ")
    alert.locator("summary").filter(has_text="Resolve").click()
    alert.get_by_label("Note").fill("We talked it over.")
    alert.get_by_role("button", name="Resolve").click()
    teacher.page.get_by_label("Show").select_option("resolved")
    expect(teacher.page.get_by_text("Note: We talked it over.")).to_be_visible()


def sign_up(http: httpx.Client, name: str) -> tuple[str, dict[str, str]]:
    """Make an account without the page; gives its address and what signs its requests."""
    who = {"email": address(), "password": "a long passphrase", "display_name": name}
    token = http.post("/auth/register", json=who).raise_for_status().json()["access_token"]
    return who["email"], {"authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def api(system: LocalSystem) -> Iterator[httpx.Client]:
    with plain.client(base_url=f"{system.url}/api/v1", timeout=60) as http:
        yield http


def test_a_roster_is_imported_and_said_of_each_row(teacher: Visitor, api: httpx.Client) -> None:
    known, _ = sign_up(api, "Pupil 00")
    part(teacher, "Roster")
    rows = ["email,name", f"{known},", "zoe@example.org,Zoe", "not an address,Nobody"]
    roster = {"name": "class.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    teacher.page.get_by_label("CSV file").set_input_files([roster])  # type: ignore[list-item]  # a FilePayload
    teacher.page.get_by_role("button", name="Import").click()
    expect(teacher.page.get_by_text("1 in the class now, 1 expected, 1 refused")).to_be_visible()
    expect(teacher.page.get_by_text("line 4, email").first).to_be_visible()
    teacher.page.get_by_label("E-mail").fill("ada@example.org")
    teacher.page.get_by_label("Name (optional)").fill('Ada "the first", Countess')
    teacher.page.get_by_role("button", name="Add student").click()
    expect(teacher.page.get_by_text('Ada "the first", Countess ada@example.org')).to_be_visible()
    assert teacher.audit() == []


def test_an_exercise_is_given_to_a_class_and_comes_to_the_student(teacher: Visitor, student: Visitor) -> None:
    part(teacher, "Give an exercise")
    teacher.page.get_by_label("To", exact=True).select_option("beginners only")
    teacher.page.get_by_label("Topic").select_option("basics")
    teacher.page.get_by_label("Note").fill("Please by Friday.")
    assert teacher.audit() == []
    student.go("Code")
    teacher.page.get_by_role("button", name="Give it").click()
    expect(teacher.page.get_by_text("Given to 2 students.")).to_be_visible()
    expect(student.page.locator("#notice")).to_contain_text("Toni gave you an exercise.")
    student.page.locator("#notice").get_by_role("link", name="Open it").click()
    expect(student.page.get_by_text("Toni: Please by Friday.")).to_be_visible()
    student.write("print(1)")
    student.page.reload()
    expect(student.page.locator(".cm-content")).to_have_text("print(1)")
    given = student.page.locator("section", has=student.page.get_by_role("heading", name="From your teacher"))
    expect(given.get_by_role("link")).to_have_count(1)
    assert student.audit() == []


def test_a_class_of_many_is_sorted_searched_and_cut_into_pages(teacher: Visitor, api: httpx.Client) -> None:
    part(teacher, "Students")
    code = {"join_code": teacher.page.locator(".joincode").inner_text()}
    for number in range(1, PUPILS):
        _, signed = sign_up(api, f"Pupil {number:02}")
        api.post("/classes/join", json=code, headers=signed).raise_for_status()
    part(teacher, "Students")
    rows = teacher.page.locator("table.class tbody tr")
    expect(rows).to_have_count(20)
    expect(teacher.page.get_by_text(f"Students 1 to 20 of {PUPILS + 1}")).to_be_visible()
    teacher.page.get_by_role("button", name="Next page").click()
    expect(rows).to_have_count(PUPILS + 1 - 20)
    teacher.page.get_by_role("button", name="Mastery").click()
    expect(rows.first).to_contain_text("Maya")
    mastery = teacher.page.get_by_role("columnheader", name="Mastery")
    expect(mastery).to_have_attribute("aria-sort", "descending")
    assert teacher.audit() == []
    teacher.page.get_by_role("searchbox").fill("pupil 20")
    expect(rows).to_have_count(1)
    teacher.page.get_by_role("searchbox").fill("nobody")
    expect(teacher.page.get_by_text("No student fits this.")).to_be_visible()
    teacher.page.get_by_role("searchbox").fill("")
    expect(rows).to_have_count(20)


def test_a_teacher_looks_at_a_student_who_sees_it_and_can_be_taken_out(
    teacher: Visitor, student: Visitor
) -> None:
    part(teacher, "Students")
    teacher.page.get_by_role("link", name="Maya", exact=True).click()
    teacher.page.get_by_role("heading", level=1, name="Maya").wait_for()
    expect(teacher.page.locator("table.mastery tbody tr")).to_have_count(8)
    expect(teacher.page.get_by_text("not begun")).to_be_visible()
    expect(teacher.page.get_by_text("Please by Friday.")).to_be_visible()
    assert teacher.audit() == []
    part(teacher, "Roster")
    teacher.page.get_by_role("button", name="Remove from class: Pupil 00").click()
    assert teacher.audit() == []
    teacher.page.get_by_role("dialog").get_by_role("button", name="Remove from class").click()
    expect(teacher.page.get_by_role("button", name="Remove from class: Pupil 00")).to_have_count(0)
    student.page.get_by_role("link", name="Maya").click()
    expect(student.page.get_by_text("Toni progress history")).to_be_visible()
    assert student.audit() == []
    teacher.page.get_by_role("link", name="Toni").click()
    teacher.page.get_by_label("several together").check()
    expect(teacher.page.locator("#notice")).to_have_text("Kept.")
    teacher.page.reload()
    expect(teacher.page.get_by_label("several together")).to_be_checked()
    assert teacher.audit() == []
