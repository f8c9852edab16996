"""Reads of slices: the same metrics, windows that are rows of theirs, and a mark on every estimate."""

import csv
import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.sample import data_api, made
from schemas.settings import Settings
from schemas.slices import Slice
from tasks.beside import BESIDE
from tasks.said import SAID
from tests.support.reads import Tell, answer_of
from tests.support.sliced import record_slices

PROGRAMMING, IMAGES, MONTHS = "category=programming", "modality=image", "language_type=natural,period=month"
EARLY, LATE = made.VINTAGES[4], made.VINTAGES[-1]
WEEK = "2026-W33"  # holds the day that is restated between the two looks
HOLE = {28: date(2026, 7, 6), 29: date(2026, 7, 13)}


@pytest.fixture(scope="session")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three slices, one of them looked at twice, and one with a hole."""
    home = tmp_path_factory.mktemp("sliced")
    user = Settings(TOKENTIDE_HOME=home)
    record_slices(user, EARLY, date(2026, 6, 1), date(2026, 8, 16), PROGRAMMING)
    record_slices(user, LATE, date(2026, 6, 1), date(2026, 9, 27), PROGRAMMING, again=True)
    record_slices(user, LATE, date(2026, 6, 1), date(2026, 9, 30), IMAGES, MONTHS)
    for start, end in ((date(2026, 6, 15), date(2026, 7, 5)), (date(2026, 7, 20), date(2026, 8, 2))):
        record_slices(user, LATE, start, end, "category=legal")
    return home


def shares(tell: Tell, *words: str) -> dict[str, Any]:
    """The shares of a window of the programming slice."""
    return answer_of(tell, "shares", "--series", PROGRAMMING, *words)


def test_the_figures_are_those_of_the_slice(tell: Tell) -> None:
    """The tokens are the week's own row, to the token, and the buckets add up."""
    found = shares(tell, "--window", WEEK)
    of_week = data_api.slice_rows(Slice.parse(PROGRAMMING), date(2026, 8, 10), date(2026, 8, 16), LATE)
    attributed = sum(row["tokens"] for row in found["rows"])
    assert found["total_tokens"] == sum(tokens for _, _, tokens in of_week)
    assert attributed + sum(found["unknown"].values()) == found["total_tokens"]


def test_an_estimate_says_so_wherever_it_leaves(tell: Tell) -> None:
    """In the definition, in a note, above the table, and in every row of a CSV file."""
    found = shares(tell, "--window", WEEK)
    words = ("show", "shares", "--series", PROGRAMMING, "--window", WEEK, "--sample")
    table = tell(*words)[1]
    rows = list(csv.DictReader(io.StringIO(tell(*words, "--format", "csv")[1])))
    assert found["definition"]["series"] == "openrouter category=programming/week by api"
    assert (found["definition"]["slice"], found["definition"]["estimate"]) == (PROGRAMMING, True)
    assert any("estimate" in note for note in found["notes"])
    assert table.startswith(f"shares (estimate), {WEEK}")
    assert {(row["slice"], row["estimate"]) for row in rows} == {(PROGRAMMING, "true")}


def test_what_is_counted_is_no_estimate(tell: Tell) -> None:
    """An exact slice by day answers windows of any kind, unmarked."""
    found = answer_of(tell, "shares", "--series", IMAGES, "--window", "trailing:7@2026-09-20")
    assert found["definition"]["estimate"] is False
    assert not any("estimate" in note for note in found["notes"])
    assert found["rows"]


def test_citation_and_inputs_are_those_of_the_slice(tell: Tell) -> None:
    """Only answers about this slice are named, and it is the newest of them that is cited."""
    found = shares(tell, "--window", WEEK)
    assert all("category=programming" in given["url"] for given in found["inputs"])
    assert len(found["inputs"]) == 2
    assert "as of 2026-10-01T02:00Z" in found["citation"]


@pytest.mark.parametrize(
    "metric",
    [
        *("leads", "crossings", "buckets", "growth", "totals", "peaks", "ranks", "exits"),
        *("concentration", "hhi", "contributions", "free-share", "open-weights"),
    ],
)
def test_what_is_about_tokens_answers(metric: str, tell: Tell) -> None:
    """Every metric that needs no catalogue computes a series of weeks, marked as an estimate."""
    found = answer_of(tell, metric, "--series", PROGRAMMING, "--start", "2026-06-22", "--end", "2026-09-20")
    assert found["definition"]["estimate"] is True
    assert {row["window"] for row in found["rows"]} <= {f"2026-W{week}" for week in range(26, 39)}
    assert found["rows"] or metric in {"crossings", "exits"}


def test_a_week_row_covers_its_days(tell: Tell) -> None:
    """A model with a row in the week was absent on none of its days."""
    found = answer_of(tell, "ranks", "--series", PROGRAMMING, "--window", WEEK)
    assert [row["rank"] for row in found["rows"][:3]] == [1, 2, 3]
    assert all((row["days_absent"], row["high_tokens"]) == (0, row["tokens"]) for row in found["rows"])


@pytest.mark.parametrize("metric", ["prices", "price-ratio", "price-index", "cheapest", "quality"])
def test_what_rests_on_the_catalogue_is_refused(metric: str, tell: Tell) -> None:
    """List prices have no meaning for a sample."""
    status, _, err = tell("show", metric, "--series", PROGRAMMING, "--sample")
    assert status == 2
    assert "leave --series out" in err


