"""Hosts that tests make: what they reach, and what they do not."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from flows.sample.loopback import in_background
from tests.support.hosts import Network, network_of

ASK = """
import socket, sys
line = socket.create_connection(("127.0.0.1", {port}))
line.sendall(b"?\\n")
sys.exit(not line.recv(1))
"""


def reached(network: Network, server: ThreadingHTTPServer) -> bool:
    """Whether a program on a host of that network gets an answer from a server of this process."""
    ask = ASK.format(port=server.server_port)
    program = [*network.host("one"), sys.executable, "-c", ask]
    return subprocess.run(program, check=False, capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize("allowed", [True, False])
def test_a_host_reaches_its_network_and_nothing_else(allowed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not wired to a namespace is not there; mere processes share the loopback with everything."""
    if not allowed:
        monkeypatch.setattr("tests.support.hosts._WAYS", ())
    wired, other = (ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) for _ in range(2))
    with in_background(wired), in_background(other), network_of(wired.server_port) as network:
        assert (reached(network, wired), reached(network, other)) == (True, not network.way)
