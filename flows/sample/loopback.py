"""A server that runs in the background of this process while a block does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

POLL_SECONDS = 0.02
"""How long stopping a server may take."""


@contextmanager
def in_background(server: ThreadingHTTPServer) -> Iterator[str]:
    """Serve while the block runs, and close the socket after it; gives the server's address."""
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": POLL_SECONDS}, daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
