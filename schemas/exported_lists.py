"""What an export holds of lists that stand beside the rankings: every version of each, as it was published."""

from typing import Any

import dataframely as dy

from schemas.listed import TaskRows


def _moment(**said: Any) -> dy.Datetime:
    return dy.Datetime(time_zone="UTC", time_unit="us", **said)


class _Listed(dy.Schema):
    window = dy.String(description="as `show --window` reads it")
    window_start = dy.Date(primary_key=True)
    window_end = dy.Date(primary_key=True)
    listing_id = dy.Int64(
        primary_key=True, description="the vintage of the list: a change replaces it as a whole"
    )
    known_at = _moment(description="when it was learned: the fetch time of the answer")
    replaced_at = _moment(
        nullable=True, description="when a later version of the list was learned; null where this one holds"
    )
    set_apart = dy.Int64(min=0, description="rows of the list that were not understood and are missing here")


class ExportedApps(_Listed):
    """Every version of every ranking of apps: what was known at T has known_at <= T < replaced_at."""

    sorted_by = dy.String(primary_key=True, description="popular (by tokens) or trending (by their increase)")
    app_id = dy.Int64(primary_key=True, min=0, description="what the upstream knows the app by")
    rank = dy.Int64(min=1, description="place in the ranking, from 1")
    app_name = dy.String(description="as the app calls itself; another may call itself the same")
    tokens = dy.Int64(min=0, description="prompt and completion tokens of the app within the window")
    requests = dy.Int64(min=0, description="requests of the app within the window")


class ExportedTasks(_Listed, TaskRows):
    """Every version of every reading of kinds of tasks: shares of a sample, known at T as apps are."""
