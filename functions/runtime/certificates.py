"""Whom to trust on an address: certificates are read once, and only where an address speaks TLS."""

from __future__ import annotations

import ssl
from functools import cache
from urllib.parse import urlsplit


def trusted(url: str) -> ssl.SSLContext:
    """Give what a client of one address needs; for plain HTTP a context that trusts nobody.

    Reading all certificates takes as long as a twentieth of a cold start.
    """
    return certificates() if urlsplit(url).scheme == "https" else nobody()


@cache
def certificates() -> ssl.SSLContext:
    """Read the certificates of this machine, or those that SSL_CERT_FILE names."""
    import httpx  # most functions speak plain HTTP to their mesh, and do without

    return httpx.create_ssl_context()


@cache
def nobody() -> ssl.SSLContext:
    """Trust nobody."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
