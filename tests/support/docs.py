"""The code blocks of the project's texts, and how each of them is checked."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<reason>[^>]+) -->\n)?^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it shows, why it is not run if it is not, and its text."""

    file: str
    line: int
    language: str
    title: str
    reason: str | None
    text: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line}"


def texts() -> list[Path]:
    """Every Markdown file that the repository holds."""
    done = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in done.stdout.splitlines()]


def blocks(*paths: Path) -> Iterator[Block]:
    """Read the blocks of files, or of all."""
    for path in paths or texts():
        text = path.read_text()
        for found in BLOCK.finditer(text):
            language, _, rest = found["info"].partition(" ")
            title = rest.removeprefix("title=")
            line = text[: found.start("info")].count("\n") + 1
            name = str(path.relative_to(ROOT))
            yield Block(name, line, language, title, found["reason"], found["text"])


def titled(file: str, title: str) -> str:
    """Read the block of a file that shows another one."""
    return next(block.text for block in blocks(ROOT / file) if block.title == title)
