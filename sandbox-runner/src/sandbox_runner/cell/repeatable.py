"""Make a run repeatable: from a seed come all random numbers, and the clock begins at the same moment.

The hash seed is the zygote's (see seeded.py of the runner). What stays open: the addresses of objects, hence
the order of a set of objects that have no `__hash__` of their own, how threads take turns, and how fast the
clock goes on. It is for honest programs; one that looks for the real clock or real randomness will find it.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import os
import random
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

START = 1_767_258_000.0  # 2026-01-01 09:00 UTC


def fix(seed: int) -> None:
    """Fix randomness and the clock of this process."""
    _fix_randomness(seed)
    _fix_clock()


def _fix_randomness(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311 - it has to be the same each time
    seed_with = random.Random.seed

    def seed_generator(self: random.Random, a: Any = None, version: int = 2) -> None:
        seed_with(self, source.getrandbits(64) if a is None else a, version)

    for module, name, value in (
        (random.Random, "seed", seed_generator),
        (random, "_urandom", source.randbytes),
        (os, "urandom", source.randbytes),
    ):
        setattr(module, name, value)
    random.seed = vars(random)["_inst"].seed
    random.seed(seed)


def _fix_clock() -> None:
    elapsed, began = time.monotonic, time.monotonic()

    def now() -> float:
        return START + elapsed() - began

    def at(function: Any) -> Any:
        def of_now(seconds: float | None = None) -> Any:
            return function(now() if seconds is None else seconds)

        return of_now

    local, ascii_time, formatted = time.localtime, time.asctime, time.strftime
    vars(time).update(
        time=now,
        time_ns=lambda: int(now() * 1e9),
        localtime=at(time.localtime),
        gmtime=at(time.gmtime),
        ctime=at(time.ctime),
        asctime=lambda moment=None: ascii_time(local(now()) if moment is None else moment),
        strftime=lambda form, moment=None: formatted(form, local(now()) if moment is None else moment),
    )
    date, moment = datetime.date, datetime.datetime
    _replace(date, today=lambda cls: cls.fromtimestamp(now()))
    _replace(
        moment,
        now=lambda cls, tz=None: cls.fromtimestamp(now(), tz),
        today=lambda cls: cls.fromtimestamp(now()),
        utcnow=lambda cls: cls.fromtimestamp(now(), datetime.UTC).replace(tzinfo=None),
    )


def _replace(kind: type, **methods: Any) -> None:
    """Replace class methods of a type that is written in C: its dictionary is what its proxy refers to."""
    (members,) = gc.get_referents(vars(kind))
    members.update({name: classmethod(method) for name, method in methods.items()})
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
