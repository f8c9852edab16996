"""What stored points are named by: definitions, words and windows, each under a number of its own."""

from collections.abc import Collection, Iterable
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Table, select

from schemas.windows import Window, WindowKind
from storage.asof import TABLES
from storage.bulk import insert_rows, read_frame
from storage.series import day_of, epoch_day

DEFINITION: Final = TABLES["metric_definition"]
WORD: Final = TABLES["metric_word"]
_WINDOW: Final = TABLES["metric_window"]
_WINDOWS: Final[dict[str, Any]] = {
    "window_id": pl.Int32,
    "window_kind": pl.String,
    "window_start": pl.Date,
    "window_end": pl.Date,
    "settles_at": pl.Datetime("us", "UTC"),
}


def names_in(connection: Connection, table: Table) -> pl.DataFrame:
    """Every name of a table of names: `definition_id`, `definition`, or `word_id`, `word`."""
    name = str(table.columns.keys()[1])
    query = select(table.c.id, table.c[name])
    return read_frame(connection, query, {f"{name}_id": pl.Int32, name: pl.String})


def enrolled(connection: Connection, table: Table, used: Iterable[str]) -> pl.DataFrame:
    """Every name of a table, after those of `used` that are new were added in the order of the alphabet."""
    before = names_in(connection, table)
    number, name = before.columns
    new = sorted(set(used) - set(before[name]))
    if not new:
        return before
    first = max(before[number].to_list(), default=0) + 1
    added = pl.DataFrame({number: range(first, first + len(new)), name: new}, schema=before.schema)
    insert_rows(connection, table, added.rename({number: "id"}))
    return pl.concat([before, added])


def windows_in(connection: Connection) -> pl.DataFrame:
    """Every window that has or had points: `window_id`, its kind, first and last day, and when it settles."""
    kept = _WINDOW.c
    found = connection.execute(
        select(kept.id, kept.kind, kept.first_epoch_day, kept.last_epoch_day, kept.settles_at)
    )
    rows = [(row[0], row[1], day_of(row[2]), day_of(row[3]), row[4]) for row in found]
    return pl.DataFrame(rows, schema=_WINDOWS, orient="row")


def numbers_of(connection: Connection) -> dict[Window, int]:
    """The number of every window that has or had points."""
    kept = _WINDOW.c
    found = connection.execute(select(kept.id, kept.kind, kept.first_epoch_day, kept.last_epoch_day))
    return {
        Window(WindowKind.parse(row.kind), day_of(row.first_epoch_day), day_of(row.last_epoch_day)): row.id
        for row in found
    }


def enrolled_windows(connection: Connection, used: Collection[Window]) -> dict[Window, int]:
    """The number of every window, after those of `used` that are new were added, oldest first."""
    before = numbers_of(connection)
    new = sorted(set(used) - set(before), key=lambda window: (window.start, window.end))
    added = dict(zip(new, range(len(before) + 1, len(before) + len(new) + 1), strict=True))
    if added:
        connection.execute(_WINDOW.insert(), [_row(window, number) for window, number in added.items()])
    return before | added


def _row(window: Window, number: int) -> dict[str, object]:
    return {
        "id": number,
        "kind": str(window.kind),
        "first_epoch_day": epoch_day(window.start),
        "last_epoch_day": epoch_day(window.end),
        "settles_at": window.settles_at,
    }
