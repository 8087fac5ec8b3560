#!/bin/sh
# mccabe 0.7.0, from which flake8 has its C901: a `match` statement counts for nothing, whatever is in its cases.
# A function whose branches are the cases of a `match` has the complexity 1, and so have the loops and conditions within
# the cases; written with `if` and `elif` the same function has 7. radon and ruff count both alike.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" \
    mccabe==0.7.0 radon==6.0.1
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
import ast
from importlib.metadata import version

from mccabe import PathGraphingAstVisitor
from radon.complexity import cc_visit

PROGRAM = """
def with_match(command, items):
    match command:
        case "sum":
            for item in items:
                if item > 0:
                    print(item)
        case "first":
            if items:
                if items[0]:
                    print(items[0])

def with_if(command, items):
    if command == "sum":
        for item in items:
            if item > 0:
                print(item)
    elif command == "first":
        if items:
            if items[0]:
                print(items[0])
"""
print("version: ", "mccabe", version("mccabe"), "radon", version("radon"))
tree = ast.parse(PROGRAM)
visitor = PathGraphingAstVisitor()
visitor.preorder(tree, visitor)
found = {
    "mccabe": [graph.complexity() for graph in visitor.graphs.values()],
    "radon": [block.complexity for block in cc_visit(PROGRAM)],
}
print("expected: with_match and with_if are both 7")
for tool, values in found.items():
    print("observed:", tool, values)
raise SystemExit(found != {"mccabe": [1, 7], "radon": [7, 7]})
PYTHON
