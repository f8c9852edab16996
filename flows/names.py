"""The names of flow runs, and the moment that they are about."""

from datetime import UTC, datetime

from prefect import runtime

from schemas.windows import WEEK, last_settled


def scheduled_at() -> datetime | None:
    """When the scheduler meant this run to start; stable over retries and late workers. None outside a run."""
    moment = runtime.flow_run.scheduled_start_time
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None


def weekly_run_name() -> str:
    """`weekly 2026-W25`: the week that the run is about, so that a late run shows which week it did."""
    return f"weekly {last_settled(WEEK, _moment())}"


def daily_run_name() -> str:
    """`daily 2026-06-25`: the day on which the run looks."""
    return f"daily {_moment():%Y-%m-%d}"


def derivatives_run_name() -> str:
    """`derivatives 2026-06-25`: the day of the readings."""
    return f"derivatives {_moment():%Y-%m-%d}"


def measure_run_name() -> str:
    """`measure 2026-06-25T03:40`: the moment whose knowledge is measured."""
    return f"measure {_moment():%Y-%m-%dT%H:%M}"


def deliver_run_name() -> str:
    """`deliver 2026-06-25T03:40`: the hour at which due messages were looked at."""
    return f"deliver {_moment():%Y-%m-%dT%H:%M}"


def backfill_run_name() -> str:
    """`backfill 2025-01-01..2025-12-31`, or `backfill category=legal …`: the days and slices that were asked for."""
    asked = runtime.flow_run.parameters
    span = f"{asked.get('start')}..{asked.get('end')}"
    return " ".join(["backfill", *(asked.get("slices") or []), span])


def slices_run_name() -> str:
    """`slices 2026-W25`: the newest week that the run submits runs for."""
    return f"slices {last_settled(WEEK, _moment())}"


def _moment() -> datetime:
    as_of = runtime.flow_run.parameters.get("as_of")
    if isinstance(as_of, str):
        as_of = datetime.fromisoformat(as_of)
    return as_of if isinstance(as_of, datetime) else scheduled_at() or datetime.now(UTC)
