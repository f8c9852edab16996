"""What DuckDB and pandas read in an export is what the database holds, and what `show` says."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd  # type: ignore[import-untyped]  # its stubs are a package of their own
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text

from schemas.exported import EXPORTED
from schemas.windows import Window, WindowKind
from storage.archive import open_archive
from storage.engine import reading
from storage.event_history import read_alerts
from storage.exports import read_vintages
from storage.headline import read_headline
from storage.reference import load_attributions, load_labs, load_open_weights
from storage.splice import disagreement
from tasks.answers import Question, answer
from tasks.exporting.files import FileFormat
from tasks.reading import read
from tests.exporting.conftest import Recorded
from tests.support.made_answers import Book
from tests.support.made_history import (
    API_ONLY,
    DAYS,
    FIRST_DAY,
    FIRST_LOOK,
    HOSTILE,
    HUGE,
    JUDGED,
    SECOND_LOOK,
    STANDPOINT,
)

BY_YEAR = ("observations", "headline", "shares", "leads", "buckets", "points")
WEEKS = Window(WindowKind("span"), DAYS[0], DAYS[-1])


def rows(query: str) -> list[tuple[Any, ...]]:
    """What DuckDB answers."""
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def place(out: Path, table: str, form: str = "parquet") -> str:
    """The file of a table, or the files of its years, as SQL names them."""
    return f"'{out}/{form}/{table}/*/*.{form}'" if table in BY_YEAR else f"'{out}/{form}/{table}.{form}'"


def test_every_recorded_version_is_among_the_observations(out: Path, history: Recorded) -> None:
    """DuckDB counts what the fact table holds, withdrawn rows among it, each with its vintage."""
    stored = """
        SELECT series.channel, observation.epoch_day, model.permaslug, observation.snapshot_id, observation.tokens
        FROM observation JOIN series ON series.id = series_id JOIN model ON model.id = model_id"""
    with reading(history.engine) as connection:
        expected = {tuple(row) for row in connection.execute(text(stored))}
    exported = rows(
        "SELECT channel, day - DATE '1970-01-01', permaslug, snapshot_id, tokens FROM "
        + place(out, "observations")
    )

    assert set(exported) == expected
    assert len(exported) == len(expected)


def test_versions_say_when_they_held(out: Path) -> None:
    """A restated row stands beside the one that replaced it, and a withdrawn one has no tokens."""
    found = rows(f"""
        SELECT permaslug, epoch_us(known_at), epoch_us(replaced_at), tokens FROM {place(out, "observations")}
        WHERE channel = 'exports' AND day = '{FIRST_DAY}' AND permaslug IN ('lone/wolf', 'jade-river/tide')
        ORDER BY permaslug, known_at""")
    first, second = (int(at.timestamp()) * 10**6 + at.microsecond for at in (FIRST_LOOK, SECOND_LOOK))

    assert found == [
        ("jade-river/tide", first, second, 400),
        ("jade-river/tide", second, None, HUGE),
        ("lone/wolf", first, second, 40),
        ("lone/wolf", second, None, None),
    ]


def test_the_versions_of_a_moment_are_what_was_known_then(out: Path, history: Recorded) -> None:
    """known_at <= T < replaced_at gives the rows of a read with --as-of T."""
    moment = FIRST_LOOK + timedelta(hours=1)
    found = rows(f"""
        SELECT day, permaslug, tokens FROM {place(out, "observations")}
        WHERE known_at <= '{moment}' AND coalesce(replaced_at > '{moment}', true) AND tokens IS NOT NULL""")
    with reading(history.engine) as connection:
        known = read_headline(connection, moment).usage

    assert sorted(found) == sorted(known.rows())


def test_the_headline_is_the_attributed_reading(out: Path, history: Recorded) -> None:
    """Pandas reads every token in its bucket, to the token, the day that only the API has among them."""
    found = pd.read_parquet(out / "parquet" / "headline")
    with reading(history.engine) as connection:
        usage = read(connection, history.settings, STANDPOINT).usage
    expected = usage.with_columns(pl.col("bucket").cast(pl.String)).sort("day", "model", "variant")
    names = usage.columns

    assert_frame_equal(pl.from_pandas(found[names]).sort("day", "model", "variant"), expected)
    assert found["day"].max() == API_ONLY


def test_years_are_apart(out: Path) -> None:
    """A file of a year holds days of that year, and a week belongs to the year in which it ends."""
    years = rows(f"SELECT DISTINCT year, year(day) FROM {place(out, 'headline')} ORDER BY ALL")
    weeks = rows(f'SELECT DISTINCT year, "window" FROM {place(out, "shares")} ORDER BY ALL')

    assert years == [(2025, 2025), (2026, 2026)]
    assert weeks == [(2025, "2025-W52"), (2026, "2026-W01"), (2026, "2026-W02")]


@pytest.mark.parametrize("metric", ["shares", "leads", "buckets"])
def test_figures_are_those_of_show(metric: str, out: Path, history: Recorded) -> None:
    """Every column that the file and `show` have in common says the same of each week."""
    with reading(history.engine) as connection:
        known = read(connection, history.settings, STANDPOINT)
    shown = answer(known, Question(metric, WEEKS, WindowKind("week"))).rows
    names = [name for name in EXPORTED[metric].column_names() if name in shown[0]]
    picked = ", ".join(f'"{name}"' for name in names)
    found = rows(f"SELECT {picked} FROM {place(out, metric)}")

    assert len(found) > 0
    assert sorted(found, key=str) == sorted((tuple(row[name] for name in names) for row in shown), key=str)


def test_shares_follow_from_the_headline(out: Path) -> None:
    """Whoever adds up the rows of a week gets the tokens of its shares."""
    added = rows(f"""
        SELECT origin, sum(tokens) FROM {place(out, "headline")}
        WHERE origin IS NOT NULL AND day BETWEEN '2025-12-22' AND '2025-12-28' GROUP BY origin ORDER BY origin""")
    exported = (
        f"SELECT origin, tokens FROM {place(out, 'shares')} WHERE \"window\" = '2025-W52' ORDER BY origin"
    )

    assert added == rows(exported)
    assert added[0] == ("CN", HUGE + 6 * 400 + 7 * 60)


def test_the_channels_are_compared_once(
    history: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who speaks is one decision for all years, and the same one."""
    compared: list[None] = []

    def count(exports: pl.DataFrame, api: pl.DataFrame) -> str | None:
        compared.append(None)
        return disagreement(exports, api)

    monkeypatch.setattr("storage.headline.disagreement", count)
    history.write(tmp_path / "out", formats=(FileFormat.CSV,))
    assert (len(compared), len(list((tmp_path / "out").glob("csv/headline/year=*")))) == (1, 2)


