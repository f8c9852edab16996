"""The week in one message: shares and their changes, who leads, what moved, what is new, what needs a person."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

import polars as pl

from schemas.alerts import Message
from schemas.citation import TOKENIZER_NOTE
from schemas.countries import country_name, possessive
from schemas.definitions import Definition
from schemas.frames import TAIL, UNDISCLOSED, UNREVIEWED
from schemas.rule_entries import DigestRule
from schemas.text import printable
from schemas.windows import Window
from tasks.alerts.blocks import build
from tasks.alerts.evidence import Evidence
from tasks.alerts.figures import Figures, lead_figures, share_figures
from tasks.alerts.held import PER_CENT, held, nobodys
from tasks.alerts.messages import Credits
from tasks.alerts.moves import Move, changes
from tasks.alerts.price_words import price_moves_in_words
from tasks.alerts.threshold import Interval
from tasks.alerts.wording import capitalised, counted, day_in_words, days_in_words, figure
from tasks.metrics.leads import leads

_COUNTRIES: Final = 5
_MOVERS: Final = 3
_NEW: Final = 5
_NAME: Final = 60
_SEEN: Final = Fraction(5, 100)
"""What rounds to nothing is not listed."""
_OTHER: Final = "other"
_PAIR: Final = ("CN", "US")
_BY_ORIGIN: Final = Definition()
_SINCE: Final = timedelta(days=7)


def weekly_digest(
    rule: DigestRule, evidence: Evidence, week: Window, credits_: Credits, *, as_of: datetime
) -> Message:
    """The digest of a settled week that was received whole.

    Changes are against the week before, where that was received whole too; what is new was never seen before
    in recorded history; what was restated was learned in the seven days before `as_of`.
    """
    usage = evidence.usage
    before = week.previous() if week.previous() in evidence.complete else None
    windows = [window for window in (before, week) if window]
    of = share_figures(held(usage, windows, _BY_ORIGIN))
    now = of[week.start, week.end]
    then = of[before.start, before.end] if before else Figures()
    moved = changes(usage, _BY_ORIGIN, lambda *_: 1, before, week) if before else []
    led = leads(usage, [week], a=_PAIR[0], b=_PAIR[1])
    lead = lead_figures(led, "lead", nobodys(usage, [week]))[week.start, week.end].of["lead"]
    lines = [
        _leader(lead),
        _shares(now, then),
        _movers(moved),
        *(_new(evidence, week) if before else []),
        price_moves_in_words(usage, evidence.prices, before, week) if before else "",
        _waiting(evidence, week),
        _restated(evidence, as_of),
    ]
    kept = f"Rule {rule.id}, kept by {rule.owner}."
    return build(
        credits_.label(_headline(week, now, then)),
        lines,
        [kept, f"{credits_.citation} {TOKENIZER_NOTE}"],
        credits_.report_url,
    )


def _headline(week: Window, now: Figures, then: Figures) -> str:
    first, second = _PAIR
    ours, theirs = (f"{_share(now, code)} %{_change(now, then, code)}" for code in _PAIR)
    return (
        f"OpenRouter's week, {days_in_words(week, year=True)}: {possessive(country_name(first))} models carried {ours} "
        f"of all tokens, those of {country_name(second)} {theirs}"
    )


def _leader(lead: Interval) -> str:
    """Who is ahead, and whether that is decided."""
    first, second = (country_name(code) for code in _PAIR)
    middle = lead.middle
    ahead = first if middle > 0 else second
    if middle == 0:
        return capitalised(f"{first} and {second} are level.")
    by = f"{ahead} leads by {figure(abs(middle))} points"
    if lead.lo > 0 or lead.hi < 0:
        return f"{capitalised(by)}, whatever the unidentified tokens are."
    return f"Who leads is not decided: {by} among known tokens, and the unidentified ones could undo it."


def _shares(now: Figures, then: Figures) -> str:
    """The largest countries with their changes, and what is nobody's."""
    largest = sorted(now.of, key=lambda code: (-now.of[code].lo, code))[:_COUNTRIES]
    shown = [f"{country_name(code)} {_share(now, code)} %{_change(now, then, code)}" for code in largest]
    unknown = figure(now.absent.hi) if now.absent else "0.0"
    return f"Shares of all tokens: {', '.join(shown)}; unidentified {unknown} %."


