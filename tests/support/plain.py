"""HTTP without TLS: a client reads all certificates otherwise, which takes longer than most requests."""

from __future__ import annotations

import ssl
from functools import partial

import httpx

# It trusts nobody, so it is of no use for anything but plain HTTP.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

get = partial(httpx.get, verify=NO_CERTIFICATES)
post = partial(httpx.post, verify=NO_CERTIFICATES)
stream = partial(httpx.stream, verify=NO_CERTIFICATES)
client = partial(httpx.Client, verify=NO_CERTIFICATES)
async_client = partial(httpx.AsyncClient, verify=NO_CERTIFICATES)