def test_a_week_without_a_point_has_no_row(own: Recorded, tmp_path: Path) -> None:
    """A day that was not received whole leaves its week out, and the days that were received in."""
    later = {(date(2026, 1, day), "other"): 5 for day in (19, 20, 22, 23, 24, 25)}
    Book(own.engine, open_archive(own.settings)).take(later, datetime(2026, 1, 30, tzinfo=UTC))
    own.write(tmp_path / "later")

    weeks = rows(f'SELECT max("window") FROM {place(tmp_path / "later", "buckets")}')
    assert weeks == [("2026-W02",)]
    assert rows(f"SELECT max(day) FROM {place(tmp_path / 'later', 'headline')}") == [(date(2026, 1, 25),)]


def test_prices_are_exact_dollars_per_million_tokens(out: Path) -> None:
    """One pico-USD per token is 0.000001 USD per million tokens, and no float touches it."""
    found = pd.read_parquet(out / "parquet" / "prices.parquet")
    prices = dict(
        zip(
            zip(found["canonical_slug"], found["known_at"].dt.day, strict=True),
            found["prompt_usd_per_mtok"],
            strict=True,
        )
    )

    assert prices[HOSTILE, 20] == Decimal("0.000001")
    assert (prices["bluebird/song", 15], prices["bluebird/song", 20]) == (Decimal(3), Decimal("2.5"))
    assert prices["jade-river/tide", 15] == 0


def test_prices_keep_what_left_the_catalogue(out: Path) -> None:
    """An entry that left is there twice: as it was listed, and as no longer listed."""
    query = f"SELECT listed, replaced_at IS NULL FROM {place(out, 'prices')} WHERE variant = 'free' ORDER BY known_at"

    assert rows(query) == [(True, False), (False, True)]


def test_a_price_that_is_not_believed_is_marked(own: Recorded, tmp_path: Path) -> None:
    """A paid model that is read at 0/0 once is exported as it was read, and marked."""
    book = Book(own.engine, open_archive(own.settings))
    book.take_catalogue([("bluebird/song", "", 0), (HOSTILE, "", 1)], SECOND_LOOK + timedelta(days=1))
    own.write(tmp_path / "glitch")
    prices = place(tmp_path / "glitch", "prices")

    found = rows(
        f"SELECT prompt_usd_per_mtok, glitch FROM {prices} WHERE canonical_slug LIKE 'b%' ORDER BY known_at"
    )
    assert found == [(Decimal(3), False), (Decimal("2.5"), False), (Decimal(0), True)]


