"""Runs at once: the same facts, and the same told once, as if they had run one by one."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from flows.sample import made
from flows.sample.server import SampleUpstream, serving
from schemas.point_frames import Points
from schemas.settings import SampleSettings, Settings
from storage.asof import TABLES
from storage.catalogue import read_catalogue
from storage.engine import open_database, reading
from storage.headline import read_headline
from storage.points import read_points
from storage.replay import FACTS, replay
from tasks.ingest import READERS
from tests.support.kills import told
from tests.support.pipeline import Worker, backfill, deliver_alerts, weekly

BEFORE, NOW = made.VINTAGES[-3], made.VINTAGES[-1]
AT_ONCE: tuple[tuple[Callable[..., None], tuple[date, ...]], ...] = (
    (weekly, (NOW,)),
    (weekly, (NOW,)),
    (backfill, (NOW, date(2026, 6, 20), date(2026, 9, 5))),
    (deliver_alerts, (NOW,)),
)
"""Two weekly runs, a sweep of history whose exports overlap with theirs, and a delivery."""
_EVENT = TABLES["alert_event"].c
_OUTBOX = TABLES["outbox_message"].c


def known(settings: Settings) -> dict[str, Any]:
    """What is known and what was judged, without the numbers that depend on who was first."""
    engine = open_database(settings)
    with reading(engine) as connection:
        headline = read_headline(connection, made.looked_at(NOW))
        found = {
            "usage": sorted(headline.usage.rows()),
            "days": headline.days.rows(),
            "catalogue": read_catalogue(connection, made.looked_at(NOW)).rows(),
            "facts": sorted(
                tuple(row)
                for row in connection.execute(
                    select(_EVENT.rule, _EVENT.subject, _EVENT.window_start, _EVENT.direction, _EVENT.status)
                )
            ),
            "points": read_points(connection).select(Points.column_names()).rows(),
            # Not their words: what a message says beside the news is what was known when it was written.
            "messages": sorted(map(tuple, connection.execute(select(_OUTBOX.dedupe_key, _OUTBOX.state)))),
        }
    engine.dispose()
    return found


def test_runs_at_once_end_like_runs_one_by_one_and_like_a_replay(
    fed: Settings, upstream: SampleUpstream, tmp_path: Path
) -> None:
    """Every run ends well, facts and judgements are equal, every message is heard once, the archive agrees."""
    weekly(fed, BEFORE)
    workers = [Worker() for _ in AT_ONCE]
    for worker, (work, days) in zip(workers, AT_ONCE, strict=True):
        worker.begin(work, fed, *days)
    assert [worker.ended() for worker in workers] == [0] * len(AT_ONCE)
    weekly(fed, NOW)

    with serving(NOW) as quiet:
        alone = SampleSettings(
            TOKENTIDE_HOME=tmp_path / "alone",
            TOKENTIDE_REFERENCE=fed.reference,
            OPENROUTER_BASE_URL=quiet.base_url,
            SLACK_WEBHOOK_URL=quiet.webhook_url,
        )
        weekly(alone, BEFORE)
        for work, days in AT_ONCE:
            work(alone, *days)
        weekly(alone, NOW)
        assert known(fed) == known(alone)
        assert len(upstream.slack.messages) == len(told(upstream)) == len(quiet.slack.messages)

    before = facts(fed)
    replay(fed, READERS)
    assert facts(fed) == before


def facts(settings: Settings) -> dict[str, list[str]]:
    """Every fact table, row by row."""
    engine = open_database(settings)
    with reading(engine) as connection:
        found = {name: sorted(map(repr, connection.execute(select(TABLES[name])))) for name in FACTS}
    engine.dispose()
    return found
