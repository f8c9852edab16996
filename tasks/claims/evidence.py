"""What one standpoint knows, in the form that claims are tried on: each window added up once, and kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Final, Literal, NamedTuple

import dataframely as dy
import polars as pl

from schemas.definitions import Basis, By, Variants
from schemas.frames import ORIGIN, TAIL, AttributedUsage
from schemas.published_frames import DayStates, Usage
from schemas.reviewed_frames import Attributions, Labs
from schemas.windows import Window
from tasks.metrics.attribution import attribute
from tasks.metrics.coverage import cover
from tasks.metrics.grouped import window_tokens

FIRST_PUBLISHED_DAY: Final = date(2025, 1, 1)
"""Upstream's history begins here: no claim about earlier weeks can be checked against it."""

Attribution = Literal["now", "then"]


class ModelTokens(NamedTuple):
    """Tokens of one model in a window; a model that was attributed in its middle has two such rows."""

    model: str
    author: str
    bucket: str
    lab: str | None
    origin: str | None
    tokens: int

    def subject(self, by: By) -> str | None:
        """Its subject, as in `tasks.metrics.windowed.subject_of`."""
        known = self.bucket == ORIGIN if by in {"origin", "lab"} else self.bucket != TAIL
        name: str | None = getattr(self, by)
        return name if known else None


@dataclass(frozen=True)
class WindowTable:
    """One window's tokens by model, exactly."""

    rows: tuple[ModelTokens, ...]

    @cached_property
    def largest(self) -> dict[str, int]:
        """Place of each named model, 0 the largest; ties by name, as `tasks.metrics.bases` places them."""
        tokens: dict[str, int] = {}
        for row in self.rows:
            if row.bucket != TAIL:
                tokens[row.model] = tokens.get(row.model, 0) + row.tokens
        names = sorted(tokens, key=lambda name: (-tokens[name], name))
        return {name: place for place, name in enumerate(names)}

    def inside(self, basis: Basis) -> list[ModelTokens]:
        """The rows whose tokens a basis counts, as `tasks.metrics.bases.inside` has them."""
        match basis.kind:
            case "all":
                return list(self.rows)
            case "named":
                return [row for row in self.rows if row.bucket != TAIL]
            case "attributed":
                return [row for row in self.rows if row.bucket == ORIGIN]
            case "pair":
                return [row for row in self.rows if row.origin in (basis.pair or ())]
            case "top":
                top = basis.top or 0
                return [row for row in self.rows if self.largest.get(row.model, top) < top]


class Evidence:
    """The rows and reviewed files that a standpoint knows.

    Args:
        usage: the headline series as known at the standpoint.
        days: which days were received.
        labs: the reviewed authors, whenever they were learned.
        attributions: the reviewed models, whenever they were learned.
        known_gaps: days that upstream does not have.
        as_of: the standpoint (aware UTC).
    """

    def __init__(
        self,
        usage: dy.DataFrame[Usage],
        days: dy.DataFrame[DayStates],
        labs: dy.DataFrame[Labs],
        attributions: dy.DataFrame[Attributions],
        *,
        as_of: datetime,
        known_gaps: frozenset[date] = frozenset(),
    ) -> None:
        self.as_of = as_of
        self.days = days
        self.known_gaps = known_gaps
        self._usage = usage
        self._labs = labs
        self._attributions = attributions
        self._attributed: dict[datetime, dy.DataFrame[AttributedUsage]] = {}
        self._tables: dict[tuple[date, date, Variants, datetime], WindowTable] = {}
        self._whole: dict[Window, bool] = {}

    @property
    def first_day(self) -> date | None:
        """The oldest day that was received."""
        first = self.days["day"].min()
        return first if isinstance(first, date) else None

    def moment(self, attribution: Attribution, published: date) -> datetime:
        """The moment whose attributions count: the standpoint, or the end of the day of publication."""
        then = datetime.combine(published, time.max, UTC)
        return self.as_of if attribution == "now" else min(self.as_of, then)

    def attributed(self, moment: datetime) -> dy.DataFrame[AttributedUsage]:
        """The usage of the standpoint, attributed with what had been reviewed at `moment`."""
        if moment not in self._attributed:
            self._attributed[moment] = attribute(self._usage, self._labs, self._attributions, as_of=moment)
        return self._attributed[moment]

    def origins(self, models: Iterable[str], moment: datetime) -> dict[str, str]:
        """The origin of each of these models on the day of a moment, where one had been reviewed by then."""
        day = moment.astimezone(UTC).date()
        rows = [(day, model, 0) for model in models]
        found = Usage.validate(pl.DataFrame(rows, schema=Usage.create_empty().schema, orient="row"))
        usage = attribute(found, self._labs, self._attributions, as_of=moment)
        return dict(usage.drop_nulls("origin").select("model", "origin").iter_rows())

    def whole(self, window: Window) -> bool:
        """Whether a window has a point."""
        if window not in self._whole:
            coverage = cover(
                self.days, window.kind, as_of=self.as_of, known_gaps=self.known_gaps, windows=[window]
            )
            self._whole[window] = bool(coverage.complete)
        return self._whole[window]

    def days_missing(self, window: Window) -> list[date]:
        """The days of a window that were not received whole, known gaps included."""
        received = self.days.filter(pl.col("rows") > 0, pl.col("quarantined") == 0)["day"]
        return sorted(set(window.days) - set(received))

    def tables(
        self, windows: Sequence[Window], variants: Variants, moment: datetime
    ) -> dict[Window, WindowTable]:
        """The tokens of each of `windows` that has a point; every one is added up once."""
        whole = {
            (window.start, window.end, variants, moment): window for window in windows if self.whole(window)
        }
        if new := [window for key, window in whole.items() if key not in self._tables]:
            for part in window_tokens(self.attributed(moment), new, variants=variants).partition_by(
                "window_start", "window_end", maintain_order=True
            ):
                start, end = part["window_start"][0], part["window_end"][0]
                rows = part.select(*ModelTokens._fields).sort("model", "tokens", "bucket").iter_rows()
                self._tables[start, end, variants, moment] = WindowTable(tuple(map(ModelTokens._make, rows)))
        return {window: self._tables[key] for key, window in whole.items() if key in self._tables}
