"""How the files of an export are written: the same bytes for the same data, safe cells, and what they say."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it has no stubs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from schemas.citation import LICENCE, MADE, TOKENIZER_NOTE
from schemas.exported import EXPORTED
from schemas.settings import Settings
from storage.engine import reading, writing
from storage.reference import load_labs
from storage.vacuum import drop_replaced
from tasks.exporting.contents import newest_knowledge
from tasks.exporting.export import export
from tasks.exporting.files import FileFormat, write_table
from tests.exporting.conftest import Recorded
from tests.support.made_history import HOSTILE, JUDGED, STANDPOINT

FACTS = "observations/year=2026/observations.parquet"


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its place in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def described(out: Path) -> dict[str, Any]:
    """The descriptor of an export."""
    found: dict[str, Any] = json.loads((out / "datapackage.json").read_text("utf-8"))
    return found


def said_by(path: Path) -> dict[str, str]:
    """What a Parquet file says about itself, as pyarrow reads it."""
    return {key.decode(): value.decode() for key, value in pq.read_metadata(path).metadata.items()}


def test_the_same_standpoint_gives_the_same_bytes(history: Recorded, out: Path, tmp_path: Path) -> None:
    """Two exports as of one moment do not differ in a byte of any file."""
    history.write(tmp_path / "again")

    assert files_of(tmp_path / "again") == files_of(out)


def test_both_engines_give_the_same_bytes(own: Recorded, out: Path, tmp_path: Path) -> None:
    """The same history has the same export, whichever database it lies in."""
    own.write(tmp_path / "embedded")

    assert files_of(tmp_path / "embedded") == files_of(out)


def test_without_as_of_the_clock_decides_nothing(history: Recorded) -> None:
    """An export stands at the newest moment at which it learned something, today and tomorrow."""
    with reading(history.engine) as connection:
        moments = {
            newest_knowledge(connection, history.settings, JUDGED + timedelta(days=days))
            for days in (0, 1, 20)
        }

    assert moments == {JUDGED}


def test_a_newly_reviewed_row_is_newer_knowledge(history: Recorded) -> None:
    """The reveal of a stealth model moves the standpoint although no answer came."""
    with reading(history.engine) as connection:
        found = newest_knowledge(connection, history.settings, datetime(2026, 9, 29, 12, tzinfo=UTC))

    assert found == datetime(2026, 9, 29, tzinfo=UTC)


def test_what_a_vacuum_dropped_is_said(own: Recorded, tmp_path: Path) -> None:
    """The versions that are left still are an export, which stands where they can be answered and says so."""
    horizon = JUDGED + timedelta(days=1)
    with writing(own.engine) as connection:
        drop_replaced(connection, horizon, horizon)
    with reading(own.engine) as connection:
        assert newest_knowledge(connection, own.settings, STANDPOINT) == horizon
    own.write(tmp_path / "thin")

    notes = json.loads(said_by(tmp_path / "thin" / "parquet" / FACTS)["notes"])
    assert notes == [TOKENIZER_NOTE, "A vacuum dropped the versions that were replaced by 2026-01-21T03:01Z."]


@pytest.mark.parametrize("text", [HOSTILE, "+1", "-1", "@x", "\t=1", "\r\n=1", "\uff1d1"])
def test_no_cell_is_a_formula(text: str, tmp_path: Path) -> None:
    """What a spreadsheet would run begins with an apostrophe."""
    write_table(pl.DataFrame({"text": [text]}), tmp_path / "one.csv", FileFormat.CSV, {})

    assert (tmp_path / "one.csv").read_text("utf-8").splitlines()[1].lstrip('"')[0] == "'"


def test_upstream_text_stays_on_its_line(tmp_path: Path) -> None:
    """What moves a cursor or breaks a line is a blank in a CSV, and itself in Parquet."""
    frame = pl.DataFrame({"text": ["a\nb\x1b[2Jc", "", None]})
    write_table(frame, tmp_path / "one.csv", FileFormat.CSV, {})
    write_table(frame, tmp_path / "one.parquet", FileFormat.PARQUET, {})

    assert (tmp_path / "one.csv").read_bytes() == b'text\na b [2Jc\n""\n\n'
    assert_frame_equal(pl.read_parquet(tmp_path / "one.parquet"), frame)


def test_numbers_are_no_text(tmp_path: Path) -> None:
    """A negative number is a number, an unknown one is nothing, and a moment is UTC to the microsecond."""
    moment = datetime(2026, 1, 15, 3, 0, 0, 123456, tzinfo=UTC)
    frame = pl.DataFrame({"tokens": [2**60 + 1, None], "lead": [-0.25, None], "at": [moment, None]})
    write_table(frame, tmp_path / "one.csv", FileFormat.CSV, {})

    assert (tmp_path / "one.csv").read_text("utf-8").splitlines() == [
        "tokens,lead,at",
        "1152921504606846977,-0.25,2026-01-15T03:00:00.123456Z",
        ",,",
    ]


@settings(max_examples=30, deadline=None)
@given(shares=st.lists(st.floats(0, 1), min_size=1))
def test_shares_survive_as_text(shares: list[float], tmp_path_factory: pytest.TempPathFactory) -> None:
    """A share that is written to a CSV and read again is the same number."""
    path = tmp_path_factory.mktemp("csv") / "one.csv"
    write_table(pl.DataFrame({"share": shares}), path, FileFormat.CSV, {})

    assert [float(cell) for cell in path.read_text("utf-8").split()[1:]] == shares


def test_every_parquet_file_says_what_it_is(out: Path) -> None:
    """Citation, standpoint, definition and the words of every column are in each file."""
    for path in (out / "parquet").rglob("*.parquet"):
        said = said_by(path)
        assert said["as_of"] == STANDPOINT.isoformat()
        assert said["citation"]
        assert said["description"]
        assert list(json.loads(said["columns"])) == pq.read_schema(path).names


def test_figures_carry_their_definition(out: Path) -> None:
    """A file of shares says which series, by what and on which basis."""
    said = said_by(out / "parquet" / "shares" / "year=2026" / "shares.parquet")

    assert json.loads(said["definition"]) == {
        "metric": "shares",
        "by": "origin",
        "basis": "all",
        "variants": "merged",
        "series": "openrouter text/day by exports + openrouter text/day by api",
    }
    assert json.loads(said["notes"]) == [TOKENIZER_NOTE]


def test_made_data_are_labelled_as_made(out: Path) -> None:
    """Every file of a made export and its descriptor say so, and none claims a licence of OpenRouter's."""
    told = [described(out), *described(out)["resources"]]
    told += [said_by(path) for path in (out / "parquet").rglob("*.parquet")]

    assert {each.get("made") for each in told} == {MADE}
    assert not any({"licence", "licenses", "sources"} & set(each) for each in told)


