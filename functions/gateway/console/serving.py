"""Serves the page, its modules and its library, under a policy of its own."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PATH = "/console"
FILES = Path(__file__).parent / "static"
LIBRARY = "library.js"
# The library takes 15 ms of a core with it, once per browser: after that it is a 304.
COMPRESSION = 5
# Trusted types: the browser itself refuses to make markup of text, whatever a script of ours tries.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {"content-security-policy": POLICY, "cache-control": "no-cache"}


class ConsoleFiles(StaticFiles):
    """The page's own files, and beside them the library that was made by the set-up."""

    def __init__(self, library: Path | None) -> None:
        super().__init__(directory=FILES, html=True)
        self._library = library

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Give a file; one that has not changed is a 304."""
        response = self._of_library(scope) if path == LIBRARY else await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response

    def _of_library(self, scope: Scope) -> Response:
        if self._library is None or not self._library.is_file():
            raise HTTPException(404)
        return self.file_response(self._library, self._library.stat(), scope)


def add_to(app: FastAPI, library: Path | None) -> None:
    """Serve the console, and lead to it from the root."""

    async def lead() -> RedirectResponse:
        return RedirectResponse(f"{PATH}/")

    for path in ("/", PATH):
        app.add_api_route(path, lead, methods=["GET"], include_in_schema=False)
    app.mount(PATH, GZipMiddleware(ConsoleFiles(library), compresslevel=COMPRESSION), name="console")
