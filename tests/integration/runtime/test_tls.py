"""Sinks that speak TLS: events go to one whose certificate is trusted, and to no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from infra.local.ports import free_ports
from tests.support.sinks import Sinks, serving

QUERY = "learnflow.query.submitted.v1"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Sinks]:
    with serving(free_ports(1)[0], authority.issue_cert("127.0.0.1").configure_cert) as sinks:
        yield sinks


def bundle(authority: trustme.CA, folder: Path) -> str:
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    return str(folder / "ca.pem")


async def test_events_go_to_a_sink_of_a_trusted_authority(
    secure: Sinks, start: Any, db: Any, question: Any, authority: trustme.CA, tmp_path: Path
) -> None:
    function = start(LEARNFLOW_SINKS_URL=secure.url, SSL_CERT_FILE=bundle(authority, tmp_path))
    assert function.send(QUERY, question("hello")).status_code == 200
    assert len(secure.to("progress-events")) == 1
    assert function.stop() == 0, "rows are marked after the answer, at the latest before the end"
    assert await db.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0


async def test_events_stay_in_the_outbox_when_the_authority_is_a_stranger(
    secure: Sinks, start: Any, db: Any, question: Any, tmp_path: Path
) -> None:
    function = start(LEARNFLOW_SINKS_URL=secure.url, SSL_CERT_FILE=bundle(trustme.CA(), tmp_path))
    assert function.send(QUERY, question("hello")).status_code == 503
    assert secure.received == []
    assert await db.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 1
