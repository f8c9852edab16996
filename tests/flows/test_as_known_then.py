"""As known then: a restated day, a revealed stealth model and a lab added, and what every standpoint says of them.

One person uses the system from August to October: runs it, reviews what is new, and asks about the same two
weeks after each event. Everything is reckoned a second time, in plain Python, from what the upstream had said.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from flows.cli import main
from flows.sample import made
from flows.sample.home import REFERENCE
from flows.sample.server import SampleUpstream
from schemas.windows import Window
from tests.support.reckoned import ASKED, LISTED, Said, countries_of, holds

RESTATED, REVEALED = Window.parse("2026-W33"), Window.parse("2026-W35")
"""A week of which a day is restated, and one in which the stealth model and the new author ranked."""
LOOKS: Final = (date(2026, 8, 20), date(2026, 9, 10), date(2026, 10, 1))
FIRST, SECOND, THIRD, FOURTH, LAST = (
    "2026-08-25T00:00Z", "2026-09-11T00:00Z", "2026-09-21T00:00Z", "2026-09-26T00:00Z", "2026-10-02T00:00Z"
)  # fmt: skip
"""Standpoints: after the first look, the restatement, the reveal, the review of the lab, and at the end."""
REVEAL = (
    "stealth/paper-boat,revealed,Red Kite (made),CN,2026-08-17,2026-09-20,made: a post,high,2026-09-20,\n"
)
LAB = "new-dawn,New Dawn (made),US,2025-01-01,2026-09-25,made: its imprint,high,2026-09-25,\n"
CHEAPER: Final = LISTED.replace(b'"prompt": "0.00000175"', b'"prompt": "0.00000075"')
"""A catalogue in which an American model costs less."""
CUT: Final = "north-fork/nf-5-20260115"

Ask = Callable[[Window, str], Said]
Show = Callable[..., dict[str, Any]]


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """The reviewed files of the sample before anybody revealed the stealth model."""
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE, folder)
    header = (REFERENCE / "attributions.csv").read_text("utf-8").splitlines()[0]
    (folder / "attributions.csv").write_text(f"{header}\n", "utf-8")
    return folder


@pytest.fixture
def run(
    prefect_server: None,
    tmp_path: Path,
    reference: Path,
    upstream: SampleUpstream,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[date], None]]:
    """Run `tokentide ingest` as of the day of an export."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TOKENTIDE_REFERENCE", str(reference))
    monkeypatch.setenv("OPENROUTER_BASE_URL", upstream.base_url)

    def ingest(look: date) -> None:
        upstream.today = look
        with pytest.raises(SystemExit) as ended:
            main(["ingest", "--as-of", made.looked_at(look).isoformat()])
        assert ended.value.code == 0

    return ingest  # type: ignore[return-value]


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Show:
    """What `tokentide show` prints as JSON, money with all its digits."""

    def answer(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["show", *words, "--format", "json"])
        out, err = capsys.readouterr()
        assert (ended.value.code, err) == (0, "")
        found: dict[str, Any] = json.loads(out, parse_float=Decimal)
        return found

    return answer


@pytest.fixture
def ask(show: Show) -> Ask:
    """Everything that is asked about a week from a standpoint."""
    return lambda week, as_of: {what: show(what, "--window", str(week), "--as-of", as_of) for what in ASKED}


def test_every_standpoint_says_what_was_known_then(
    run: Callable[[date], None], ask: Ask, show: Show, reference: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shares, leads, prices, open weights and quality before and after each event, and ever after."""
    labs = countries_of(reference / "labs.csv")
    told: dict[tuple[Window, str], Said] = {}

    run(LOOKS[0])
    told[RESTATED, FIRST] = ask(RESTATED, FIRST)
    holds(told[RESTATED, FIRST], RESTATED, LOOKS[:1], labs)
    assert ask(REVEALED, FIRST)["shares"]["rows"] == []  # the week is still to come

    run(LOOKS[1])
    told[RESTATED, SECOND] = ask(RESTATED, SECOND)
    told[REVEALED, SECOND] = ask(REVEALED, SECOND)
    holds(told[RESTATED, SECOND], RESTATED, LOOKS[:2], labs)
    holds(told[REVEALED, SECOND], REVEALED, LOOKS[:2], labs)

    _add(reference / "attributions.csv", REVEAL)
    told[REVEALED, THIRD] = ask(REVEALED, THIRD)
    holds(told[REVEALED, THIRD], REVEALED, LOOKS[:2], {**labs, "stealth/paper-boat": "CN"})

    _add(reference / "labs.csv", LAB)
    told[REVEALED, FOURTH] = ask(REVEALED, FOURTH)
    everybody = {**labs, "stealth/paper-boat": "CN", "new-dawn": "US"}
    holds(told[REVEALED, FOURTH], REVEALED, LOOKS[:2], everybody)

    assert LISTED != CHEAPER
    monkeypatch.setattr(made, "catalogue", lambda: CHEAPER)  # the price of a later day
    run(LOOKS[2])
    for (week, standpoint), said in told.items():
        assert ask(week, standpoint) == said  # word for word, whatever was learned since
    holds(ask(RESTATED, LAST), RESTATED, LOOKS, everybody)
    holds(ask(REVEALED, LAST), REVEALED, LOOKS, everybody)  # at the prices of its days
    lists = [show("price-history", "--subject", CUT, "--as-of", each)["rows"] for each in (FOURTH, LAST)]
    assert [[row["prompt_usd_per_mtok"] for row in rows] for rows in lists] == [
        [Decimal("1.75")],
        [Decimal("1.75"), Decimal("0.75")],
    ]

    restated = [told[RESTATED, standpoint]["prices"]["rows"] for standpoint in (FIRST, SECOND)]
    assert _of(restated[0], "CN")["list_usd"] < _of(restated[1], "CN")["list_usd"]
    leads = [told[REVEALED, standpoint]["leads"]["rows"][0] for standpoint in (SECOND, THIRD, FOURTH)]
    assert [lead["leader"] for lead in leads] == ["US", "CN", "CN"]
    assert leads[1]["lead"] > leads[2]["lead"]
    covered = [_of(told[REVEALED, each]["prices"]["rows"], "CN")["coverage"] for each in (SECOND, THIRD)]
    assert covered[0] > covered[1]  # the revealed model has no list price


def _add(reviewed: Path, line: str) -> None:
    with reviewed.open("a", encoding="utf-8") as file:
        file.write(line)


def _of(rows: list[dict[str, Any]], origin: str) -> dict[str, Any]:
    return next(row for row in rows if row["origin"] == origin)
