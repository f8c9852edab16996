"""Reviewed files are read strictly, and an error says where and how to repair them."""

import csv
from importlib import resources
from pathlib import Path

import dataframely as dy
import polars as pl
import pytest

from schemas.countries import COUNTRY_NAMES
from schemas.errors import ExitStatus, ReviewedDataError
from schemas.family_frames import Families, GatewayLabs
from schemas.model_frames import OpenWeights
from schemas.reviewed_frames import Attributions, KnownGaps, Labs
from storage.reference import (
    load_attributions,
    load_families,
    load_gateway_labs,
    load_known_gaps,
    load_labs,
    load_open_weights,
    places_of_families,
)

LABS = "author,lab,country,valid_from,known_since,evidence,confidence,checked_on,note"
ROW = "acme,Acme,FR,2025-01-01,2025-01-01,https://acme.example,high,2026-06-15,"
ATTRIBUTIONS = "slug,kind,lab,country,valid_from,known_since,evidence,confidence,checked_on,note"


def write(folder: Path, name: str, *lines: str) -> Path:
    """A user's folder with one reviewed file in it."""
    (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def row_of(frame: pl.DataFrame, author: str) -> list[dict[str, object]]:
    """The rows of one author."""
    return frame.filter(pl.col("author") == author).to_dicts()


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("labs.csv", Labs),
        ("attributions.csv", Attributions),
        ("known_gaps.csv", KnownGaps),
        ("open_weights.csv", OpenWeights),
        ("families.csv", Families),
        ("gateway_labs.csv", GatewayLabs),
    ],
)
def test_shipped_files_are_sorted_by_their_key(name: str, schema: type[dy.Schema]) -> None:
    """A change of a reviewed file shows in its diff as the rows that changed."""
    text = (resources.files("schemas") / "reference" / name).read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    keys = [tuple(row[column] for column in schema.primary_key()) for row in rows]
    assert keys == sorted(keys)


def test_shipped_files_are_read() -> None:
    """Each passes every check on its cells, keys, evidence and country codes."""
    assert load_labs(None).height > 100
    assert load_attributions(None).height > 20
    assert set(load_open_weights(None)["weights"]) == {"open", "closed"}
    assert load_families(None)["family"].n_unique() >= 11
    assert load_gateway_labs(None).height > 20
    assert load_known_gaps(None)["day"].dt.to_string("%F").to_list() == ["2025-06-15", "2025-07-15"]


def test_there_are_as_many_countries_as_iso_knows() -> None:
    """ISO 3166-1 has 249 officially assigned codes."""
    assert len(COUNTRY_NAMES) == 249


def test_a_users_row_replaces_the_shipped_one(tmp_path: Path) -> None:
    """Row by row, by key; all other shipped rows stay."""
    mine = ROW.replace("acme", "openai")
    found = load_labs(write(tmp_path, "labs.csv", LABS, mine))
    assert [row["lab"] for row in row_of(found, "openai")] == ["Acme"]
    assert found.height == load_labs(None).height


def test_a_users_new_row_is_added_in_order(tmp_path: Path) -> None:
    """An author that nobody shipped comes to stand among the others."""
    found = load_labs(write(tmp_path, "labs.csv", LABS, ROW))
    assert found.height == load_labs(None).height + 1
    assert found["author"].is_sorted()


def test_a_dated_second_row_stands_beside_the_first(tmp_path: Path) -> None:
    """A lab that moved has a row for each seat."""
    moved = ROW.replace("FR,2025-01-01", "US,2026-01-01")
    found = load_labs(write(tmp_path, "labs.csv", LABS, ROW, moved))
    assert [row["country"] for row in row_of(found, "acme")] == ["FR", "US"]


def test_a_correction_stands_beside_what_it_corrects(tmp_path: Path) -> None:
    """A row about the same days that was learned later replaces nothing, shipped rows included."""
    corrected = ROW.replace("acme", "openai").replace("2025-01-01,2025-01-01", "2025-01-01,2026-07-01")
    found = row_of(load_labs(write(tmp_path, "labs.csv", LABS, corrected)), "openai")
    assert [(row["lab"], str(row["known_since"])) for row in found] == [
        ("OpenAI", "2025-01-01"),
        ("Acme", "2026-07-01"),
    ]


