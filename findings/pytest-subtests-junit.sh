#!/bin/sh
# pytest 9.2.0: in JUnit XML the attribute `tests` counts the subtests, but they have no `testcase`.
# One test of four subtests is written as tests="5" and one element; two that fail make failures="3", all of them within
# that element. A grade taken from the attributes (2 of 5) differs from one taken from the elements (0 of 1), and when
# junitparser counts anew, the one test has three failures. Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" \
    pytest==9.2.0 junitparser==5.0.3
cd "$work"
cat > test_even.py <<'PYTHON'
def test_even(subtests):
    for number in range(4):
        with subtests.test(number=number):
            assert number % 2 == 0
PYTHON
PYTHONPATH="$work/packages" python3 -m pytest -q --rootdir "$work" --junitxml=report.xml test_even.py >/dev/null || [ $? = 1 ]
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
from importlib.metadata import version

from junitparser import JUnitXml

print("version: ", "pytest", version("pytest"), "junitparser", version("junitparser"))
report = JUnitXml.fromfile("report.xml")
suite = next(iter(report))
written = (suite.tests, suite.failures)
cases = [len(case.result) for case in suite]
report.update_statistics()
counted = (report.tests, report.failures)
print("expected: as many elements `testcase` as `tests` says, each with one failure at most")
print("observed: tests and failures are", written, "and the failures of each testcase", cases)
print("observed: tests and failures as junitparser counts them are", counted)
raise SystemExit((written, cases, counted) != ((5, 3), [3], (1, 3)))
PYTHON
