"""Golden files: what students read, compared word by word.

`LEARNFLOW_REFRESH_GOLDEN=1 pytest ...` writes them anew; look at the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path


def matches(path: Path, text: str) -> bool:
    """Whether a text is the one in the file; with the flag the file is written first."""
    if os.environ.get("LEARNFLOW_REFRESH_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    return path.exists() and path.read_text(encoding="utf-8") == text + "\n"
