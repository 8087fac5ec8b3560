"""What holds for the console as a page: signing in and out, its stream, and what it lets text become."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Route, expect

from tests.support.browser import Visitor, address
from tests.support.system import LocalSystem

MAX_BYTES, MAX_REQUESTS = 300_000, 30
EVENTS = {"content-type": "text/event-stream"}
HOSTILE = """
# Hi <script>window.bad = 1</script>

<img src=x onerror="window.bad = 1"> [a](javascript:window.bad=1) [b](https://example.com "t")

| a | b |
| - | - |
| <b>1</b> | `2` |
"""


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
    expect(known.get_by_role("alert")).to_have_text("E-mail address or password is wrong.")
    visitor.page.close()


def test_a_view_is_light_on_the_wire(student: Visitor) -> None:
    student.go("Code")
    student.page.reload()
    student.page.locator(".cm-content").wait_for()
    sizes: list[int] = student.page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.encodedBodySize)"
    )
    assert sum(sizes) < MAX_BYTES
    assert len(sizes) < MAX_REQUESTS


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
            [f'{{"message_id": "{ids[0]}", "seq": {n}, "text": "part {n} "}}' for n in (1, 2)] if ids else []
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
    answer = page.locator(".answer").last
    expect(answer).to_contain_text("part 1 part 2")
    expect(answer).to_have_attribute("aria-busy", "true")
    page.unroute_all(behavior="ignoreErrors")
    expect(answer).to_have_attribute("aria-busy", "false")
    expect(answer).to_contain_text("list")


def test_a_choice_is_picked_as_a_reply_with_its_text(student: Visitor) -> None:
    page = student.page
    offered = {"label": "Explain it", "text": "Explain this to me: a list"}
    answer = {"agent": "triage", "text": "What do you mean?", "degraded": False, "choices": [offered]}
    done = {"status": "answered", "answer": {**answer, "created_at": "2026-11-23T09:00:00Z"}}
    page.route("**/api/v1/stream", lambda route: route.fulfill(status=200, headers=EVENTS, body=": hi\n\n"))
    page.route("**/api/v1/chat/messages/*?wait=25", lambda route: route.fulfill(json=done))
    page.reload()
    student.go("Chat")
    page.get_by_label("Your question").fill("a list")
    with page.expect_response("**/api/v1/chat/messages") as first:
        page.keyboard.press("Enter")
    with page.expect_request("**/api/v1/chat/messages") as second:
        page.get_by_role("button", name="Explain it").last.click()
    picked = second.value.post_data_json
    assert picked["text"] == offered["text"]
    assert picked["in_reply_to"] == first.value.json()["message_id"]
    page.unroute_all(behavior="ignoreErrors")
    page.reload()


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


def test_a_view_that_was_left_early_leaves_nothing_behind(student: Visitor) -> None:
    held: list[Route] = []
    student.page.route("**/api/v1/progress", lambda route: held.append(route))
    with student.page.expect_request("**/api/v1/progress"):
        student.page.evaluate("location.hash = '#/progress'")
    student.go("Quiz")
    with student.page.expect_response("**/api/v1/progress"):
        held[0].continue_()
    student.page.unroute_all(behavior="ignoreErrors")
    student.page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")
    expect(student.page.get_by_role("heading", level=1)).to_have_text("Quiz")
    expect(student.page.get_by_label("Class code")).to_have_count(0)


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


def ask_for_the_password(route: Route) -> None:
    """Refuse to erase without the password, as the gateway does ten minutes after the sign-in."""
    if route.request.method == "DELETE" and not route.request.post_data:
        errors = [{"field": "password", "message": "send the password"}]
        route.fulfill(status=403, json={"title": "Forbidden", "status": 403, "errors": errors})
    else:
        route.continue_()


def test_who_signs_out_is_out_and_who_erases_is_gone(context: BrowserContext, system: LocalSystem) -> None:
    visitor, email = Visitor(context, system.url), address()
    visitor.register(email)
    visitor.page.get_by_role("link", name="Maya").click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Download my data").click()
    assert email in download.value.path().read_text()
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.get_by_role("heading", name="New here").wait_for()
    assert visitor.page.evaluate("sessionStorage.learnflow ?? null") is None
    assert visitor.page.get_by_role("navigation").is_hidden()
    known = visitor.page.locator("section", has=visitor.page.get_by_role("heading", name="Sign in"))
    known.get_by_label("E-mail").fill(email)
    known.get_by_label("Password").fill("a long passphrase")
    known.get_by_role("button").click()
    visitor.page.route("**/api/v1/me", ask_for_the_password)
    visitor.page.get_by_role("button", name="Erase my account").click()
    visitor.page.get_by_role("dialog").get_by_role("button", name="Erase everything").click()
    visitor.page.get_by_label("Your password").fill("a long passphrase")
    visitor.page.get_by_role("button", name="Erase everything").click()
    visitor.page.get_by_role("heading", name="New here").wait_for()
    known.get_by_label("E-mail").fill(email)
    known.get_by_label("Password").fill("a long passphrase")
    known.get_by_role("button").click()
    expect(known.get_by_role("alert")).to_have_text("E-mail address or password is wrong.")
    assert visitor.complaints == [one for one in visitor.complaints if "401" in one or "403" in one]
    visitor.page.close()
