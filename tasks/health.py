"""Whether this installation is well: settings, database, freshness, reachability, what is due, the schedule."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, Literal

from pydantic import SecretStr
from sqlalchemy import Connection

from schemas.errors import TokentideError, UsageError
from schemas.settings import Settings, env_file_in_use
from schemas.slack_settings import BotAddress
from storage.outbox import read_waiting
from storage.revision import REVISIONS
from storage.runs import read_runs
from tasks.reading import Reading

STALE_AFTER: Final = timedelta(hours=48)
"""As the shipped rule `data-stale` has it: a day's export appears two hours after the day, and is read daily."""
_MASKED: Final = "********"


@dataclass(frozen=True)
class Finding:
    """One line of `doctor`; only `bad` makes it unhealthy."""

    area: str
    verdict: Literal["ok", "note", "bad"]
    text: str


def settings_findings(settings: Settings) -> Iterator[Finding]:
    """Every setting with its value and where it comes from; secrets are masked."""
    env_file = env_file_in_use()
    in_file = _names_in(env_file) if env_file else set()
    for name, info in type(settings).model_fields.items():
        alias = str(info.validation_alias)
        value = getattr(settings, name)
        shown = _MASKED if isinstance(value, SecretStr) else "not set" if value in {None, ""} else str(value)
        source = (
            "sample"
            if settings.made_sample
            else "environment"
            if alias in os.environ
            else f"{env_file}"
            if alias in in_file
            else "default"
        )
        yield Finding("setting", "ok", f"{alias} = {shown} ({source})")


def slack_findings(settings: Settings) -> Iterator[Finding]:
    """Where the messages of each destination go; never a secret."""
    try:
        addresses = settings.slack_addresses()
    except UsageError as error:
        yield Finding("slack", "bad", str(error))
        return
    for name, address in addresses.items():
        where = f"by a bot to {address.channel}" if isinstance(address, BotAddress) else "to a webhook"
        yield Finding("slack", "ok", f"{name} goes {where}")
    if not addresses:
        yield Finding("slack", "note", "no address is set: alerts are recorded and printed, and stay due")


def database_findings(connection: Connection, reading: Reading, now: datetime) -> Iterator[Finding]:
    """The database's revision, how fresh the rankings are, the series in use, the last run, what is due."""
    yield Finding("database", "ok", f"revision {REVISIONS[-1]}")
    yield _freshness(reading, now)
    yield Finding("series", "ok", f"headline series: {reading.series}")
    if reading.headline.disagreement:
        yield Finding("series", "bad", reading.headline.disagreement)
    runs = read_runs(connection, now)
    if runs:
        last = runs[-1]
        verdict: Literal["ok", "bad"] = "bad" if last["outcome"] == "failed" else "ok"
        said = f": {' '.join(last['messages'])}" if last["messages"] else ""
        yield Finding(
            "runs",
            verdict,
            f"last run {last['flow']} at {last['known_at']:%Y-%m-%dT%H:%MZ} {last['outcome']}{said}",
        )
    waiting = read_waiting(connection)
    if waiting:
        yield Finding(
            "alerts", "note", f"{len(waiting)} messages are due; `tokentide alerts deliver` sends them"
        )
    else:
        yield Finding("alerts", "ok", "no message is due")


def reachability(settings: Settings) -> Finding:
    """Whether the exports can be read right now."""
    from tasks.clock import utc_now
    from tasks.sources.client import UpstreamClient
    from tasks.sources.exports import FOLDER
    from tasks.sources.limits import Limits

    try:
        with UpstreamClient(settings, clock=utc_now, limits=Limits(attempts=1, total_s=20)) as client:
            client.get(f"{FOLDER}/latest.manifest.json")
    except TokentideError as error:
        return Finding("upstream", "bad", str(error))
    return Finding("upstream", "ok", f"{settings.openrouter_base_url} answers")


def archived(settings: Settings) -> Finding:
    """Whether the archive can be read, and how far it goes."""
    from storage.archive import open_archive

    try:
        newest = open_archive(settings).last_number()
    except TokentideError as error:
        return Finding("archive", "bad", str(error))
    return Finding("archive", "ok", f"the newest answer is number {newest}, in {settings.archive_place}")


def schedule() -> Finding:
    """Whether a Prefect server holds deployments of ours that are not paused."""
    if not _prefect_api():
        return Finding(
            "schedule", "note", "PREFECT_API_URL is not set: nothing runs by itself; see docs/deploy.md"
        )
    found = _asked_of_server("deployments/filter", {"deployments": {"tags": {"all_": ["tokentide"]}}})
    if isinstance(found, Finding):
        return found
    names = sorted(each["name"] for each in found if not each["paused"])
    if not names:
        return Finding(
            "schedule", "bad", "the Prefect server has no deployment of tokentide; run `prefect deploy --all`"
        )
    return Finding("schedule", "ok", f"deployed: {', '.join(names)}")


def dead_man(settings: Settings, automations: Sequence[str]) -> Iterator[Finding]:
    """Whether anybody would notice that nothing runs: the server's automations by name, and checks outside."""
    if _prefect_api():
        yield _automated(automations)
    pings = {name: settings.ping_url_of(name) for name in ("daily", "weekly", "deliver")}
    heard = [name for name, address in pings.items() if address is not None]
    if heard:
        yield Finding("dead man", "ok", f"a check outside hears of: {', '.join(heard)}")
    else:
        yield Finding(
            "dead man",
            "note",
            "no check outside hears of runs; set TOKENTIDE_PING_DAILY_URL and TOKENTIDE_PING_WEEKLY_URL",
        )


def _automated(wanted: Sequence[str]) -> Finding:
    found = _asked_of_server("automations/filter", {"automations": {"name": {"any_": list(wanted)}}})
    if isinstance(found, Finding):
        return found
    enabled = {each["name"] for each in found if each["enabled"]}
    missing = [name for name in wanted if name not in enabled]
    if missing:
        return Finding(
            "dead man",
            "note",
            f"not on the server, or paused: {', '.join(missing)}; run `tokentide automations apply`",
        )
    return Finding("dead man", "ok", f"the server watches by {len(wanted)} automations")


def _prefect_api() -> str | None:
    return os.environ.get("PREFECT_API_URL")


def _asked_of_server(path: str, question: dict[str, Any]) -> list[dict[str, Any]] | Finding:
    """What the Prefect server answers; a finding if it does not."""
    import httpx

    address = f"{(_prefect_api() or '').rstrip('/')}/{path}"
    try:
        answer = httpx.post(address, json=question, timeout=10).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        answer = type(error).__name__
    if not isinstance(answer, list):
        return Finding("schedule", "bad", f"the Prefect server cannot be asked ({answer}); is it up?")
    return answer


def _freshness(reading: Reading, now: datetime) -> Finding:
    newest = reading.newest_day
    if newest is None:
        return Finding("rankings", "bad", "no day is recorded yet; run `tokentide weekly`")
    age = now - datetime.combine(newest + timedelta(days=1), time(), UTC)
    text = f"newest whole day {newest}, which ended {int(age.total_seconds() // 3600)} hours ago"
    if age > STALE_AFTER:
        return Finding("rankings", "bad", f"{text}: stale; run `tokentide ingest`, and look at the schedule")
    return Finding("rankings", "ok", text)


def _names_in(path: object) -> set[str]:
    from dotenv import dotenv_values

    return set(dotenv_values(str(path)))
