"""The books that claims about prices and families are held against, read from the database when one is needed."""

from datetime import UTC, date, datetime
from functools import cached_property

from sqlalchemy import Connection

from schemas.claims import Claim
from schemas.settings import Settings
from schemas.windows import WEEK, Window, WindowKind
from storage.listings import listed_at, listing_inputs
from storage.prices import PriceRecord, read_prices
from tasks.claims.evidence import Evidence
from tasks.claims.families import FamilyBook
from tasks.claims.price_books import (
    PriceBook,
    Weighted,
    catalogues_in_force,
    listed_prices,
    weighted_by_origin,
)
from tasks.claims.prices import needs_origins
from tasks.families import KnownFamilies, listings_used, read_families
from tasks.metrics.derivatives import derivatives
from tasks.metrics.prices import price_history, priced
from tasks.reading import Reading


class Books:
    """What is recorded of prices and families, as one moment or another knows it.

    Args:
        connection: one consistent view of the database.
        settings: where reviewed files are laid over the shipped ones.
        known: what the standpoint knows.
        evidence: the same in the form that claims are tried on.
    """

    def __init__(
        self, connection: Connection, settings: Settings, known: Reading, evidence: Evidence
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._known = known
        self._evidence = evidence
        self._records: dict[datetime, PriceRecord] = {}
        self._weighted: dict[tuple[Window, datetime], dict[str, Weighted]] = {}
        self._catalogues: list[dict[str, str]] = []
        self._counted: set[int] = set()

    @property
    def inputs(self) -> list[dict[str, str]]:
        """`url` and `sha256` of the catalogues and counts that were looked into so far, each once."""
        found = self._catalogues + listing_inputs(self._connection, sorted(self._counted))
        return list({given["sha256"]: given for given in found}.values())

    @property
    def counted_at(self) -> datetime | None:
        """When the newest of the counts that were looked into was read (aware UTC); None if none was."""
        return listed_at(self._connection, sorted(self._counted))

    def prices(self, claim: Claim) -> tuple[PriceBook, PriceBook]:
        """Prices as known at the end of the day of a claim, and at the standpoint."""
        return self._prices(claim, self._then(claim)), self._prices(claim, self._evidence.as_of)

    def families(self, claim: Claim) -> tuple[FamilyBook, FamilyBook]:
        """Counts read by the end of the day of a claim, and those read last; repositories as listed now."""
        return self._counts(self._then(claim)), self._counts(self._evidence.as_of)

    def _then(self, claim: Claim) -> datetime:
        return self._evidence.moment("then", claim.published)

    def _prices(self, claim: Claim, moment: datetime) -> PriceBook:
        day = moment.astimezone(UTC).date()
        if moment not in self._records:
            record = self._records[moment] = read_prices(self._connection, moment)
            self._catalogues += record.inputs_of(catalogues_in_force(record.vintages, day))
        vintages = self._records[moment].vintages
        listed = listed_prices(vintages, day)
        if not needs_origins(claim):
            return PriceBook(day, listed)
        week = self._last_whole_week(day)
        weighted = self._weighted_in(week, moment) if week else {}
        return PriceBook(day, listed, self._evidence.origins(listed, moment), week, weighted)

    def _last_whole_week(self, day: date) -> Window | None:
        """The newest ISO week that is recorded and had ended by a day; None where it is not recorded whole."""
        newest = min(day, self._known.newest_day or date.min)
        if newest == date.min:
            return None
        week = WEEK.containing(newest)
        ended = week if week.end <= newest else week.previous()
        return ended if self._evidence.whole(ended) else None

    def _weighted_in(self, week: Window, moment: datetime) -> dict[str, Weighted]:
        """What the tokens of each origin cost in a week, with the prices and attributions of a moment."""
        if (week, moment) not in self._weighted:
            history = price_history(self._records[moment].vintages)
            usage = priced(self._evidence.attributed(moment), history)
            self._weighted[week, moment] = weighted_by_origin(usage, week)
        return self._weighted[week, moment]

    @cached_property
    def _families(self) -> KnownFamilies:
        return read_families(self._connection, self._settings, self._evidence.as_of)

    def _counts(self, moment: datetime) -> FamilyBook:
        day = moment.astimezone(UTC).date()
        on = Window(WindowKind("span"), day, day)
        self._counted.update(listings_used(self._families, [on]))
        return FamilyBook(day, derivatives(self._families.repositories, self._families.readings, [on]))