def test_a_folder_without_that_file_changes_nothing(tmp_path: Path) -> None:
    """People lay over only what they know better."""
    assert load_labs(tmp_path).equals(load_labs(None))


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A misspelled path is not silently the shipped files."""
    with pytest.raises(ReviewedDataError, match="is no folder; create it, or unset the variable") as caught:
        load_labs(tmp_path / "typo")
    assert caught.value.exit_status is ExitStatus.USAGE


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    """A byte order mark, Windows line ends and a last empty line are no errors."""
    (tmp_path / "labs.csv").write_bytes(b"\xef\xbb\xbf" + f"{LABS}\r\n{ROW}\r\n\r\n".encode())
    assert len(row_of(load_labs(tmp_path), "acme")) == 1


def test_low_confidence_keeps_its_country(tmp_path: Path) -> None:
    """It is read as written; that it never counts is for attribution to decide."""
    low = ROW.replace("https://acme.example,high", ",low")
    assert row_of(load_labs(write(tmp_path, "labs.csv", LABS, low)), "acme")[0]["country"] == "FR"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([LABS.replace("lab,", "")], "line 1: the columns must be author,lab,country"),
        ([LABS, "acme,Acme"], "line 2: 2 cells where 9 are needed; put text that holds a comma"),
        ([LABS, ROW.replace("FR", "XX")], "line 2, column country: 'XX' is no ISO 3166-1 alpha-2 code"),
        ([LABS, ROW.replace("FR", "fr")], "line 2, column country: 'fr' is no ISO 3166-1 alpha-2 code"),
        ([LABS, ROW.replace("FR", "")], "line 2, column country: it is empty; fill it in, or set confidence"),
        ([LABS, ROW.replace("2025-01-01", "2025-02-30")], "column valid_from: '2025-02-30' is no date"),
        ([LABS, ROW.replace("2026-06-15", "20260615")], "column checked_on: '20260615' is no date; write it"),
        (
            [LABS, ROW.replace("high", "sure")],
            "column confidence: 'sure' is none of high, medium, low, withdrawn",
        ),
        ([LABS, ROW.replace("https://acme.example", "")], "column evidence: it is empty; say what was read"),
        ([LABS, ROW.replace("acme,Acme", "acme,")], "column lab: it is empty; fill it in"),
        ([LABS, ROW.replace("acme,", "acme ,")], "column author: 'acme ' has blanks around it; remove them"),
        (
            [LABS, ROW, ROW],
            "line 3, column author: acme, 2025-01-01, 2025-01-01 is on line 2 already; delete one",
        ),
        ([LABS, ROW.replace("high", "withdrawn")], "column country: what is withdrawn has none; empty it"),
        ([LABS, f'"{ROW}'], "line 2: unexpected end of data; repair the quotes"),
    ],
)
def test_a_row_that_cannot_be_meant_is_named(tmp_path: Path, lines: list[str], said: str) -> None:
    """File, line, column, what is wrong and the repair, in one line."""
    with pytest.raises(ReviewedDataError) as caught:
        load_labs(write(tmp_path, "labs.csv", *lines))
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "labs.csv"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "openrouter/x,router,Acme,,2025-01-01,2025-01-01,seen,high,2026-06-15,",
            "a router belongs to no lab",
        ),
        ("openrouter/x,revealed,,CN,2025-01-01,2025-01-01,seen,high,2026-06-15,", "column lab: it is empty"),
        (
            "openrouter/x,revealed,Acme,,2025-01-01,2026-06-15,seen,withdrawn,2026-06-15,",
            "column lab: what is withdrawn has none",
        ),
        (
            "openrouter/x,router,,,2025-01-01,2026-06-15,seen,withdrawn,2026-06-15,",
            "column confidence: a router cannot be withdrawn",
        ),
        ("openrouter/x,guessed,,,2025-01-01,2025-01-01,seen,high,2026-06-15,", "none of revealed, router"),
    ],
)
def test_an_attribution_must_say_who(tmp_path: Path, row: str, said: str) -> None:
    """A revealed model has a lab and its country, and a router has neither."""
    with pytest.raises(ReviewedDataError, match=said):
        load_attributions(write(tmp_path, "attributions.csv", ATTRIBUTIONS, row))


WEIGHTS = "slug,weights,valid_from,known_since,evidence,confidence,checked_on,note"
WEIGHED = "acme/one,open,2025-01-01,2025-01-01,https://acme.example,high,2026-06-15,"


def test_weights_are_laid_over(tmp_path: Path) -> None:
    """A user's row is added, or replaces the shipped one of the same slug and days."""
    mine = WEIGHED.replace("acme/one,open", "anthropic/*,open")
    found = load_open_weights(write(tmp_path, "open_weights.csv", WEIGHTS, WEIGHED, mine))
    assert found.height == load_open_weights(None).height + 1
    assert found.filter(slug="anthropic/*")["weights"].to_list() == ["open"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (WEIGHED.replace("acme/one", "acme"), "'acme' is no model; write author/model without variant"),
        (WEIGHED.replace("acme/one", "acme/one:free"), "'acme/one:free' is no model"),
        (WEIGHED.replace("acme/one", "acme/*one"), r"'acme/\*one' is no model"),
        (WEIGHED.replace("acme/one", "stealth/*"), "nobody knows all models of stealth"),
        (WEIGHED.replace(",open,", ",free,"), "column weights: 'free' is none of open, closed"),
        (WEIGHED.replace(",open,", ",,"), "column weights: it is empty; write open or closed"),
        (WEIGHED.replace("high", "withdrawn"), "what is withdrawn has none; empty it"),
        (WEIGHED.replace("https://acme.example", ""), "column evidence: it is empty; say what was read"),
    ],
)
def test_weights_must_be_those_of_models(tmp_path: Path, row: str, said: str) -> None:
    """A row is about one model or all whose slug begins so, is open or closed, and has its evidence."""
    with pytest.raises(ReviewedDataError, match=said):
        load_open_weights(write(tmp_path, "open_weights.csv", WEIGHTS, row))


