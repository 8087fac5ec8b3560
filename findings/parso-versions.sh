#!/bin/sh
# parso 0.8.7, the parser of Jedi: `load_grammar` takes the versions 3.10 to 3.14, and their grammars reject what these
# versions brought: `match`, `except*`, the statement `type`, quotes of the same kind within f-strings, template strings.
# Of PEP 695 only type parameters, `def first[T]`, are read. Right programs are thus reported as syntax errors.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" parso==0.8.7
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
from importlib.metadata import version

import parso

print("version: ", "parso", version("parso"))
PROGRAMS = {
    "match (PEP 634)": ("3.10", "match 1:\n    case 1:\n        pass\n", True),
    "except* (PEP 654)": ("3.11", "try:\n    pass\nexcept* ValueError:\n    pass\n", True),
    "type (PEP 695)": ("3.12", "type Names = list[str]\n", True),
    "def first[T] (PEP 695)": ("3.12", "def first[T](items: list[T]) -> T:\n    return items[0]\n", False),
    "f-string (PEP 701)": ("3.12", 'ages = {"Ada": 36}\nprint(f"{ages["Ada"]}")\n', True),
    "template string (PEP 750)": ("3.14", 'name = "Ada"\nt"Hello {name}"\n', True),
}
changed = False
print("expected: no syntax error in any of these programs")
for name, (python, program, refused) in PROGRAMS.items():
    grammar = parso.load_grammar(version=python)
    errors = [issue.message for issue in grammar.iter_errors(grammar.parse(program))]
    print(f"observed: {name}, Python {python}:", errors[0] if errors else "no error")
    changed |= bool(errors) != refused
raise SystemExit(changed)
PYTHON
