"""A friendly sentence for errors that come from the sandbox rather than from the program."""

from __future__ import annotations

import re

_NO_MODULE = re.compile(r"No module named '([\w.]+)'")
_WINDOWS = {"tkinter", "_tkinter", "turtle", "turtledemo", "idlelib"}
_USUAL = "math, random, statistics, datetime, json, csv, re, collections, itertools, dataclasses and unittest"


def advise(kind: str, message: str) -> str | None:
    """Explain an error that the learner could not have avoided by better code."""
    match = _NO_MODULE.match(message)
    if kind == "ModuleNotFoundError" and match:
        return _missing_module(match[1].split(".")[0])
    if kind == "TclError":
        return _missing_module("tkinter")
    if kind == "EOFError" and "reading a line" in message:
        return "The program asked for input, but there was no more input to read."
    if "Address family not supported" in message or "Temporary failure in name resolution" in message:
        return "Programs run without a network here."
    return None


def _missing_module(name: str) -> str:
    if name in _WINDOWS:
        return "Programs run without a screen here, so turtle and tkinter cannot open a window."
    return f"Only Python's standard library is here, for example {_USUAL}."
