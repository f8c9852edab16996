"""Runs are written down when they begin, and again when they end."""

from sqlalchemy import Engine

from schemas.summary import RowCounts, RunSummary
from storage.engine import reading, writing
from storage.runs import finish, newest_known_at, read_runs, start
from tests.support.made_answers import noon


def test_a_run_that_never_ended_stays_running(engine: Engine) -> None:
    """A killed run is not mistaken for a good one."""
    with writing(engine) as connection:
        start(connection, "weekly", window_at=noon(1), known_at=noon(1))
    with reading(engine) as connection:
        assert read_runs(connection, noon(2))[0]["outcome"] == "running"
        assert newest_known_at(connection, "weekly") is None


def test_the_end_says_what_was_written_and_what_was_wrong(engine: Engine) -> None:
    """Row counts, the outcome, and errors before warnings."""
    summary = RunSummary(
        flow="weekly", known_at=noon(1), rows=RowCounts(added=51, revised=2), warnings=["w"], errors=["e"]
    )
    with writing(engine) as connection:
        number = start(connection, "weekly", window_at=noon(1), known_at=noon(1))
        finish(connection, number, noon(1, hour=13), summary)
    with reading(engine) as connection:
        (run,) = read_runs(connection, noon(2))
    assert (run["outcome"], run["rows_added"], run["rows_revised"]) == ("failed", 51, 2)
    assert (run["messages"], run["finished_at"]) == (["e", "w"], noon(1, hour=13))


def test_runs_are_listed_as_of_a_standpoint(engine: Engine) -> None:
    """Newest last, and none from later."""
    with writing(engine) as connection:
        for number in (1, 2, 3):
            start(connection, f"flow{number}", window_at=noon(number), known_at=noon(number))
    with reading(engine) as connection:
        assert [run["flow"] for run in read_runs(connection, noon(2))] == ["flow1", "flow2"]


def test_the_newest_good_run_tells_where_to_go_on(engine: Engine) -> None:
    """Warnings are good enough; a failure is not, and neither is a run of another flow."""
    with writing(engine) as connection:
        for at, flow, wrong in (
            (1, "weekly", {}),
            (2, "weekly", {"warnings": ["w"]}),
            (3, "weekly", {"errors": ["e"]}),
            (4, "derivatives", {}),
        ):
            number = start(connection, flow, window_at=noon(at), known_at=noon(at))
            summary = RunSummary.model_validate({"flow": flow, "known_at": noon(at), **wrong})
            finish(connection, number, noon(at), summary)
    with reading(engine) as connection:
        assert newest_known_at(connection, "weekly") == noon(2)