def test_a_gap_is_of_one_channel(tmp_path: Path) -> None:
    """The same day may be missing in both channels, each with its evidence."""
    lines = ("exports,2025-06-15,seen,2026-06-15,", "api,2025-06-15,seen,2026-06-15,")
    found = load_known_gaps(write(tmp_path, "known_gaps.csv", "channel,day,evidence,checked_on,note", *lines))
    assert found.height == load_known_gaps(None).height + 1


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are one line with the repair."""
    (tmp_path / "labs.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReviewedDataError, match="save it as UTF-8 text"):
        load_labs(tmp_path)


FAMILIES = "repository,family,author,known_since,evidence,confidence,checked_on,note"


def test_every_shipped_family_and_gateway_lab_has_a_reviewed_author() -> None:
    """Lab and country come from `labs.csv` alone: a slug that is not there would belong to nobody."""
    named = {*load_families(None)["author"], *load_gateway_labs(None)["author"]}
    assert named - {*load_labs(None)["author"]} == set()


def test_no_shipped_repository_is_in_two_families() -> None:
    """What is built upon it would be counted twice."""
    assert load_families(None)["repository"].str.to_lowercase().is_duplicated().any() is False


@pytest.mark.parametrize("name", ["acme", "acme/", "acme/one/two", "acme/o ne", "../models", "acme/one?x=1"])
def test_a_repository_is_owner_and_name(tmp_path: Path, name: str) -> None:
    """It becomes part of an address, so nothing else may stand there."""
    folder = write(tmp_path, "families.csv", FAMILIES, f"{name},Acme,openai,2025-01-01,seen,high,2026-06-15,")
    with pytest.raises(
        ReviewedDataError, match=r"families.csv, line 2, column repository: .* write owner/name"
    ):
        load_families(folder)


def test_a_repository_in_another_spelling_is_the_same(tmp_path: Path) -> None:
    """The Hub does not tell cases apart, so a user's row replaces the shipped one whatever its case."""
    mine = "qwen/qwen3-8b,Mine,openai,2025-01-01,seen,high,2026-06-15,"
    folder = write(tmp_path, "families.csv", FAMILIES, mine)
    found = load_families(folder)
    assert found.filter(pl.col("repository").str.to_lowercase() == "qwen/qwen3-8b")["family"].to_list() == [
        "Mine"
    ]
    assert places_of_families(folder)["qwen/qwen3-8b"] == f"{tmp_path / 'families.csv'}, line 2"
