"""What Python's own documentation says of a name: the source where the library has no entry.

Signatures and docstrings are read from the running interpreter, so they are of its version. Only the modules
named here are ever imported; of the others the docstring is read from their source, which is not run. Cost:
an import the first time a module is asked for, then a dictionary. Some docstrings are short or written for
experts: they are shown as they are, with their source named.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import inspect
import io
import re
import sys
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from functions.knowledge.terms import code_in

# Importing runs code: of these it is known that they print and open nothing. `antigravity` opens a browser,
# `this` prints.
MODULES = frozenset(
    [
        "math",
        "random",
        "os",
        "os.path",
        "sys",
        "time",
        "datetime",
        "string",
        "re",
        "json",
        "csv",
        "collections",
        "itertools",
        "functools",
        "statistics",
        "pathlib",
        "shutil",
        "copy",
        "decimal",
        "fractions",
        "calendar",
        "enum",
        "dataclasses",
        "typing",
        "operator",
        "textwrap",
        "bisect",
        "heapq",
        "io",
        "glob",
        "tempfile",
        "contextlib",
        "abc",
        "argparse",
        "logging",
        "hashlib",
        "secrets",
        "pprint",
        "types",
        "numbers",
        "cmath",
        "locale",
        "platform",
        "getpass",
        "zipfile",
        "struct",
        "inspect",
        "traceback",
        "unittest",
        "doctest",
        "queue",
        "uuid",
        "base64",
        "html",
        "difflib",
        "keyword",
        "ast",
        "dis",
        "timeit",
        "weakref",
    ]
)
TYPES: tuple[type, ...] = (str, list, dict, set, tuple, int, float, bytes, frozenset, range, complex, object)
# What `open` returns: beginners ask for `read` and `write` without knowing whose they are.
FILES = (io.TextIOWrapper,)
NAME = re.compile(r"[a-z_]\w*(?:\.[a-z_]\w*)*", re.IGNORECASE)
ASKED = re.compile(
    r"\b(?:what(?:'s| is| are| does| do)|how (?:does|do i use|to use)|explain|about|meaning of)\s+(?:the\s+)?"
    r"(?:module|function|method|library|error)?\s*(?P<name>[\w.]+)|^\W*(?P<alone>[\w.]+)\W*$",
    re.IGNORECASE,
)
MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class Documentation:
    """What the interpreter says of a name."""

    title: str
    signature: str
    text: str


def find(text: str, idle: Set[str]) -> Documentation | None:
    """Document the first name that a question asks for and Python knows; an idle word is no name."""
    named = (name for name in _asked(text) if name.lower() not in idle)
    return next((told for name in named if (told := document(name)) is not None), None)


@lru_cache(maxsize=256)
def document(name: str) -> Documentation | None:
    """Document a name such as `os.getcwd`, `.zfill` or `wave`; None for one that Python does not know."""
    cleaned = name.strip("`'\". ()").removesuffix("(")
    if not NAME.fullmatch(cleaned):
        return None
    for title, thing in _candidates(cleaned, method=name.strip("`'\" ").startswith(".")):
        if text := _first_words(inspect.getdoc(thing) or ""):
            return Documentation(f"`{title}`", _signature(title, thing), text)
    return _module(cleaned) if cleaned in sys.stdlib_module_names else None


def _asked(text: str) -> Iterator[str]:
    yield from code_in(text)
    for found in ASKED.finditer(text):
        yield found["name"] or found["alone"]


def _candidates(name: str, *, method: bool) -> Iterator[tuple[str, object]]:
    head, _, rest = name.partition(".")
    if not rest:
        if not method and hasattr(builtins, name):
            yield name, getattr(builtins, name)
        yield from ((f"{one.__name__}.{name}", getattr(one, name)) for one in TYPES if name in vars(one))
        yield from ((f"file.{name}", getattr(one, name)) for one in FILES if hasattr(one, name))
        return
    for one in TYPES:
        if one.__name__ == head and hasattr(one, rest):
            yield name, getattr(one, rest)
    module, _, attribute = name.rpartition(".")
    if module in MODULES:
        thing = getattr(importlib.import_module(module), attribute, None)
        # The docstring of a constant is that of its type: `math.pi` would be explained as "Convert a string
        # or number".
        if thing is not None and not isinstance(thing, int | float | str):
            yield name, thing
    if module not in sys.stdlib_module_names and module not in MODULES:
        yield from _candidates(attribute, method=True)


def _module(name: str) -> Documentation | None:
    """Read what a module says of itself, from its source; from the module itself where that has none."""
    text = ""
    if name in MODULES:
        text = inspect.getdoc(importlib.import_module(name)) or ""
    # Found and read, never imported: any name of the standard library can be asked for.
    elif (spec := importlib.util.find_spec(name)) and spec.origin and spec.origin.endswith(".py"):
        text = ast.get_docstring(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))) or ""
    told = _first_words(text)
    return Documentation(f"The module `{name}`", f"import {name}", told) if told else None


def _signature(title: str, thing: object) -> str:
    try:
        return f"{title}{inspect.signature(thing)}" if callable(thing) else ""
    # Some functions written in C tell no signature: there the docstring begins with it.
    except (TypeError, ValueError):
        return ""


def _first_words(text: str) -> str:
    """Keep whole paragraphs of a docstring, as many as are short enough together."""
    kept = ""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if kept and len(kept) + len(paragraph) > MAX_TEXT:
            break
        # A first paragraph may be long: cut anywhere it is still more than nothing.
        kept += ("\n\n" if kept else "") + paragraph[: 2 * MAX_TEXT]
    return kept
