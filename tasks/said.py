"""What was said of a week, and when: stored points, each with the measurement that it is from."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection

from schemas.answers import Answer, WindowView
from schemas.citation import TOKENIZER_NOTE, citation
from schemas.errors import AsOfError
from schemas.point_frames import READS
from schemas.settings import Settings
from schemas.windows import WEEK, Status, Window, WindowKind
from storage.observations import read_headline
from storage.points import read_points
from storage.receipts import newest_as_of
from tasks.metrics.sources import KEPT_KINDS

SAID: Final = "said"
_NOTHING: Final = "Nothing was said of it by then: `tokentide measure` keeps what is known, from then on."


def said(
    connection: Connection,
    settings: Settings,
    standpoint: datetime,
    asked: Window,
    *,
    subject: str | None = None,
    by: str | None = None,
    basis: str | None = None,
) -> Answer:
    """The points of `asked`, or of every ISO week within it, as the newest measurement by `standpoint` has them.

    Args:
        connection: one consistent view of the database.
        settings: of the home that is read.
        standpoint: the day on which it was said (aware UTC).
        asked: a window of a kind that is kept (`KEPT_KINDS`); of any other the ISO weeks within it.
        subject: only points about this origin, lab, author or model; `CN,US` for a pair.
        by: only points that are counted so.
        basis: only points on this basis.
    """
    windows = [asked] if asked.kind in KEPT_KINDS else _weeks_within(asked)
    found = with_values(read_points(connection, standpoint, windows=windows))
    found = found.sort("window_start", "metric", maintain_order=True)
    rows = [
        row
        for point in found.iter_rows(named=True)
        if _fits(row := _row(point, standpoint), subject, by, basis)
    ]
    notes = [TOKENIZER_NOTE] if rows else [_NOTHING]
    inputs, missing = _inputs(connection, found)
    return Answer(
        definition={"list": SAID, "windows": _spelled(windows)},
        window=WindowView.of(asked, standpoint, reason=None if rows else _NOTHING),
        as_of=standpoint,
        citation=citation(newest_as_of(connection, standpoint), made=settings.made_sample),
        inputs=inputs,
        rows=rows,
        notes=[*notes, *missing],
    )


def _weeks_within(asked: Window) -> list[Window]:
    weeks = WEEK.covering(asked.start, asked.end)
    return [week for week in weeks if asked.start <= week.start and week.end <= asked.end]


def _spelled(windows: Sequence[Window]) -> str:
    if len(windows) < 2:
        return str(*windows) or "none"
    return f"{windows[0]}..{windows[-1]}"


def with_values(points: pl.DataFrame) -> pl.DataFrame:
    """Points with `metric`, and `value`, `value_low` and `value_high` (Float64): the figures that they stand for."""
    metric = pl.col("definition").str.json_path_match("$.metric")
    reads = metric.replace_strict(READS, return_dtype=pl.String)
    part = {"value": "part", "value_low": "low", "value_high": "high"}
    figure = {"value": "figure", "value_low": "figure_low", "value_high": "figure_high"}
    below = pl.when(pl.col("whole") > 0).then(pl.col("whole"))
    return points.with_columns(
        metric.alias("metric"),
        *(
            pl.when(reads == "ratio")
            .then(pl.col(part[name]) / below)
            .when(reads == "growth")
            .then(pl.col(part[name]) / below - 1)
            .when(reads == "place")
            .then(pl.col(part[name]).cast(pl.Float64))
            .otherwise(pl.col(figure[name]))
            .alias(name)
            for name in part
        ),
    )


def _row(point: dict[str, Any], standpoint: datetime) -> dict[str, Any]:
    window = WindowKind.parse(point["window_kind"]).containing(point["window_start"])
    definition = json.loads(point["definition"])
    return {
        "window": str(window),
        "what": _in_words(definition),
        "metric": point["metric"],
        "by": definition.get("by"),
        "basis": definition.get("basis"),
        "subject": point["subject"],
        **{
            name: point[name]
            for name in ("value", "value_low", "value_high", "coverage", "part", "whole", "low", "high")
        },
        "word": point["word"],
        "status": str(Status.PROVISIONAL if standpoint < point["settles_at"] else Status.SETTLED),
        "measured_at": point["known_at"],
        "measurement": point["measurement_id"],
    }


def _in_words(definition: dict[str, Any]) -> str:
    """`shares`, `growth, over 52`, `leads, without free`: the metric, and what is not usual or not said beside it."""
    also = [f"{name} {definition[name]}" for name in ("of", "top", "over", "level") if name in definition]
    if "free" in definition:
        also.append("without free")
    return ", ".join([definition["metric"], *also])


def _fits(row: dict[str, Any], subject: str | None, by: str | None, basis: str | None) -> bool:
    asked = {"subject": subject, "by": by, "basis": basis}
    return all(wanted is None or row[name] == wanted for name, wanted in asked.items())


def _inputs(connection: Connection, found: pl.DataFrame) -> tuple[list[dict[str, str]], list[str]]:
    """The payloads that the points were computed from, and what must be said where these are no longer told."""
    payloads: dict[str, dict[str, str]] = {}
    for measured_at, points in found.partition_by("known_at", as_dict=True).items():
        first, last = points["window_start"].to_list(), points["window_end"].to_list()
        try:
            headline = read_headline(connection, measured_at[0], start=min(first), end=max(last))
        except AsOfError as error:
            return [], [str(error)]
        payloads |= {each["sha256"]: each for each in headline.inputs}
    return list(payloads.values()), []
