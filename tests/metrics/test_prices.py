"""Prices: dated, exact, and never another variant's."""

from datetime import date

import dataframely as dy
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.price_frames import PricedUsage, PriceHistory, PriceVintages
from tasks.metrics.prices import price_history, priced
from tests.support.made_prices import MTOK, Entry, Reading, history, june, vintages
from tests.support.made_usage import W24, W25, attributed, few_examples, on_day, spread, two_weeks

PLAIN: Entry = ("kai/one", 4, 8)
FREE: Entry = ("kai/one:free", 0, 0)
PROMPT = "prompt_pusd_per_token"


def seen(*readings: Reading) -> list[tuple[object, ...]]:
    """Day, prompt price (USD per million tokens), whether listed, whether a glitch: of `kai/one`."""
    found = history(*readings).filter(pl.col("canonical_slug") == "kai/one", pl.col("variant") == "")
    usd = pl.col(PROMPT) // MTOK
    return found.select(pl.col("known_at").dt.day().cast(pl.Int64), usd, "listed", "glitch").rows()


def in_june(days: range, slug: str = "kai/one", *, prices: dy.DataFrame[PriceHistory]) -> list[int | None]:
    """The prompt price (USD per million tokens) in force on days of June 2026."""
    usage = attributed([(date(2026, 6, day), slug, 1) for day in days])
    return (priced(usage, prices)[PROMPT] // MTOK).to_list()


def test_a_row_is_a_change_of_price() -> None:
    """Readings that say the same are one row; a new price and a departure are rows of their own."""
    found = seen((june(1), [PLAIN]), (june(2), [PLAIN]), (june(3), [("kai/one", 3, 8)]), (june(4), [FREE]))
    assert found == [(1, 4, True, False), (3, 3, True, False), (4, 3, False, False)]


def test_changes_of_anything_else_are_no_row() -> None:
    """A vintage in which the price stands is no change of price."""
    once = vintages([(june(1), [PLAIN])])
    again = once.with_columns(snapshot_id=pl.lit(2, pl.Int64), known_at=june(5))
    twice = PriceVintages.validate(pl.concat([once, again]))
    assert price_history(twice)["snapshot_id"].to_list() == [1]


def test_zero_for_a_day_is_a_glitch() -> None:
    """A paid model shown at 0/0 in one reading alone is flagged, and the price before it stays in force."""
    readings: list[Reading] = [(june(1), [PLAIN]), (june(3), [("kai/one", 0, 0)]), (june(4), [PLAIN])]
    assert seen(*readings) == [(1, 4, True, False), (3, 0, True, True), (4, 4, True, False)]
    assert in_june(range(1, 6), prices=history(*readings)) == [4, 4, 4, 4, 4]


def test_zero_that_stands_is_a_price() -> None:
    """A model that is still at 0/0 when read on a later day has become free, from the first day on."""
    readings: list[Reading] = [
        (june(1), [PLAIN]),
        (june(3), [("kai/one", 0, 0)]),
        (june(4), [("kai/one", 0, 0)]),
    ]
    assert in_june(range(1, 6), prices=history(*readings)) == [4, 4, 0, 0, 0]


def test_zero_is_not_believed_at_once() -> None:
    """Seen from the day itself, even after a second look on it, 0/0 may be a glitch: it is not used yet."""
    zero = ("kai/one", 0, 0)
    readings: list[Reading] = [(june(1), [PLAIN]), (june(3), [zero]), (june(3, 18), [zero])]
    assert in_june(range(2, 5), prices=history(*readings)) == [4, 4, 4]


def test_who_leaves_at_zero_leaves_with_its_price() -> None:
    """A glitch that was the last word about a model does not make its later tokens free."""
    readings: list[Reading] = [
        (june(1), [PLAIN, FREE]),
        (june(3), [("kai/one", 0, 0), FREE]),
        (june(4), [FREE]),
    ]
    assert seen(*readings)[-1] == (4, 0, False, True)
    assert in_june(range(3, 6), prices=history(*readings)) == [4, 4, 4]


def test_free_and_always_free_are_no_glitch() -> None:
    """0/0 of a `:free` variant, or of a model that never had a price, is its price."""
    found = history(
        (june(1), [("kai/one:free", 1, 1), ("kai/two", 0, 0)]), (june(2), [FREE, ("kai/two", 0, 0)])
    )
    assert not found["glitch"].any()


def test_a_price_is_that_of_its_day() -> None:
    """Through a change of price each day has its own; before the first reading it is carried back, marked."""
    prices = history((june(3), [PLAIN]), (june(5), [("kai/one", 2, 8)]), (june(7), [FREE]))
    usage = attributed([(date(2026, 6, day), "kai/one", 1) for day in (1, 3, 4, 5, 6, 7, 8)])
    found = priced(usage, prices).select(pl.col(PROMPT) // MTOK, "price_state", "price_snapshot_id").rows()
    assert found == [
        (4, "later", 1), (4, "observed", 1), (4, "observed", 1),
        (2, "observed", 2), (2, "observed", 2), (2, "left", 3), (2, "left", 3),
    ]  # fmt: skip


def test_the_last_word_of_a_day_holds() -> None:
    """Of two readings on one UTC day the later one is in force on that day."""
    prices = history((june(3), [PLAIN]), (june(3, 20), [("kai/one", 2, 8)]))
    assert in_june(range(3, 5), prices=prices) == [2, 2]


def test_a_router_has_no_price() -> None:
    """What varies is null, not zero; so is what no catalogue ever listed."""
    prices = history((june(1), [("openrouter/auto", None, None), PLAIN]))
    assert in_june(range(1, 2), "openrouter/auto", prices=prices) == [None]
    assert in_june(range(1, 2), "zoe/new", prices=prices) == [None]


def test_twins_do_not_meet() -> None:
    """Variants that share a canonical slug keep their own price; one that is not listed borrows none."""
    prices = history((june(1), [PLAIN, FREE, ("kai/one:thinking", 9, 9)]))
    slugs = ["kai/one", "kai/one:free", "kai/one:thinking", "kai/one:beta"]
    usage = attributed([(date(2026, 6, 9), slug, 1) for slug in slugs])
    found = dict(priced(usage, prices).select("variant", pl.col(PROMPT) // MTOK).rows())
    assert found == {"": 4, "free": 0, "thinking": 9, "beta": None}


def test_the_naive_join_would_give_another_price() -> None:
    """A join on the canonical slug alone doubles rows and halves the price: the function here does neither."""
    prices = history((june(1), [PLAIN, FREE]))
    usage = attributed(spread(W24, {"kai/one": 100}))
    naive = usage.join(prices, left_on="model", right_on="canonical_slug").filter(pl.col("tokens") > 0)
    assert naive.select("tokens", PROMPT).rows() == [(100, 4 * MTOK), (100, 0)]
    assert naive.select(pl.col("tokens").dot(PROMPT) / pl.col("tokens").sum()).item() == 2 * MTOK
    right = priced(usage, prices).filter(pl.col("tokens") > 0)
    assert right.select("tokens", PROMPT).rows() == [(100, 4 * MTOK)]


def test_sixteen_twins_cost_no_token_and_no_dollar() -> None:
    """As many slugs have twins in the real catalogue: each row meets its own price, and no other."""
    slugs = [f"kai/model-{number}" for number in range(16)]
    entries: list[Entry] = [(slug, number + 1, number + 1) for number, slug in enumerate(slugs)]
    prices = history((june(1), entries + [(f"{slug}:free", 0, 0) for slug in slugs]))
    rows = [(date(2026, 6, 9), name, 1000) for slug in slugs for name in (slug, f"{slug}:free")]
    found = priced(attributed(rows), prices)
    paid = found.filter(pl.col(PROMPT) > 0).sort(PROMPT)
    assert found["tokens"].sum() == 32_000
    assert paid.select("model", pl.col(PROMPT) // MTOK).rows() == [
        (slug, price) for slug, price, _ in entries
    ]
    assert set(paid["variant"]) == {""}


@few_examples
@given(two_weeks, st.integers(1, 30))
def test_no_row_is_lost_or_doubled(rows: list[tuple[date, str, int]], day: int) -> None:
    """Whatever the catalogue holds, priced usage is the usage, row by row."""
    usage = attributed(rows)
    prices = history((june(day), [PLAIN, FREE, ("qin/big", 1, 2)]))
    found = priced(usage, prices)
    assert found.select(usage.columns).sort(usage.columns).equals(usage.sort(usage.columns))


def test_nothing_in_nothing_out() -> None:
    """Without usage, or without a catalogue, there are frames of the right shape."""
    empty = PriceHistory.create_empty()
    assert priced(attributed([]), empty).schema == PricedUsage.create_empty().schema
    one = on_day(W25, 0, {"kai/one": 1})
    assert priced(attributed(one), empty)["price_state"].to_list() == [None]


def test_the_price_of_an_hour_is_no_change() -> None:
    """A reading in an hour with a price of its own is shown, and the usual price stays in force."""
    readings: list[Reading] = [
        (june(1), [PLAIN]),
        (june(3), [("kai/one", 1, 2)]),
        (june(5), [("kai/one", 3, 8)]),
    ]
    by_night = vintages(readings).with_columns(is_conditional=pl.col("snapshot_id") == 2)
    found = price_history(PriceVintages.validate(by_night))
    assert found["is_conditional"].to_list() == [False, True, False]
    assert in_june(range(1, 7), prices=found) == [4, 4, 4, 4, 3, 3]


def test_the_price_of_an_hour_is_better_than_none() -> None:
    """While no usual price was ever seen, it is used."""
    by_night = vintages([(june(3), [PLAIN])]).with_columns(is_conditional=pl.lit(value=True))
    found = price_history(PriceVintages.validate(by_night))
    assert in_june(range(2, 5), prices=found) == [4, 4, 4]
