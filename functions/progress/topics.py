"""The topics of the course."""

from __future__ import annotations

from typing import get_args

from events.models import Topic

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
