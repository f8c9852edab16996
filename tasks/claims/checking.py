"""Claims held against a database: what is recorded is read here, everything below is pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from schemas.answers import Answer, WindowView
from schemas.citation import TOKENIZER_NOTE, citation
from schemas.claims import Claim
from schemas.hosts import Host
from schemas.settings import Settings
from schemas.windows import Window, WindowKind
from storage.reference import load_attributions, load_labs
from tasks.claims.books import Books
from tasks.claims.evidence import Evidence
from tasks.claims.families import judge_families
from tasks.claims.prices import judge_prices
from tasks.claims.rows import row_of
from tasks.claims.search import judge_usage
from tasks.claims.verdicts import Outcome, Reason, Verdict
from tasks.claims.words import (
    FAMILIES_COMMAND,
    NOT_COUNTED,
    NOT_PRICED,
    PRICES_COMMAND,
    credit_remarks,
    remarks,
    what_is_missing,
)
from tasks.reading import Reading, read

_MADE = (
    "These claims are about the real world and the figures are made: a verdict here shows how, not whether."
)


def check_claims(
    claims: Sequence[Claim], connection: Connection, settings: Settings, as_of: datetime
) -> Answer:
    """The answer to `tokentide claims`: a row for each claim, in the order given.

    Args:
        claims: what was published.
        connection: one consistent view of the database.
        settings: where reviewed files are laid over the shipped ones.
        as_of: the standpoint (aware UTC).

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
    """
    known = read(connection, settings, as_of)
    labs = load_labs(settings.reference)
    evidence = Evidence(
        known.headline.usage,
        known.headline.days,
        labs,
        load_attributions(settings.reference),
        as_of=as_of,
        known_gaps=known.known_gaps,
    )
    books = Books(connection, settings, known, evidence)
    rows = []
    for claim in claims:
        verdict, said = _judge(claim, evidence, books)
        credited = credit_remarks(claim, labs, as_of.astimezone(UTC).date())
        rows.append(row_of(verdict, [*said, *remarks(verdict), *credited]))
    stretch = _stretch(claims)
    return Answer(
        definition={"metric": "claims", "series": known.series},
        window=None if stretch is None else _view(stretch, claims, evidence),
        as_of=as_of,
        citation=_citation(known, books),
        inputs=[*_inputs(known, stretch), *books.inputs],
        rows=rows,
        notes=_notes(known),
    )


def _inputs(known: Reading, stretch: Window | None) -> list[dict[str, str]]:
    return [] if stretch is None else known.headline.inputs_of(stretch.start, stretch.end)


def _citation(known: Reading, books: Books) -> str:
    """That of the rankings and catalogues; with that of the Hub, where its counts were looked into."""
    counted_at = books.counted_at
    if known.made or counted_at is None:
        return known.citation
    return f"{known.citation} {citation(counted_at, host=Host.HUB)}"


def _judge(claim: Claim, evidence: Evidence, books: Books) -> tuple[Verdict, list[str]]:
    match claim.feed:
        case None:
            return Verdict(claim, Outcome.NO_DATA, Reason.NO_FEED), [f"{claim.no_feed}"]
        case "derivatives":
            verdict = judge_families(claim, *books.families(claim))
            return _settled(verdict, FAMILIES_COMMAND, NOT_COUNTED)
        case "catalogue":
            verdict = judge_prices(claim, *books.prices(claim))
            return _settled(verdict, PRICES_COMMAND, NOT_PRICED)
        case "usage":
            verdict = judge_usage(claim, evidence)
            unknown = verdict.plain is None or verdict.plain.fits is None
            if verdict.outcome is not Outcome.NO_DATA and not unknown:
                return verdict, []
            reason, command, said = what_is_missing(claim, evidence)
            if verdict.outcome is Outcome.NO_DATA:
                return replace(verdict, reason=reason, command=command), [said]
            return verdict, [f"The plain reading is not known. {said}"]


def _settled(verdict: Verdict, command: str, said: str) -> tuple[Verdict, list[str]]:
    """A verdict as it is; where there is no data, with the command that fetches some, and why."""
    if verdict.outcome is not Outcome.NO_DATA:
        return verdict, []
    return replace(verdict, command=command), [said]


def _stretch(claims: Sequence[Claim]) -> Window | None:
    """From the first to the last day that a claim about tokens is about."""
    windows = [window for claim in claims for window in claim.stated_windows]
    if not windows:
        return None
    first: date = min(window.start for window in windows)
    return Window(WindowKind("span"), first, max(window.end for window in windows))


def _view(stretch: Window, claims: Sequence[Claim], evidence: Evidence) -> WindowView:
    stated = {window for claim in claims for window in claim.stated_windows}
    whole = sum(evidence.whole(window) for window in stated)
    reason = None if whole == len(stated) else f"{whole} of {len(stated)} stated windows are recorded whole"
    return WindowView.of(stretch, evidence.as_of, reason=reason)


def _notes(known: Reading) -> list[str]:
    notes = [TOKENIZER_NOTE]
    if known.made:
        notes.append(_MADE)
    if known.headline.disagreement:
        notes.append(known.headline.disagreement)
    return notes
