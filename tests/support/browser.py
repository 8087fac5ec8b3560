"""Chromium for the tests of the console: `python -m tests.support.browser` installs it where it can."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from infra.local.javascript import CONSOLE

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
QUIET = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", *QUIET)
AXE = CONSOLE / "node_modules" / "axe-core" / "axe.min.js"
INSTALL_S = 300
NUMBERS = count()
# A user's PATH may leave out where a package manager puts a program.
PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/bin", "/usr/bin", "/bin"))
# A dark phone first: contrast and width are where pages fail.
LOOKS = (("dark", 360, 740), ("light", 1200, 850))


def chromium() -> str | None:
    """Find the browser."""
    found = next(filter(None, (shutil.which(program, path=PATH) for program in PROGRAMS)), None)
    return found or (str(MAC) if MAC.exists() else None)


def install() -> str:
    """Install Chromium with Debian's package manager, as root; answers what came of it."""
    if found := chromium():
        return f"the console is tested in {found}"
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return "no Chromium here, and only root with apt-get can install it: the console's tests are skipped"
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"])
    for step in steps:
        try:
            done = subprocess.run(
                ["apt-get", *step],
                env=environ,
                capture_output=True,
                text=True,
                timeout=INSTALL_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"apt-get {step[0]} did not end in {INSTALL_S} s: the console's tests are skipped"
        if done.returncode:
            return f"apt-get {step[0]} failed, the console's tests are skipped: {done.stderr.strip()[-300:]}"
    return f"the console is tested in {chromium()}, which is installed now"


@contextmanager
def browser() -> Iterator[BrowserContext]:
    """Run a browser with a new profile."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium(),
            args=list(OPTIONS),
            env={**os.environ, "PATH": PATH},
            headless=True,
            color_scheme="light",
        )
        context.set_default_timeout(60_000)
        yield context
        context.close()


def address() -> str:
    """Make an e-mail address that nobody has yet."""
    return f"visitor-{next(NUMBERS)}@example.com"


class Visitor:
    """Somebody at the console; what the browser complains of is kept."""

    def __init__(self, context: BrowserContext, url: str, name: str = "Maya") -> None:
        self.url = url
        self.name = name
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self._heard("error", str(error)))

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def register(self, email: str, role: str = "student", invite: str = "") -> None:
        """Make an account, from the address that `./task up` prints."""
        self.page.goto(self.url)
        new = self.page.locator("section", has=self.page.get_by_role("heading", name="New here"))
        new.get_by_label("Name").fill(self.name)
        new.get_by_label("E-mail").fill(email)
        new.get_by_label("Password").fill("a long passphrase")
        new.get_by_label("I am a").select_option(role)
        if invite:
            new.get_by_label("Invite").fill(invite)
        new.get_by_role("button", name="Create account").click()
        self.page.get_by_role("button", name="Sign out").wait_for()

    def go(self, view: str) -> None:
        """Open a view from the navigation, and wait until all of it is there."""
        views = self.page.get_by_role("navigation", name="Views")
        views.get_by_role("link", name=view, exact=True).click()
        self.page.get_by_role("heading", level=1, name=view).wait_for()
        self.settled()

    def settled(self) -> None:
        """Wait until the view has been read."""
        self.page.locator("main:not([aria-busy])").wait_for()

    def ask(self, text: str) -> None:
        """Ask a question, with the keyboard, and wait for its answer."""
        answered = self.page.locator(".answer[aria-busy=false]")
        before = answered.count()
        self.page.get_by_label("Your question").fill(text)
        self.page.keyboard.press("Enter")
        answered.nth(before).wait_for()

    def write(self, code: str) -> None:
        """Write a program into the editor, by keyboard: `fill` would style it, which the policy refuses."""
        self.page.locator(".cm-content").press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(code)

    def audit(self) -> list[str]:
        """What a screen reader, a phone or a dark room would stumble on in the view that is shown."""
        found: list[str] = []
        for scheme, width, height in LOOKS:
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
            self.page.set_viewport_size({"width": width, "height": height})
            if not self.page.evaluate("'axe' in window"):
                self.page.evaluate(AXE.read_text())
            result: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            found += [
                f"{scheme} {width}: {one['id']}: {one['nodes'][0]['html']}" for one in result["violations"]
            ]
            beyond = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"{scheme} {width}: {beyond} px too wide"] if beyond > 0 else []
        return found


if __name__ == "__main__":
    print(f"learnflow: {install()}")
