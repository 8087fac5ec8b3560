"""The topics of the course."""

from __future__ import annotations

from typing import Literal, get_args

Topic = Literal[
    "basics", "control-flow", "data-structures", "functions", "oop", "files", "errors", "libraries"
]
Difficulty = Literal["easy", "medium", "hard"]
HintLevel = Literal["none", "nudge", "where", "how", "worked", "solution"]

TOPICS: tuple[Topic, ...] = get_args(Topic)
TITLES: dict[Topic, str] = {
    "basics": "Basics",
    "control-flow": "Control flow",
    "data-structures": "Data structures",
    "functions": "Functions",
    "oop": "Classes and objects",
    "files": "Files",
    "errors": "Errors",
    "libraries": "Libraries",
}
