"""The HTTP client of the data plane."""

from collections.abc import Sequence

import aiohttp
from yarl import URL

from infra.standin.retries import Answer
from infra.standin.settings import Settings

HeaderPairs = Sequence[tuple[str, str]]
NO_ANSWER = (aiohttp.ClientError, OSError, TimeoutError)


def open_session(settings: Settings) -> aiohttp.ClientSession:
    """Open a client with keep-alive; it sends no header of its own beside Host and Content-Length."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            # sources bound their requests, and an open stream must not keep others out
            limit=0,
            keepalive_timeout=settings.idle_connection_s,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
    )


async def post(
    session: aiohttp.ClientSession, url: str, headers: HeaderPairs, body: bytes, max_redirects: int
) -> Answer:
    """Post once; a 303 is followed as a GET with the same headers and body, as Vert.x does.

    Raises: one of NO_ANSWER, or ValueError for a value that no HTTP header can hold.
    """
    method = "POST"
    for _ in range(max_redirects):
        request = session.request(method, url, data=body, headers=headers, allow_redirects=False)
        async with request as response:
            content = await response.read()
            answer = Answer(response.status, content, list(response.headers.items()))
            if response.status != 303 or "location" not in response.headers:
                return answer
            method, url = "GET", str(response.url.join(URL(response.headers["location"])))
    return answer
