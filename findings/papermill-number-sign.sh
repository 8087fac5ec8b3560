#!/bin/sh
# papermill 2.7.0: a `#` within a string of the parameters cell is taken for the start of a comment.
# `inspect_notebook` and `--help-notebook`, from which forms for a notebook are made, then report the default value
# up to there, and the rest as the parameter's help. Running the notebook is not affected.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" \
    papermill==2.7.0 nbformat==5.11.1
cd "$work"
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
from importlib.metadata import version

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from papermill import inspect_notebook

print("version: ", "papermill", version("papermill"))
cell = new_code_cell(
    'colour = "#ff0000"\ntitle = "Exercise #3"  # above the plot', metadata={"tags": ["parameters"]}
)
kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
nbformat.write(new_notebook(cells=[cell], metadata=kernel), "plot.ipynb")
found = {name: (seen["default"], seen["help"]) for name, seen in inspect_notebook("plot.ipynb").items()}
print("expected:", {"colour": ('"#ff0000"', ""), "title": ('"Exercise #3"', "above the plot")})
print("observed:", found)
raise SystemExit(found["colour"] != ('"', 'ff0000"') or found["title"][0] != '"Exercise')
PYTHON
