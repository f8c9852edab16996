"""What people are told: a plain first sentence, then what it rests on. Pure: facts in, messages out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.alerts import Direction, Message
from schemas.citation import MADE, TOKENIZER_NOTE
from schemas.rule_models import ConditionRule, CrossingRule, LeadRule, Rule
from schemas.text import printable
from tasks.alerts.blocks import build, illustrated
from tasks.alerts.conditions import Look
from tasks.alerts.detector import Event, Folded, Point
from tasks.alerts.event_words import gap, history, since, status
from tasks.alerts.evidence import Evidence
from tasks.alerts.figure_words import certainty, prices_in_words
from tasks.alerts.ledger import Change, Kind
from tasks.alerts.moves import moves, moves_in_words
from tasks.alerts.picture import chart_of
from tasks.alerts.place_figures import LAST_PLACE
from tasks.alerts.place_words import PLACES
from tasks.alerts.sentences import holds_surely, over_at, standing, turn_sentence
from tasks.alerts.series import is_reading
from tasks.alerts.spellings import SPELLINGS
from tasks.alerts.wording import counted, day_in_words, days_in_words, figure

_LISTED: Final = 20
"""Lines of a digest; what lies beyond is counted."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What travels with every figure: its citation, whether it is made, and where a report is to be read."""

    citation: str
    made: bool = False
    report_url: str | None = None

    def label(self, sentence: str) -> str:
        """The sentence, said to be about made data where it is: a notification shows nothing else."""
        return f"[{MADE}] {sentence}" if self.made else sentence


@dataclass(frozen=True, slots=True)
class Told:
    """One subject of a rule: what is known of its figure in each window, and the turns that it makes."""

    rule: CrossingRule | LeadRule
    series: Sequence[Point]
    folded: Folded
    evidence: Evidence


def change_in_series(told: Told, change: Change, credits_: Credits) -> tuple[str, Message]:
    """The sentence about the fact that changed, and the message about the change."""
    rule, event = told.rule, change.event
    if event is None or change.kind is Kind.RETRACTED:
        said = change.recorded.headline if change.recorded else ""
        why = f"This was reported for {days_in_words(change.window, year=True)}; what was recorded then has changed."
        return said, rule_message(f"No longer holds after a restatement: {said}", [why], rule, credits_)

    values = dict(told.series)
    value = values[event.window]
    if value is None:
        raise ValueError(f"a turn in {event.window}, of which nothing is known")
    now = turn_sentence(rule, event.direction, event.window, value)
    if change.kind is Kind.MOVED and change.moved_from is not None:
        old = change.moved_from
        was = f"It was reported for {days_in_words(old.window, year=True)}: “{old.headline}”."
        title = f"Restated: {old.window} → {event.window}. {now}"
        return now, rule_message(title, [was], rule, credits_)
    if change.kind is Kind.REINSTATED:
        why = "It was reported, and then said to hold no longer; after another restatement it does."
        return now, rule_message(f"Holds again: {now}", [why], rule, credits_)
    news = rule_message(now, _details(told, event), rule, credits_)
    chart = (
        chart_of(rule, told.series, told.evidence, event.window, credits_.citation) if change.told else None
    )
    return now, news if chart is None else illustrated(news, chart)


def _details(told: Told, event: Event) -> list[str]:
    """How sure, from where, since when, what lay between, and what moved."""
    rule = told.rule
    place = told.folded.events.index(event)
    value = dict(told.series)[event.window]
    sure = value is not None and holds_surely(rule, event.direction, value)
    waits = rule.clear_for_windows if event.direction is Direction.DOWN else rule.for_windows
    return [
        certainty(rule, sure=sure),
        prices_in_words(rule, told.evidence.prices, event.window),
        *_before(told, event),
        gap(event),
        since(event, waits),
        history(event, told.folded.events[place - 1] if place else None, told.series[0][0]),
        over_at(rule),
        status(event.window, read_once=is_reading(rule)),
    ]


