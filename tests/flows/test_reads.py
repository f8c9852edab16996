"""Commands that only read, on the fed sample: what they print is what scripts and people were promised."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.reads import Tell, answer_of


def test_shares_have_the_promised_shape(tell: Tell) -> None:
    """One object with definition, window, as-of, citation, inputs, exact tokens and shares between 0 and 1."""
    found = answer_of(tell, "shares", "--window", "2026-W39")

    assert set(found) >= {
        "definition",
        "window",
        "as_of",
        "citation",
        "inputs",
        "rows",
        "unknown",
        "total_tokens",
    }
    assert set(found["window"]) >= {"kind", "start", "end", "complete", "status"}
    assert found["window"]["status"] == "settled"
    china = found["rows"][0]
    assert set(china) >= {"origin", "tokens", "share", "low", "high"}
    known = sum(row["tokens"] for row in found["rows"])
    assert known + sum(found["unknown"].values()) == found["total_tokens"]
    assert china["share"] == pytest.approx(china["tokens"] / found["total_tokens"])
    assert found["citation"].startswith("MADE SAMPLE DATA")


def test_inputs_name_the_payloads_of_the_window(tell: Tell) -> None:
    """Only the exports that supplied rows of the week are named, each with its sha256."""
    found = answer_of(tell, "shares", "--window", "2026-W39")

    assert [entry["url"].rsplit("/", 1)[1] for entry in found["inputs"]] == [
        "2026-09-24.csv",
        "2026-10-01.csv",
    ]
    assert all(len(entry["sha256"]) == 64 for entry in found["inputs"])


def test_a_lead_says_whether_it_is_decided(tell: Tell) -> None:
    """A row of leads has both sides, the bounds, the leader and whether that holds for sure."""
    [row] = answer_of(tell, "leads", "--window", "2026-W35")["rows"]

    assert set(row) >= {"a", "b", "a_tokens", "b_tokens", "lead", "low", "high", "leader", "decided"}
    assert (row["leader"], row["decided"]) == ("CN", False)
    assert row["low"] < 0 < row["high"]


def test_as_of_answers_with_what_was_known_then(tell: Tell) -> None:
    """Before the reveal the same week has another leader among known tokens."""
    [row] = answer_of(tell, "leads", "--window", "2026-W35", "--as-of", "2026-09-25T00:00Z")["rows"]

    assert (row["leader"], row["decided"]) == ("US", False)


def test_an_incomplete_week_gives_no_row(tell: Tell) -> None:
    """The week of the day that never came has no figure, and says why."""
    found = answer_of(tell, "shares", "--window", "2026-W24")

    assert found["rows"] == []
    assert found["window"]["complete"] is False
    assert any("2026-W24 has no point" in note for note in found["notes"])


def test_a_series_has_a_row_for_each_week(tell: Tell) -> None:
    """With --start the answer is a series, each row with its window."""
    rows = answer_of(tell, "shares", "--start", "2026-08-03", "--end", "2026-08-23", "--subject", "CN")[
        "rows"
    ]

    assert [row["window"] for row in rows] == ["2026-W32", "2026-W33", "2026-W34"]


@pytest.mark.parametrize("basis", ["all", "named", "attributed", "pair:CN,US", "top:9"])
def test_every_basis_is_answered(tell: Tell, basis: str) -> None:
    """Each basis is a denominator of its own, printed with the answer."""
    found = answer_of(tell, "shares", "--basis", basis)

    assert found["definition"]["basis"] == basis
    assert 0 < found["rows"][0]["share"] <= found["rows"][0]["high"] <= 1


@pytest.mark.parametrize("what", ["buckets", "crossings", "growth", "peaks", "ranks", "concentration"])
def test_every_other_metric_is_answered(tell: Tell, what: str) -> None:
    """Each metric of the last settled week prints as a table with its definition and citation."""
    status, out, _ = tell("show", what, "--sample")

    assert status == 0
    assert f"metric {what}" in out
    assert "MADE SAMPLE DATA" in out


@pytest.mark.parametrize("what", ["restatements", "quarantine", "alerts", "runs"])
def test_every_list_is_answered(tell: Tell, what: str) -> None:
    """Each list prints as JSON with a standpoint and a citation."""
    found = answer_of(tell, what)

    assert found["definition"] == {"list": what}
    assert found["citation"].startswith("MADE SAMPLE DATA")


def test_the_restated_day_is_listed(tell: Tell) -> None:
    """The restatement of a settled day shows both words and when they were learned."""
    rows = answer_of(tell, "restatements", "--start", "2026-08-12", "--end", "2026-08-12")["rows"]

    assert [(row["permaslug"], row["settled"]) for row in rows] == [("jade-river/tide-3-20260312", True)]
    assert rows[0]["new_tokens"] - rows[0]["old_tokens"] == rows[0]["change"] > 0


def test_csv_carries_window_as_of_and_citation_in_every_row(tell: Tell) -> None:
    """Somebody who gets one line of the file knows what it is."""
    status, out, _ = tell("show", "shares", "--sample", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert {row["window"] for row in rows} == {"2026-W39"}
    assert all(row["citation"].startswith("MADE SAMPLE DATA") and row["as_of"] for row in rows)


def test_csv_carries_the_whole_definition(tell: Tell) -> None:
    """A line of figures without :free cannot be taken for one with them, nor one of a year for one of a week."""
    words = ("contributions", "--sample", "--without-free", "--over", "2w", "--format", "csv")

    row = next(csv.DictReader(io.StringIO(tell("show", *words)[1])))

    said = {name: row[name] for name in ("metric", "free", "over", "variants", "basis")}
    assert said == {
        "metric": "contributions",
        "free": "left out",
        "over": "2",
        "variants": "merged",
        "basis": "all",
    }


def test_each_window_of_a_series_has_its_own_status(tell: Tell) -> None:
    """A settled week does not become a provisional one because a younger one is asked about with it."""
    words = (
        "--start",
        "2026-08-31",
        "--end",
        "2026-09-16",
        "--subject",
        "CN",
        "--as-of",
        "2026-09-17T03:00Z",
    )
    found = answer_of(tell, "shares", *words)

    assert [row["status"] for row in found["rows"]] == ["settled", "settled"]
    assert found["window"]["status"] == "provisional"


def test_a_name_that_nothing_has_is_told(tell: Tell) -> None:
    """`UK` is no code of a country, so that it has no row: the answer says so instead of nothing at all."""
    _, out, _ = tell("show", "shares", "--sample", "--subject", "UK")

    assert "No origin is called 'UK' in these figures" in out


def test_variants_apart_are_apart_in_a_lead_and_in_growth(tell: Tell) -> None:
    """The five largest models are others where a :free twin is one, and its tokens grow by themselves."""
    merged, apart = (
        answer_of(tell, "leads", "--basis", "top:5", "--variants", variants)["rows"][0]
        for variants in ("merged", "apart")
    )
    grown = answer_of(tell, "growth", "--by", "model", "--variants", "apart")["rows"]

    assert apart["basis_tokens"] < merged["basis_tokens"]
    assert any(row["model"].endswith(":free") for row in grown)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("leads", "--by", "lab"), "leads answers with by origin only; leave --by out."),
        (("growth", "--basis", "named"), "growth answers with basis all only; leave --basis out."),
        (
            ("cheapest", "--variants", "merged"),
            "cheapest answers with variants apart only; leave --variants out.",
        ),
        (("leads", "--subject", "CN"), "show leads has no use for --subject; leave --subject out."),
        (("shares", "--pair", "CN,FR"), "show shares has no use for --pair; leave --pair out."),
        (("tasks", "--without-free"), "show tasks has no use for --without-free; leave --without-free out."),
        (("alerts", "--window", "2026-W39"), "show alerts has no use for --window; leave --window out."),
        (("said", "--every", "week"), "show said has no use for --every; leave --every out."),
        (("shares", "--every", "month"), "--every cuts the days of a series into windows; add --start D."),
        (
            ("shares", "--window", "2026-W39", "--start", "2026-08-01"),
            "--window is one window, --start and --end are a series of them; give one or the other.",
        ),
    ],
)
def test_what_would_have_no_effect_is_refused(tell: Tell, words: tuple[str, ...], said: str) -> None:
    """Whoever asks for a definition that a metric does not have gets no figure of another one."""
    status, _, err = tell("show", *words, "--sample")

    assert (status, err) == (2, f"tokentide: {said}\n")


@pytest.mark.parametrize("words", [("leads", "--pair", "CN,UK"), ("shares", "--basis", "pair:CN,UK")])
def test_a_pair_is_of_countries(tell: Tell, words: tuple[str, ...]) -> None:
    """Who compares with a code that no country has is told so, and not that the other one leads for sure."""
    status, _, err = tell("show", *words, "--sample")

    assert status == 2
    assert err == "tokentide: 'UK' is no country code of ISO 3166 (two letters); write a pair as CN,US.\n"


def test_say_claims_a_lead_only_where_it_is_decided(tell: Tell) -> None:
    """A decided week is said to be led; an undecided one says that it is not decided."""
    _, decided, _ = tell("say", "--sample", "--window", "2026-W39")
    _, undecided, _ = tell("say", "--sample", "--window", "2026-W35")

    assert "and led the United States' models" in decided.splitlines()[0]
    assert "not decided" in undecided.splitlines()[0]
    assert " led " not in undecided
    assert all(len(said.splitlines()) == 3 for said in (decided, undecided))


def test_labs_review_prints_the_row_to_add(tell: Tell) -> None:
    """The unreviewed author comes with its tokens, what it would do to the share, and a row for the file."""
    _, out, _ = tell("labs", "review", "--sample", "--format", "json")

    row, weights, *_ = json.loads(out)["rows"]
    assert (row["author"], row["bucket"]) == ("new-dawn", "unreviewed")
    assert row["row"].startswith("new-dawn,<lab>,<country>,2025-01-01,2026-10-01,")
    assert (weights["model"], weights["file"]) == ("red-kite/kite-4-mini", "open_weights.csv")
    assert weights["row"].startswith("red-kite/kite-4-mini,<open or closed>,2025-01-01,2026-10-01,")


def test_doctor_masks_secrets_and_is_healthy_on_the_sample(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings are listed with their source; a secret is shown as stars."""
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-made-canary")
    status, out, _ = tell("doctor", "--sample")
    _, live, _ = tell("doctor", "--offline")

    assert status == 0, out
    assert "OPENROUTER_API_KEY = ******** (environment)" in live
    assert "sk-made-canary" not in live + out


