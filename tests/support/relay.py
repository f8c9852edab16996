"""Bytes carried from one socket to another, and a host that has no other network than that.

`python tests/support/relay.py NAME WIRES PORT… -- PROGRAM …`, started in network and UTS namespaces of its own,
takes that name, runs the program, and carries every connection to a PORT of its loopback into the Unix socket
`WIRES/PORT`. It imports nothing of ours, so that it runs from any folder.
"""

import fcntl
import signal
import socket
import socketserver
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

Place = int | Path
"""A port of the loopback, or a Unix socket."""
_CHUNK_BYTES: Final = 65_536
_POLL_SECONDS: Final = 0.05
_SET_INTERFACE_FLAGS: Final = 0x8914
_UP: Final = 1


def free_port() -> int:
    """A port of the loopback at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def relaying(here: Place, there: Place) -> Iterator[None]:
    """Carry what comes to one place to another, both ways, while the block runs."""

    class Line(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            """Carry one connection; where nobody is there, hang up, as a host does whose port is closed."""
            with suppress(OSError), _reach(there) as far:
                back = threading.Thread(target=_pour, args=(far, self.request), daemon=True)
                back.start()
                _pour(self.request, far)
                back.join()

    listening = (
        socketserver.ThreadingUnixStreamServer(str(here), Line)
        if isinstance(here, Path)
        else socketserver.ThreadingTCPServer(("127.0.0.1", here), Line)
    )
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def _reach(there: Place) -> socket.socket:
    if isinstance(there, int):
        return socket.create_connection(("127.0.0.1", there))
    far = socket.socket(socket.AF_UNIX)
    far.connect(str(there))
    return far


def _pour(source: socket.socket, sink: socket.socket) -> None:
    """Carry what comes until nothing will, and say so."""
    with suppress(OSError):  # an end that is gone takes no more; the way back tells the other one
        while chunk := source.recv(_CHUNK_BYTES):
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _be_host(name: str, wires: Path, ports: list[int], program: list[str]) -> int:
    """Be a host of that name: its loopback, its wires and its program; gives the program's exit status."""
    socket.sethostname(name)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_INTERFACE_FLAGS, struct.pack("16sh22x", b"lo", _UP))
    # Who ends the host's process group means the program; the wires hold until it is done.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(relaying(port, wires / str(port)))
        return subprocess.run(program, check=False).returncode


if __name__ == "__main__":
    at = sys.argv.index("--")
    own_name, folder, *numbers = sys.argv[1:at]
    sys.exit(_be_host(own_name, Path(folder), [int(each) for each in numbers], sys.argv[at + 1 :]))
