"""A ranking of apps: each row understood or set apart, and the whole of it about what was asked."""

from collections import Counter
from itertools import pairwise
from typing import Final

import dataframely as dy
import msgspec
import polars as pl
from pydantic import ValidationError

from schemas.listed import AppRows, Listed
from schemas.payloads.apps import App, AppsAnswer
from schemas.published_frames import QuarantinedRows
from schemas.receipts import Receipt
from schemas.text import clean
from tasks.normalize.envelope import not_understood
from tasks.normalize.set_apart import Fault, set_apart

POPULAR: Final = "popular"
MOST_ROWS: Final = 100
_ANSWER: Final = msgspec.json.Decoder(AppsAnswer)
TWICE: Final = "the app, or its place, is there twice"


def read_apps(receipt: Receipt, body: bytes) -> tuple[list[Listed], dy.DataFrame[QuarantinedRows]]:
    """The ranking that was asked for, and its rows that were not understood.

    How a ranking is sorted is not echoed. The one by tokens says it by its tokens, which never grow with the
    rank; an answer in which they do is another one.

    Raises:
        EnvelopeError: it is not the documented JSON, or not what was asked for.
    """
    try:
        answer = _ANSWER.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise not_understood(receipt, f"is not the documented JSON ({error})") from error
    asked, meta = receipt.asked, answer.meta
    if asked.start is None or asked.end is None or asked.subject is None:
        raise not_understood(receipt, "was asked for without a span or a way of sorting")
    if (meta.start_date, meta.end_date) != (asked.start, asked.end):
        what = f"is about {meta.start_date} to {meta.end_date} instead of {asked.start} to {asked.end}"
        raise not_understood(receipt, what)
    if len(answer.rows) > MOST_ROWS:
        raise not_understood(receipt, f"has {len(answer.rows)} apps where {MOST_ROWS} were asked for")
    if asked.subject == POPULAR and not answer.rows:
        raise not_understood(receipt, "has not a single app")
    apps, faults = _apps(answer.rows)
    if asked.subject == POPULAR and any(
        above.total_tokens < app.total_tokens for above, app in pairwise(apps)
    ):
        raise not_understood(receipt, "is not sorted by tokens")
    listed = Listed(asked.subject, asked.start, asked.end, _frame(apps), set_apart=len(faults))
    return [listed], set_apart(faults, answer.rows)


def _apps(texts: list[msgspec.Raw]) -> tuple[list[App], list[Fault]]:
    """The apps that are understood, by rank, and what is wrong with the other rows."""
    read: dict[int, App] = {}
    faults: list[Fault] = []
    for number, text in enumerate(texts, start=1):
        try:
            read[number] = App.model_validate_json(bytes(text))
        except ValidationError as error:
            faults.append(Fault.of(number, error))
    ids = Counter(app.app_id for app in read.values())
    ranks = Counter(app.rank for app in read.values())
    twice = [number for number, app in read.items() if ids[app.app_id] > 1 or ranks[app.rank] > 1]
    faults += [Fault(number, TWICE) for number in twice]
    understood = [app for number, app in read.items() if number not in twice]
    return sorted(understood, key=lambda app: app.rank), faults


def _frame(apps: list[App]) -> pl.DataFrame:
    rows = [(app.app_id, app.rank, clean(app.app_name), app.total_tokens, app.total_requests) for app in apps]
    return AppRows.validate(pl.DataFrame(rows, schema=AppRows.create_empty().schema, orient="row"))
