"""Ports on the loopback address."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import psutil

from infra.local.errors import PortTaken

LOOPBACK = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on; all differ."""
    with ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(socket.socket()) for _ in range(count)]
        for candidate in sockets:
            candidate.bind((LOOPBACK, 0))
        return [candidate.getsockname()[1] for candidate in sockets]


def require_free(port: int) -> int:
    """Return the port; raises PortTaken, naming who has it, when it can not be used."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise PortTaken(
                f"port {port} is used by {owner(port)}; set LEARNFLOW_PORT to another one"
            ) from None
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
