"""A made history that an export must carry whole: two years, two channels, restated, withdrawn, revealed, hostile."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from flows.sample.home import REFERENCE
from schemas.alerts import Direction, Disposition, NewFact
from schemas.receipts import Channel
from schemas.settings import Settings
from schemas.windows import Window
from storage.archive import open_archive
from storage.engine import writing
from storage.events import LedgerKey, evaluate, record
from tasks.remeasuring import remeasure
from tests.support.made_answers import Book

FIRST_DAY: Final = date(2025, 12, 22)
DAYS: Final = [FIRST_DAY + timedelta(days=n) for n in range(21)]
"""2025-W52, 2026-W01 (which begins in the year before it ends) and 2026-W02."""
API_ONLY: Final = DAYS[-1] + timedelta(days=1)
FIRST_LOOK: Final = datetime(2026, 1, 15, 3, 0, 0, 123456, tzinfo=UTC)
SECOND_LOOK: Final = datetime(2026, 1, 20, 3, tzinfo=UTC)
JUDGED: Final = SECOND_LOOK + timedelta(minutes=1)
STANDPOINT: Final = datetime(2026, 2, 1, tzinfo=UTC)
HUGE: Final = 2**60 + 1
"""Tokens that no float holds."""
HOSTILE: Final = '=HYPERLINK("http://example.invalid";"click")'
"""What a spreadsheet would run."""


def made_history(engine: Engine, settings: Settings) -> Settings:
    """Record the history through the functions of the pipeline; returns the settings under which to read it."""
    book = Book(engine, open_archive(settings))
    rows = {(day, slug): tokens for day in DAYS for slug, tokens in _TOKENS.items()}
    book.take(rows, FIRST_LOOK, channel=Channel.EXPORTS)
    book.take_catalogue([("bluebird/song", "", 3_000_000), ("jade-river/tide", "free", 0)], FIRST_LOOK)
    _take_lists(book, FIRST_LOOK, tokens=70)
    used = settings.model_copy(update={"reference": REFERENCE})
    with writing(engine) as connection:
        remeasure(connection, used, FIRST_LOOK)
    restated = {**rows, (FIRST_DAY, "jade-river/tide"): HUGE}
    del restated[FIRST_DAY, "lone/wolf"]
    book.take(restated, SECOND_LOOK, channel=Channel.EXPORTS)
    newer = {(API_ONLY, slug): tokens for slug, tokens in _TOKENS.items()}
    book.take({**restated, **newer}, SECOND_LOOK, channel=Channel.API)
    book.take_catalogue([("bluebird/song", "", 2_500_000), (HOSTILE, "", 1)], SECOND_LOOK)
    _take_lists(book, SECOND_LOOK, tokens=80)
    with writing(engine) as connection:
        remeasure(connection, used, SECOND_LOOK)
        evaluate(connection, "cn-leads-us", "m1", JUDGED)
        record(connection, LedgerKey("cn-leads-us", "m1", "CN over US"), _FACT, JUDGED)
    return used


def _take_lists(book: Book, at: datetime, *, tokens: int) -> None:
    """A ranking of apps of the second week, and a reading of kinds of tasks that never changes."""
    app = {"app_id": 7, "rank": 1, "app_name": HOSTILE, "tokens": tokens, "requests": 3}
    book.take_lists([("popular", DAYS[7], DAYS[13], [app])], at, Channel.APPS)
    shares = {"token_share": 0.5, "usage_share": 0.25, "model_token_share": 0.75, "model_usage_share": 0.5}
    task = {"tag": "code:made", "model_id": "bluebird/song", "macro_category": "code", **shares}
    book.take_lists([("", DAYS[1], DAYS[14], [task])], at, Channel.TASKS)


_TOKENS: Final = {
    "jade-river/tide": 400,
    "jade-river/tide:free": 60,
    "bluebird/song": 300,
    "lone/wolf": 40,
    "stealth/paper-boat": 30,
    "other": 170,
}
_FACT: Final = NewFact(
    window=Window.parse("2026-W01"),
    direction=Direction.UP,
    disposition=Disposition.NOTIFY,
    opposite=Window.parse("2025-W52"),
    headline="-1 is how this headline begins",
    detail={},
)
