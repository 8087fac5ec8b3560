"""A teacher writes an exercise in the console: a hole in its tests is shown, mended, and it is published."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.browser import Visitor, address
from tests.support.system import LocalSystem

SOLUTION = (
    "def total(prices):\n    found = 0\n    for price in prices:\n        found += price\n    return found\n"
)


@pytest.fixture(scope="module")
def author(context: BrowserContext, system: LocalSystem) -> Iterator[Visitor]:
    visitor = Visitor(context, system.url, "Ada")
    visitor.register(address(), "teacher", system.exports["LEARNFLOW_TEACHER_INVITE"])
    yield visitor
    assert visitor.complaints == []
    visitor.page.close()


def look(visitor: Visitor, name: str) -> None:
    """Keep pictures of the view where somebody wants to see them."""
    folder = os.environ.get("LEARNFLOW_PICTURES")
    for scheme, width in (("light", 390), ("dark", 1280)) if folder else ():
        visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.page.screenshot(path=Path(str(folder)) / f"{name}-{width}.png", full_page=True)


def write(visitor: Visitor, label: str, code: str) -> None:
    """Write into the editor with this label."""
    visitor.page.get_by_role("textbox", name=label, exact=True).press("Control+a")
    visitor.page.keyboard.insert_text(code)


def test_a_teacher_writes_an_exercise_and_its_tests_are_proven(author: Visitor) -> None:
    page = author.page
    author.go("Exercises")
    expect(page.get_by_text("You have not written an exercise yet")).to_be_visible()
    page.get_by_role("link", name="Write an exercise").click()
    page.get_by_label("Title").fill("At the till")
    page.get_by_label("Instructions").fill("Write a function `total(prices)` that returns the sum of a list.")
    write(author, "Solution", SOLUTION)
    first = page.get_by_role("group", name="Test 1")
    first.get_by_label("Name").fill("two prices")
    first.get_by_label("Call", exact=True).fill("total([2, 3])")
    first.get_by_label("Result, as a Python value").fill("five")
    page.get_by_role("button", name="Save and prove").click()
    # What cannot be right is said beside the form, and the field is marked.
    expect(page.get_by_role("alert")).to_contain_text("is not a Python literal")
    expect(first.get_by_label("Result, as a Python value")).to_have_attribute("aria-invalid", "true")
    author.complaints = [one for one in author.complaints if "422" not in one]
    first.get_by_label("Result, as a Python value").fill("5")
    page.get_by_role("button", name="Save and prove").click()
    missing = page.get_by_role("region", name="What is missing")
    expect(missing).to_contain_text("This wrong program passes all of your tests")
    assert author.audit() == []
    look(author, "refused")
    for _ in range(6):
        while missing.get_by_role("button", name="Add this test").count():
            missing.get_by_role("button", name="Add this test").first.click()
        page.get_by_role("button", name="Save and prove").click()
        expect(page.get_by_text("to look at").or_(page.get_by_text("✓ Proven"))).to_be_visible()
        page.locator("button.primary:not([aria-disabled])").first.wait_for()
        if page.get_by_text("✓ Proven").count():
            break
    expect(page.get_by_text("✓ Proven")).to_be_visible()
    page.get_by_text("As a student sees it").click()
    page.get_by_text("What students are told of likely mistakes").click()
    assert author.audit() == []
    look(author, "proven")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("link", name="At the till")).to_be_visible()
    expect(page.get_by_text("✓ published")).to_be_visible()
    assert author.audit() == []
    look(author, "list")


def test_a_published_exercise_is_shown_shared_and_copied(author: Visitor) -> None:
    page = author.page
    page.get_by_role("link", name="At the till").click()
    expect(page.get_by_role("heading", name="Solution")).to_be_visible()
    expect(page.get_by_text("As a student sees it")).to_be_visible()
    assert author.audit() == []
    look(author, "published")
    page.get_by_role("button", name="Share with the school").click()
    expect(page.get_by_text("shared")).to_be_visible()
    page.get_by_role("link", name="At the till").click()
    page.get_by_role("button", name="Make a new version").click()
    expect(page.get_by_label("Title")).to_have_value("At the till")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#notice")).to_contain_text("The draft is saved")
    author.go("Exercises")
    expect(page.get_by_text("version 2")).to_be_visible()


def test_what_was_begun_comes_back(author: Visitor) -> None:
    """Kinds, results and marks of tests are as they were saved."""
    page = author.page
    author.go("Exercises")
    page.get_by_role("link", name="At the till").first.click()
    one = page.get_by_role("group", name="Test 1")
    one.get_by_label("Kind").select_option("program")
    one.get_by_label("What is typed in").fill("3\n4\n")
    one.get_by_label("What it prints").fill("7\n")
    one.get_by_label("Weight").fill("2.5")
    one.get_by_label("Students see it").uncheck()
    one.get_by_label("Hint when it fails").fill("Read both lines.")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#notice")).to_contain_text("The draft is saved")
    page.reload()
    author.settled()
    expect(one.get_by_label("Kind")).to_have_value("program")
    expect(one.get_by_label("What is typed in")).to_have_value("3\n4\n")
    expect(one.get_by_label("What it prints")).to_have_value("7\n")
    expect(one.get_by_label("Weight")).to_have_value("2.5")
    expect(one.get_by_label("Students see it")).not_to_be_checked()
    expect(one.get_by_label("Hint when it fails")).to_have_value("Read both lines.")