def _before(told: Told, event: Event) -> list[str]:
    """The figure of the last window before that has one, and which models' parts changed since."""
    rule = told.rule
    known = [(window, value) for window, value in told.series if value is not None]
    number = [window for window, _ in known].index(event.window)
    (earlier, then), (_, now) = known[number - 1], known[number]
    was = f"Before, {days_in_words(earlier)}, it was {standing(rule, then)}"
    if rule.metric in PLACES:
        return [f"{was}." if then.hi < LAST_PLACE else f"{was}: it was not among those published."]
    if rule.metric in SPELLINGS:
        return [f"{was}." if rule.metric != "price_change" else ""]
    of_models = isinstance(rule, LeadRule) or (
        rule.metric in {"share", "drawdown"} and rule.measure.by != "model"
    )
    moved = now.middle - then.middle if isinstance(rule, LeadRule) else now.point - then.point
    change = f"{was}; the change is {figure(moved, signed=True)} points."
    return [change, moves_in_words(moves(rule, told.evidence, earlier, event.window)) if of_models else ""]


def condition_change(
    rule: ConditionRule, direction: Direction, look: Look, credits_: Credits
) -> tuple[str, Message]:
    """The sentence about a state that began or ended, and the message about it."""
    begins = direction is Direction.OPEN
    said = look.opened if begins else look.closed
    return said, rule_message(said, [rule.help if begins else ""], rule, credits_)


def many_at_once(lines: Sequence[str], cause: str, credits_: Credits) -> Message:
    """One message instead of many, naming what they have in common."""
    sentence = f"{counted(len(lines), 'reported fact')} changed at once: {cause}"
    return build(credits_.label(sentence), listed(lines), [credits_.citation], credits_.report_url)


def undelivered_digest(headlines: Sequence[str], since: datetime) -> Message:
    """One message instead of a flood of old ones that could not be delivered in their time."""
    sentence = (
        f"{counted(len(headlines), 'message')} could not be delivered since {day_in_words(since)}; in short:"
    )
    return build(sentence, listed(headlines))


def introduction(standings: Sequence[tuple[Rule, str]], next_look: datetime, credits_: Credits) -> Message:
    """What a database says once, when its rules are first evaluated."""
    sentence = f"tokentide now watches {counted(len(standings), 'rule')} and speaks when one of them turns"
    lines = [f"• {rule.title}: {state}." for rule, state in standings]
    look = f"The next week is looked at once it has settled, from {day_in_words(next_look)}, {next_look:%H:%M} UTC on."
    return build(credits_.label(sentence), [*lines, look], [credits_.citation], credits_.report_url)


def trial_message(destination: str) -> Message:
    """What is sent to try an address: it cannot be taken for news."""
    return build(
        f"TEST: tokentide can post to its destination {destination}",
        ["Somebody tried this address by hand. It says nothing about any figure."],
    )


def rule_message(sentence: str, details: Sequence[str], rule: Rule, credits_: Credits) -> Message:
    """A message of a rule: what is said, then who keeps the rule, and the citation."""
    more = f" More: {rule.runbook}" if rule.runbook else ""
    kept = f"Rule {rule.id}, kept by {rule.owner}.{more}"
    counts_tokens = not isinstance(rule, ConditionRule) and "families" not in rule.reads
    cited = f"{credits_.citation} {TOKENIZER_NOTE}" if counts_tokens else credits_.citation
    return build(credits_.label(sentence), details, [kept, cited], credits_.report_url)


def listed(lines: Sequence[str]) -> list[str]:
    """Lines of a digest, as many as fit; what lies beyond is counted."""
    shown = [f"• {printable(line, 200)}" for line in lines[:_LISTED]]
    beyond = len(lines) - len(shown)
    return [*shown, f"… and {beyond} more: `tokentide show alerts`."] if beyond else shown
