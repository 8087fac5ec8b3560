"""The weights of the classifier are what its examples give."""

from __future__ import annotations

from functions.triage.linear import FILE
from functions.triage.training import train, trained_on, written


def test_training_anew_gives_the_same_file() -> None:
    assert written(train(trained_on())) == FILE.read_bytes()