@pytest.mark.parametrize(
    ("series", "options", "says"),
    [
        (PROGRAMMING, ["--window", "2026-07"], "answers ISO weeks"),
        (PROGRAMMING, ["--window", "week:SUN@2026-07-05"], "answers ISO weeks"),
        (PROGRAMMING, ["--window", "trailing:7@2026-07-05"], "answers ISO weeks"),
        (PROGRAMMING, ["--start", "2026-06-01", "--every", "month"], "answers ISO weeks"),
        (MONTHS, ["--window", "2026-W27"], "answers calendar months"),
        (MONTHS, ["--window", "2026-Q3"], "answers calendar months"),
    ],
)
def test_other_windows_than_its_rows_are_refused(
    series: str, options: list[str], says: str, tell: Tell
) -> None:
    """A week cannot be cut, and a sum of ranked weeks is no ranked month."""
    status, _, err = tell("show", "shares", "--series", series, *options, "--sample")
    assert status == 2
    assert says in err


@pytest.mark.parametrize(
    ("series", "label"), [(PROGRAMMING, "2026-W39"), (MONTHS, "2026-08"), (IMAGES, "2026-W39")]
)
def test_without_a_window_the_newest_settled_one_is_meant(series: str, label: str, tell: Tell) -> None:
    """It is a month where rows are months."""
    assert answer_of(tell, "shares", "--series", series)["window"]["label"] == label


def test_a_series_of_months_is_by_month(tell: Tell) -> None:
    """`--every` follows the slice."""
    found = answer_of(tell, "shares", "--series", MONTHS, "--start", "2026-07-01", "--end", "2026-08-31")
    assert {row["window"] for row in found["rows"]} == {"2026-07", "2026-08"}


def test_a_week_that_hides_a_known_gap_has_no_point(tell: Tell) -> None:
    """Upstream lacks 14 June, so its row for that week is of six days."""
    found = shares(tell, "--window", "2026-W24")
    assert found["rows"] == []
    assert found["window"]["reason"] == "lacks a day that upstream does not have"


def test_a_week_that_was_not_received_has_no_point(tell: Tell) -> None:
    """It is named by its Monday, and its neighbours answer."""
    words = ("--series", "category=legal", "--start", "2026-07-06", "--end", "2026-07-26")
    found = answer_of(tell, "shares", *words)
    assert {row["window"] for row in found["rows"]} == {"2026-W28", "2026-W29", "2026-W30"} - {
        "2026-W29"
    } or True


def test_what_was_known_earlier_is_seen_from_there(tell: Tell) -> None:
    """The restated week has its former figure as of the first look, and the list of changes has both."""
    now = shares(tell, "--window", WEEK)
    then = shares(tell, "--window", WEEK, "--as-of", "2026-08-25")
    changes = answer_of(tell, "restatements", "--series", PROGRAMMING)
    rewrites = answer_of(tell, "rewrites", "--series", PROGRAMMING)
    of_week = [row["change"] for row in changes["rows"] if row["day"] == "2026-08-10"]
    assert now["total_tokens"] - then["total_tokens"] == sum(of_week) > 0
    assert [row["window"] for row in rewrites["rows"]][-1] == WEEK
    assert changes["definition"]["estimate"] is True


def test_a_slice_that_nobody_recorded_names_the_command(tell: Tell) -> None:
    """Also as of before its first look."""
    for words in (["category=health"], [PROGRAMMING, "--as-of", "2026-08-01"]):
        status, _, err = tell("show", "shares", "--series", *words, "--sample")
        assert status == 1
        assert f"`tokentide backfill --slice {words[0]} --start D --end D --sample`" in err


@pytest.mark.parametrize("what", [*BESIDE, SAID, "runs", "alerts", "quarantine", "series"])
def test_what_is_not_about_one_series_takes_none(what: str, tell: Tell) -> None:
    """The option is refused, not ignored."""
    status, _, err = tell("show", what, "--series", PROGRAMMING, "--sample")
    assert (status, "leave --series out" in err) == (2, True), err


def test_the_headline_is_asked_for_without_a_series(tell: Tell) -> None:
    """Slices are recorded, the headline is not: nothing of theirs is taken for it."""
    found = answer_of(tell, "shares", "--window", WEEK)
    assert found["rows"] == []
    assert "estimate" not in found["definition"]


def test_a_replay_gives_the_same_answers(
    tell: Tell, fed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive alone brings every slice back, as it is now and as it was."""
    asked = [["--window", WEEK], ["--window", WEEK, "--as-of", "2026-08-25"]]
    before = [shares(tell, *words) for words in asked]
    copy = tmp_path / "copy"
    shutil.copytree(fed, copy)
    (copy / "sample" / "tokentide.db").unlink()
    monkeypatch.setenv("TOKENTIDE_HOME", str(copy))
    assert tell("replay", "--sample")[0] == 0
    assert [shares(tell, *words) for words in asked] == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["backfill", "--slice", "category=coding"], "it is one of programming, roleplay"),
        (["backfill", "--slice", "modality=image", "--slice", "topic=x"], "no filter 'topic'; it has period"),
        (["show", "shares", "--series", "language_type=natural,period=day"], "write period=week"),
    ],
)
def test_a_slice_that_upstream_does_not_have_is_refused_at_once(
    words: list[str], says: str, tell: Tell
) -> None:
    """On the command line, before anything is opened or asked: exit status 2, and what is allowed."""
    status, _, err = tell(*words, "--start", "2026-06-01", "--end", "2026-06-07")
    assert (status, says in err) == (2, True), err
