"""Rankings of apps and shares of tasks: which weeks are asked for, with which key, and what a second look writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from flows.sample import made
from flows.sample.server import SampleUpstream, serving
from schemas.errors import AsOfError, UnauthorizedError
from schemas.receipts import Channel
from schemas.settings import Settings
from storage.budget import DailyBudget
from storage.engine import reading
from storage.listings import read_listings
from tasks.keyed_lists import can_ask, update_apps, update_task_shares
from tasks.run import RunContext, run_context
from tests.support.upstream import CANARY, NOW, misbehaving, reply

THURSDAY = date(2026, 6, 25)
W24, W25 = date(2026, 6, 8), date(2026, 6, 15)


@contextmanager
def looking(home: Path, base_url: str, at: datetime | None, key: str | None = CANARY) -> Iterator[RunContext]:
    """A run that looks at an upstream at that moment, or now."""
    settings = Settings(TOKENTIDE_HOME=home, OPENROUTER_BASE_URL=base_url, OPENROUTER_API_KEY=key)
    with run_context(settings, as_of=at) as run:
        yield run


def asked(upstream: SampleUpstream) -> list[dict[str, str]]:
    """The parameters of each question, in order."""
    return [dict(parse_qsl(urlsplit(path).query)) for path in upstream.requests]


def recorded(run: RunContext, channel: Channel) -> list[tuple[object, ...]]:
    """Subject and first day of each list that is known."""
    with reading(run.engine) as connection:
        found = read_listings(connection, channel, run.clock())
    return found.select("subject", "window_start").unique().sort("subject", "window_start").rows()


def test_the_last_settled_week_is_asked_for_and_at_first_the_one_before(tmp_path: Path) -> None:
    """Places are compared with the week before, so that is fetched while nothing is known of it."""
    with serving(THURSDAY) as upstream, looking(tmp_path, upstream.base_url, made.looked_at(THURSDAY)) as run:
        assert update_apps(run) == 0
        weeks = [(each["start_date"], each["end_date"], each["sort"]) for each in asked(upstream)]
        lists = recorded(run, Channel.APPS)
        upstream.requests.clear()
        update_apps(run)
    assert weeks == [
        (start, end, sort)
        for start, end in (("2026-06-15", "2026-06-21"), ("2026-06-08", "2026-06-14"))
        for sort in ("popular", "trending")
    ]
    assert lists == [(sort, start) for sort in ("popular", "trending") for start in (W24, W25)]
    assert [each["start_date"] for each in asked(upstream)] == ["2026-06-15"] * 2


def test_a_whole_page_is_asked_for_with_the_key(tmp_path: Path) -> None:
    """A hundred apps from the first on; every call counts against the account's budget."""
    with serving(THURSDAY) as upstream, looking(tmp_path, upstream.base_url, made.looked_at(THURSDAY)) as run:
        update_apps(run)
        key = run.settings.openrouter_api_key
        assert key is not None
        left = DailyBudget(run.engine, key).spend(run.clock())
    assert {(each["limit"], each["offset"]) for each in asked(upstream)} == {("100", "0")}
    assert left == 500 - 4 - 1


def test_shares_of_tasks_are_those_of_the_days_before(tmp_path: Path) -> None:
    """Read on a Monday they are about an ISO week; each reading stands beside the others."""
    with serving(date(2026, 6, 22)) as upstream:
        for monday in (date(2026, 6, 22), date(2026, 6, 29)):
            upstream.today = monday
            with looking(tmp_path, upstream.base_url, made.looked_at(monday)) as run:
                assert update_task_shares(run) == 0
                lists = recorded(run, Channel.TASKS)
    assert asked(upstream) == [{"window": "7d"}] * 2
    assert lists == [("7d", W25), ("7d", date(2026, 6, 22))]


def test_a_second_look_writes_no_list(tmp_path: Path) -> None:
    """The same answer is a receipt and no vintage."""
    with serving(THURSDAY) as upstream:
        for _ in range(2):
            with looking(tmp_path, upstream.base_url, made.looked_at(THURSDAY)) as run:
                update_apps(run)
                update_task_shares(run)
                with reading(run.engine) as connection:
                    found = read_listings(connection, Channel.APPS, run.clock())["listing_id"].unique()
    assert found.sort().to_list() == [1, 2, 3, 4]


def test_the_past_is_not_asked(tmp_path: Path) -> None:
    """The publisher answers as of now, so an answer must not be dated back."""
    base_url = "https://openrouter.ai/api/v1"
    with looking(tmp_path, base_url, made.looked_at(THURSDAY)) as run, pytest.raises(AsOfError):
        update_task_shares(run)


@pytest.mark.parametrize(
    ("base_url", "key", "at", "can"),
    [
        ("https://openrouter.ai/api/v1", CANARY, None, True),
        ("https://openrouter.ai/api/v1", CANARY, NOW, False),
        ("http://127.0.0.1:9/api/v1", CANARY, NOW, True),
        ("https://openrouter.ai/api/v1", None, None, False),
        ("https://example.invalid/api/v1", CANARY, None, False),
    ],
)
def test_the_lists_are_left_out_where_they_cannot_be_asked(
    tmp_path: Path, base_url: str, key: str | None, at: datetime | None, can: bool
) -> None:
    """A key of OpenRouter's is none for another host, and the past cannot be asked but on this machine."""
    with looking(tmp_path, base_url, at, key) as run:
        assert can_ask(run) is can


def test_a_wrong_key_is_said_and_nothing_is_recorded(tmp_path: Path) -> None:
    """The error names the setting, not the key."""
    with (
        misbehaving(reply(401)) as upstream,
        looking(tmp_path, upstream.base_url, made.looked_at(THURSDAY)) as run,
    ):
        with pytest.raises(UnauthorizedError) as caught:
            update_apps(run)
        assert recorded(run, Channel.APPS) == []
    assert CANARY not in str(caught.value)
