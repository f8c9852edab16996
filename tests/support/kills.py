"""A daily run that is killed again and again, and what must hold after each time."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, select, text

from flows.sample import made
from flows.sample.server import SampleUpstream
from schemas.receipts import SeriesKey
from schemas.settings import Settings
from storage.archive import open_archive
from storage.asof import TABLES
from storage.engine import open_database, reading
from storage.series import known_days, view_of
from tests.support.pipeline import Worker, daily

FIRST: Final = date(2026, 6, 4)
LONGEST_LIFE_DAYS: Final = 2
"""How many runs of a day the longest life is worth: so that death comes in every step, on any machine."""
_MARK: Final = "(possible duplicate) "

_NEXT: Final = {"recorded": "judge", "judged": "send", "sent": "keep"}
"""What a run does after it acknowledged something; after the last word the next run records."""
CHECKS: Final = {
    "vintages that do not hold the rows that they say": """
        SELECT snapshot.id FROM snapshot LEFT JOIN observation ON observation.snapshot_id = snapshot.id
        GROUP BY snapshot.id, rows_added, rows_revised, rows_withdrawn
        HAVING count(observation.model_id) <> rows_added + rows_revised + rows_withdrawn""",
    "days that do not hold the rows that they say": """
        SELECT state.epoch_day FROM day_state AS state
        WHERE NOT EXISTS (SELECT 1 FROM day_state AS newer WHERE newer.series_id = state.series_id
                          AND newer.epoch_day = state.epoch_day AND newer.snapshot_id > state.snapshot_id)
          AND row_count <> (SELECT count(DISTINCT model_id) FROM observation AS seen
                            WHERE seen.series_id = state.series_id AND seen.epoch_day = state.epoch_day)""",
    "catalogue vintages without entries": """
        SELECT id FROM catalogue_snapshot
        WHERE NOT EXISTS (SELECT 1 FROM catalogue_entry WHERE snapshot_id = catalogue_snapshot.id)""",
    "alert events whose newest change is not how they stand": """
        SELECT id FROM alert_event WHERE NOT EXISTS (
            SELECT 1 FROM alert_change AS change
            WHERE change.event_id = alert_event.id AND change.revision = alert_event.revision
              AND change.status = alert_event.status AND change.disposition = alert_event.disposition)""",
    "measurements that do not hold the points that they say": """
        SELECT id FROM measurement
        WHERE points_written <> (SELECT count(*) FROM metric_point WHERE measurement_id = measurement.id)""",
}
"""What may be half-written, each with a query that finds it (the made data withdraw no row)."""
_RECORDED: Final = {
    "observation": ("series_id", "epoch_day", "model_id", "snapshot_id", "tokens"),
    "day_state": ("series_id", "epoch_day", "snapshot_id", "row_count", "quarantined"),
    "snapshot": ("id", "series_id", "known_at", "rows_added", "rows_revised", "rows_withdrawn"),
    "model": ("id", "permaslug"),
    "catalogue_entry": ("canonical_slug", "variant", "snapshot_id", "prompt_pusd_per_token"),
    "alert_rule": ("rule", "meaning", "active_from", "evaluated_at"),
    "alert_event": (
        "rule",
        "subject",
        "window_start",
        "direction",
        "status",
        "disposition",
        "revision",
        "first_known_at",
    ),
    "outbox_message": ("dedupe_key", "destination", "text", "state", "created_at"),
    "measurement": ("id", "known_at", "method", "reviewed_sha256", "points_written"),
    "measured_window": ("window_id", "measurement_id", "inputs_hash"),
    "metric_point": (
        "window_id",
        "definition_id",
        "subject_id",
        "measurement_id",
        "withdrawn",
        "part",
        "figure",
    ),
}
"""What must be the same in the end however often a run was killed: all but numbers of receipts and attempts."""


@dataclass
class Killed:
    """What a series of kills did.

    Attributes:
        while_doing: how often the process died between one acknowledgement and the next, by the next one.
        wrong: what did not hold, in words; empty where everything did.
    """

    while_doing: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class SlowEars(list[dict[str, Any]]):
    """Messages of a Slack that takes its time to answer when it has heard one: a good moment to die."""

    def append(self, message: dict[str, Any]) -> None:
        """Hear, and answer late."""
        super().append(message)
        time.sleep(0.5)


def kill_daily(settings: Settings, kills: int, seed: int, acknowledged: Path, last: date) -> Killed:
    """Start the daily run `kills` times, kill it at a random moment each time, and look at what is left."""
    killed, random = Killed(), Random(seed)  # noqa: S311 - any moments will do, the same ones every time
    worker = Worker()
    began = time.perf_counter()
    worker.begin(daily, settings, FIRST, FIRST, acknowledged)
    worker.ended()
    longest = LONGEST_LIFE_DAYS * (time.perf_counter() - began)
    lines = acknowledged.read_text().splitlines()
    worker = Worker()
    for _ in range(kills):
        spare = Worker()  # imports while this one works
        worker.begin(daily, settings, FIRST, last, acknowledged)
        time.sleep(random.uniform(0, longest))
        worker.kill()
        done = len(lines)
        lines = acknowledged.read_text().splitlines()
        last_word = lines[-1].split()[0] if len(lines) > done else ""
        killed.while_doing[_NEXT.get(last_word, "record")] += 1
        killed.wrong += look(settings, acknowledged)
        worker = spare
    worker.kill()
    return killed


def look(settings: Settings, acknowledged: Path) -> list[str]:
    """What does not hold of a home in which a run was killed, in words."""
    engine = open_database(settings)
    try:
        with reading(engine) as connection:
            wrong = [what for what, query in CHECKS.items() if connection.execute(text(query)).first()]
            wrong += _lost(connection, acknowledged)
            if engine.dialect.name == "sqlite":
                said = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
                wrong += [] if said == "ok" else [said]
    finally:
        engine.dispose()
    archive = open_archive(settings)
    for receipt in archive.receipts():
        archive.body(receipt)  # raises where it is not what was stored
    return wrong


def recorded(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that must not depend on kills, table by table."""
    engine = open_database(settings)
    try:
        with reading(engine) as connection:
            return {
                name: sorted(
                    map(tuple, connection.execute(select(*(TABLES[name].c[each] for each in columns))))
                )
                for name, columns in _RECORDED.items()
            }
    finally:
        engine.dispose()


def told(upstream: SampleUpstream) -> set[str]:
    """Every message that was heard, without the mark of those that may have arrived before."""
    return {message["text"].removeprefix(_MARK) for message in upstream.slack.messages}


def told_twice(upstream: SampleUpstream) -> list[str]:
    """Messages that were heard more than once without saying so."""
    heard = Counter(message["text"] for message in upstream.slack.messages)
    return [words for words, times in heard.items() if times > 1 and not words.startswith(_MARK)]


def _lost(connection: Connection, acknowledged: Path) -> list[str]:
    """Days that were acknowledged as recorded, and are not there."""
    lines = [line.split() for line in acknowledged.read_text().splitlines()]
    promised = {date.fromisoformat(day) - timedelta(days=1) for word, day in lines if word == "recorded"}
    held = set(known_days(connection, view_of(connection, SeriesKey()), None, None)["day"])
    return [f"{day} was acknowledged and is lost" for day in sorted(promised - held - {made.MISSING_DAY})]
