#!/bin/sh
# ruff 0.17.6: the output formats place a finding in a notebook differently.
# `json` gives the cell and the line within it. `sarif` and `rdjson` give the line in the code of all cells put together
# and no cell, so that it points to another line of the .ipynb file. `gitlab` and `github` say line 1 for all.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" \
    ruff==0.17.6 nbformat==5.11.1
cd "$work"
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
import json
import subprocess
from importlib.metadata import version

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

cells = [new_code_cell("x = 1\ny = 2"), new_markdown_cell("Now a module:"), new_code_cell("z = 3\nimport os")]
nbformat.write(new_notebook(cells=cells, metadata={"language_info": {"name": "python"}}), "lesson.ipynb")


def check(form):
    command = ["packages/bin/ruff", "check", "--isolated", "--no-cache", "--select", "F401", "--output-format", form]
    return json.loads(subprocess.run([*command, "lesson.ipynb"], capture_output=True, check=False).stdout)


print("version: ", "ruff", version("ruff"))
(found,) = check("json")
(result,) = check("sarif")["runs"][0]["results"]
(diagnostic,) = check("rdjson")["diagnostics"]
(issue,) = check("gitlab")
lines = {
    "json": (found["cell"], found["location"]["row"]),
    "sarif": result["locations"][0]["physicalLocation"]["region"]["startLine"],
    "rdjson": diagnostic["location"]["range"]["start"]["line"],
    "gitlab": issue["location"]["positions"]["begin"]["line"],
}
print("expected: the import in line 2 of the third cell can be found from each format")
print("observed:", lines, "and sarif names the cell:", "cell" in json.dumps(result))
raise SystemExit(lines != {"json": (3, 2), "sarif": 4, "rdjson": 4, "gitlab": 1} or "cell" in json.dumps(result))
PYTHON
