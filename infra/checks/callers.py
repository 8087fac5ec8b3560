"""Our own rules for whom the gateway believes about its callers' addresses."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from functions.gateway.addresses import Network, is_trusted, networks
from infra.checks.manifests import Manifests, Problem

SETTING = "LEARNFLOW_TRUSTED_NETWORKS"
QUEUE_PROXY = ip_address("127.0.0.1")
ADVICE = (
    "name 127.0.0.0/8 (queue-proxy) and the network of the pods (Kourier and the activator) in config.env"
)


def trusted_networks(manifests: Manifests) -> tuple[Network, ...]:
    """Read the networks of our own proxies, none when the setting is missing; raises ValueError."""
    raw = manifests.settings().get(SETTING, "")
    return networks(raw) if raw else ()


def caller_problems(manifests: Manifests) -> Iterator[Problem]:
    """Yield why the gateway could not tell its callers apart; without a domain only we call it."""
    try:
        trusted = trusted_networks(manifests)
    except ValueError as error:
        yield Problem(f"setting {SETTING}", str(error))
        return
    if not trusted and any(manifests.kind("DomainMapping")):
        yield Problem(f"setting {SETTING}", f"is missing, all callers would look like one: {ADVICE}")
    if trusted and not is_trusted(QUEUE_PROXY, trusted):
        yield Problem(f"setting {SETTING}", f"lacks the peer of every request: {ADVICE}")
