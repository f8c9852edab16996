"""A check outside hears how runs go; whatever is wrong with it costs no run."""

import logging
import threading
from datetime import datetime

import httpx
import pytest
from prefect import flow
from pydantic import SecretStr

from flows.deliver_alerts import deliver_alerts
from flows.progress import progress
from schemas.errors import UsageError
from schemas.settings import Settings, load_settings, using
from tasks import pings
from tasks.pings import Sign, ping, watched
from tests.support.upstream import NOW, Upstream, dripping, misbehaving, reply

SECRET = "check-canary-8d31"


def check_at(upstream: Upstream) -> SecretStr:
    """The address of a check of which only its owner should know."""
    return SecretStr(f"{upstream.base_url}/{SECRET}")


def told(upstream: Upstream) -> list[str]:
    """What the check was asked for, without what every address has in common."""
    return [path.removeprefix(f"/api/v1/{SECRET}") for path in upstream.asked]


def test_a_run_that_goes_well_is_heard_of_twice() -> None:
    """Once when it begins, once when it ended well."""
    with misbehaving(reply()) as upstream:
        with watched(check_at(upstream)) as watch:
            assert told(upstream) == ["/start"]
            watch.well = True
        assert told(upstream) == ["/start", ""]


def test_a_run_that_breaks_is_said_to_fail() -> None:
    """An error passes through, after the check has heard of it."""
    with misbehaving(reply()) as upstream:
        with pytest.raises(ZeroDivisionError), watched(check_at(upstream)):
            _ = 1 // 0
        assert told(upstream) == ["/start", "/fail"]


def test_a_query_stays_where_it_was() -> None:
    """The sign goes on the path, before what asks the service to make the check."""
    with misbehaving(reply()) as upstream:
        ping(SecretStr(f"{upstream.base_url}/{SECRET}?create=1"), Sign.FAIL)
        assert told(upstream) == ["/fail?create=1"]


def test_a_redirect_is_not_followed() -> None:
    """An address that points elsewhere is no check, and its secret goes nowhere else."""
    with misbehaving(reply(302, headers={"Location": "/api/v1/elsewhere"})) as upstream:
        assert ping(check_at(upstream), Sign.START) is False
        assert told(upstream) == ["/start"]


def test_a_check_that_never_finishes_costs_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends a byte now and then is left behind."""
    let_go = threading.Event()
    monkeypatch.setattr(pings, "LONGEST_SECONDS", 0.05)
    with misbehaving(dripping(let_go)) as upstream:
        assert ping(check_at(upstream), Sign.START) is False
        let_go.set()


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/check", "https://[", "https://check.invalid:99999/"])
def test_a_check_that_is_not_there_costs_nothing(address: str) -> None:
    """Nobody listens, or the address is none: the run goes on."""
    with watched(SecretStr(address)) as watch:
        watch.well = True


def test_nothing_of_the_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the loudest level, whether it is heard or not."""
    caplog.set_level(logging.DEBUG)
    with misbehaving(reply(500)) as upstream:
        ping(check_at(upstream), Sign.START)
    ping(SecretStr(f"http://127.0.0.1:1/{SECRET}"), Sign.START)
    assert SECRET not in caplog.text


@flow
def broken() -> None:
    """Fail in the middle, as a run whose disk is full would."""
    with progress("deliver"):
        raise httpx.HTTPError("made")


def test_a_flow_is_heard_of(prefect_server: None) -> None:
    """The deliver flow pings its own check; one that breaks says so."""
    with misbehaving(reply()) as upstream:
        address = check_at(upstream)
        with using(load_settings().model_copy(update={"ping_deliver_url": address})):
            deliver_alerts(return_state=True)
            broken(return_state=True)
        assert told(upstream) == ["/start", "", "/start", "/fail"]


@flow
def about_then(moment: datetime | None, *, dry: bool) -> None:
    """Do nothing, about another time or for nothing."""
    with progress("deliver", as_of=moment, dry_run=dry):
        pass


def test_what_is_about_another_time_is_not_heard_of(prefect_server: None) -> None:
    """A run with an as-of, or a dry one, says nothing about whether the schedule is alive."""
    with misbehaving(reply()) as upstream:
        with using(load_settings().model_copy(update={"ping_deliver_url": check_at(upstream)})):
            about_then(NOW, dry=False)
            about_then(None, dry=True)
        assert upstream.asked == []


def test_an_address_that_is_not_safe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret goes over no open line; the error names the setting and not the address."""
    monkeypatch.setenv("TOKENTIDE_PING_DAILY_URL", f"http://check.example/{SECRET}")
    with pytest.raises(UsageError, match="TOKENTIDE_PING_DAILY_URL: must be https") as refused:
        load_settings()
    assert SECRET not in str(refused.value)


def test_each_scheduled_flow_has_a_check_of_its_own() -> None:
    """A daily run that is fine must not hide a weekly one that is not; a backfill has none."""
    names = ("daily", "weekly", "deliver")
    given = Settings.model_validate(
        {f"TOKENTIDE_PING_{name.upper()}_URL": f"https://x/{name}" for name in names}
    )
    found = {name: given.ping_url_of(name) for name in names}
    assert {name: secret.get_secret_value() for name, secret in found.items() if secret} == {
        name: f"https://x/{name}" for name in names
    }
    assert given.ping_url_of("backfill") is None
