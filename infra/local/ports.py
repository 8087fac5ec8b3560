"""Ports on the loopback address."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Container, Iterator
from itertools import chain, islice

import psutil

from infra.local.errors import PortTaken, SettingError

LOOPBACK = "127.0.0.1"
# Below where a system takes ports for outgoing connections (Linux 32768, macOS 49152): one of those
# would hold a port between the moment when it is chosen here and the one when its server listens.
OWN_PORTS = "20000-32767"
# What was given is as good as taken: who asked for it may not listen yet.
_given: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on, and that this process was not given before."""
    found = list(islice(each_free_port(_given), count))
    if len(found) < count:
        _given.clear()
        found = list(islice(each_free_port(), count))
    _given.update(found)
    return found


def each_free_port(but: Container[int] = ()) -> Iterator[int]:
    """Find one free port after the other, each once, from anywhere in the range on."""
    own = own_ports()
    first = secrets.randbelow(len(own))
    for port in chain(own[first:], own[:first]):
        if port not in but and free(port):
            yield port


def own_ports() -> range:
    """Read where to look for free ports: LEARNFLOW_PORT_RANGE, such as 20000-29999."""
    first, dash, last = (os.environ.get("LEARNFLOW_PORT_RANGE") or OWN_PORTS).partition("-")
    if not (dash and first.isdecimal() and last.isdecimal() and 1024 <= int(first) <= int(last) <= 65535):
        raise SettingError("LEARNFLOW_PORT_RANGE: expected two ports from 1024 to 65535, such as 20000-29999")
    return range(int(first), int(last) + 1)


def free(port: int) -> bool:
    """Tell whether a server can listen on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def require_free(port: int) -> int:
    """Return the port; raises PortTaken, naming who has it, when it cannot be used."""
    if not free(port):
        raise PortTaken(f"port {port} is used by {owner(port)}; set LEARNFLOW_PORT to another one")
    return port


def owner(port: int) -> str:
    """Name the process that listens on a port, as far as this user may know."""
    try:
        listening = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return "another process"
    for connection in listening:
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
            return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return "another process"


def reachable(port: int) -> bool:
    """Tell whether somebody accepts connections on a port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=0.2):
            return True
    except OSError:
        return False
