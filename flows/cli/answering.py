"""From the options of `show` to an answer: one function for each kind of thing that can be shown.

Each imports what answers it when it is called: together they take as long to load as a read of shares takes.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows.cli.asking import Counted, by_of_tokens, pair_asked, usual_basis, usual_by, weeks_back
from flows.cli.heard import refuse_what_is_fixed
from flows.cli.shown import BESIDE_NAMES, LISTING_NAMES, SAID_NAME
from flows.cli.windows import kind_asked, optional_day, window_asked
from schemas.answers import Answer
from schemas.definitions import Basis, Definition, Variants
from schemas.settings import Settings
from schemas.slices import Slice
from schemas.windows import Window, WindowKind
from tasks.answers import METRICS, Question, answer
from tasks.reading import read


@dataclass(frozen=True)
class Wanted:
    """What `show` was asked, as it was written; None where nothing was. `of` is a slice instead of the headline."""

    what: str
    window: str | None
    start: str | None
    end: str | None
    every: str | None
    of: Slice | None
    by: Counted | None
    basis: str | None
    variants: Variants | None
    subject: str | None
    without_free: bool
    pair: str
    top: int
    over: str
    at: float

    @property
    def kind(self) -> WindowKind | None:
        """The windows of the series that is asked for; None where it is one window."""
        return kind_asked(self.every, self.of) if self.start or self.end else None


def answered(wanted: Wanted, connection: Connection, settings: Settings, standpoint: datetime) -> Answer:
    """The answer to what was asked, from what is recorded.

    Raises:
        UsageError: the words do not name what they should, or contradict what is shown.
        StorageError: nothing is recorded of the slice.
        ReviewedDataError: a reviewed file cannot be read.
    """
    if wanted.what in LISTING_NAMES:
        return _listed(wanted, connection, settings, standpoint)
    if wanted.what in BESIDE_NAMES:
        return _beside(wanted, connection, settings, standpoint)
    if wanted.what == SAID_NAME:
        return _said(wanted, connection, settings, standpoint)
    return _measured(wanted, connection, settings, standpoint)


def _listed(wanted: Wanted, connection: Connection, settings: Settings, standpoint: datetime) -> Answer:
    from tasks.listings import listing

    return listing(
        wanted.what,
        connection,
        settings,
        standpoint,
        start=optional_day(wanted.start, "--start"),
        end=optional_day(wanted.end, "--end"),
        subject=wanted.subject,
        of=wanted.of,
    )


def _beside(wanted: Wanted, connection: Connection, settings: Settings, standpoint: datetime) -> Answer:
    from tasks.beside import BESIDE
    from tasks.side_questions import SideQuestion

    asked = SideQuestion(
        window=None if wanted.window is None else Window.parse(wanted.window),
        first=optional_day(wanted.start, "--start"),
        last=optional_day(wanted.end, "--end"),
        kind=wanted.kind,
        by=wanted.by,
        subject=wanted.subject,
        pair=pair_asked(wanted.pair, of_origins=True),
    )
    return BESIDE[wanted.what](connection, settings, standpoint, asked)


def _said(wanted: Wanted, connection: Connection, settings: Settings, standpoint: datetime) -> Answer:
    from tasks.said import said

    known = read(connection, settings, standpoint)
    about = window_asked(known, wanted.window, wanted.start, wanted.end)
    return said(
        connection,
        settings,
        standpoint,
        about,
        subject=wanted.subject,
        by=wanted.by,
        basis=wanted.basis,
    )


def _measured(wanted: Wanted, connection: Connection, settings: Settings, standpoint: datetime) -> Answer:
    what, metric, of = wanted.what, METRICS[wanted.what], wanted.of
    by = by_of_tokens(wanted.by)
    refuse_what_is_fixed(what, metric, by=by, basis=wanted.basis, variants=wanted.variants)
    pair = pair_asked(wanted.pair, of_origins=what != "price-ratio")
    counted = by or usual_by(what, pair[0] if what == "price-ratio" else wanted.subject)
    basis = Basis.parse(wanted.basis or usual_basis(what, counted))
    known = read(
        connection,
        settings,
        standpoint,
        with_prices=metric.with_prices and of is None,
        with_weights=metric.with_weights,
        of=of,
    )
    asked = Question(
        metric=what,
        window=window_asked(known, wanted.window, wanted.start, wanted.end),
        kind=wanted.kind,
        definition=Definition(counted, basis, wanted.variants or "merged", wanted.without_free),
        subject=wanted.subject,
        pair=pair,
        top=wanted.top,
        over=weeks_back(wanted.over),
        level=wanted.at,
    )
    return answer(known, asked)
