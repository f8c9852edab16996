"""The outside of an answer: whether it is the documented shape, and about what was asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

import msgspec
import polars as pl
from msgspec import Raw

from schemas.errors import EnvelopeError, PayloadMismatchError, RefusedAnswerError
from schemas.payloads.rankings import ApiAnswer, ApiRow, ExportAnswer, ExportRow
from schemas.receipts import Channel, Receipt
from schemas.slugs import OTHER
from schemas.text import printable

CSV_COLUMNS: Final = ("date", "model_permaslug", "rank", "total_tokens", "share_of_daily_tokens")
_TEXT_COLUMNS: Final = {"date": pl.String, "permaslug": pl.String, "published_tokens": pl.String}
_API: Final = msgspec.json.Decoder(ApiAnswer[ApiRow])
_API_TEXTS: Final = msgspec.json.Decoder(ApiAnswer[Raw])
_EXPORT: Final = msgspec.json.Decoder(ExportAnswer[ExportRow])
_EXPORT_TEXTS: Final = msgspec.json.Decoder(ExportAnswer[Raw])
_DecodeErrors: Final = (msgspec.MsgspecError, RecursionError)
_SAMPLED_RUN_PAST: Final = timedelta(days=31)
RowT = TypeVar("RowT", ApiRow, ExportRow)


@dataclass(frozen=True)
class Published:
    """The rows of an answer before their values are judged.

    Attributes:
        rows: columns date, permaslug, published_tokens (String): null where nothing was published.
        misshapen: rows that are not what a row looks like: position (from 0) → reason.
        texts: the rows at some positions as they stand in the payload.
    """

    rows: pl.DataFrame
    misshapen: dict[int, str]
    texts: Callable[[Sequence[int]], list[str]]


def read_envelope(receipt: Receipt, body: bytes) -> Published:
    """The rows of a rankings answer.

    Raises:
        EnvelopeError: it is not the documented shape, not what was asked for, or not as long as it says.
        PayloadMismatchError: these are not the bytes that its manifest promised.
        RefusedAnswerError: it has no rows at all.
    """
    check_promise(receipt)
    refuse_web_page(receipt, body)
    if receipt.channel is Channel.API:
        published = _read_api(receipt, body)
    elif receipt.asked.format == "json":
        published = _read_export_json(receipt, body)
    else:
        published = _read_export_csv(receipt, body)
    if receipt.asked.rows not in {None, published.rows.height}:
        what = f"has {published.rows.height} rows where its manifest says {receipt.asked.rows}"
        raise not_understood(receipt, what)
    if published.rows.is_empty():
        raise RefusedAnswerError(
            f"{receipt.url} answered without a single row; nothing was recorded, the answer is kept in the "
            f"archive as {receipt.sha256}; run again later."
        )
    return published


def check_promise(receipt: Receipt) -> None:
    """Refuse an answer whose bytes are not those that a manifest promised.

    Raises:
        PayloadMismatchError: size or sha256 differ; the answer stays in the archive.
    """
    if not receipt.as_promised:
        raise PayloadMismatchError(
            f"{receipt.url} is not the file that its manifest promises (size or sha256 differ); nothing was "
            f"recorded, it is kept in the archive as {receipt.sha256}; run again in a few minutes."
        )


def refuse_web_page(receipt: Receipt, body: bytes) -> None:
    """Say plainly when a page came instead of data.

    Raises:
        EnvelopeError: the answer begins like HTML.
    """
    if body[:512].lstrip().startswith(b"<"):
        raise not_understood(receipt, "is a web page", "check OPENROUTER_BASE_URL and any proxy in between")


def not_understood(
    receipt: Receipt, what: str, remedy: str = "run again, then update tokentide"
) -> EnvelopeError:
    """The error for an answer whose outside is not the documented one: says what, where it is kept, what to do."""
    return EnvelopeError(
        f"{receipt.url} {printable(what, 160)}; nothing was recorded, the answer is kept in the archive as "
        f"{receipt.sha256}; {remedy}."
    )


def _read_api(receipt: Receipt, body: bytes) -> Published:
    answer, misshapen = _decode(receipt, body, _API, _API_TEXTS, ApiRow)
    asked, meta = receipt.asked, answer.meta
    # An end may be moved back to the last complete day; days that are missing then show as missing. The last
    # week of a sampled slice may run past the end that was asked for.
    first, last = asked.start or meta.start_date, asked.end or meta.end_date
    past = _SAMPLED_RUN_PAST if asked.slice and asked.slice.sampled else timedelta(0)
    if meta.start_date != first or not first <= meta.end_date <= last + past:
        what = f"is about {meta.start_date} to {meta.end_date} instead of {asked.start} to {asked.end}"
        raise not_understood(receipt, what)
    return Published(_columns(answer.rows), misshapen, lambda at: _texts(body, _API_TEXTS, at))


def _read_export_json(receipt: Receipt, body: bytes) -> Published:
    answer, misshapen = _decode(receipt, body, _EXPORT, _EXPORT_TEXTS, ExportRow)
    if receipt.asked.end not in {None, answer.snapshot_date - timedelta(days=1)}:
        raise not_understood(receipt, f"is the snapshot of {answer.snapshot_date}, which was not asked for")
    if answer.row_count != len(answer.rows):
        raise not_understood(receipt, f"has {len(answer.rows)} rows where it says {answer.row_count}")
    for position, row in enumerate(answer.rows):
        rank = row.rank if isinstance(row.rank, int) and not isinstance(row.rank, bool) else None
        if (fault := _rank_fault(row.model_permaslug, rank, given=row.rank is not None)) is not None:
            misshapen.setdefault(position, fault)
    return Published(_columns(answer.rows), misshapen, lambda at: _texts(body, _EXPORT_TEXTS, at))


def _decode(
    receipt: Receipt, body: bytes, whole: Any, texts: Any, row_type: type[RowT]
) -> tuple[Any, dict[int, str]]:
    """The answer with its rows, row by row only where they cannot be read in one go."""
    try:
        return whole.decode(body), {}
    except _DecodeErrors:
        pass
    try:
        answer = texts.decode(body)
    except _DecodeErrors as error:
        raise not_understood(receipt, f"is not the documented JSON ({error})") from error
    misshapen = {}
    rows: list[RowT] = []
    for position, text in enumerate(answer.rows):
        try:
            rows.append(msgspec.json.decode(text, type=row_type))
        except _DecodeErrors:
            rows.append(row_type())
            misshapen[position] = "is not an object"
    answer.rows = rows
    return answer, misshapen


def _columns(rows: Sequence[ApiRow] | Sequence[ExportRow]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "date": [row.date for row in rows],
            "permaslug": [row.model_permaslug for row in rows],
            "published_tokens": [row.total_tokens for row in rows],
        },
        schema=_TEXT_COLUMNS,
        strict=False,  # a number becomes its digits, anything else a text that no check lets pass
    )


def _texts(body: bytes, decoder: Any, positions: Sequence[int]) -> list[str]:
    rows = decoder.decode(body).rows
    return [bytes(rows[position]).decode(errors="replace") for position in positions]


def _read_export_csv(receipt: Receipt, body: bytes) -> Published:
    """Exports are never quoted, so a comma always parts fields, and a stray quote spoils one row at most."""
    try:
        header, *lines = body.decode("utf-8-sig").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise not_understood(receipt, "is not UTF-8 text") from error
    names = header.rstrip("\r").split(",")
    if missing := sorted(set(CSV_COLUMNS).difference(names)):
        raise not_understood(receipt, f"has no column {', '.join(missing)}")
    lines = [line.removesuffix("\r") for line in lines]
    misshapen = {}
    rows: list[ExportRow] = []
    for position, line in enumerate(lines):
        fields = line.split(",")
        row = dict(zip(names, fields, strict=False)) if len(fields) == len(names) else {}
        day, slug, rank, tokens, _ = (row.get(name) or None for name in CSV_COLUMNS)
        rows.append(ExportRow(date=day, model_permaslug=slug, rank=rank, total_tokens=tokens))
        digits = int(rank) if rank and rank.isascii() and rank.isdigit() and len(rank) < 10 else None
        if not row:
            misshapen[position] = f"has {len(fields)} fields where the header has {len(names)}"
        elif (fault := _rank_fault(slug, digits, given=rank is not None)) is not None:
            misshapen[position] = fault
    return Published(_columns(rows), misshapen, lambda at: [lines[position] for position in at])


def _rank_fault(slug: object, rank: int | None, *, given: bool) -> str | None:
    if slug == OTHER:
        return "`other` has a rank" if given else None
    return None if rank is not None and rank >= 1 else "rank is not a place (1, 2, …)"
