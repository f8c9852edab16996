"""What is built upon families: counts, shares and growth of what was read, and nothing about what was not."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from schemas.family_frames import Derivatives, FamilyRepositories, RepositoryReadings
from schemas.windows import Window
from tasks.metrics.derivatives import NOT_READ_SINCE, NOTHING_BEFORE, derivatives

W24, W25 = Window.parse("2026-W24"), Window.parse("2026-W25")
BEFORE, NOW = date(2026, 6, 10), date(2026, 6, 17)
LISTED = FamilyRepositories.validate(
    pl.DataFrame(
        [
            ("kai/one", "Kai", "Kai", "CN"),
            ("kai/two", "Kai", "Kai", "CN"),
            ("qin/big", "Qin", "Qin", "CN"),
            ("ada/pro", "Ada", "Ada", "US"),
            ("zoe/new", "Zoe", None, None),
        ],
        FamilyRepositories.create_empty().schema,
        orient="row",
    )
)
Reading = tuple[str, date, int | None, int | None, int | None, int | None]


def measured(*readings: Reading, **asked: Any) -> pl.DataFrame:
    """The metric over made readings: (repository, day, finetune, adapter, merge, quantized)."""
    frame = pl.DataFrame(list(readings), RepositoryReadings.create_empty().schema, orient="row")
    return derivatives(LISTED, RepositoryReadings.validate(frame), asked.pop("windows", [W25]), **asked)


def row_of(found: pl.DataFrame, subject: str) -> dict[str, Any]:
    """The one row of a subject."""
    return found.row(by_predicate=pl.col("subject") == subject, named=True)


WHOLE: tuple[Reading, ...] = (
    ("kai/one", NOW, 10, 20, 3, 500),
    ("kai/two", NOW, 1, 2, 4, 6),
    ("qin/big", NOW, 10, 0, 0, 0),
    ("ada/pro", NOW, 30, 15, 5, 9),
    ("zoe/new", NOW, 50, 0, 0, 1),
)


def test_quantized_is_no_derivative() -> None:
    """Finetunes, adapters and merges of all repositories are added up; repackagings stand apart."""
    kai = row_of(measured(*WHOLE), "Kai")
    assert (kai["derivatives"], kai["quantized"]) == (10 + 20 + 3 + 1 + 2 + 4, 506)
    assert (kai["lab"], kai["origin"], kai["complete"], kai["repositories_read"]) == ("Kai", "CN", True, 2)


def test_shares_are_of_what_is_listed() -> None:
    """The denominator holds every listed family, also one whose lab nobody has reviewed."""
    found = measured(*WHOLE, by="origin")
    assert found.select("subject", "derivatives", "listed_derivatives").rows() == [
        ("CN", 50, 150),
        ("US", 50, 150),
    ]
    assert row_of(found, "CN")["share"] == pytest.approx(50 / 150)


def test_a_repository_without_a_reading_makes_a_lower_bound() -> None:
    """What was not read is not zero: the sum is of what was, and the row says that it is not complete."""
    found = measured(("kai/one", NOW, 1, 1, 1, 1))
    kai, ada = row_of(found, "Kai"), row_of(found, "Ada")
    assert (kai["derivatives"], kai["repositories_read"], kai["complete"]) == (3, 1, False)
    assert (ada["derivatives"], ada["quantized"], ada["share"], ada["complete"]) == (None, None, None, False)


def test_a_kind_that_was_not_stated_is_not_zero() -> None:
    """A reading without merges gives a bound, no growth, and no merges."""
    ada = row_of(measured(("ada/pro", BEFORE, 5, 5, 5, 1), ("ada/pro", NOW, 6, 6, None, 1)), "Ada")
    assert (ada["derivatives"], ada["merge"], ada["complete"]) == (12, None, False)
    assert (ada["growth"], ada["reason"]) == (None, NOT_READ_SINCE)


def test_a_window_knows_the_last_reading_up_to_its_end() -> None:
    """A later reading belongs to a later window."""
    found = measured(("ada/pro", BEFORE, 1, 0, 0, 0), ("ada/pro", NOW, 2, 0, 0, 0), windows=[W24, W25])
    ada = found.filter(subject="Ada")
    assert ada.select("window_start", "derivatives", "read_on").rows() == [
        (W24.start, 1, BEFORE),
        (W25.start, 2, NOW),
    ]


def test_growth_is_of_the_repositories_read_both_times() -> None:
    """A repository that is listed or read for the first time is no growth of the family."""
    found = measured(
        ("kai/one", BEFORE, 10, 0, 0, 0), ("kai/one", NOW, 15, 0, 0, 0), ("kai/two", NOW, 99, 0, 0, 0)
    )
    kai = row_of(found, "Kai")
    assert (kai["growth"], kai["previous_derivatives"], kai["compared_repositories"]) == (0.5, 10, 1)


def test_no_reading_since_is_no_standstill() -> None:
    """A family that nobody read for this window did not grow by 0; nobody knows."""
    ada = row_of(measured(("ada/pro", BEFORE, 10, 0, 0, 0)), "Ada")
    assert (ada["derivatives"], ada["growth"], ada["reason"]) == (10, None, NOT_READ_SINCE)


def test_growth_from_nothing_is_null() -> None:
    """A ratio with a zero below it is null, with the reason."""
    ada = row_of(measured(("ada/pro", BEFORE, 0, 0, 0, 0), ("ada/pro", NOW, 1, 0, 0, 0)), "Ada")
    assert (ada["growth"], ada["reason"]) == (None, NOTHING_BEFORE)


def test_old_readings_are_marked() -> None:
    """A reading that is more than eight days older than the end of the window is stale."""
    assert row_of(measured(("ada/pro", date(2026, 6, 12), 1, 0, 0, 0)), "Ada")["stale"] is True
    assert row_of(measured(("ada/pro", date(2026, 6, 13), 1, 0, 0, 0)), "Ada")["stale"] is False


def test_largest_first_and_the_unread_last() -> None:
    """The order is by derivatives; equal ones go by name."""
    assert measured(*WHOLE[:4])["subject"].to_list() == ["Ada", "Kai", "Qin", "Zoe"]


def test_no_windows_no_rows() -> None:
    """Nothing asked gives the empty frame."""
    assert measured(windows=[]).equals(Derivatives.create_empty())