def test_replay_gives_the_same_answers(
    tell: Tell, fed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fact tables rebuilt from the archive alone answer as before, and nobody is told again."""
    asked = (("shares", "--start", "2026-04-06"), ("alerts",), ("derivatives", "--start", "2026-09-10"))
    before = [answer_of(tell, *words)["rows"] for words in asked]
    copy = tmp_path / "copy"
    shutil.copytree(fed, copy)
    monkeypatch.setenv("TOKENTIDE_HOME", str(copy))

    status, out, err = tell("replay", "--sample")

    assert status == 0, err
    assert ", 0 answers refused" in out
    assert [answer_of(tell, *words)["rows"] for words in asked] == before


def test_a_read_of_nothing_says_what_to_do(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an empty home a read is one line with status 1, and makes no database."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(tmp_path / "empty"))

    status, _, err = tell("show", "shares")

    assert status == 1
    assert "run `tokentide weekly` first" in err
    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "shares", "--window", "2026-W99"), "names no window"),
        (("show", "shares", "--basis", "half"), "is no basis"),
        (("show", "growth", "--over", "x"), "is no distance"),
        (("show", "shares", "--as-of", "soon"), "is no moment"),
        (("show", "nonsense"), "nonsense"),
        (("backfill", "--start", "yesterday", "--end", "2026-01-01"), "is no day"),
        (("weekly", "--sample", "--source", "api"), "leave out"),
        (("--env-file",), "needs a file"),
        (("show", "shares", "--env-file", "/nowhere/.env"), "no such file"),
    ],
)
def test_a_command_that_cannot_be_meant_is_a_usage_error(
    tell: Tell, words: tuple[str, ...], says: str
) -> None:
    """One line on standard error says what is wrong, with status 2."""
    status, out, err = tell(*words, *(("--sample",) if words[0] == "show" else ()))

    assert status == 2, err
    assert out == ""
    assert err.startswith("tokentide: ")
    assert says in err
    assert len(err.splitlines()) == 1


def test_reads_do_not_import_prefect(fed: Path) -> None:
    """A read starts quickly because it never loads what runs flows, talks HTTP, or migrates."""
    code = (
        "import sys\nfrom flows.cli import main\n"
        "try:\n    main(['show', 'shares', '--sample'])\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "heavy = {'prefect', 'httpx', 'alembic', 'slack_sdk', 'fastapi', 'altair', 'obstore', 'psycopg'}\n"
        "heavy &= set(sys.modules)\nassert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"TOKENTIDE_HOME": str(fed), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_a_backtest_marks_what_was_not_said_then(tell: Tell) -> None:
    """Looked at week by week, each fact says when it would have been said, and one that would not says so."""
    asked = ("alerts", "backtest", "--sample", "--as-known")
    _, printed, _ = tell(*asked, "--rule", "cn-share-above-half")
    assert printed.startswith("2026-W29 cn-share-above-half, said 2026-07-23: China's models")
    _, printed, _ = tell(*asked, "--rule", "lab-above-fifth")
    said, counted = printed.splitlines()[0], printed.splitlines()[-2]
    assert ("not said then" in said, "not said then: 1." in counted) == (True, True), printed
