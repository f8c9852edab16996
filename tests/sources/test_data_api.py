"""The keyed Data API: how spans are cut, what is always sent, and how the daily budget is kept."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import AsOfError, BudgetSpentError, UnreachableError, UsageError
from schemas.slices import Slice
from storage.archive import Archive
from tasks.sources import catalogue, data_api
from tests.support.upstream import CANARY, NOW, Upstream, client_of, misbehaving, reply

START, END = date(2026, 9, 1), date(2026, 9, 30)


@dataclass
class Budget:
    """A budget that writes down what happens to it."""

    left: int = 500
    spent_until: list[datetime | None] = field(default_factory=list)

    def spend(self, now: datetime) -> int:
        """Count one call."""
        if not self.left:
            raise BudgetSpentError("used up", now)
        self.left -= 1
        return self.left

    def mark_spent(self, now: datetime, until: datetime | None = None) -> datetime:
        """Remember what upstream said."""
        self.spent_until.append(until)
        return until or now


def fetch(upstream: Upstream, archive: Archive, budget: Budget | None = None) -> None:
    """Fetch September."""
    data_api.fetch_span(client_of(upstream.base_url, key=CANARY), archive, START, END, budget or Budget())


def test_period_and_modality_are_always_sent(archive: Archive) -> None:
    """The question holds the span, the daily grain and the text population, and nothing else."""
    with misbehaving(reply()) as upstream:
        fetch(upstream, archive)
    assert parse_qs(urlsplit(upstream.asked[0]).query) == {
        "start_date": ["2026-09-01"],
        "end_date": ["2026-09-30"],
        "period": ["day"],
        "modality": ["text"],
    }


def test_the_receipt_has_the_publishers_time_and_no_key(archive: Archive) -> None:
    """The as-of is that of `meta`; nothing that is kept holds the key."""
    with misbehaving(reply(body=b'{"data":[],"meta":{"as_of":"2026-10-08T11:00:00.000Z"}}')) as upstream:
        fetch(upstream, archive)
    (receipt,) = archive.receipts()
    assert receipt.as_of == datetime(2026, 10, 8, 11, tzinfo=UTC)
    assert CANARY not in receipt.model_dump_json()


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"meta":5}', b'{"meta":{"as_of":"soon"}}', b"[" * 100_000]
)
def test_an_answer_that_says_no_time_is_kept_all_the_same(archive: Archive, body: bytes) -> None:
    """What cannot be read is archived without an as-of; judging it comes later."""
    with misbehaving(reply(body=body)) as upstream:
        fetch(upstream, archive)
    (receipt,) = archive.receipts()
    assert (receipt.as_of, archive.body(receipt)) == (None, body)


def test_every_attempt_is_counted(archive: Archive) -> None:
    """A call that failed and was repeated is two calls of the budget."""
    budget = Budget()
    with misbehaving(reply(500), reply()) as upstream:
        fetch(upstream, archive, budget)
    assert budget.left == 498


def test_a_spent_budget_asks_nobody(archive: Archive) -> None:
    """Without a call left nothing is asked."""
    with misbehaving(reply()) as upstream, pytest.raises(BudgetSpentError):
        fetch(upstream, archive, Budget(left=0))
    assert upstream.asked == []


def test_what_upstream_says_about_the_budget_is_remembered(archive: Archive) -> None:
    """A 429 of the daily budget is marked until the moment that upstream named."""
    budget = Budget()
    body = b'{"error":{"code":429,"message":"limit datasets-rpd-v1"}}'
    with misbehaving(reply(429, body)) as upstream, pytest.raises(BudgetSpentError):
        fetch(upstream, archive, budget)
    assert budget.spent_until == [datetime(2026, 10, 9, tzinfo=UTC)]


def test_another_refusal_does_not_close_the_account(archive: Archive) -> None:
    """A server that is out of order says nothing about the budget."""
    budget = Budget()
    with misbehaving(reply(500)) as upstream, pytest.raises(UnreachableError):
        fetch(upstream, archive, budget)
    assert budget.spent_until == []


def test_the_past_cannot_be_asked(archive: Archive) -> None:
    """A run with an as-of does not date today's answer of the public API back."""
    client = client_of("https://openrouter.ai/api/v1", key=CANARY, check_clock=False)
    with pytest.raises(AsOfError, match="--source exports"):
        data_api.fetch_span(client, archive, START, END, Budget())


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2024, 12, 31), END, "begins on 2025-01-01"),
        (END, START, "swap the days"),
        (NOW.date(), NOW.date(), "not over yet"),
    ],
)
def test_spans_that_cannot_be_meant_are_refused(start: date, end: date, words: str) -> None:
    """A span before history, backwards, or of today says what to ask instead."""
    with pytest.raises(UsageError, match=words):
        data_api.plan_spans(start, end, now=NOW)


