"""Claims about families of open models, from made counts."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from flows.cli import main
from schemas.family_frames import FamilyRepositories, RepositoryReadings
from schemas.settings import Settings
from schemas.windows import Window
from storage.archive import open_archive
from storage.engine import open_database
from tasks.claims.families import FamilyBook, judge_families
from tasks.claims.verdicts import Outcome, Verdict
from tasks.metrics.derivatives import derivatives
from tests.support.made_answers import Book
from tests.support.made_claims import PUBLISHED, claim

NOW: Final = date(2026, 7, 1)
Counts = Mapping[str, tuple[int | None, int | None, int | None, int | None]]
"""Finetunes, adapters, merges and quantizations of `Family/repository`."""
TWO: Counts = {"Kai/a": (50, 30, 20, 900), "Kai/b": (1, 0, 0, 0), "Ada/a": (60, 20, 5, 0)}
"""Kai has 101 derivatives, 51 of them finetunes, and Ada 85, 60 of them finetunes."""


def book(day: date, counts: Counts, *, listed: Counts = TWO) -> FamilyBook:
    """What is known on a day of the listed repositories, of which those in `counts` were read."""
    names = [{"repository": name, "family": name.partition("/")[0]} for name in listed]
    blank = {"lab": None, "origin": None}
    repositories = pl.DataFrame([each | blank for each in names], FamilyRepositories.create_empty().schema)
    rows = [(name, day, *each) for name, each in counts.items()]
    readings = pl.DataFrame(rows, RepositoryReadings.create_empty().schema, orient="row")
    counted = derivatives(
        FamilyRepositories.validate(repositories),
        RepositoryReadings.validate(readings),
        [Window.parse(f"{day}..{day}")],
    )
    return FamilyBook(day, counted)


def above(value: str, family: str = "Kai", **more: Any) -> dict[str, Any]:
    """A stated number of derivatives."""
    stated = {"measure": "derivatives", "family": family, "value": value, "unit": "models", "means": "above"}
    return {**stated, **more}


def larger(than: str | None = None, family: str = "Kai") -> dict[str, Any]:
    """That a family is larger than another, or than all."""
    return {"measure": "larger_family", "family": family, "than": than}


def judged(
    *quantities: dict[str, Any], then: Counts = TWO, now: Counts = TWO, listed: Counts = TWO
) -> Verdict:
    """The verdict from what was read by the day of the claim, and by the standpoint."""
    stated = claim(*quantities, windows=[])
    return judge_families(stated, book(PUBLISHED, then, listed=listed), book(NOW, now, listed=listed))


def test_the_plain_reading_counts_what_is_built_upon() -> None:
    """Finetunes, adapters and merges of all listed repositories; more than the other, and than every one."""
    found = judged(above("100"), larger("Ada"), larger())

    assert found.outcome is Outcome.HOLDS
    assert found.plain is not None
    assert found.plain.values == (101, True, True)
    assert found.plain.definition["basis"] == "finetune + adapter + merge of the listed repositories"


def test_two_meanings_that_fit_are_both_named() -> None:
    """Both the plain meaning and the one with quantizations are above 100; finetunes alone are not."""
    found = judged(above("100"))

    assert [trial.definition["basis"].split(" of ")[0] for trial in found.fitting] == [
        "finetune + adapter + merge",
        "finetune + adapter + merge + quantized",
    ]


def test_true_only_with_quantizations() -> None:
    """A thousand are there only if repackagings count."""
    found = judged(above("1000"))

    assert found.outcome is Outcome.HOLDS_ONLY_IF
    assert [trial.values for trial in found.fitting] == [(1001,)]


def test_one_meaning_must_fit_all_quantities() -> None:
    """By finetunes the other family is larger, and only by finetunes the number is below 60."""
    found = judged(above("60", means="below"), larger("Ada"))

    assert found.outcome is Outcome.FAILS
    assert any(
        "Ada has 60 against 51 of Kai" in said for trial in [found.nearest] if trial for said in trial.said
    )


def test_what_was_not_read_leaves_it_open() -> None:
    """A part of a family is a lower bound: it shows that something is above, and never that it is not."""
    part = {"Kai/a": TWO["Kai/a"]}

    assert judged(above("99"), then=part, now=part).outcome is Outcome.HOLDS
    assert judged(above("100"), then=part, now=part).outcome is Outcome.HOLDS_ONLY_IF  # with quantizations
    assert judged(above("1000"), then=part, now=part).outcome is Outcome.NO_DATA
    assert judged(above("99"), larger("Ada"), then=part, now=part).outcome is Outcome.NO_DATA
    assert judged(larger("Nobody")).outcome is Outcome.NO_DATA
    assert judged(above("1"), then={}, now={}).outcome is Outcome.NO_DATA


def test_a_kind_that_was_not_stated_is_no_zero() -> None:
    """The Hub left out the adapters: what is known is a lower bound."""
    unsaid: Counts = {**TWO, "Kai/a": (50, None, 20, 900)}

    assert judged(above("100"), then=unsaid, now=unsaid).outcome is Outcome.HOLDS_ONLY_IF
    assert judged(above("70"), then=unsaid, now=unsaid).outcome is Outcome.HOLDS


def test_a_later_count_is_said_to_be_one() -> None:
    """Nothing was read by the day of the claim: a later count makes it hold only under that definition."""
    found = judged(above("100"), then={})

    assert found.outcome is Outcome.HOLDS_ONLY_IF
    assert (found.fitting[0].definition["attribution"], found.fitting[0].definition["window"]) == (
        "now",
        "2026-07-01..2026-07-01",
    )
    assert judged(above("9999"), then={}).outcome is Outcome.NO_DATA


FAMILIES = """repository,family,author,known_since,evidence,confidence,checked_on,note
Kai/a,Kai,kai,2025-01-01,made,high,2026-06-01,
Ada/a,Ada,ada,2025-01-01,made,high,2026-06-01,
"""
CLAIMS = """
- id: kai-over-ada
  text: More is built upon Kai than upon Ada.
  stated: over 90, more than Ada
  source: {outlet: Made News, unread: it is made}
  date: 2026-06-16
  quantities:
    - {measure: derivatives, family: Kai, value: "90", unit: models, means: above}
    - {measure: larger_family, family: Kai, than: Ada}
