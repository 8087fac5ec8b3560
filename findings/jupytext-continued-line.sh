#!/bin/sh
# jupytext 1.19.6: a line that continues an expression and begins with `%` is exported as a comment.
# IPython reads `%hour` within brackets as the operator, as a notebook runs it. In jupytext's py:percent
# the line is taken for a magic command and commented out: the file still compiles, and computes another value.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" \
    jupytext==1.19.6 nbformat==5.11.1 ipython==8.37.0
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
from importlib.metadata import version

import jupytext
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_code_cell, new_notebook

print("version: ", "jupytext", version("jupytext"), "IPython", version("ipython"))
kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
cell = new_code_cell("minutes = 135\nhour = 60\nrest = (\n    minutes\n    %hour\n)")
notebook = new_notebook(cells=[cell], metadata=kernel)
scripts = {
    "IPython": TransformerManager().transform_cell(cell.source),
    "jupytext": jupytext.writes(notebook, "py:percent"),
}
values = {}
for tool, script in scripts.items():
    names: dict[str, int] = {}
    exec(script, names)
    values[tool] = names["rest"]
print("expected: rest is 15 in the notebook and in the script")
print("observed:", values)
raise SystemExit(values != {"IPython": 15, "jupytext": 135})
PYTHON
