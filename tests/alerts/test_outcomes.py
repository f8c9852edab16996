"""What an answer of Slack means, and how long to wait."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from tasks.alerts.outcomes import Verdict, backoff, of_answer, of_api_answer, pause_of

NOW = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, "ok", Verdict.SENT),
        (200, '{"ok":false,"error":"invalid_blocks"}', Verdict.DEAD),
        (200, "<html>Sign in</html>", Verdict.DEAD),
        (302, "", Verdict.DEAD),
        (400, "invalid_blocks", Verdict.DEAD),
        (403, "action_prohibited", Verdict.DEAD),
        (404, "channel_not_found", Verdict.DEAD),
        (403, "invalid_token", Verdict.OFF),
        (404, "no_service", Verdict.OFF),
        (410, "channel_is_archived", Verdict.OFF),
        (408, "", Verdict.AMBIGUOUS),
        (429, "", Verdict.LATER),
        (500, "", Verdict.AMBIGUOUS),
        (503, "", Verdict.AMBIGUOUS),
    ],
)
def test_what_an_answer_means(status: int, body: str, verdict: Verdict) -> None:
    """Every answer is one of: sent, later, perhaps sent, never, or nobody listens."""
    assert of_answer(status, body, None, NOW).verdict is verdict


def test_a_reason_repeats_codes_only() -> None:
    """Of a hostile or talkative body nothing is written down."""
    assert of_answer(400, "invalid_blocks", None, NOW).reason == "Slack answered 400 invalid_blocks"
    assert of_answer(400, "posted to https://hooks/secret", None, NOW).reason == "Slack answered 400"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30),
        ("0", 1),
        ("-5", 1),
        ("1e9", 3600),
        ("inf", 3600),
        ("Thu, 02 Jul 2026 03:01:00 GMT", 60),
        ("Thu, 02 Jul 2026 02:00:00 GMT", 1),
        ("Thu, 02 Jul 2099 03:00:00 GMT", 3600),
    ],
)
def test_retry_after_is_honoured_within_bounds(header: str, seconds: int) -> None:
    """Seconds and dates are read, and never make us wait less than a second or more than an hour."""
    assert pause_of(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("header", [None, "", "nan", "soon", "Thu, 99 Foo 2026"])
def test_a_retry_after_that_says_nothing_is_ignored(header: str | None) -> None:
    """Our own backoff decides where the header cannot be read."""
    assert pause_of(header, NOW) is None


def test_backoff_grows_and_is_bounded() -> None:
    """Waits are spread between a second and a ceiling that doubles up to an hour."""
    random = Random(1)  # noqa: S311
    early = [backoff(1, random) for _ in range(200)]
    late = [backoff(40, random) for _ in range(200)]
    assert min(early + late) >= timedelta(seconds=1)
    assert max(early) <= timedelta(seconds=30)
    assert timedelta(minutes=30) < max(late) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "answer", "verdict"),
    [
        (200, {"ok": True, "channel": "C1", "ts": "1.2"}, Verdict.SENT),
        (200, {"ok": False, "error": "ratelimited"}, Verdict.LATER),
        (429, {"ok": False, "error": "ratelimited"}, Verdict.LATER),
        (200, {"ok": False, "error": "invalid_auth"}, Verdict.OFF),
        (200, {"ok": False, "error": "not_authed"}, Verdict.OFF),
        (200, {"ok": False, "error": "token_revoked"}, Verdict.OFF),
        (200, {"ok": False, "error": "account_inactive"}, Verdict.OFF),
        (200, {"ok": False, "error": "missing_scope"}, Verdict.OFF),
        (200, {"ok": False, "error": "not_in_channel"}, Verdict.OFF),
        (200, {"ok": False, "error": "channel_not_found"}, Verdict.OFF),
        (200, {"ok": False, "error": "msg_too_long"}, Verdict.DEAD),
        (200, {"ok": False, "error": "invalid_blocks"}, Verdict.DEAD),
        (200, {"ok": False, "error": "internal_error"}, Verdict.AMBIGUOUS),
        (200, {"ok": "true"}, Verdict.DEAD),
        (200, {}, Verdict.DEAD),
        (302, {}, Verdict.DEAD),
        (408, {}, Verdict.AMBIGUOUS),
        (503, {}, Verdict.AMBIGUOUS),
    ],
)
def test_what_an_answer_of_the_api_means(status: int, answer: dict[str, object], verdict: Verdict) -> None:
    """What is wrong with the address holds messages back; what is wrong with the message ends it alone."""
    assert of_api_answer(status, answer, None, NOW).verdict is verdict


def test_a_place_that_is_none_is_not_kept() -> None:
    """Slack's word about where a message stands is checked before it is stored."""
    odd = {"ok": True, "channel": "<!channel>", "ts": "1.2"}
    assert of_api_answer(200, odd, None, NOW).place is None


def test_the_reason_of_the_api_repeats_codes_only() -> None:
    """Of a hostile or talkative answer nothing is written down."""
    odd = {"ok": False, "error": "xoxb-SECRET said no"}
    assert of_api_answer(200, odd, None, NOW).reason == "Slack answered 200 without ok"
