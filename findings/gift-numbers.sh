#!/bin/sh
# pygiftparser 1.1: two kinds of numbers in GIFT's numerical questions are not read.
# A negative number or range makes the question invalid and leaves it without an answer. A number with an exponent,
# which Moodle takes, is cut off before the `e` without a word: the key of "1e3" becomes 1.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" pygiftparser==1.1
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
import io
from importlib.metadata import version

from pygiftparser.parser import parseFile

print("version: ", "pygiftparser", version("pygiftparser"))
GIFT = """\
::floor:: What is -7 // 2? {#-4:0}

::range:: Name a number from -5 to -1. {#-5..-1}

::metres:: How many metres are 1 kilometre? {#1e3:1}

"""
questions = {question.title: question for question in parseFile(io.StringIO(GIFT))}
for title, key in (("floor", -4), ("range", "-5 to -1")):
    print(f"expected: the question {title!r} is valid and its answer is {key}")
    print(f"observed: valid is {questions[title].valid}, answers are {questions[title].answers.answers}")
metres = questions["metres"]
value = metres.answers.answers[0].value
print("expected: the question 'metres' has the answer 1000.0, or is invalid")
print(f"observed: valid is {metres.valid}, the answer is {value}")
held = not questions["floor"].valid and not questions["range"].valid and metres.valid and value == 1.0
raise SystemExit(not held)
PYTHON
