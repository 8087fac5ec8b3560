"""The console in a browser, against the whole system."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.support.browser import Visitor, browser, chromium
from tests.support.system import LocalSystem

pytestmark = [
    pytest.mark.skipif(
        chromium() is None, reason="no Chromium here: python -m tests.support.browser installs it, as root"
    ),
    pytest.mark.timeout(300),
]
expect.set_options(timeout=60_000)
NUMBERS = count()
EVENTS = {"content-type": "text/event-stream"}
HOSTILE = """
# Hi <script>window.bad = 1</script>

<img src=x onerror="window.bad = 1"> [a](javascript:window.bad=1) [b](https://example.com "t")

| a | b |
| - | - |
| <b>1</b> | `2` |
"""


def address() -> str:
    return f"visitor-{next(NUMBERS)}@example.com"


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def student(context: BrowserContext, system: LocalSystem) -> Visitor:
    visitor = Visitor(context, system.url)
    visitor.register(address())
    return visitor


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """No error, no warning, and nothing that the page's policy had to stop."""
    yield
    if "student" in request.fixturenames:
        visitor: Visitor = request.getfixturevalue("student")
        complaints, visitor.complaints = visitor.complaints, []
        assert complaints == []


def test_the_first_page_is_for_signing_in(context: BrowserContext, system: LocalSystem) -> None:
    visitor = Visitor(context, system.url)
    visitor.page.goto(system.url)
    visitor.page.get_by_role("heading", name="New here").wait_for()
    assert visitor.page.url == f"{system.url}/console/"
    assert visitor.audit() == []
    known = visitor.page.locator("section", has=visitor.page.get_by_role("heading", name="Sign in"))
    known.get_by_label("E-mail").fill("nobody@example.com")
    known.get_by_label("Password").fill("wrong")
    known.get_by_role("button").click()
    expect(known.get_by_role("alert")).to_have_text("e-mail address or password is wrong")
    visitor.page.close()


def test_a_question_is_answered_and_its_journey_is_shown(student: Visitor) -> None:
    student.go("Chat")
    student.ask("How does a for loop work?")
    expect(student.page.locator(".answer pre").first).to_contain_text("for ")
    expect(student.page.locator(".answer .tok-keyword").first).to_be_visible()
    assert student.audit() == []
    student.page.get_by_role("link", name="its journey").click()
    expect(student.page.get_by_role("status").first).to_contain_text("answered after")
    rows = student.page.get_by_role("row")
    for step in ("gateway → query.submitted", "triage handled", "concepts handled", "delivery handled"):
        expect(rows.filter(has_text=step).first).to_contain_text(" ms")
    assert student.audit() == []


def test_a_program_runs_and_its_error_is_marked(student: Visitor) -> None:
    student.go("Code")
    student.write("print('hello')\nnumbers = [1]\nprint(numbers[4])")
    student.page.keyboard.press("Control+Enter")
    output = student.page.get_by_label("Output", exact=True)
    expect(output).to_contain_text("Stopped with an error")
    expect(output.locator(".stdout")).to_have_text("hello\n")
    expect(output.locator(".stderr")).to_contain_text("IndexError: list index out of range")
    expect(student.page.locator(".cm-lintRange-error")).to_have_text("print(numbers[4])")
    student.page.get_by_role("button", name="Review my code").click()
    expect(student.page.locator(".report")).to_contain_text("of 100")
    assert student.audit() == []


def test_an_exercise_is_handed_in_and_its_tests_come_in(student: Visitor) -> None:
    student.go("Exercises")
    student.page.get_by_label("Topic").select_option("functions")
    student.page.get_by_role("button", name="Give me an exercise").click()
    student.page.get_by_role("button", name="Hand in").click()
    tests = student.page.locator(".tests li")
    expect(tests.filter(has_text="failed").first).to_be_visible()
    expect(student.page.locator(".report")).to_contain_text("of 100")
    student.page.get_by_role("button", name="Give me a hint").click()
    expect(student.page.locator(".answer[aria-busy=false]")).not_to_be_empty()
    assert student.audit() == []


def test_a_quiz_is_graded_and_explained(student: Visitor) -> None:
    student.go("Quiz")
    student.page.get_by_role("button", name="Begin").click()
    questions = student.page.locator("fieldset")
    questions.first.wait_for()
    for place in range(questions.count()):
        questions.nth(place).get_by_role("radio").first.check()
    student.page.get_by_role("button", name="Hand in").click()
    expect(student.page.get_by_text(f"of {questions.count()} right")).to_be_visible()
    expect(student.page.locator(".choice.right")).to_have_count(questions.count())
    assert student.audit() == []


def test_progress_is_a_picture_with_four_parts_a_topic(student: Visitor) -> None:
    student.go("Progress")
    rows = student.page.locator("table.mastery tbody tr")
    expect(rows).to_have_count(8)
    expect(rows.first.locator("svg")).to_have_count(5)
    expect(student.page.get_by_text("day in a row")).to_be_visible()
    expect(student.page.get_by_text("quiz graded").first).to_be_visible()
    assert student.audit() == []


def test_a_teacher_sees_a_class_and_hears_of_who_is_stuck(
    context: BrowserContext, system: LocalSystem, student: Visitor
) -> None:
    teacher = Visitor(context, system.url, "Toni")
    teacher.register(address(), "teacher", system.exports["LEARNFLOW_TEACHER_INVITE"])
    teacher.page.get_by_label("Name of a new class").fill("Python 1")
    teacher.page.get_by_role("button", name="Open a class").click()
    code = teacher.page.locator(".joincode").inner_text()
    student.go("Progress")
    student.page.get_by_label("Code of a class").fill(code)
    student.page.get_by_role("button", name="Join").click()
    expect(student.page.get_by_text("You are in Python 1 now")).to_be_visible()
    teacher.go("Alerts")
    # Nobody reloads anything: the alert comes by itself.
    student.go("Chat")
    student.ask("I don't understand dictionaries at all, I am stuck")
    alert = teacher.page.get_by_role("article").filter(has_text="Says that they are stuck").first
    expect(alert).to_contain_text("Maya")
    expect(teacher.page.locator("#notice")).to_contain_text("Maya may need help")
    assert teacher.audit() == []
    alert.get_by_role("button", name="I have seen it").click()
    teacher.page.get_by_label("Show").select_option("acknowledged")
    seen = teacher.page.get_by_role("article").filter(has_text="Says that they are stuck").first
    seen.get_by_text("It is over").click()
    seen.get_by_label("Note").fill("We talked it over.")
    seen.get_by_role("button", name="Resolve").click()
    teacher.page.get_by_label("Show").select_option("resolved")
    expect(teacher.page.get_by_text("Note: We talked it over.")).to_be_visible()
    teacher.go("Classes")
    teacher.page.get_by_role("button", name="Maya").click()
    expect(teacher.page.locator("table.mastery tbody tr")).to_have_count(8)
    assert teacher.audit() == []
    assert teacher.complaints == []
    teacher.page.close()


def test_an_old_access_token_is_traded_for_a_new_one(student: Visitor) -> None:
    held = "JSON.parse(sessionStorage.learnflow)"
    before = student.page.evaluate(f"{held}.refresh")
    student.page.evaluate(f"sessionStorage.learnflow = JSON.stringify({{...{held}, access: 'old'}})")
    student.page.reload()
    student.go("Progress")
    expect(student.page.locator("table.mastery tbody tr")).to_have_count(8)
    assert student.page.evaluate(f"{held}.refresh") != before
    student.complaints = [one for one in student.complaints if "401" not in one]


def test_an_answer_may_grow_before_it_is_there(student: Visitor) -> None:
    """Pieces show before the whole; the question itself is a real one, only the stream is written here."""
    page, ids = student.page, []

    def asked(route: Route) -> None:
        accepted = route.fetch()
        ids.append(accepted.json()["message_id"])
        route.fulfill(response=accepted)

    def stream(route: Route) -> None:
        parts = (
            [f'{{"message_id": "{ids[0]}", "seq": {n}, "text": "part {n} "}}' for n in (0, 1)] if ids else []
        )
        pieces = "".join(f"event: answer.delta\ndata: {part}\n\n" for part in parts)
        route.fulfill(status=200, headers=EVENTS, body=f": welcome\n\n{pieces}")

    page.route("**/api/v1/stream", stream)
    page.route("**/api/v1/chat/messages", asked)
    page.route("**/api/v1/chat/messages/*?wait=25", lambda route: route.fulfill(json={"status": "pending"}))
    page.reload()
    student.go("Chat")
    page.get_by_label("Your question").fill("What is a list?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("part 0 part 1")
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "true")
    page.unroute_all(behavior="ignoreErrors")
    expect(page.locator(".answer[aria-busy=false]")).to_contain_text("list")


def test_the_stream_asks_for_what_comes_after_the_last_number(student: Visitor) -> None:
    seen: list[str | None] = []

    def stream(route: Route) -> None:
        seen.append(route.request.headers.get("last-event-id"))
        body = "id: 41\nevent: submission\ndata: {}\n\n" if len(seen) == 1 else ": still here\n\n"
        route.fulfill(status=200, headers=EVENTS, body=body)

    student.page.route("**/api/v1/stream", stream)
    student.page.reload()
    with student.page.expect_request(lambda request: request.headers.get("last-event-id") == "41"):
        pass
    student.page.unroute_all(behavior="ignoreErrors")
    student.page.reload()
    assert seen[0] is None


def test_markup_in_an_answer_stays_text(student: Visitor) -> None:
    script = """async (text) => {
        const { markdown } = await import("./markdown.js")
        const made = markdown(text)
        document.body.append(made)
        const found = {
            tags: [...new Set([...made.querySelectorAll("*")].map((one) => one.localName))].sort(),
            links: [...made.querySelectorAll("a")].map((one) => one.href),
            bad: window.bad ?? null,
            text: made.textContent,
        }
        made.remove()
        return found
    }"""
    found: dict[str, Any] = student.page.evaluate(script, HOSTILE)
    assert found["links"] == ["https://example.com/"]
    assert found["bad"] is None
    assert not {"script", "img", "b"} & set(found["tags"])
    assert "<script>" in found["text"]
    assert "table" in found["tags"]


def test_text_can_not_become_markup_anywhere_on_the_page(student: Visitor) -> None:
    tried = (
        "() => { try { document.body.innerHTML = '<p>'; return 'done' } catch (error) { return error.name } }"
    )
    assert student.page.evaluate(tried) == "TypeError"
    student.complaints = [one for one in student.complaints if "TrustedHTML" not in one]


def test_without_the_library_there_are_plain_text_fields(
    context: BrowserContext, system: LocalSystem
) -> None:
    visitor = Visitor(context, system.url)
    visitor.page.route("**/library.js", lambda route: route.fulfill(status=404))
    visitor.register(address())
    visitor.go("Code")
    visitor.page.get_by_role("textbox", name="Program").fill("print(6 * 7)")
    visitor.page.get_by_role("button", name="Run").click()
    expect(visitor.page.locator(".stdout")).to_have_text("42\n")
    visitor.go("Chat")
    visitor.ask("What is a list?")
    expect(visitor.page.locator(".markdown.plain").first).to_be_visible()
    visitor.page.close()


def test_who_signs_out_is_out(context: BrowserContext, system: LocalSystem) -> None:
    visitor = Visitor(context, system.url)
    visitor.register(address())
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.get_by_role("heading", name="New here").wait_for()
    assert visitor.page.evaluate("sessionStorage.learnflow ?? null") is None
    assert visitor.page.get_by_role("navigation").is_hidden()
    visitor.page.close()