@given(st.dates(data_api.FIRST_DAY, date(2031, 1, 1)), st.integers(0, 2000))
def test_spans_tile_the_days_asked_for(start: date, length_days: int) -> None:
    """Spans follow each other without gap or overlap, none is too long, and the last ends where asked."""
    end = start + timedelta(days=length_days)
    spans = data_api.plan_spans(start, end, now=datetime(2040, 1, 1, tzinfo=UTC))
    assert (spans[0][0], spans[-1][1]) == (start, end)
    assert all((last - first).days < 366 for first, last in spans)
    assert all(spans[n][1] + timedelta(days=1) == spans[n + 1][0] for n in range(len(spans) - 1))


def test_the_running_day_is_left_out() -> None:
    """An end that is not over is moved to the last complete day."""
    assert data_api.plan_spans(START, date(2026, 12, 31), now=NOW) == [(START, date(2026, 10, 7))]


def test_the_catalogue_is_archived_as_it_came(archive: Archive) -> None:
    """The catalogue needs no key and has no as-of of its own."""
    with misbehaving(reply(body=b'{"data":[]}')) as upstream:
        receipt = catalogue.fetch_catalogue(client_of(upstream.base_url, key=CANARY), archive)
    assert (upstream.asked, receipt.as_of, archive.body(receipt)) == (
        ["/api/v1/models"],
        None,
        b'{"data":[]}',
    )
    assert "authorization" not in upstream.sent[0]


@pytest.mark.parametrize(
    ("text", "start", "end", "spans"),
    [
        ("category=legal", date(2026, 6, 17), date(2026, 6, 23), [(date(2026, 6, 15), date(2026, 6, 28))]),
        ("category=legal", date(2025, 1, 1), date(2025, 1, 12), [(date(2025, 1, 6), date(2025, 1, 12))]),
        ("category=legal", date(2026, 9, 28), date(2026, 10, 7), [(date(2026, 9, 28), date(2026, 10, 4))]),
        (
            "period=week",
            date(2025, 6, 2),
            date(2026, 6, 14),
            [(date(2025, 6, 2), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 6, 14))],
        ),
        (
            "period=month",
            date(2025, 1, 1),
            date(2026, 1, 31),
            [(date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 1, 31))],
        ),
        ("modality=image", date(2026, 6, 17), date(2026, 6, 18), [(date(2026, 6, 17), date(2026, 6, 18))]),
    ],
    ids=["widened", "cut by the beginning", "not over", "52 weeks a call", "12 months a call", "days"],
)
def test_a_slice_is_asked_for_in_whole_periods(
    text: str, start: date, end: date, spans: list[tuple[date, date]]
) -> None:
    """Weeks from Monday to Sunday and calendar months, all of them over: a part would pass for the whole."""
    assert data_api.plan_spans(start, end, now=NOW, of=Slice.parse(text)) == spans


def test_a_slice_without_a_whole_period_is_refused() -> None:
    """A month that is still running is no month yet."""
    with pytest.raises(UsageError, match="No month of 2026-10-01 to 2026-10-07 is over"):
        data_api.plan_spans(date(2026, 10, 1), date(2026, 10, 7), now=NOW, of=Slice.parse("period=month"))


@given(
    st.sampled_from(["category=legal", "period=month", "modality=audio"]),
    st.dates(data_api.FIRST_DAY, date(2026, 8, 1)),
    st.integers(40, 900),
)
def test_calls_of_a_slice_cover_it_once(text: str, start: date, length_days: int) -> None:
    """No call is longer than 366 days, none overlaps another, and nothing between them is left out."""
    end = min(start + timedelta(days=length_days), date(2026, 9, 30))
    spans = data_api.plan_spans(start, end, now=NOW, of=Slice.parse(text))
    assert all((last - first).days < data_api.LONGEST_SPAN_DAYS for first, last in spans)
    assert all(later[0] == earlier[1] + timedelta(days=1) for earlier, later in pairwise(spans))


def test_the_filter_and_its_period_are_sent_and_kept(archive: Archive) -> None:
    """The question holds the slice and no modality; the receipt says which slice it was."""
    of = Slice.parse("category=marketing/seo")
    with misbehaving(reply()) as upstream:
        client = client_of(upstream.base_url, key=CANARY)
        data_api.fetch_span(client, archive, date(2026, 8, 31), date(2026, 9, 27), Budget(), of)
    assert parse_qs(urlsplit(upstream.asked[0]).query) == {
        "start_date": ["2026-08-31"],
        "end_date": ["2026-09-27"],
        "period": ["week"],
        "category": ["marketing/seo"],
    }
    (receipt,) = archive.receipts()
    assert (receipt.asked.slice, receipt.asked.modality) == (of, None)
