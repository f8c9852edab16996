"""`tokentide claims` on the fed sample and on an empty home."""

import json
from pathlib import Path
from typing import Any

import pytest

from flows.cli import main
from schemas.settings import Settings
from storage.claims import load_claims
from tests.support.fed import feed

OWN = """
- id: cn-half
  text: Jade and kites had more than half.
  stated: over half
  source: {outlet: Made News, unread: it is made}
  date: 2026-09-30
  windows: [2026-W39]
  quantities:
    - {measure: share, subjects: [CN], value: "50", unit: per cent, means: above}
  credits:
    - {author: jade-river, credited_to: north-fork}
- id: cn-all
  text: All of it.
  stated: "100 %"
  source: {outlet: Made News, unread: it is made}
  date: 2026-09-30
  windows: [2026-W39]
  quantities:
    - {measure: share, subjects: [CN, US], value: "99.95", unit: per cent}
- id: long-ago
  text: Long ago.
  stated: "1 %"
  source: {outlet: Made News, unread: it is made}
  date: 2026-09-30
  windows: [2024-W10]
  quantities:
    - {measure: share, subjects: [CN], value: "1", unit: per cent}
"""


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose sample was fed to the end."""
    home = tmp_path_factory.mktemp("fed")
    feed(Settings(TOKENTIDE_HOME=home))
    return home


def _told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["claims", *words])
    said = capsys.readouterr()
    assert (ended.value.code, said.err) == (0, "")
    return said.out


def _rows(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(_told(capsys, *words, "--format", "json"))["rows"]
    return rows


@pytest.fixture
def own(tmp_path: Path) -> str:
    """A file of made claims about the made sample."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


def test_every_shipped_claim_is_answered_on_the_sample(
    fed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One row each, in the promised shape, with window, as-of and citation at the top."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(fed))
    found = json.loads(_told(capsys, "--sample", "--format", "json"))

    assert [row["id"] for row in found["rows"]] == [claim.id for claim in load_claims(None)]
    assert found["citation"].startswith("MADE SAMPLE DATA")
    assert set(found["window"]) >= {"kind", "start", "end", "complete", "status"}
    assert any(given["url"].endswith("/models") for given in found["inputs"])
    for row in found["rows"]:
        assert set(row) >= {"id", "text", "stated", "verdict", "reason", "value", "definitions", "note"}
        assert row["verdict"] in {"holds", "holds_only_if", "fails", "no_data"}
        assert (row["reason"] is not None) == (row["verdict"] == "no_data")


def test_every_shipped_claim_is_no_data_on_an_empty_database(capsys: pytest.CaptureFixture[str]) -> None:
    """What has a feed names the command that would fetch it; the rest says that there is none."""
    rows = _rows(capsys)

    assert {row["verdict"] for row in rows} == {"no_data"}
    assert {row["reason"] for row in rows} == {"not_recorded", "no_feed"}
    for row in rows:
        assert (row["command"] is not None) == (row["reason"] == "not_recorded"), row["id"]
    first = rows[0]
    assert first["command"] == "tokentide backfill --start 2025-01-01 --end 2026-02-15"


def test_a_file_is_checked_instead(
    fed: Path, own: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the claims of the file are answered: one holds, one fails, one has no data; and who is credited."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(fed))
    half, everything, long_ago = _rows(capsys, own, "--sample")

    assert (half["verdict"], half["definitions"][0]["basis"]) == ("holds", "all")
    assert half["value"] == half["definitions"][0]["value"] > 0.5
    assert "credits north-fork with models of jade-river: wrongly" in half["note"]
    assert everything["verdict"] in {"fails", "holds_only_if"}
    assert (long_ago["verdict"], long_ago["reason"], long_ago["command"]) == ("no_data", "no_feed", None)


def test_as_of_before_anything_was_recorded(
    fed: Path, own: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a standpoint before the week nothing is known of it."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(fed))

    rows = _rows(capsys, own, "--sample", "--as-of", "2026-06-01T00:00Z")

    assert {row["verdict"] for row in rows} == {"no_data"}
    assert rows[0]["command"] == "tokentide weekly"


def test_table_and_csv(
    fed: Path, own: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A block for each claim with its citation below, and a line for each in CSV."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(fed))

    table, lines = _told(capsys, own, "--sample"), _told(capsys, own, "--sample", "--format", "csv")

    assert "cn-half: holds\n" in table
    assert "holds with all, 2026-W39, variants merged, attribution as known now" in table
    assert "MADE SAMPLE DATA" in table.splitlines()[-1]
    assert len(lines.splitlines()) == 4


def test_a_file_that_cannot_be_meant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, status 2."""
    (tmp_path / "bad.yaml").write_text("nonsense", encoding="utf-8")

    with pytest.raises(SystemExit) as ended:
        main(["claims", str(tmp_path / "bad.yaml")])

    assert ended.value.code == 2
    assert "holds no list of claims" in capsys.readouterr().err


THEN = """
- id: dearer
  text: American tokens cost more.
  stated: more
  source: {outlet: Made News, unread: it is made}
  date: 2026-09-12
  quantities:
    - {measure: price_ratio, origins: [US, CN], value: "1", unit: times, means: above}
"""


def test_what_tokens_cost_then_is_with_the_attributions_of_then(
    fed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A week before the stealth model was revealed, its unpriced tokens were not yet among the Chinese ones."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(fed))
    (path := tmp_path / "then.yaml").write_text(THEN, encoding="utf-8")
    [row] = _rows(capsys, str(path), "--sample")
    weighted = [each for each in row["definitions"] if "blended 3:1 price of the named" in each["basis"]]
    told = {each["attribution"]: each for each in weighted}

    with pytest.raises(SystemExit):
        main(["show", "price-ratio", "--sample", "--window", "2026-W36", "--as-of", "2026-09-12T23:59:59Z",
              "--format", "json"])  # fmt: skip
    [ratio] = json.loads(capsys.readouterr().out)["rows"]
    assert told["then"]["window"] == "2026-W36"
    assert told["then"]["value"] == pytest.approx(1 / ratio["ratio"])
    assert f"CN ({ratio['a_coverage']:.0%} of them priced)" in told["then"]["basis"]