def test_reviewed_rows_are_those_known_then(history: Recorded, tmp_path: Path) -> None:
    """A stealth model that is revealed later is no row of an earlier standpoint."""
    revealed = datetime(2026, 9, 29, tzinfo=UTC)
    for name, as_of in (("before", revealed - timedelta(seconds=1)), ("after", revealed)):
        history.write(tmp_path / name, as_of)
    query = "SELECT count(*) FROM {} WHERE slug = 'stealth/paper-boat'"

    assert rows(query.format(place(tmp_path / "before", "attributions"))) == [(0,)]
    assert rows(query.format(place(tmp_path / "after", "attributions"))) == [(1,)]


def test_reviewed_rows_are_whole(history: Recorded, tmp_path: Path) -> None:
    """Every row of each reviewed file is there once all of them are known, with its evidence."""
    history.write(tmp_path / "late", datetime(2100, 1, 1, tzinfo=UTC))
    for table, frame in (
        ("labs", load_labs(history.settings.reference)),
        ("attributions", load_attributions(history.settings.reference)),
        ("open_weights", load_open_weights(history.settings.reference)),
    ):
        found = pl.read_parquet(tmp_path / "late" / "parquet" / f"{table}.parquet")
        plain = frame.with_columns(pl.selectors.enum().cast(pl.String))
        assert_frame_equal(found, plain, check_row_order=False)


def test_events_are_the_ledger(out: Path, history: Recorded) -> None:
    """A fact has its window in days, its state and the sentence that people were told."""
    found = pl.read_parquet(out / "parquet" / "events.parquet")
    with reading(history.engine) as connection:
        ledger = read_alerts(connection, STANDPOINT)

    assert_frame_equal(found.drop("window_start", "window_end"), ledger.drop("delivered"))
    assert found.select("window_start", "window_end").row(0) == (date(2025, 12, 29), date(2026, 1, 4))


def test_nothing_learned_later_is_exported(history: Recorded, tmp_path: Path) -> None:
    """As of the first look there is one vintage of each kind, no event, and no day of the API."""
    history.write(tmp_path / "early", FIRST_LOOK)
    counted = {
        table: rows(f"SELECT count(*) FROM {place(tmp_path / 'early', table)}")[0][0] for table in EXPORTED
    }

    assert (counted["vintages"], counted["prices"], counted["events"]) == (2, 2, 0)
    assert counted["observations"] == counted["headline"] == 6 * len(DAYS)


def test_vintages_name_their_payload(out: Path, history: Recorded) -> None:
    """Each vintage leads to the archived bytes that it was read from."""
    archive = open_archive(history.settings)
    for sha256 in pd.read_parquet(out / "parquet" / "vintages.parquet")["sha256"]:
        assert archive.payload(sha256)


@pytest.mark.parametrize("table", EXPORTED)
def test_csv_holds_what_parquet_holds(table: str, out: Path) -> None:
    """Read with the column types of its Parquet twin, a CSV has the same rows, up to cells that are made safe."""
    names = EXPORTED[table].column_names()
    picked = ", ".join(f'"{name}"' for name in names)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE twin AS SELECT {picked} FROM {place(out, table)}")
        connection.execute("CREATE TABLE plain AS FROM twin LIMIT 0")
        connection.execute(f"""
            INSERT INTO plain SELECT {picked}
            FROM read_csv({place(out, table, "csv")}, all_varchar = true, allow_quoted_nulls = false)""")
        for name in names:
            if EXPORTED[table].columns()[name].dtype == pl.String:
                connection.execute(f"""UPDATE plain SET "{name}" = "{name}"[2:] WHERE "{name}" LIKE '''%'""")
        missing = connection.execute("FROM twin EXCEPT FROM plain").fetchall()
        surplus = connection.execute("FROM plain EXCEPT FROM twin").fetchall()
        heights = connection.execute(
            "SELECT (SELECT count(*) FROM twin), (SELECT count(*) FROM plain)"
        ).fetchone()

    assert (missing, surplus) == ([], [])
    assert heights is not None
    assert heights[0] == heights[1]


def test_vintages_are_counted_apart(out: Path, history: Recorded) -> None:
    """Rankings of both channels and the catalogue are told apart, although the catalogue counts by itself."""
    with reading(history.engine) as connection:
        known = read_vintages(connection, JUDGED)

    assert known.group_by("channel").len().sort("channel").rows() == [
        ("api", 1),
        ("exports", 2),
        ("models", 2),
    ]
