"""Answers that are cut, damaged, oddly packed, or far too large."""

import tracemalloc
import zlib

import pytest

from schemas.errors import (
    EnvelopeError,
    TooLargeError,
    UnreachableError,
)
from tasks.sources.limits import MIB
from tests.support.upstream import (
    bomb,
    client_of,
    misbehaving,
    reply,
)


def test_a_truncated_answer_is_no_answer() -> None:
    """Fewer bytes than `Content-Length` says are never handed on."""
    cut = reply(body=b"half", headers={"Content-Length": "8"})
    with (
        misbehaving(cut) as upstream,
        pytest.raises(UnreachableError, match="without sending complete message"),
    ):
        client_of(upstream.base_url).get("x")


@pytest.mark.parametrize(
    "packed", [zlib.compress(b"z" * 9999)[:-8], b"no deflate", zlib.compress(b"z") + b"more"]
)
def test_a_damaged_compressed_answer_is_no_answer(packed: bytes) -> None:
    """A compressed stream that ends early, is garbage, or goes on after its end is refused."""
    with (
        misbehaving(reply(body=packed, headers={"Content-Encoding": "deflate"})) as upstream,
        pytest.raises(UnreachableError, match="compressed"),
    ):
        client_of(upstream.base_url).get("x")


@pytest.mark.parametrize("wbits", [zlib.MAX_WBITS, zlib.MAX_WBITS | 16], ids=["deflate", "gzip"])
def test_compressed_answers_are_unpacked(wbits: int) -> None:
    """Both compressions that are offered can be read."""
    name = "gzip" if wbits > zlib.MAX_WBITS else "deflate"
    packed = zlib.compress(b"data" * 9, wbits=wbits)
    with misbehaving(reply(body=packed, headers={"Content-Encoding": name})) as upstream:
        assert client_of(upstream.base_url).get("x").body == b"data" * 9
    assert upstream.sent[0]["accept-encoding"] == "gzip, deflate"


def test_a_compression_that_was_not_offered_is_refused() -> None:
    """A body in another compression is not handed on as if it were data."""
    with (
        misbehaving(reply(headers={"Content-Encoding": "br"})) as upstream,
        pytest.raises(EnvelopeError, match="not offered"),
    ):
        client_of(upstream.base_url).get("x")


def test_a_bomb_stays_packed() -> None:
    """A gigabyte of zeros in a megabyte is refused, and never in memory."""
    tracemalloc.start()
    try:
        with misbehaving(bomb(1024 * MIB)) as upstream, pytest.raises(TooLargeError, match="more than 4 MiB"):
            client_of(upstream.base_url, body_bytes=4 * MIB).get("x")
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 32 * MIB
