"""What people are told: a plain first sentence, then what it rests on. Pure: facts in, messages out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from schemas.alerts import Direction, Message
from schemas.citation import MADE, TOKENIZER_NOTE
from schemas.rule_models import ConditionRule, CrossingRule, LeadRule, Rule
from schemas.text import printable
from schemas.windows import Window
from tasks.alerts.blocks import build
from tasks.alerts.detector import Event, Folded, Point
from tasks.alerts.ledger import Change, Kind
from tasks.alerts.threshold import Interval, Sight, Threshold
from tasks.alerts.wording import (
    counted,
    day_in_words,
    days_in_words,
    lead_sentence,
    share_sentence,
    standing,
    turn,
)

_LISTED: Final = 20
"""Lines of a digest; what lies beyond is counted."""
_LINE: Final = 200
_SETTLED: Final = "{} ({}) is settled: received whole, and past the days in which figures still move."


@dataclass(frozen=True, slots=True)
class Credits:
    """What travels with every figure: its citation, and whether it is made."""

    citation: str
    made: bool = False

    def label(self, sentence: str) -> str:
        """The sentence, said to be about made data where it is: a notification shows nothing else."""
        return f"[{MADE}] {sentence}" if self.made else sentence


def change_in_series(
    rule: CrossingRule | LeadRule,
    change: Change,
    folded: Folded,
    series: Sequence[Point],
    credits_: Credits,
) -> tuple[str, Message]:
    """The sentence about the fact that changed, and the message about the change.

    `series` holds what is known of the figure in each window, `folded` the events that it makes.
    """
    event = change.event
    if event is None or change.kind is Kind.RETRACTED:
        said = change.recorded.headline if change.recorded else ""
        why = f"This was reported for {days_in_words(change.window, year=True)}; what was recorded then has changed."
        return said, _message(f"No longer holds after a restatement: {said}", [why], rule, credits_)

    values = {window: value for window, value in series if value is not None}
    now = _sentence(rule, event.window, values[event.window])
    if change.kind is Kind.MOVED and change.moved_from is not None:
        old = change.moved_from
        was = f"It was reported for {days_in_words(old.window, year=True)}: “{old.headline}”."
        title = f"Restated: {old.window} → {event.window}. {now}"
        return now, _message(title, [was], rule, credits_)
    if change.kind is Kind.REINSTATED:
        why = "It was reported, and then said to hold no longer; after another restatement it does."
        return now, _message(f"Holds again: {now}", [why], rule, credits_)
    return now, _message(now, _crossing_details(rule, event, folded, values), rule, credits_)


def _sentence(rule: CrossingRule | LeadRule, window: Window, value: Interval) -> str:
    if isinstance(rule, CrossingRule):
        return share_sentence(rule, window, value)
    return lead_sentence(rule, window, value)


def _crossing_details(
    rule: CrossingRule | LeadRule, event: Event, folded: Folded, values: Mapping[Window, Interval]
) -> list[str]:
    """From where, how sure, since when, and what lay between."""
    goes_down = event.direction is Direction.DOWN
    place = folded.events.index(event)
    before = standing(rule, values[event.opposite])
    return [
        f"{turn(rule, event.direction)}; before, {days_in_words(event.opposite)}, it was {before}.",
        _certainty(rule, event.direction, values[event.window]),
        _gap(event),
        _since(event, rule.clear_for_windows if goes_down else rule.for_windows),
        _history(folded.events[place - 1] if place else None),
        _SETTLED.format(days_in_words(event.window, year=True), event.window),
    ]


def data_age_sentence(newest_day: date, hours: Interval) -> str:
    """How old the newest whole day is, in words, without a full stop."""
    return f"the newest whole day is {day_in_words(newest_day)}, which ended {counted(int(hours.lo), 'hour')} ago"


def condition_change(
    rule: ConditionRule, direction: Direction, sentence: str, credits_: Credits
) -> tuple[str, Message]:
    """The sentence about a state that began or ended, and the message about it."""
    state = "are late" if direction is Direction.OPEN else "are up to date again"
    said = f"OpenRouter's rankings {state}: {sentence}"
    return said, _message(said, [rule.help if direction is Direction.OPEN else ""], rule, credits_)


def corrections_digest(lines: Sequence[str], cause: str, credits_: Credits) -> Message:
    """One message instead of many corrections, naming what caused them."""
    sentence = f"{counted(len(lines), 'reported fact')} changed at once: {cause}"
    return build(credits_.label(sentence), _listed(lines), [credits_.citation])


def undelivered_digest(headlines: Sequence[str], since: datetime) -> Message:
    """One message instead of a flood of old ones that could not be delivered in their time."""
    sentence = (
        f"{counted(len(headlines), 'message')} could not be delivered since {day_in_words(since)}; in short:"
    )
    return build(sentence, _listed(headlines))


def introduction(standings: Sequence[tuple[Rule, str]], next_look: datetime, credits_: Credits) -> Message:
    """What a database says once, when its rules are first evaluated."""
    sentence = f"tokentide now watches {counted(len(standings), 'rule')} and speaks when one of them turns"
    lines = [f"• {rule.title}: {state}." for rule, state in standings]
    look = f"The next week is looked at once it has settled, from {day_in_words(next_look)}, {next_look:%H:%M} UTC on."
    return build(credits_.label(sentence), [*lines, look], [credits_.citation])


def _message(sentence: str, details: Sequence[str], rule: Rule, credits_: Credits) -> Message:
    more = f" More: {rule.runbook}" if rule.runbook else ""
    kept = f"Rule {rule.id}, kept by {rule.owner}.{more}"
    cited = credits_.citation if isinstance(rule, ConditionRule) else f"{credits_.citation} {TOKENIZER_NOTE}"
    return build(credits_.label(sentence), details, [kept, cited])


def _certainty(rule: Rule, direction: Direction, value: Interval) -> str:
    across = Sight.FIRE if direction is Direction.UP else Sight.CLEAR
    if Threshold.of(rule).classify(value) is across:
        return "This holds whatever the unidentified tokens are."
    return "This is not certain: it counts what is known, and the unidentified tokens could change it."


def _gap(event: Event) -> str:
    """Between which windows it happened, where something lies between them."""
    unit = event.window.kind.unit
    parts = [
        f"{counted(number, unit)} {words}"
        for number, words in ((event.missing, "missing"), (event.undetermined, "undecided"))
        if number
    ]
    if not parts:
        return ""
    sides = f"{days_in_words(event.opposite)} and {days_in_words(event.first)}"
    return f"It happened between {sides}; in between: {' and '.join(parts)}."


def _since(event: Event, windows: int) -> str:
    if event.first == event.window:
        return ""
    return f"It has been so since {days_in_words(event.first)}, {counted(windows, event.window.kind.unit)} in a row."


def _history(previous: Event | None) -> str:
    if previous is None:
        return "In recorded history it is the first turn."
    return f"The turn before, the other way, was in {days_in_words(previous.window, year=True)}."


def _listed(lines: Sequence[str]) -> list[str]:
    shown = [f"• {printable(line, _LINE)}" for line in lines[:_LISTED]]
    beyond = len(lines) - len(shown)
    return [*shown, f"… and {beyond} more: `tokentide show alerts`."] if beyond else shown
