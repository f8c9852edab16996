"""One publishable sentence about a window, one caveat, the citation. It claims no more than what holds."""

from dataclasses import dataclass
from datetime import date

from schemas.answers import Answer, WindowView
from schemas.citation import MADE, TOKENIZER_NOTE
from schemas.countries import being_of, country_name, possessive
from tasks.report.numbers import days_in_words, percent


@dataclass(frozen=True)
class Saying:
    """What `tokentide say` prints: three lines that belong together."""

    sentence: str
    caveat: str
    citation: str


def say(shares: Answer, lead: Answer) -> Saying:
    """Put the shares and the lead of one window into words.

    `shares` is by origin on the basis of all tokens, `lead` compares two origins on it. "Led" is said only
    where it holds however the unknown tokens are dealt out; otherwise the sentence says what is undecided.
    """
    window = shares.window
    if window is None or not shares.rows or not lead.rows:
        return Saying(_nothing(window), "No figure is stated for an incomplete window.", shares.citation)
    return Saying(_sentence(window, shares, lead.rows[0]), _caveat(window, shares), shares.citation)


def _sentence(window: WindowView, shares: Answer, lead: dict[str, object]) -> str:
    by_origin = {row["origin"]: row for row in shares.rows}
    a, b = str(lead["a"]), str(lead["b"])
    ahead = str(lead["leader"] or a)
    behind = b if ahead == a else a
    first, second = by_origin.get(ahead), by_origin.get(behind)
    if first is None or second is None:
        return _lone(window, shares, first or second)
    subject = f"{'MADE SAMPLE DATA: ' if MADE in shares.citation else ''}In {_when(window)}, {_models(ahead)}"
    if lead["leader"] is None:
        return f"{subject} and {_models(behind)} carried the same {percent(first['share'])} of OpenRouter's tokens."
    carried = f"{subject} carried {percent(first['share'])} of OpenRouter's tokens"
    if lead["decided"]:
        return (
            f"{carried} and led {_models(behind)} ({percent(second['share'])}), "
            "whatever the tokens that nobody can attribute are."
        )
    return (
        f"{carried} that can be attributed to a country, against {percent(second['share'])} for {_models(behind)}; "
        f"which of the two is ahead is not decided, because {percent(_unknown_share(shares))} of the tokens "
        "cannot be attributed."
    )


def _lone(window: WindowView, shares: Answer, row: dict[str, object] | None) -> str:
    if row is None:
        return (
            f"In {_when(window)}, no token of OpenRouter's can be attributed to either of the two countries."
        )
    share = row["share"] if isinstance(row["share"], float) else None
    return (
        f"In {_when(window)}, {_models(str(row['origin']))} carried {percent(share)} of OpenRouter's tokens."
    )


def _caveat(window: WindowView, shares: Answer) -> str:
    top = max(shares.rows, key=lambda row: int(row["tokens"]))
    moving = "" if window.status == "settled" else " The window is provisional and can still be restated."
    return (
        f"Share of all tokens of the window; {percent(_unknown_share(shares))} cannot be attributed to a country, so "
        f"it would be up to {percent(top['high'])} if every one of them were {being_of(top['origin'])}. "
        f"{TOKENIZER_NOTE}{moving}"
    )


def _nothing(window: WindowView | None) -> str:
    if window is None:
        return "Nothing is recorded yet."
    if window.missing_days:
        return f"Nothing can be said of {_when(window)}: {_listed(window.missing_days)} not received whole."
    return f"Nothing can be said of {_when(window)}: {window.reason or 'nothing is recorded of it'}."


def _listed(days: list[date]) -> str:
    named = ", ".join(map(str, days))
    return f"{named} {'was' if len(days) == 1 else 'were'}"


def _unknown_share(shares: Answer) -> float | None:
    if not shares.total_tokens or shares.unknown is None:
        return None
    return sum(shares.unknown.values()) / shares.total_tokens


def _models(origin: str) -> str:
    return f"{possessive(country_name(origin))} models"


def _when(window: WindowView) -> str:
    span = days_in_words(window.start, window.end)
    return f"the week of {span}" if window.kind == "week" else span
