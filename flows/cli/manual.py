"""Running a flow from the command line: Prefect is imported here, and only when a flow really runs."""

import os
from importlib import import_module
from typing import Any

from schemas.settings import Settings
from schemas.summary import RunSummary
from storage.engine import open_database
from tasks.report.printing import console_for_errors, console_for_output
from tasks.report.week import print_outcome, print_trouble, print_week


def run_flow(name: str, settings: Settings, **parameters: Any) -> RunSummary:
    """Run the flow `name` of the module of that name in this process, and give back what it found out.

    A home or a database that cannot be used is said before Prefect, which takes seconds, is even imported.

    Raises:
        TokentideError: the run could not begin.
    """
    open_database(settings).dispose()
    _prepare_prefect(settings)
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    flow = getattr(import_module(f"flows.{name}"), name)
    # A person watches this run: the heartbeat that lets a server notice a dead worker would cost a second.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        state = flow(**parameters, return_state=True)
    outcome = state.result(raise_on_failure=False)
    if isinstance(outcome, BaseException):
        raise outcome
    if not isinstance(outcome, RunSummary):
        raise TypeError(f"the flow ended {state.name} without a summary")
    return outcome


def shown(summary: RunSummary, settings: Settings) -> int:
    """Print what a run found out, what went wrong to standard error; returns the exit status."""
    console = console_for_output()
    if summary.shares is not None:
        print_week(summary, settings, console)
    else:
        print_outcome(summary, settings, console)
    print_trouble(summary, console_for_errors())
    return summary.exit_status


def _prepare_prefect(settings: Settings) -> None:
    """Decide what Prefect reads at import: quiet, no telemetry, and for the sample a home of its own."""
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    if settings.made_sample:
        os.environ["PREFECT_HOME"] = str(settings.home / "prefect")
        for name in (
            "PREFECT_API_URL",
            "PREFECT_API_KEY",
            "PREFECT_PROFILE",
            "PREFECT_API_DATABASE_CONNECTION_URL",
        ):
            os.environ.pop(name, None)
