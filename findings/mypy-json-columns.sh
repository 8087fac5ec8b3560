#!/bin/sh
# mypy 2.4.1: the same error has another column in JSON than in text.
# `--show-column-numbers` counts columns from 1, `--output=json` from 0, while `end_column` is the same number in both: in
# text it is the last character, in JSON the one after it. Moving both ends by one, or neither, marks a wrong range.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" mypy==2.4.1
cd "$work"
printf 'def name(age: int) -> str:\n    return age\n' > program.py
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
import json
import subprocess
import sys
from importlib.metadata import version


def check(*options):
    command = [sys.executable, "-m", "mypy", "--config-file=", "--cache-dir=.cache", *options, "program.py"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()[0]


print("version: ", "mypy", version("mypy"))
text = tuple(int(number) for number in check("--show-column-numbers", "--show-error-end").split(":")[2:5:2])
error = json.loads(check("--output=json"))
columns = (error["column"], error["end_column"])
print("expected: the name `age`, characters 12 to 14 of its line, has the same columns in both")
print("observed: text", text, "JSON", columns)
raise SystemExit((text, columns) != ((12, 14), (11, 14)))
PYTHON
