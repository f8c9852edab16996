"""Both ways to ask what a standpoint knew give the same rows."""

import polars as pl
import pytest

from storage.asof import TABLES, known, newest_of, versions
from storage.bulk import read_frame
from storage.engine import reading
from tests.support.made_answers import Book, day, noon

OBSERVATION = TABLES["observation"]
NAMES = {"epoch_day": pl.Int32, "model_id": pl.Int32, "tokens": pl.Int64, "snapshot_id": pl.Int32}


@pytest.mark.parametrize("newest", [0, 1, 2, 3])
def test_the_database_and_the_frame_pick_the_same_versions(book: Book, newest: int) -> None:
    """Restated, withdrawn and untouched rows, at each vintage: asked for, or picked from all that came."""
    first = {(day(on), slug): on for on in (1, 2) for slug in ("a/b", "c/d", "e/f", "other")}
    book.take(first, noon(3))
    book.take({key: tokens for key, tokens in first.items() if key != (day(1), "c/d")}, noon(4))
    book.take(first | {(day(1), "a/b"): 9}, noon(5))
    with reading(book.engine) as connection:
        asked, all_of_them = (
            read_frame(connection, query.with_only_columns(*(OBSERVATION.c[name] for name in NAMES)), NAMES)
            for query in (known(OBSERVATION, newest), versions(OBSERVATION, newest))
        )
    picked = newest_of(all_of_them, OBSERVATION)
    assert sorted(picked.rows()) == sorted(asked.rows())
    assert (picked.height, all_of_them.height) == {0: (0, 0), 1: (8, 8), 2: (8, 9), 3: (8, 11)}[newest]
