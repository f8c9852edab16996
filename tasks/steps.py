"""The Prefect edge: each step of a run as a task. A task is something worth retrying, watching or timing."""

from typing import Any, Final

from prefect import Task, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from schemas.errors import UnreachableError, UpstreamError
from tasks import history, hub_readings, ingest, keyed_lists, measuring, remeasuring, second_router, telling

_FETCH_RETRY_DELAYS_SECONDS: Final = [60, 600]


def worth_another_try(_task: Task[..., object], _run: TaskRun, state: State[object]) -> bool:
    """Whether a failed fetch is worth a retry: an unattended run whose upstream may come back.

    The client has already retried within seconds; a refusal, a wrong key or a spent budget does not heal in
    minutes, and a person at a terminal would rather read the error now.
    """
    error = state.result(raise_on_failure=False)
    healing = isinstance(error, UnreachableError) or type(error) is UpstreamError
    return healing and runtime.deployment.id is not None


_FETCHING: Final[dict[str, Any]] = {
    "cache_policy": NO_CACHE,
    "retries": len(_FETCH_RETRY_DELAYS_SECONDS),
    "retry_delay_seconds": _FETCH_RETRY_DELAYS_SECONDS,
    "retry_condition_fn": worth_another_try,
}

fetch = task(name="fetch", **_FETCHING)(ingest.fetch_rankings)
normalize = task(name="normalize", cache_policy=NO_CACHE)(ingest.record)
catalogue = task(name="catalogue", **_FETCHING)(ingest.update_catalogue)
apps = task(name="apps", **_FETCHING)(keyed_lists.update_apps)
task_shares = task(name="task-shares", **_FETCHING)(keyed_lists.update_task_shares)
gateway = task(name="gateway", **_FETCHING)(second_router.update_gateway)
read_hub = task(name="hub", **_FETCHING)(hub_readings.read_hub)
plan = task(name="plan", cache_policy=NO_CACHE)(history.plan)
fetch_piece = task(name="fetch-history", **_FETCHING)(history.fetch_piece)
measure = task(name="measure", cache_policy=NO_CACHE)(measuring.measure)
keep_points = task(name="points", cache_policy=NO_CACHE)(remeasuring.keep_points)
judge = task(name="judge", cache_policy=NO_CACHE)(telling.judge_rules)
deliver = task(name="deliver", cache_policy=NO_CACHE)(telling.deliver_due)
