"""The keyless exports: which file is fetched, what is checked, and what is kept whatever happens."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.sample import exports as published
from flows.sample import server
from schemas.errors import EnvelopeError, NotPublishedError, PayloadMismatchError
from schemas.receipts import Channel
from storage.archive import Archive
from tasks.normalize import normalize
from tasks.sources import exports
from tests.support.upstream import Upstream, client_of, misbehaving, reply

SNAPSHOT = date(2026, 6, 23)
AT_NOON = datetime(2026, 6, 23, 12, tzinfo=UTC)
NOT_FOUND = reply(404, b'{"error":{"message":"Export not found","code":404}}')


def publish(upstream: Upstream, *snapshots: date, host: str = "https://elsewhere.example") -> None:
    """Publish exports of these dates, the last one as the latest; their manifests name another host."""
    folder = "/api/v1/datasets/exports/rankings-daily"
    for snapshot in snapshots:
        manifest = reply(body=published.manifest(snapshot, host), headers={"Date": "-"})
        upstream.scripts[f"{folder}/{snapshot}.manifest.json"] = manifest
        upstream.scripts[f"{folder}/latest.manifest.json"] = manifest
        upstream.scripts[f"{folder}/{snapshot}.csv"] = reply(body=published.export_csv(snapshot))
        upstream.scripts[f"{folder}/{snapshot}.json"] = reply(body=published.export_json(snapshot))


def test_the_latest_export_is_the_dated_file_of_our_own_host(archive: Archive) -> None:
    """The manifest names the date; the file comes from our base address, never from the manifest's."""
    with misbehaving(NOT_FOUND) as upstream:
        publish(upstream, SNAPSHOT)
        receipt = exports.fetch_latest(client_of(upstream.base_url, now=AT_NOON, check_clock=False), archive)
    assert receipt.url == f"{upstream.base_url}/datasets/exports/rankings-daily/2026-06-23.csv"


def test_a_receipt_says_what_the_answer_must_be(archive: Archive) -> None:
    """Days, rows, size and hash are those of the manifest; the as-of is the publisher's, known when fetched."""
    with misbehaving(NOT_FOUND) as upstream:
        publish(upstream, SNAPSHOT)
        receipt = exports.fetch_latest(client_of(upstream.base_url, now=AT_NOON, check_clock=False), archive)
    asked = receipt.asked
    assert (asked.start, asked.end) == (date(2026, 5, 24), date(2026, 6, 22))
    assert (asked.sha256, asked.bytes) == (receipt.sha256, receipt.bytes)
    assert receipt.as_of == datetime(2026, 6, 23, 1, 46, tzinfo=UTC)
    assert receipt.fetched_at == AT_NOON


def test_manifest_and_file_are_archived_in_order(archive: Archive) -> None:
    """Both answers are in the archive, as they were published."""
    with misbehaving(NOT_FOUND) as upstream:
        publish(upstream, SNAPSHOT)
        exports.fetch_latest(client_of(upstream.base_url, now=AT_NOON, check_clock=False), archive)
    kept = list(archive.receipts())
    assert [receipt.channel for receipt in kept] == [Channel.MANIFEST, Channel.EXPORTS]
    assert archive.body(kept[1]) == published.export_csv(SNAPSHOT)


@pytest.mark.parametrize("fmt", ["csv", "json"])
def test_both_encodings_hold_the_same_rows(archive: Archive, fmt: exports.Format) -> None:
    """CSV and JSON of a snapshot are read into the same frame."""
    with misbehaving(NOT_FOUND) as upstream:
        publish(upstream, SNAPSHOT)
        client = client_of(upstream.base_url, now=AT_NOON, check_clock=False)
        receipt = exports.fetch_latest(client, archive, fmt=fmt)
        twin = exports.fetch_latest(client, archive, fmt="csv")
    rows = normalize(receipt, archive.body(receipt)).rows
    assert rows.equals(normalize(twin, archive.body(twin)).rows)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (datetime(2026, 6, 25, 0, 30, tzinfo=UTC), "2026-06-23"),
        (datetime(2026, 6, 23, 12, tzinfo=UTC), "2026-06-23"),
        (datetime(2026, 6, 23, 1, 0, tzinfo=UTC), "2026-06-22"),
        (datetime(2026, 6, 22, 1, 46, tzinfo=UTC), "2026-06-22"),
    ],
    ids=["the latest", "of its day", "not published yet that night", "at the very minute"],
)
def test_an_as_of_gets_what_was_published_by_then(archive: Archive, as_of: datetime, expected: str) -> None:
    """With an as-of the newest export is taken that was published by it."""
    newest = SNAPSHOT if as_of.day == 25 else date(2026, 7, 5)
    with misbehaving(NOT_FOUND) as upstream:
        publish(upstream, *sorted({date(2026, 6, 22), SNAPSHOT, newest}))
        client = client_of(upstream.base_url, now=as_of, check_clock=False)
        receipt = exports.fetch_latest(client, archive, as_of=as_of)
    assert receipt.url.endswith(f"/{expected}.csv")


def test_an_as_of_before_all_exports_is_told(archive: Archive) -> None:
    """Where nothing was published by the as-of, the error says where exports begin."""
    with misbehaving(NOT_FOUND) as upstream:
        publish(upstream, SNAPSHOT)
        client = client_of(upstream.base_url, check_clock=False)
        with pytest.raises(NotPublishedError, match="choose a later --as-of"):
            exports.fetch_latest(client, archive, as_of=datetime(2026, 5, 1, tzinfo=UTC))


