"""The outside of a rankings answer: what stops a run, with the answer kept and named."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from schemas.errors import EnvelopeError, PayloadMismatchError, RefusedAnswerError
from tasks.normalize import normalize
from tests.support.answers import SHAPES, Row, Shape, full_day, print_rows, read, receipt_of

Change = Callable[[dict[str, Any]], object]
all_shapes = pytest.mark.parametrize("shape", SHAPES)


def changed(shape: Shape, change: Change) -> bytes:
    """A JSON answer with its outside changed."""
    envelope = json.loads(print_rows(shape, full_day()))
    change(envelope)
    return json.dumps(envelope).encode()


@all_shapes
@pytest.mark.parametrize(
    "body",
    [b"", b"\n<!doctype html><p>busy", b"null", b'{"rows": 5, "data": 5}', b"\xff\xfe\x00", b"[" * 100_000],
    ids=["nothing", "a page", "null", "no list", "no text", "a deep nest"],
)
def test_what_is_no_answer_stops_and_names_the_payload(shape: Shape, body: bytes) -> None:
    """An answer of another shape is an error of one line that says where it is kept."""
    receipt = receipt_of(shape, body)
    with pytest.raises(EnvelopeError, match=receipt.sha256) as caught:
        normalize(receipt, body)
    assert str(caught.value).isprintable()


def test_a_page_is_told_apart() -> None:
    """HTML instead of data points at the address and at proxies."""
    with pytest.raises(EnvelopeError, match=r"is a web page.*OPENROUTER_BASE_URL"):
        normalize(receipt_of("csv", b"<html>"), b"<html>")


@pytest.mark.parametrize("shape", ["json", "api"])
def test_a_cut_answer_stops(shape: Shape) -> None:
    """JSON that ends early is not read in part."""
    body = print_rows(shape, full_day())[:-100]
    with pytest.raises(EnvelopeError, match="not the documented JSON"):
        normalize(receipt_of(shape, body), body)


@pytest.mark.parametrize(
    ("shape", "change", "words"),
    [
        ("api", lambda answer: answer["meta"].update(version="v2"), "not the documented JSON"),
        ("api", lambda answer: answer.pop("meta"), "not the documented JSON"),
        ("api", lambda answer: answer["meta"].update(start_date="2026-07-01"), "is about 2026-07-01"),
        ("api", lambda answer: answer["meta"].update(end_date="2026-07-30"), "to 2026-07-30 instead"),
        ("json", lambda answer: answer.update(dataset="app-rankings"), "not the documented JSON"),
        ("json", lambda answer: answer.update(schema_version="v2"), "not the documented JSON"),
        ("json", lambda answer: answer.update(row_count=52), "has 51 rows where it says 52"),
        ("json", lambda answer: answer.update(snapshot_date="2026-07-31"), "not asked for"),
    ],
)
def test_another_envelope_stops(shape: Shape, change: Change, words: str) -> None:
    """Another version, data set, span or length than was asked for is not read."""
    body = changed(shape, change)
    with pytest.raises(EnvelopeError, match=words):
        normalize(receipt_of(shape, body), body)


@pytest.mark.parametrize("shape", ["json", "api"])
def test_new_fields_are_welcome(shape: Shape) -> None:
    """Fields that nobody has documented yet, outside and in rows, change nothing."""

    def grow(answer: dict[str, Any]) -> None:
        answer["news"] = {"a": [1]}
        for row in answer["data" if "data" in answer else "rows"]:
            row["news"] = {"b": 2}

    body = changed(shape, grow)
    assert normalize(receipt_of(shape, body), body).rows.height == 51


def test_columns_may_move_and_grow() -> None:
    """CSV columns are found by their names, in any order, among new ones."""
    lines = [line.split(",") for line in print_rows("csv", full_day()).decode().splitlines()]
    body = (
        "\r\n".join(",".join([*reversed(line), "new"]) for line in lines).replace("new", "news", 1).encode()
    )
    assert normalize(receipt_of("csv", body), body).rows.height == 51


def test_a_missing_column_stops() -> None:
    """A CSV file without a documented column is not read."""
    body = print_rows("csv", full_day()).replace(b"total_tokens", b"tokens", 1)
    with pytest.raises(EnvelopeError, match="has no column total_tokens"):
        normalize(receipt_of("csv", body), body)


@all_shapes
def test_an_answer_without_rows_is_refused(shape: Shape) -> None:
    """No rows at all is never taken for nothing having happened."""
    with pytest.raises(RefusedAnswerError, match="without a single row"):
        read(shape, [])


def test_a_file_shorter_than_its_manifest_says_stops() -> None:
    """The number of rows is that of the manifest."""
    with pytest.raises(EnvelopeError, match="has 51 rows where its manifest says 1530"):
        read("csv", full_day(), rows=1530)


@pytest.mark.parametrize("promise", [{"sha256": "0" * 64}, {"bytes": 5}])
def test_bytes_that_were_not_promised_are_not_read(promise: dict[str, Any]) -> None:
    """A replay refuses what the fetch refused: an answer that is not its manifest's file."""
    with pytest.raises(PayloadMismatchError, match="not the file that its manifest promises"):
        read("csv", full_day(), **promise)


@pytest.mark.parametrize("step", ["weeks", "months"])
def test_an_answer_by_week_or_month_is_not_taken_for_days(step: str) -> None:
    """The period is not echoed, so an answer of another grain shows in its dates alone."""
    days = (
        [date(2026, 7, 6) + timedelta(days=7 * n) for n in range(3)]
        if step == "weeks"
        else [date(2026, 7, 1)]
    )
    rows: list[Row] = [row for day in days for row in full_day(day)]
    with pytest.raises(EnvelopeError, match="weeks or months where days were asked for"):
        read("api", rows)


@pytest.mark.parametrize("shape", ["json", "api"])
@pytest.mark.parametrize("odd", [None, 5, "row", [1, 2], [[[]]]])
def test_a_row_that_is_no_object_costs_one_row(shape: Shape, odd: object) -> None:
    """Something else in the place of a row is set apart; the rest is read."""

    def spoil(answer: dict[str, Any]) -> None:
        answer["data" if "data" in answer else "rows"][3] = odd

    body = changed(shape, spoil)
    found = normalize(receipt_of(shape, body), body)
    assert (found.rows.height, found.quarantined["row_number"].to_list()) == (50, [4])


@pytest.mark.parametrize(
    "line", [b"2026-06-30,a/b", b"", b"2026-06-30,a/b,1,5,0.5,more", b'"2026-06-30,a/b,1,5,0.5']
)
def test_a_line_with_other_fields_costs_one_row(line: bytes) -> None:
    """A line that is too short, too long or begins a quotation spoils no other line."""
    lines = print_rows("csv", full_day()).split(b"\r\n")
    lines[4] = line
    body = b"\r\n".join(lines)
    found = normalize(receipt_of("csv", body), body)
    assert (found.rows.height, found.quarantined["row_number"].to_list()) == (50, [4])


@pytest.mark.parametrize(
    ("slug", "rank"), [("a/b", None), ("a/b", 0), ("a/b", "x"), ("a/b", True), ("other", 51)]
)
def test_a_rank_that_is_no_place_costs_one_row(slug: str, rank: object) -> None:
    """A named model has a place, and `other` has none; anything else is not understood."""

    def spoil(answer: dict[str, Any]) -> None:
        answer["rows"][50] = {"date": "2026-06-30", "model_permaslug": slug, "total_tokens": 5, "rank": rank}

    body = changed("json", spoil)
    found = normalize(receipt_of("json", body), body)
    assert (found.rows.height, found.quarantined.height) == (50, 1)
