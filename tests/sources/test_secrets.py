"""What the client never does: tell the key, take it elsewhere, or repeat hostile words."""

import logging

import pytest

from schemas.errors import (
    UnauthorizedError,
    UpstreamError,
    UsageError,
)
from tests.support.upstream import (
    CANARY,
    client_of,
    misbehaving,
    repeating_the_key,
    reply,
)


def said(message: str) -> bytes:
    """A JSON error body as upstream writes it."""
    return f'{{"error":{{"code":0,"message":"{message}"}}}}'.encode()


def test_an_error_body_that_is_no_json_does_not_hide_the_status() -> None:
    """A proxy's HTML page is left out of the message, the status stays in it."""
    with (
        misbehaving(reply(403, b"<html>\n<b>Forbidden</b>")) as upstream,
        pytest.raises(UnauthorizedError) as caught,
    ):
        client_of(upstream.base_url).get("x")
    assert "403;" in str(caught.value)
    assert "html" not in str(caught.value)


def test_upstream_words_cannot_break_the_line() -> None:
    """Control characters and floods in a message do not reach the terminal."""
    with (
        misbehaving(reply(400, said("a\\n\\u001b[2Jb" + "x" * 5000))) as upstream,
        pytest.raises(UpstreamError) as caught,
    ):
        client_of(upstream.base_url).get("x")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_a_redirect_is_an_error_and_takes_no_key_along() -> None:
    """A redirect is not followed: the other host never hears from us."""
    with misbehaving(reply()) as other:
        moved = reply(302, headers={"Location": f"{other.base_url}/x"})
        with (
            misbehaving(moved) as upstream,
            pytest.raises(UpstreamError, match=r"redirect \(302\).*never followed"),
        ):
            client_of(upstream.base_url, key=CANARY).get("x", keyed=True)
    assert other.asked == []


def test_the_key_goes_only_where_it_is_asked_to() -> None:
    """A call that is not keyed carries no credentials, a keyed one does."""
    with misbehaving(reply()) as upstream, client_of(upstream.base_url, key=CANARY) as client:
        client.get("open")
        client.get("closed", keyed=True)
    assert [sent.get("authorization") for sent in upstream.sent] == [None, f"Bearer {CANARY}"]


def test_a_missing_key_is_told_before_anything_is_asked() -> None:
    """A keyed call without a key says which variable to set, and asks nobody."""
    with misbehaving(reply()) as upstream, pytest.raises(UnauthorizedError, match="set OPENROUTER_API_KEY"):
        client_of(upstream.base_url).get("x", keyed=True)
    assert upstream.asked == []


def test_a_foreign_host_does_not_get_the_key() -> None:
    """A host that is neither the key's own nor allowed is named, and not asked."""
    with pytest.raises(UnauthorizedError, match=r"not sent to mirror\.example.*TOKENTIDE_KEY_HOSTS"):
        client_of("https://mirror.example/api", key=CANARY).get("x", keyed=True)


def test_a_key_that_cannot_be_one_is_not_shown() -> None:
    """A key with a line break, which an HTTP library would quote in its error, is refused without quoting."""
    with pytest.raises(UsageError, match="copy it again") as caught:
        client_of("http://127.0.0.1:9", key=f"{CANARY}\nX: y").get("x", keyed=True)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_the_key_is_never_told(status: int, caplog: pytest.LogCaptureFixture) -> None:
    """An upstream that repeats the key in its refusal gets it into neither error nor log, at any level."""
    caplog.set_level(logging.DEBUG)
    with misbehaving(repeating_the_key(status)) as upstream, pytest.raises(UpstreamError) as caught:
        client_of(upstream.base_url, key=CANARY).get("x", keyed=True)
    assert CANARY not in f"{caught.value!r} {caught.value} {caplog.text}"
