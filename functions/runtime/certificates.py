"""Whom to trust on an address: certificates are read once, and only where an address speaks TLS."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


def trusted(url: str) -> ssl.SSLContext:
    """Give what a client of one address needs; for plain HTTP a context that trusts nobody.

    Reading all certificates takes as long as a twentieth of a cold start.
    """
    return certificates() if httpx.URL(url).scheme == "https" else nobody()


@cache
def certificates() -> ssl.SSLContext:
    """Read the certificates of this machine, or those that SSL_CERT_FILE names."""
    return httpx.create_ssl_context()


@cache
def nobody() -> ssl.SSLContext:
    """Trust nobody."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
