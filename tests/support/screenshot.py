"""Make the picture of the console in the README, in the system that runs: `./task screenshot`."""

from __future__ import annotations

import secrets
from pathlib import Path

from infra.local import runfile
from infra.local.paths import ROOT, Home
from tests.support.browser import Visitor, browser

PICTURE = ROOT / "docs" / "console.png"
SIZE = {"width": 1100, "height": 900}
MAX_BYTES = 150_000
QUESTION = "How does a for loop work?"


def take(url: str, picture: Path) -> None:
    """Ask as a student would, and keep what is seen then."""
    with browser() as context:
        visitor = Visitor(context, url)
        visitor.page.set_viewport_size(SIZE)
        visitor.register(f"picture-{secrets.token_hex(4)}@example.com")
        visitor.ask(QUESTION)
        visitor.page.locator("#live", has_text="live").wait_for()
        visitor.page.screenshot(path=picture, animations="disabled", caret="hide")
    if picture.stat().st_size > MAX_BYTES:
        raise SystemExit(f"{picture} has {picture.stat().st_size} bytes, and a README bears {MAX_BYTES}")


if __name__ == "__main__":
    take(runfile.read(Home.current()).exports["LEARNFLOW_URL"], PICTURE)
    print(f"learnflow: {PICTURE}")
