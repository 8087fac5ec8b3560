"""Throw random programs at one instance: `python -m tests.sandbox.fuzz SECONDS [SEED]`.

Bytes, mutated real programs and random syntax trees; every answer is a 200, 413 or 422 and never our fault.
"""

from __future__ import annotations

import ast
import collections
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.sandbox.attacks import ATTACKS
from tests.sandbox.runner import Instance, install, instance

_WORDS = (
    "if",
    "for",
    "def",
    "class",
    "try",
    "lambda",
    "yield",
    "await",
    "global",
    "del",
    "with",
    "match",
    "in",
)
_MOST = 20_000


def _bytes(chance: random.Random) -> str:
    return chance.randbytes(chance.randrange(400)).decode("latin-1")


def _mutated(chance: random.Random) -> str:
    text = list(chance.choice(ATTACKS).code)
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            del text[at : at + chance.randrange(6)]
        elif kind == 1:
            text.insert(at, chr(chance.choice([0, 9, 10, 40, 41, 92, 0x130, 0x202E, 0xFFFF, 0x1F600])))
        elif kind == 2:
            text.insert(at, f" {chance.choice(_WORDS)} ")
        else:
            other = chance.choice(ATTACKS).code
            text[at:at] = other[: chance.randrange(len(other))]
    return "".join(text)


def _expression(chance: random.Random, depth: int) -> ast.expr:
    if depth == 0:
        return chance.choice(
            [ast.Name("x"), ast.Constant(chance.choice([0, -1, 2**70, "a", b"\xff", None, 1e308]))]
        )
    inner = [_expression(chance, depth - 1) for _ in range(2)]
    return chance.choice(
        [
            ast.BinOp(
                inner[0],
                chance.choice([ast.Add(), ast.Mult(), ast.Pow(), ast.MatMult(), ast.LShift()]),
                inner[1],
            ),
            ast.Call(
                ast.Name(chance.choice(["print", "list", "type", "vars", "iter", "range", "bytes"])),
                inner[:1],
                [],
            ),
            ast.List(inner),
            ast.Dict([inner[0]], [inner[1]]),
            ast.Subscript(inner[0], inner[1]),
            ast.Lambda(ast.arguments([], [], None, [], [], None, []), inner[0]),
            ast.IfExp(inner[0], inner[1], inner[0]),
        ]
    )


def _tree(chance: random.Random) -> str:
    lines = [
        ast.unparse(ast.fix_missing_locations(_expression(chance, chance.randrange(1, 6)))) for _ in range(4)
    ]
    return "x = 3\n" + "\n".join(f"try: x = {line}\nexcept Exception as e: print(type(e))" for line in lines)


def _body(chance: random.Random) -> bytes:
    code = chance.choice([_bytes, _mutated, _tree])(chance)[:_MOST]
    fields: dict[str, object] = {"code": code}
    kind = chance.randrange(6)
    if kind == 0:
        fields["stdin"] = _bytes(chance)
    elif kind == 1:
        fields["calls"] = [{"function": chance.choice(["x", "f", "print"]), "args": [_bytes(chance)]}]
    elif kind == 2:
        fields |= {"stdin_cases": [_bytes(chance), ""], "isolate": chance.random() < 0.5}
    return json.dumps(fields).encode()


def fuzz(one: Instance, seconds: float, seed: int) -> collections.Counter[str]:
    """Send programs until the time is over; count the answers, raise at one that must not be."""
    chance, seen = random.Random(seed), collections.Counter[str]()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        one.wait_ready()
        body = _body(chance)
        reply = one.request("POST", "/execute", body)
        status = str(reply.body.get("status"))
        seen[status] += 1
        if reply.status not in (200, 413, 422) or status == "internal_error":
            raise AssertionError(f"seed {seed}: {reply.status} {reply.body}\n{body!r}")
    return seen


def main() -> None:
    """Fuzz a fresh instance with a short time limit."""
    seconds = float(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    install()
    with (
        tempfile.TemporaryDirectory() as folder,
        instance(Path(folder) / "state", LEARNFLOW_SANDBOX_TIMEOUT_S="1") as one,
    ):
        one.wait_ready()
        seen = fuzz(one, seconds, seed)
        hello = one.execute("print('hello')")["stdout"]
    print(f"seed {seed}: {sum(seen.values())} programs, {dict(seen)}, then {hello!r}")


if __name__ == "__main__":
    main()
