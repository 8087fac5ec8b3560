"""Whom a client trusts, by the address that it calls."""

from __future__ import annotations

import ssl

from functions.runtime.certificates import trusted


def test_certificates_are_read_once_for_all_addresses_that_speak_tls() -> None:
    assert trusted("https://one.example/learnflow") is trusted("HTTPS://two.example")


def test_plain_http_reads_none_and_would_trust_nobody() -> None:
    context = trusted("http://one.example/learnflow")
    assert context.get_ca_certs() == []
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
