"""Which network address asks: read from the peer and from what proxies wrote into X-Forwarded-For.

Each proxy appends whom it was called by, so that the list is true from the right up to the first address that
is none of our proxies'; whatever is left of that one, its owner may have made up. How many proxies there are
is not known beforehand: Knative's activator is in the way at some loads and not at others. At most MAX_HOPS
entries are looked at. Wrong where a trusted proxy does not append its peer (Kourier without
`use-remote-address`), or where a trusted network holds callers too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

IP = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
MAX_HOPS = 32
UNKNOWN = "unknown"

# some proxies say the port too; in IPv6 a colon alone does not begin one
PORT = re.compile(r"(?<=\]):\d+$|(?<=\.)(\d+):\d+$")


def networks(raw: str) -> tuple[Network, ...]:
    """Read networks parted by commas, such as 127.0.0.0/8,10.42.0.0/16; raises ValueError."""
    found = tuple(_network(word.strip()) for word in raw.split(",") if word.strip())
    if not found:
        raise ValueError(f"expected networks such as 127.0.0.0/8,10.42.0.0/16, got {raw!r}")
    return found


def _network(word: str) -> Network:
    try:
        found = ip_network(word)
    except ValueError as error:
        raise ValueError(f"expected a network such as 10.42.0.0/16, got {word!r} ({error})") from None
    if found.prefixlen == 0:
        raise ValueError(f"{word} would trust every caller")
    if isinstance(found, IPv6Network) and found.network_address.ipv4_mapped:
        raise ValueError(f"{word}: write an IPv4 network as such")
    return found


def client_of(peer: str, hops: Sequence[str], trusted: Sequence[Network]) -> str:
    """Name the caller's network: the first address from the right that is in no trusted network.

    The peer is the rightmost one. Where all are trusted the leftmost counts: the call began inside. What is
    no address could be anything; whoever passed it on counts in its place.
    """
    client = peer
    for hop in (peer, *reversed(hops[-MAX_HOPS:])):
        ip = ip_of(hop)
        if ip is None:
            break
        client = hop
        if not is_trusted(ip, trusted):
            break
    return network_of(client)


def client_by_count(peer: str, hops: Sequence[str], proxies: int) -> str:
    """Name the caller's network where a fixed number of proxies appends to the list; 0 believes none."""
    return network_of(hops[-proxies] if proxies and len(hops) >= proxies else peer)


def is_trusted(ip: IP, trusted: Sequence[Network]) -> bool:
    """Whether an address is in one of the networks."""
    return any(ip in network for network in trusted)


def ip_of(address: str) -> IP | None:
    """Read an address as proxies write it, with port, brackets or zone; IPv4 within IPv6 is IPv4."""
    bare = PORT.sub(r"\1", address).strip("[]").partition("%")[0]
    try:
        ip = ip_address(bare)
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def network_of(address: str) -> str:
    """Name what one customer of a network has: an IPv4 address, or 64 bits of IPv6."""
    ip = ip_of(address)
    if ip is None:
        return address[:64]
    return str(ip) if isinstance(ip, IPv4Address) else str(ip_network((ip, 64), strict=False))
