"""What the database itself refuses and shows, whoever writes to it or opens it by hand."""

import polars as pl
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from schemas.tables import UtcDateTime
from storage.asof import TABLES
from storage.bulk import insert_rows
from storage.engine import reading, writing
from tests.support.made_answers import Book, day, noon

OUTBOX = (
    "INSERT INTO outbox_message (id, dedupe_key, kind, destination, text, blocks, state, attempts,"
    " possible_duplicate, created_at, due_at)"
    " VALUES (1, 'k', 'news', 'news', '', '[]', '{state}', 0, FALSE, '2026-06-01', '2026-06-01')"
)
EVENT = (
    "INSERT INTO alert_event (id, rule, meaning, subject, window_kind, window_start, window_end, direction,"
    " status, disposition, revision, detail, first_known_at, changed_at)"
    " VALUES (1, 'r', 'm', 's', 'week', '', '', '{direction}', '{status}', 'notify', 1, '{{}}',"
    " '2026-06-01', '2026-06-01')"
)
CHANGE = (
    "INSERT INTO alert_change (event_id, revision, changed_at, status, disposition, reason)"
    " VALUES (1, 1, '2026-06-01', 'forgotten', 'notify', 'new')"
)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tokens_not_negative", "UPDATE observation SET tokens = -1"),
        ("counts_not_negative", "UPDATE day_state SET quarantined = -1"),
        ("state_known", OUTBOX.format(state="lost")),
        ("direction_known", EVENT.format(direction="SIDEWAYS", status="active")),
        ("status_known", EVENT.format(direction="UP", status="forgotten")),
        ("change_status_known", CHANGE),
    ],
)
def test_the_database_itself_refuses_what_nothing_can_mean(book: Book, name: str, change: str) -> None:
    """A CHECK holds whoever writes."""
    book.take({(day(1), "a/b"): 1}, noon(3))
    with pytest.raises(IntegrityError, match=name), writing(book.engine) as connection:
        connection.execute(text(change))


def test_the_checks_hold_for_rows_that_come_in_bulk(engine: Engine) -> None:
    """The quick way in is no way around them, and its errors are those of every other statement."""
    negative = pl.DataFrame(
        {"series_id": 1, "epoch_day": 1, "snapshot_id": 1, "row_count": -1, "quarantined": 0}
    )
    with pytest.raises(IntegrityError, match="counts_not_negative"), writing(engine) as connection:
        insert_rows(connection, TABLES["day_state"], negative)


def test_view_shows_the_rows_that_count_now(book: Book) -> None:
    """Restated rows show their newest value; withdrawn rows and days that are not whole do not show."""
    first = {(day(1), "a/b"): 10, (day(1), "c/d"): 5, (day(1), "other"): 2}
    book.take(first, noon(2))
    book.take({(day(1), "a/b"): 11, (day(1), "other"): 2}, noon(3))
    book.take({(day(2), "a/b"): 7}, noon(4), bad=[day(2)])
    with reading(book.engine) as connection:
        view = text("SELECT * FROM ranking_current ORDER BY tokens DESC").columns(known_at=UtcDateTime())
        rows = connection.execute(view).mappings().all()
    assert [
        (row["day"], row["permaslug"], row["tokens"], row["known_at"], row["channel"]) for row in rows
    ] == [
        ("2026-06-01", "a/b", 11, noon(3), "api"),
        ("2026-06-01", "other", 2, noon(2), "api"),
    ]
