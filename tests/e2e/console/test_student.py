"""What students do in the console, in the order of a lesson: each test goes on from the one before."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.browser import Visitor


def test_a_question_is_answered_and_its_journey_is_shown(student: Visitor) -> None:
    student.go("Chat")
    student.ask("How does a for loop work?")
    expect(student.page.locator(".answer pre").first).to_contain_text("for ")
    expect(student.page.locator(".answer .tok-keyword").first).to_be_visible()
    assert student.audit() == []
    expect(student.page.get_by_role("link", name="Journey")).to_have_count(0)
    student.page.goto(f"{student.url}/console/?developer")
    student.page.get_by_role("link", name="Trace").click()
    expect(student.page.get_by_role("status").first).to_contain_text("answered after")
    rows = student.page.get_by_role("row")
    for step in ("gateway → query.submitted", "triage handled", "concepts handled", "delivery handled"):
        expect(rows.filter(has_text=step).first).to_contain_text(" ms")
    assert student.audit() == []
    student.page.get_by_label("A question to watch").fill("What is a tuple?")
    student.page.get_by_role("button", name="Ask and watch").click()
    expect(student.page.locator(".watched")).to_have_text("What is a tuple?")
    expect(rows.filter(has_text="delivery handled").first).to_contain_text(" ms")
    student.page.goto(f"{student.url}/console/?developer=off")
    expect(student.page.get_by_role("link", name="Journey")).to_have_count(0)


def test_a_conversation_goes_on_after_a_look_at_something_else(student: Visitor) -> None:
    student.go("Chat")
    student.go("Code")
    student.go("Chat")
    expect(student.page.locator(".question")).to_have_count(1)
    student.page.get_by_role("link", name="New conversation").click()
    expect(student.page.locator(".question")).to_have_count(0)
    student.page.get_by_text("Earlier conversations").click()
    student.page.get_by_role("link", name="How does a for loop work?").click()
    expect(student.page.locator(".question")).to_have_text("How does a for loop work?")


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


def test_a_program_that_asks_opens_its_input_and_output_keeps_to_its_box(student: Visitor) -> None:
    student.go("Code")
    student.write("print('Hi, ' + input())")
    output = student.page.get_by_label("Output", exact=True)
    student.page.get_by_role("button", name="Run").click()
    expect(output.locator(".help")).to_contain_text("asked for input")
    student.page.get_by_label("What it reads with input()").fill("Ada")
    student.page.get_by_role("button", name="Run").click()
    expect(output.locator(".stdout")).to_have_text("Hi, Ada\n")
    expect(output.locator(".help")).to_have_count(0)
    student.write("for n in range(20000): print('**x**')")
    student.page.get_by_role("button", name="Run").click()
    expect(output).to_contain_text("Only the first ")
    expect(output.locator(".stdout")).to_contain_text("**x**\n**x**")
    assert student.page.evaluate("document.documentElement.scrollHeight") < 3000
    assert student.audit() == []


def test_outputs_and_choices_keep_their_characters_and_lines(student: Visitor) -> None:
    script = """async (text) => {
        const { choice } = await import("./markdown.js")
        const made = choice(text)
        document.body.append(made)
        const found = made.innerText
        made.remove()
        return found
    }"""
    for text in ("***!***!", "def __init__(self, name):", "3\n2\n1\nStart!", "# a\n  b", "a_b_c", "no *one*"):
        assert student.page.evaluate(script, text) == text
    assert student.page.evaluate(script, "It runs `__init__` twice") == "It runs __init__ twice"


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


def test_a_quiz_that_was_left_goes_on_where_it_was_and_is_graded(student: Visitor) -> None:
    student.go("Quiz")
    student.page.get_by_role("button", name="Begin").click()
    questions = student.page.locator("main fieldset")
    questions.first.get_by_role("radio").nth(1).check()
    student.page.reload()
    expect(questions.first.get_by_role("radio").nth(1)).to_be_checked()
    student.go("Quiz")
    expect(questions).to_have_count(0)
    student.page.get_by_role("link", name="Continue: control flow").click()
    expect(questions.first.get_by_role("radio").nth(1)).to_be_checked()
    student.page.get_by_role("button", name="Hand in").click()
    expect(student.page.get_by_role("alert")).to_contain_text("no answer yet")
    assert student.audit() == []
    for place in range(questions.count()):
        questions.nth(place).get_by_role("radio").first.check()
    student.page.get_by_role("button", name="Hand in").click()
    expect(student.page.get_by_text(f"of {questions.count()} right")).to_be_visible()
    expect(student.page.locator(".choice.right")).to_have_count(questions.count())
    assert student.audit() == []
    student.go("Quiz")
    expect(student.page.get_by_text("Not finished yet")).to_have_count(0)


def test_progress_is_a_picture_with_four_parts_a_topic(student: Visitor) -> None:
    student.go("Progress")
    rows = student.page.locator("table.mastery tbody tr")
    expect(rows).to_have_count(8)
    expect(rows.first.locator("svg")).to_have_count(5)
    expect(student.page.get_by_text("day in a row")).to_be_visible()
    expect(student.page.get_by_text("Took a quiz").first).to_be_visible()
    expect(student.page.get_by_role("img", name="active on 1 of 30 days")).to_be_visible()
    assert student.audit() == []


def test_what_was_done_is_found_again(student: Visitor) -> None:
    student.go("History")
    expect(student.page.get_by_role("link", name="How does a for loop work?")).to_be_visible()
    parts = student.page.get_by_role("navigation", name="History")
    parts.get_by_role("link", name="Submissions").click()
    newest = student.page.locator("details.card").first
    newest.locator("summary").click()
    expect(newest.locator(".tests li").first).to_be_visible()
    assert student.audit() == []
    newest.get_by_role("link", name="Open the exercise").click()
    expect(student.page.get_by_text("1 previous submission")).to_be_visible()
    student.go("History")
    parts.get_by_role("link", name="Activity").click()
    expect(student.page.get_by_text("Took a quiz")).to_be_visible()
    assert student.audit() == []
