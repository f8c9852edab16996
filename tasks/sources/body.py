"""Reading an answer piece by piece, so that a small one cannot unpack into all of the memory."""

import zlib
from collections.abc import Iterator
from threading import Event
from typing import Final

import httpx

from schemas.errors import EnvelopeError, TooLargeError
from tasks.sources.limits import MIB

ACCEPT_ENCODING: Final = "gzip, deflate"
_EITHER_HEADER: Final = zlib.MAX_WBITS | 32
"""zlib finds out by itself whether it reads gzip or deflate."""


def read_body(response: httpx.Response, limit_bytes: int, given_up: Event) -> bytes:
    """The whole body, decompressed; what goes beyond `limit_bytes` is never unpacked.

    Raises:
        TooLargeError: there is more.
        EnvelopeError: it is compressed in a way that was not offered.
        httpx.DecodingError: the compressed stream is damaged or ends early.
        httpx.TransportError: the connection broke, or less came than `Content-Length` said.
        TimeoutError: nobody waits for it any more: `given_up` was set.
    """
    body = bytearray()
    for piece in _pieces(response, limit_bytes):
        body += piece
        if given_up.is_set():
            raise TimeoutError
        if len(body) > limit_bytes:
            raise TooLargeError(
                f"{response.url} answered with more than {limit_bytes / MIB:g} MiB; nothing of it was kept. "
                "Check that the address is the right one, then report it."
            )
    return bytes(body)


def _pieces(response: httpx.Response, limit_bytes: int) -> Iterator[bytes]:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        yield from response.iter_raw()
    elif encoding in {"gzip", "deflate"}:
        yield from _decompressed(response, limit_bytes)
    else:
        raise EnvelopeError(
            f"{response.url} is compressed in a way that was not offered; check for a proxy in between."
        )


def _decompressed(response: httpx.Response, limit_bytes: int) -> Iterator[bytes]:
    decoder = zlib.decompressobj(_EITHER_HEADER)
    try:
        for compressed in response.iter_raw():
            # One byte over the limit is enough for the caller to stop; the rest stays packed.
            yield decoder.decompress(compressed, limit_bytes + 1)
            if decoder.unused_data:
                raise httpx.DecodingError("something follows the end of the compressed answer")
    except zlib.error as error:
        raise httpx.DecodingError("the compressed answer is damaged") from error
    if not decoder.eof:
        raise httpx.DecodingError("the compressed answer ends early")
