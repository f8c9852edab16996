"""The history of prices as standpoints know it."""

import polars as pl

from schemas.receipts import Channel
from storage.engine import reading
from storage.prices import PriceRecord, read_prices
from tasks.metrics.prices import price_history
from tests.support.made_answers import Book, noon

PLAIN, DEARER, FREE = ("a/b", "", 1_000_000), ("a/b", "", 2_000_000), ("a/b", "free", 0)


def known(book: Book, at: int) -> PriceRecord:
    """What is known at noon of that day of June."""
    with reading(book.engine) as connection:
        return read_prices(connection, noon(at))


def test_every_change_with_its_time(book: Book) -> None:
    """A new price and a departure are vintages of their own; what stood still is none."""
    book.take_catalogue([PLAIN, FREE], noon(1))
    book.take_catalogue([DEARER, FREE], noon(3))
    book.take_catalogue([DEARER], noon(5))
    columns = ["variant", "snapshot_id", "known_at", "prompt_pusd_per_token", "listed"]
    assert known(book, 9).vintages.select(columns).rows() == [
        ("", 1, noon(1), 1_000_000, True),
        ("", 2, noon(3), 2_000_000, True),
        ("free", 1, noon(1), 0, True),
        ("free", 3, noon(5), 0, False),
    ]


def test_a_standpoint_knows_nothing_later(book: Book) -> None:
    """Before a change was read, neither it nor the reading is known; before all of them, nothing is."""
    book.take_catalogue([PLAIN, FREE], noon(1))
    book.take_catalogue([DEARER, FREE], noon(3))
    assert known(book, 2).vintages["prompt_pusd_per_token"].to_list() == [1_000_000, 0]
    assert known(book, 2).vintages["read_again_at"].to_list() == [None, None]
    with reading(book.engine) as connection:
        assert read_prices(connection, noon(1, hour=11)).vintages.is_empty()


def test_a_reading_that_changed_nothing_is_one(book: Book) -> None:
    """It confirms what stood: a price of 0/0 is believed from then on, and not before."""
    zero = ("a/b", "", 0)
    book.take_catalogue([PLAIN], noon(1))
    book.take_catalogue([zero], noon(3))
    book.take_catalogue([zero], noon(4))
    glitches = []
    for at in (3, 4):
        record = known(book, at)
        glitches.append(price_history(record.vintages)["glitch"].to_list())
    assert glitches == [[False, True], [False, False]]
    assert known(book, 4).vintages["read_again_at"].to_list() == [noon(3), noon(4)]


def test_the_payload_behind_a_vintage(book: Book) -> None:
    """Only the catalogues that are asked about are named, each once."""
    book.take_catalogue([PLAIN, FREE], noon(1))
    book.take_catalogue([DEARER, FREE], noon(3))
    record = known(book, 9)
    (first,) = record.inputs_of(pl.Series([1, 1, None], dtype=pl.Int64))
    assert first["sha256"] == record.provenance["sha256"][0]
    assert len(record.inputs_of(pl.Series([1, 2], dtype=pl.Int64))) == 2


def changes(book: Book, at: int) -> list[tuple[object, ...]]:
    """The changes of price known at noon of that day of June: since when, price, listed, glitch."""
    found = price_history(known(book, at).vintages)
    return found.select("known_at", "prompt_pusd_per_token", "listed", "glitch").rows()


def test_embedding_models_have_a_price_history(book: Book) -> None:
    """They stay listed while `/models`, which never names them, is read again and changes."""
    book.take_catalogue([PLAIN], noon(1))
    book.take_catalogue([("e/m", "", 20)], noon(1, 13), Channel.EMBEDDINGS)
    book.take_catalogue([DEARER], noon(3))
    assert known(book, 9).vintages.filter(canonical_slug="e/m").select("listed", "known_at").rows() == [
        (True, noon(1, 13))
    ]


def test_a_reading_of_another_list_confirms_nothing(book: Book) -> None:
    """A 0/0 that only `/models` showed is not believed because the embedding models were read a day later."""
    book.take_catalogue([PLAIN], noon(1))
    book.take_catalogue([("a/b", "", 0)], noon(3))
    book.take_catalogue([("e/m", "", 20)], noon(4), Channel.EMBEDDINGS)
    assert changes(book, 5)[1] == (noon(3), 0, True, True)
    book.take_catalogue([("a/b", "", 0)], noon(6))
    assert changes(book, 7)[1] == (noon(3), 0, True, False)


def test_the_models_decide_about_what_both_lists_name(book: Book) -> None:
    """Another price in the other list is no change; once `/models` drops the entry, it is one."""
    book.take_catalogue([PLAIN, ("c/d", "", 1)], noon(1))
    book.take_catalogue([("a/b", "", 5)], noon(2), Channel.EMBEDDINGS)
    book.take_catalogue([("c/d", "", 1)], noon(3))
    book.take_catalogue([("e/m", "", 1)], noon(4), Channel.EMBEDDINGS)
    of_both = [change[:3] for change in changes(book, 5) if change[1] != 1]
    assert of_both == [(noon(1), 1_000_000, True), (noon(3), 5, True), (noon(4), 5, False)]