- id: kai-over-all
  text: Nothing is built upon as much as upon Kai.
  stated: the largest
  source: {outlet: Made News, unread: it is made}
  date: 2026-06-16
  quantities:
    - {measure: larger_family, family: Kai}
"""


def test_recorded_counts_settle_a_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the database, as known at the standpoint; shipped families that were never read leave "all" open."""
    home, reference = tmp_path / "home", tmp_path / "reference"
    reference.mkdir()
    (reference / "families.csv").write_text(FAMILIES, encoding="utf-8")
    (tmp_path / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    monkeypatch.setenv("TOKENTIDE_HOME", str(home))
    monkeypatch.setenv("TOKENTIDE_REFERENCE", str(reference))
    settings = Settings(TOKENTIDE_HOME=home)
    engine = open_database(settings)
    read = date(2026, 6, 10)
    kinds = ("finetune", "adapter", "merge", "quantized")
    lists: list[tuple[str, date, date, list[dict[str, object]]]] = [
        (name, read, read, [dict(zip(kinds, TWO[name], strict=True))]) for name in ("Kai/a", "Ada/a")
    ]
    Book(engine, open_archive(settings)).take_lists(lists, datetime(2026, 6, 10, 12, tzinfo=UTC))
    engine.dispose()

    rows, cited, inputs = {}, {}, {}
    for as_of in ("2026-06-09T00:00Z", "2026-07-01T00:00Z"):
        with pytest.raises(SystemExit) as ended:
            main(["claims", str(tmp_path / "claims.yaml"), "--as-of", as_of, "--format", "json"])
        said = capsys.readouterr()
        assert (ended.value.code, said.err) == (0, "")
        found = json.loads(said.out)
        rows[as_of], cited[as_of], inputs[as_of] = found["rows"], found["citation"], found["inputs"]

    before, after = rows.values()
    assert [(row["verdict"], row["command"]) for row in before] == [("no_data", "tokentide derivatives")] * 2
    assert (after[0]["verdict"], after[0]["value"]) == ("holds", [100, True])
    assert (after[1]["verdict"], after[1]["reason"]) == ("no_data", "not_recorded")
    assert ["Hugging Face Hub" in each for each in cited.values()] == [False, True]
    assert [bool(each) for each in inputs.values()] == [False, True]
