"""An S3 on this machine: moto, asked through the real client over loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.serving import make_server

BUCKET = "kept"


@dataclass(frozen=True)
class S3:
    """A running server with one empty bucket."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What the environment of a client has to be."""
        return {
            "AWS_ACCESS_KEY_ID": "AKIAMADE",
            "AWS_SECRET_ACCESS_KEY": "made-secret",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ALLOW_HTTP": "true",
        }


@contextmanager
def serving_s3() -> Iterator[S3]:
    """Serve while the block runs, one request at a time: moto's create-only put looks first and writes then."""
    server = make_server("127.0.0.1", 0, create_backend_app("s3"), threaded=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    here = S3(f"http://127.0.0.1:{server.server_port}")
    try:
        httpx.put(f"{here.url}/{BUCKET}", timeout=30).raise_for_status()
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