def test_real_data_carry_source_and_licence(own: Recorded, tmp_path: Path) -> None:
    """What is passed on names OpenRouter, its time and CC BY 4.0; reviewed rows, which are not its, do not."""
    real = Settings(TOKENTIDE_HOME=own.settings.home)
    with reading(own.engine) as connection:
        export(connection, real, STANDPOINT, tmp_path / "real", [FileFormat.PARQUET])
    found = described(tmp_path / "real")
    citation = "Source: OpenRouter (openrouter.ai/rankings), as of 2026-01-20T03:00Z."

    assert (found["citation"], found["licenses"][0]["name"]) == (citation, "CC-BY-4.0")
    facts = said_by(tmp_path / "real" / "parquet" / FACTS)
    assert (facts["citation"], facts["licence"]) == (citation, LICENCE)
    assert "licence" not in said_by(tmp_path / "real" / "parquet" / "labs.parquet")


def test_the_descriptor_lists_every_file(out: Path) -> None:
    """Path, size, SHA-256 and rows of each file, and no file beside them."""
    listed = {each["path"]: each for each in described(out)["resources"]}
    found = {path: content for path, content in files_of(out).items() if path != "datapackage.json"}

    assert set(listed) == set(found)
    for path, content in found.items():
        assert listed[path]["bytes"] == len(content)
        assert listed[path]["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        if path.endswith("parquet"):
            assert listed[path]["rows"] == pq.read_metadata(out / path).num_rows


def test_the_descriptor_describes_every_column(out: Path) -> None:
    """Fields in the order of the file, each in words, with a type of the Table Schema, and the key."""
    shares = next(each for each in described(out)["resources"] if each["name"] == "shares-2026-csv")
    fields = shares["schema"]["fields"]

    header = (out / shares["path"]).read_text("utf-8").partition("\n")[0]
    assert ",".join(field["name"] for field in fields) == header
    assert all(field["description"] for field in fields)
    assert {field["name"]: field["type"] for field in fields if field["type"] != "string"} == {
        "window_start": "date",
        "window_end": "date",
        "tokens": "integer",
        "unknown_tokens": "integer",
        "total_tokens": "integer",
        "share": "number",
        "low": "number",
        "high": "number",
    }
    assert shares["schema"]["primaryKey"] == ["window_start", "origin"]


def test_every_table_is_there_in_each_format(out: Path) -> None:
    """The names of the resources are those of the tables, their years and their formats."""
    names = {each["name"] for each in described(out)["resources"]}

    by_year = ("observations", "headline", "shares", "leads", "buckets", "points")
    expected = {f"{table}-{year}" for table in by_year for year in (2025, 2026)} | set(EXPORTED) - set(
        by_year
    )
    assert names == {f"{name}-{form}" for name in expected for form in FileFormat}


def test_one_format_alone(own: Recorded, tmp_path: Path) -> None:
    """Whoever asks for CSV gets no Parquet."""
    outcome = own.write(tmp_path / "csv-only", formats=(FileFormat.CSV,))

    assert sorted(path.name for path in (tmp_path / "csv-only").iterdir()) == ["csv", "datapackage.json"]
    assert outcome.files == len(described(tmp_path / "csv-only")["resources"])


def test_a_new_home_exports_what_is_reviewed(tmp_path: Path, own: Recorded) -> None:
    """As of a moment before the first answer there are labs, and no day of which anything is said."""
    early = datetime(2025, 6, 1, tzinfo=UTC)
    outcome = own.write(tmp_path / "early", early)

    known = load_labs(own.settings.reference).filter(pl.col("known_since") <= date(2025, 6, 1))
    assert outcome.rows == {
        "measurements": 0,
        "vintages": 0,
        "labs": known.height,
        "attributions": outcome.rows["attributions"],
        "open_weights": outcome.rows["open_weights"],
        "apps": 0,
        "tasks": 0,
        "prices": 0,
        "events": 0,
    }