def _movers(moved: Iterable[Move]) -> str:
    named = [move for move in moved if move.model != _OTHER and abs(move.points) >= _SEEN]
    gained = [move for move in named if move.points > 0][:_MOVERS]
    lost = [move for move in named if move.points < 0][:_MOVERS]
    parts = [
        f"{word} {', '.join(f'{_name(move.model)} {figure(move.points, signed=True)}' for move in found)}"
        for word, found in (("gained", gained), ("lost", lost))
        if found
    ]
    return f"By model, in points of all tokens: {'; '.join(parts)}." if parts else ""


def _new(evidence: Evidence, week: Window) -> list[str]:
    """Models and labs that no earlier day of recorded history had, largest first."""
    named = evidence.usage.filter(pl.col("bucket") != TAIL)
    past = named.filter(pl.col("day") < week.start)
    present = named.filter(pl.col("day").is_between(week.start, week.end), pl.col("tokens") > 0)
    found = []
    for column, noun in (("model", "model"), ("lab", "lab")):
        seen = set(past[column].to_list())
        tokens: dict[str, int] = {}
        for name, count in present.drop_nulls(column).select(column, "tokens").iter_rows():
            if name not in seen:
                tokens[name] = tokens.get(name, 0) + count
        names = sorted(tokens, key=lambda name: (-tokens[name], name))
        if names:
            more = [counted(len(names) - _NEW, "other")] if len(names) > _NEW else []
            found.append(f"New {noun}s: {', '.join([*map(_name, names[:_NEW]), *more])}.")
    return found


def _waiting(evidence: Evidence, week: Window) -> str:
    """What a person could give to a country, by the part of the week that it carries."""
    rows = evidence.usage.filter(pl.col("day").is_between(week.start, week.end))
    total = sum(rows["tokens"].to_list())
    tokens: dict[str, int] = {}
    for bucket, author, model, count in rows.select("bucket", "author", "model", "tokens").iter_rows():
        if bucket in {UNREVIEWED, UNDISCLOSED} and count:
            name = author if bucket == UNREVIEWED else model
            tokens[name] = tokens.get(name, 0) + count
    if not tokens:
        return ""
    names = sorted(tokens, key=lambda name: (-tokens[name], name))[:_MOVERS]
    shown = ", ".join(f"{_name(name)} {figure(Fraction(PER_CENT * tokens[name], total))} %" for name in names)
    return f"{capitalised(counted(len(tokens), 'name'))} waiting for a review (`tokentide labs review`): {shown}."


def _restated(evidence: Evidence, as_of: datetime) -> str:
    days = sorted(
        day
        for day, (part, learned) in evidence.restated.items()
        if part >= _SEEN and as_of - learned < _SINCE
    )
    if not days:
        return ""
    shown = [
        f"{day_in_words(day)} ({figure(evidence.restated[day][0])} % of its tokens)" for day in days[:_MOVERS]
    ]
    more = [counted(len(days) - _MOVERS, "other day")] if len(days) > _MOVERS else []
    return f"Restated after they had settled: {', '.join([*shown, *more])}."


def _share(figures: Figures, code: str) -> str:
    value = figures.get(code)
    return figure(value.lo if value else Fraction(0))


def _change(now: Figures, then: Figures, code: str) -> str:
    """` (+2.4 points)` against the week before; nothing where that has no figure."""
    new, old = now.get(code), then.get(code)
    return f" ({figure(new.lo - old.lo, signed=True)} points)" if new and old else ""


def _name(text: str) -> str:
    return printable(text, _NAME)
