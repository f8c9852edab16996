"""The weekly digest: everything of a week in one message, once."""

from datetime import timedelta
from fractions import Fraction

from sqlalchemy import Engine

from schemas.rule_entries import DigestRule
from schemas.windows import Window
from storage.engine import reading, writing
from storage.outbox import read_waiting
from tasks.alerts.digest import weekly_digest
from tasks.alerts.evidence import Evidence
from tasks.alerts.judge import announce_week
from tasks.alerts.messages import Credits
from tests.support.made_prices import history, june
from tests.support.made_usage import attributed, spread

W24, W25 = Window.parse("2026-W24"), Window.parse("2026-W25")
NOW = W25.settles_at
DIGEST = DigestRule.model_validate(
    {
        "id": "made-digest",
        "kind": "digest",
        "title": "The week",
        "owner": "the tests",
        "destination": "news",
        "help": "A test.",
        "enabled": True,
    }
)
ROWS = spread(W24, {"kai/one": 40, "ada/pro": 50, "other": 10})
ROWS += spread(W25, {"kai/one": 30, "qin/big": 25, "ada/pro": 30, "zoe/new": 5, "other": 10})
DAY = W24.end
CHINA = "55.0 % (+15.0 points)"
AMERICA = "those of the United States 30.0 % (-20.0 points)"
PRICES = history((june(12), [("ada/pro", 8, 8)]), (june(19), [("ada/pro", 4, 4)]))
WEEKS = Evidence(
    attributed(ROWS),
    [W24, W25],
    W25.end,
    "Source: a test.",
    restated={DAY: (Fraction(2, 5), NOW)},
    prices=PRICES,
)


def due(engine: Engine) -> list[str]:
    """The first lines of what is due."""
    with reading(engine) as connection:
        return [each.headline for each in read_waiting(connection)]


def announce(engine: Engine, rule: DigestRule = DIGEST, evidence: Evidence = WEEKS) -> None:
    """Announce W25 three hours after it settled."""
    with writing(engine) as connection:
        announce_week(connection, rule, evidence, W25, as_of=NOW + timedelta(hours=3))


def test_the_week_is_told_whole() -> None:
    """Shares with changes, the leader, movers, what is new, what waits, and what was restated."""
    text = weekly_digest(DIGEST, WEEKS, W25, Credits("Source: a test."), as_of=NOW).text
    assert text.split("\n") == [
        f"OpenRouter's week, 15–21 June 2026: China's models carried {CHINA} of all tokens, {AMERICA}",
        "China leads by 25.0 points, whatever the unidentified tokens are.",
        f"Shares of all tokens: China {CHINA}, {AMERICA.removeprefix('those of ')}; unidentified 15.0 %.",
        "By model, in points of all tokens: gained qin/big +25.0, zoe/new +5.0; lost ada/pro -20.0, kai/one -10.0.",
        "New models: qin/big, zoe/new.",
        "New labs: Qin.",
        "List prices, blended, in USD per million tokens: ada/pro 8 → 4 (-50 %).",
        "1 name waiting for a review (`tokentide labs review`): zoe 5.0 %.",
        "Restated after they had settled: 14 June 2026 (0.4 % of its tokens).",
        "Rule made-digest, kept by the tests.",
        "Source: a test. Tokens are counted by each provider's own tokenizer.",
    ]


def test_the_first_week_has_no_changes_and_nothing_new() -> None:
    """Without a week before it, nothing is said to have moved or to be new."""
    first = Evidence(attributed(ROWS), [W25], W25.end, "Source: a test.")
    text = weekly_digest(DIGEST, first, W25, Credits("Source: a test."), as_of=NOW).text
    assert "points of all tokens" not in text
    assert "New " not in text


def test_a_week_is_announced_once(engine: Engine) -> None:
    """A second run about the same week has nothing to add."""
    announce(engine)
    announce(engine)
    assert len(due(engine)) == 1


def test_a_week_without_figures_is_not_announced(engine: Engine) -> None:
    """An incomplete week waits until its days are there."""
    announce(engine, evidence=Evidence(attributed(ROWS), [W24], W25.end, "Source: a test."))
    assert due(engine) == []


def test_a_disabled_digest_is_not_announced(engine: Engine) -> None:
    """Who does not want it turns it off in the file of rules."""
    announce(engine, rule=DIGEST.model_copy(update={"enabled": False}))
    assert due(engine) == []


def test_a_week_that_can_still_move_is_not_announced(engine: Engine) -> None:
    """A run before the week settled does not announce it."""
    with writing(engine) as connection:
        announce_week(connection, DIGEST, WEEKS, W25, as_of=NOW - timedelta(seconds=1))
    assert due(engine) == []
