"""The caller's address is what our own proxies saw, whatever the caller says."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.gateway.addresses import client_by_count, client_of, is_trusted, network_of, networks
from functions.gateway.settings import GatewaySettings
from functions.runtime.errors import ConfigurationError

SETTINGS = {"LEARNFLOW_JWT_SECRET": "s" * 32, "SANDBOX_URL": "http://sandbox"}
PEER = "127.0.0.1"
CLIENT, CLAIMED = "203.0.113.5", "198.51.100.9"
KOURIER, ACTIVATOR = "10.42.0.17", "10.42.0.9"
TRUSTED = networks("127.0.0.0/8,::1/128,10.42.0.0/16,fd00:42::/56")
PROXIES = st.sampled_from(
    [KOURIER, ACTIVATOR, "10.42.3.200:41234", "::ffff:10.42.0.9", "[fd00:42::9]:80", "::1"]
)
CLAIMS = st.lists(st.ip_addresses().map(str) | PROXIES | st.text(max_size=20))
STRANGERS = st.ip_addresses().filter(
    lambda ip: not is_trusted(ip, TRUSTED) and not (ip.version == 6 and ip.ipv4_mapped)
)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::2", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("[2001:db8:1:2::9]:4711", "2001:db8:1:2::/64"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("unknown", "unknown"),
        ("x" * 500, "x" * 64),
    ],
)
def test_an_address_counts_as_all_that_one_customer_has(address: str, place: str) -> None:
    """Who has one IPv6 address has 2**64 of them."""
    assert network_of(address) == place


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        # seen on a cluster with Kourier's `use-remote-address` off: what the caller says is passed on
        (f"{CLAIMED}, {KOURIER}", CLAIMED),
        (f"{CLAIMED}, {KOURIER}, {ACTIVATOR}", CLAIMED),
        # on: Kourier appends its peer, at rest and with the activator in the way
        (f"{CLIENT}, {KOURIER}", CLIENT),
        (f"{CLIENT}, {KOURIER}, {ACTIVATOR}", CLIENT),
        (f"{CLAIMED}, {CLIENT}, {KOURIER}", CLIENT),
        (f"{CLAIMED}, {CLIENT}, {KOURIER}, {ACTIVATOR}", CLIENT),
        # who pretends to be a proxy is none
        (f"{KOURIER}, {ACTIVATOR}, {CLIENT}, {KOURIER}, {ACTIVATOR}", CLIENT),
        # probes and other pods begin inside
        ("", PEER),
        (KOURIER, KOURIER),
        (f"{KOURIER}, {ACTIVATOR}", KOURIER),
        # what is no address counts as whoever passed it on
        (f"{CLIENT}, unknown, {KOURIER}", KOURIER),
        (f"{CLIENT}:4711, {KOURIER}:80", CLIENT),
    ],
)
def test_the_lists_that_a_cluster_showed(forwarded: str, client: str) -> None:
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    assert client_of(PEER, hops, TRUSTED) == client


@given(CLAIMS, STRANGERS, st.lists(PROXIES, max_size=6))
def test_no_claim_changes_whom_our_proxies_saw(claims: list[str], seen: object, proxies: list[str]) -> None:
    assert client_of(PEER, [*claims, str(seen), *proxies], TRUSTED) == network_of(str(seen))


@given(CLAIMS, STRANGERS)
def test_of_a_peer_that_is_no_proxy_nothing_is_believed(claims: list[str], peer: object) -> None:
    assert client_of(str(peer), claims, TRUSTED) == network_of(str(peer))


@given(CLAIMS)
def test_the_caller_is_the_peer_or_an_address_that_was_named(claims: list[str]) -> None:
    """It becomes a key of the allowances: an address, never any text."""
    found = client_of(PEER, claims, TRUSTED)
    assert ip_address(found.partition("/")[0])
    assert found in {network_of(one) for one in (PEER, *claims)}


def test_a_list_without_end_is_not_read_to_its_end() -> None:
    assert client_of(PEER, [CLIENT, *[KOURIER] * 40], TRUSTED) == KOURIER


@pytest.mark.parametrize(
    ("proxies", "client"), [(0, PEER), (1, KOURIER), (2, CLIENT), (3, CLAIMED), (4, PEER)]
)
def test_a_fixed_number_of_proxies_is_counted_from_the_right(proxies: int, client: str) -> None:
    assert client_by_count(PEER, [CLAIMED, CLIENT, KOURIER], proxies) == client


def test_networks_are_read_with_blanks() -> None:
    settings = GatewaySettings.read(
        SETTINGS | {"LEARNFLOW_TRUSTED_NETWORKS": "127.0.0.0/8, 10.42.0.0/16,2001:db8::/32,10.0.0.1"}
    )
    assert [str(one) for one in settings.trusted_networks] == [
        "127.0.0.0/8",
        "10.42.0.0/16",
        "2001:db8::/32",
        "10.0.0.1/32",
    ]
    assert GatewaySettings.read(SETTINGS).trusted_networks == ()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("10.42.0.7/16", "host bits"),
        ("kourier", "expected a network such as 10.42.0.0/16, got 'kourier'"),
        ("10.42.0.0/16;127.0.0.1", "expected a network"),
        ("10.42.0.0/33", "expected a network"),
        ("0.0.0.0/0", "would trust every caller"),
        ("10.42.0.0/16,::/0", "would trust every caller"),
        ("::ffff:10.42.0.0/112", "write an IPv4 network as such"),
        (" , ", "expected networks such as"),
    ],
)
def test_a_network_that_is_none_is_refused(raw: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=f"LEARNFLOW_TRUSTED_NETWORKS: .*{said}"):
        GatewaySettings.read(SETTINGS | {"LEARNFLOW_TRUSTED_NETWORKS": raw})
