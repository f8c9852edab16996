"""Hosts for a test: network namespaces where the system makes them, else processes that share its loopback."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import relay

_OWN: Final = ("--net", "--uts")
_WAYS: Final = (_OWN, ("--map-root-user", *_OWN))
"""How `unshare` makes a network of one's own: as root, and as anybody where the kernel lets everybody."""


@dataclass(frozen=True)
class Network:
    """What hosts of a test can reach: these ports of the test's loopback, each at the same port of their own.

    Attributes:
        way: the words of `unshare` that make a host; empty where hosts are mere processes.
        wires: the folder of the Unix sockets that lead out of a host.
    """

    ports: tuple[int, ...]
    wires: Path
    way: tuple[str, ...]

    @property
    def said(self) -> str:
        """What separates the hosts, in words."""
        return "network namespaces of their own" if self.way else "processes with homes of their own"

    def host(self, name: str) -> list[str]:
        """What to put before a program so that it runs on the host of that name."""
        if not self.way:
            return []
        ports = map(str, self.ports)
        wired = [sys.executable, str(Path(relay.__file__)), name, str(self.wires), *ports, "--"]
        return ["unshare", *self.way, "--", *wired]


@contextmanager
def network_of(*ports: int) -> Iterator[Network]:
    """A network that carries those ports while the block runs."""
    way = next((way for way in _WAYS if _works(way)), ())
    with tempfile.TemporaryDirectory(prefix="wires-") as folder, ExitStack() as stack:
        wires = Path(folder)  # not below pytest's: the path of a Unix socket is short
        for port in ports if way else ():
            stack.enter_context(relay.relaying(wires / str(port), port))
        yield Network(ports, wires, way)


def _works(way: Sequence[str]) -> bool:
    if shutil.which("unshare") is None:
        return False
    # What a host does first, which some systems forbid in namespaces that they let one make.
    name_it = "import socket; socket.sethostname('tried')"
    program = ["unshare", *way, "--", sys.executable, "-c", name_it]
    return subprocess.run(program, check=False, capture_output=True).returncode == 0
