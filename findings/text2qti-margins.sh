#!/bin/sh
# text2qti 0.8.0: a numerical answer is written with four decimals, whatever margin its author gave.
# "0.00012 +- 0.00001" is accepted and becomes the range 0.0001 to 0.0001, so that the right answer is marked wrong. Nothing
# is said about it: only magnitudes below 0.0001 are refused.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" text2qti==0.8.0
cd "$work"
cat > quiz.txt <<'QUIZ'
Quiz title: Small numbers

1.  A loop of one million steps takes 120 s. How many seconds does one step take?
=   0.00012 +- 0.00001
QUIZ
PYTHONPATH="$work/packages" python3 -c 'from text2qti.cmdline import main; main()' quiz.txt
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
import re
import zipfile
from importlib.metadata import version

print("version: ", "text2qti", version("text2qti"))
with zipfile.ZipFile("quiz.zip") as archive:
    name = next(name for name in archive.namelist() if name.split("/")[-1].startswith("text2qti_assessment"))
    found = dict(re.findall(r"<(varequal|vargte|varlte)[^>]*>([^<]+)<", archive.read(name).decode()))
print("expected: answers from 0.00011 to 0.00013 are right")
print("observed: exactly", found["varequal"], "or from", found["vargte"], "to", found["varlte"])
raise SystemExit(set(found.values()) != {"0.0001"})
PYTHON
