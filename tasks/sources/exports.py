"""The keyless exports: a manifest, then the dated file that it names, checked byte by byte."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal

from pydantic import ValidationError

from schemas.errors import NotPublishedError
from schemas.payloads.manifest import ExportManifest
from schemas.receipts import Asked, Channel, Receipt
from schemas.settings import OPENROUTER_PUBLIC
from storage.archive import Archive
from tasks.normalize.envelope import check_promise, not_understood
from tasks.sources.client import UpstreamClient
from tasks.sources.keeping import keep, peek_moment

Format = Literal["csv", "json"]

FOLDER: Final = "datasets/exports/rankings-daily"
FIRST_DATED: Final = date(2026, 9, 19)
"""The oldest dated file of the public service. (A mirror or a replay may have others.)"""
WINDOW_DAYS: Final = 30
"""Days in one file; the last one is the day before the snapshot's date."""
SETTLING_DAYS: Final = 4
"""Restatements come within three days after a day ended; a snapshot this much later holds it settled."""
_DAY: Final = timedelta(days=1)


def fetch_latest(
    client: UpstreamClient, archive: Archive, *, as_of: datetime | None = None, fmt: Format = "csv"
) -> Receipt:
    """The receipt of the newest export; with `as_of`, of the newest that was published by then.

    Raises:
        NotPublishedError: there is none (yet).
        PayloadMismatchError: size or sha256 are not what the manifest promises; the answer is kept.
        EnvelopeError: the manifest is not understood; it is kept.
        UpstreamError: no answer (see `UpstreamClient.get`).
        StorageError: the archive cannot be written.
    """
    manifest = _manifest_by(client, archive, as_of) if as_of else _manifest(client, archive, "latest")
    return _fetch_file(client, archive, manifest, fmt)


def fetch_dated(client: UpstreamClient, archive: Archive, snapshot: date, fmt: Format = "csv") -> Receipt:
    """The receipt of the export of one date: the 30 UTC days before it.

    Raises:
        NotPublishedError: there is none of that date.
        UpstreamError, StorageError: as `fetch_latest`.
    """
    return _fetch_file(client, archive, _manifest(client, archive, str(snapshot)), fmt)


@dataclass(frozen=True)
class Walk:
    """What the dated exports hold of a span.

    Attributes:
        receipts: of the files, oldest snapshot first.
        absent: dates of which there is no file, newest first.
        uncovered: days of the span that no file holds, oldest first.
    """

    receipts: list[Receipt] = field(default_factory=list)
    absent: list[date] = field(default_factory=list)
    uncovered: list[date] = field(default_factory=list)


def walk_dated(client: UpstreamClient, archive: Archive, start: date, end: date, fmt: Format = "csv") -> Walk:
    """The fewest dated exports in which each day of `[start, end]` has settled, as far as they exist.

    Walks from the newest day back, each file beginning where the one after it is no longer settled, and
    stops where a whole window of dates has no file: nothing older is asked for.

    Raises:
        PayloadMismatchError, EnvelopeError, UpstreamError, StorageError: as `fetch_latest`.
    """
    walk = Walk()
    day = min(end, client.now().date() - _DAY)
    missed = 0
    while day >= start and missed < WINDOW_DAYS:
        for snapshot in _holding(day, client):
            if snapshot in walk.absent:
                continue
            try:
                walk.receipts.insert(0, fetch_dated(client, archive, snapshot, fmt))
            except NotPublishedError:
                walk.absent.append(snapshot)
                missed += 1
            else:
                missed = 0
                day = snapshot - (WINDOW_DAYS + 1) * _DAY
                break
        else:
            walk.uncovered.insert(0, day)
            day -= _DAY
    walk.uncovered[:0] = [start + n * _DAY for n in range((day - start).days + 1)]
    return walk


def _holding(day: date, client: UpstreamClient) -> list[date]:
    """Dates whose files hold `day`: settled ones first, the one that reaches furthest back before others."""
    settled = [day + n * _DAY for n in range(SETTLING_DAYS, WINDOW_DAYS + 1)]
    provisional = [day + n * _DAY for n in range(SETTLING_DAYS - 1, 0, -1)]
    first = FIRST_DATED if client.base_url == OPENROUTER_PUBLIC else date.min
    return [snapshot for snapshot in settled + provisional if first <= snapshot <= client.now().date()]


def _manifest_by(client: UpstreamClient, archive: Archive, as_of: datetime) -> ExportManifest:
    """The manifest of the newest export that was published by `as_of`: the latest, or one dated just before."""
    for name in ("latest", str(as_of.date()), str(as_of.date() - _DAY)):
        try:
            manifest = _manifest(client, archive, name)
        except NotPublishedError:
            continue
        if manifest.retrieved_at <= as_of:
            return manifest
    raise NotPublishedError(
        f"No export of the two days before {as_of:%Y-%m-%dT%H:%MZ} is published; dated exports of the "
        f"public service begin on {FIRST_DATED}, choose a later --as-of."
    )


def _manifest(client: UpstreamClient, archive: Archive, name: str) -> ExportManifest:
    answer = client.get(f"{FOLDER}/{name}.manifest.json")
    as_of = peek_moment(answer.body, "retrieved_at")
    receipt = keep(client, archive, answer, Channel.MANIFEST, Asked(), as_of)
    try:
        manifest = ExportManifest.model_validate_json(answer.body)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "its start"
        raise not_understood(receipt, f"is not understood as a manifest (at {where})") from error
    if name not in {"latest", str(manifest.snapshot_date)}:
        raise not_understood(receipt, f"is about {manifest.snapshot_date} instead of {name}")
    return manifest


def _fetch_file(client: UpstreamClient, archive: Archive, manifest: ExportManifest, fmt: Format) -> Receipt:
    snapshot = manifest.snapshot_date
    promised = manifest.files.csv if fmt == "csv" else manifest.files.json_
    asked = Asked(
        start=snapshot - WINDOW_DAYS * _DAY,
        end=snapshot - _DAY,
        period="day",
        modality="text",
        format=fmt,
        sha256=promised.sha256,
        bytes=promised.bytes,
        rows=manifest.row_count,
    )
    # Our base address and the date: the host that a manifest names is never asked.
    answer = client.get(f"{FOLDER}/{snapshot}.{fmt}")
    receipt = keep(client, archive, answer, Channel.EXPORTS, asked, as_of=manifest.retrieved_at)
    check_promise(receipt)
    return receipt
