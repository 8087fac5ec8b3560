"""The API document as a page, from files of our own: it works without the internet."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, Response

from functions.gateway.errors import NotFound

router = APIRouter(prefix="/docs", include_in_schema=False)
FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon.png": "image/png"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'"
)
HEADERS = {"content-security-policy": POLICY}
CACHED = {"cache-control": "public, max-age=86400"}
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>LearnFlow API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="docs/favicon.png"><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="swagger"></div>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body>
</html>
"""
START = """
SwaggerUIBundle({url: "openapi.json", dom_id: "#swagger", deepLinking: true, persistAuthorization: true});
"""


@router.get("")
async def show() -> HTMLResponse:
    """Show the API document."""
    return HTMLResponse(PAGE, headers=HEADERS)


@router.get("/start.js")
async def start() -> Response:
    """Start the page; a script of its own, since the page allows no inline scripts."""
    return Response(START, media_type="text/javascript")


@router.get("/{name}")
async def file(name: str) -> FileResponse:
    """Give one of the page's files."""
    if name not in FILES:
        raise NotFound("there is no such file")
    return FileResponse(folder() / name, headers=CACHED, media_type=FILES[name])


def folder() -> Path:
    """Find the files of Swagger UI."""
    import fastapi_offline  # only needed when somebody reads the docs

    return Path(fastapi_offline.__file__).parent / "static"