def test_a_wrong_hash_is_refused_and_kept(archive: Archive) -> None:
    """A file that is not the one of its manifest is refused, and lies in the archive for a person to see."""
    with misbehaving(NOT_FOUND) as upstream:
        publish(upstream, SNAPSHOT)
        tampered = published.export_csv(SNAPSHOT).replace(b"other", b"othre", 1)
        upstream.scripts["/api/v1/datasets/exports/rankings-daily/2026-06-23.csv"] = reply(body=tampered)
        client = client_of(upstream.base_url, now=AT_NOON, check_clock=False)
        with pytest.raises(PayloadMismatchError, match=r"sha256 differ.*run again"):
            exports.fetch_latest(client, archive)
    assert archive.body(list(archive.receipts())[-1]) == tampered


@pytest.mark.parametrize(
    "body",
    [
        b"<html>maintenance</html>",
        b'{"error": "x"}',
        json.dumps(json.loads(published.manifest(SNAPSHOT, "")) | {"schema_version": "v2"}).encode(),
        json.dumps(json.loads(published.manifest(SNAPSHOT, "")) | {"dataset": "apps"}).encode(),
    ],
    ids=["a page", "another shape", "another version", "another data set"],
)
def test_a_manifest_that_is_not_understood_stops_and_is_kept(archive: Archive, body: bytes) -> None:
    """An unknown manifest is an error that names the archived answer."""
    with misbehaving(reply(body=body)) as upstream, pytest.raises(EnvelopeError) as caught:
        exports.fetch_latest(client_of(upstream.base_url), archive)
    (kept,) = archive.receipts()
    assert kept.sha256 in str(caught.value)


def test_a_manifest_of_another_day_is_refused(archive: Archive) -> None:
    """A dated manifest that speaks of another date is not followed."""
    with (
        misbehaving(reply(body=published.manifest(SNAPSHOT, ""))) as upstream,
        pytest.raises(EnvelopeError, match="about 2026-06-23"),
    ):
        exports.fetch_dated(client_of(upstream.base_url), archive, date(2026, 6, 24))


def span_of(walk: exports.Walk, day: date) -> list[timedelta]:
    """How long after `day` the snapshots were taken that hold it."""
    ends = [
        receipt.asked.end for receipt in walk.receipts if receipt.asked.start and receipt.asked.start <= day
    ]
    return [end + timedelta(days=1) - day for end in ends if end and end >= day]


def test_a_walk_covers_each_day_settled_with_few_files(archive: Archive) -> None:
    """Ninety days take four files, and every day is in one that was taken at least four days later."""
    now = datetime(2026, 8, 31, 12, tzinfo=UTC)
    with (
        server.serving(now.date()) as upstream,
        client_of(upstream.base_url, now=now, check_clock=False) as client,
    ):
        walk = exports.walk_dated(client, archive, date(2026, 5, 25), date(2026, 8, 22))
    days = [date(2026, 5, 25) + timedelta(days=n) for n in range(90)]
    assert min(max(span_of(walk, day)) for day in days) >= timedelta(days=4)
    assert (len(walk.receipts), walk.absent, walk.uncovered) == (4, [], [])
    assert walk.receipts == sorted(walk.receipts, key=lambda receipt: receipt.asked.end or date.min)


def test_a_walk_takes_the_newest_days_as_they_are(archive: Archive) -> None:
    """Days that cannot have settled yet come from the newest export there is."""
    now = datetime(2026, 8, 31, 12, tzinfo=UTC)
    with (
        server.serving(now.date()) as upstream,
        client_of(upstream.base_url, now=now, check_clock=False) as client,
    ):
        walk = exports.walk_dated(client, archive, date(2026, 8, 28), date(2026, 8, 30))
    assert [receipt.asked.end for receipt in walk.receipts] == [date(2026, 8, 30)]


def test_a_walk_steps_over_dates_without_a_file(archive: Archive) -> None:
    """A date without an export is replaced by another one that holds the day, and is accounted for."""
    with misbehaving(NOT_FOUND) as upstream:
        publish(upstream, SNAPSHOT, date(2026, 7, 5))
        client = client_of(upstream.base_url, now=datetime(2026, 7, 5, 12, tzinfo=UTC), check_clock=False)
        walk = exports.walk_dated(client, archive, date(2026, 5, 20), date(2026, 7, 4))
    assert [receipt.asked.end for receipt in walk.receipts] == [date(2026, 6, 22), date(2026, 7, 4)]
    assert walk.uncovered == [date(2026, 5, 20) + timedelta(days=n) for n in range(4)]
    assert date(2026, 6, 8) in walk.absent


def test_a_walk_before_the_first_export_ends(archive: Archive) -> None:
    """Where a whole window of dates has no file, nothing older is asked for."""
    with misbehaving(NOT_FOUND) as upstream:
        client = client_of(upstream.base_url, now=datetime(2026, 7, 5, tzinfo=UTC), check_clock=False)
        walk = exports.walk_dated(client, archive, date(2025, 1, 1), date(2026, 6, 1))
    assert len(upstream.asked) == exports.WINDOW_DAYS
    assert (walk.receipts, len(walk.uncovered)) == ([], 517)
