"""Charts as pictures: one figure window by window between its bounds, drawn without a network."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from schemas.charts import Chart, ChartPoint

if TYPE_CHECKING:
    import altair as alt

FONT: Final = "Liberation Sans"
"""The converter brings it along: text is drawn where no font is installed, and the same everywhere."""
_WIDTH_PX: Final = 480
_HEIGHT_PX: Final = 260
_SCALE: Final = 2
"""Pixels of the picture for one of the drawing: sharp on a phone."""
_INK: Final = "#1d2733"
_FAINT: Final = "#5b6875"
_FIGURE: Final = "#0b62a4"
_BAND: Final = "#a9cbe6"
_BOUND: Final = "#b3261e"
_MARK: Final = "#f2b705"
_TITLE_COLUMNS: Final = 58
_SMALL_COLUMNS: Final = 88
_NOT_SETTLED: Final = "hollow: not settled yet"
_ROW: Final[dict[str, type[pl.DataType]]] = {
    "start": pl.Date,
    "low": pl.Float64,
    "known": pl.Float64,
    "high": pl.Float64,
    "settled": pl.Boolean,
}
_BROKEN: Final = "break-paths-show-domains"


def draw(chart: Chart) -> bytes:
    """The chart as a PNG, the same bytes every time.

    A window of which nothing is known is a gap in line and band. What has not settled is hollow, and its line is
    dashed.
    """
    import vl_convert

    picture: bytes = vl_convert.vegalite_to_png(
        specification(chart), vl_version="6.4", scale=_SCALE, allowed_base_urls=[]
    )
    return picture


def specification(chart: Chart) -> dict[str, Any]:
    """The chart as a Vega-Lite specification that holds its data."""
    import altair as alt

    x = alt.X("start:T", scale=alt.Scale(type="utc"), axis=_days(chart))
    layers = [_band(chart, x), *_event(chart, x), *_bound(chart), *_series(chart, x)]
    specified: dict[str, Any] = (
        alt.layer(*layers)
        .properties(width=_WIDTH_PX, height=_HEIGHT_PX, title=_title(chart), background="white", padding=14)
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(labelColor=_INK, labelFontSize=12, gridColor="#e6e9ec", domainColor=_FAINT)
        .to_dict()
    )
    return specified


def _days(chart: Chart) -> "alt.Axis":
    """The axis of days; its title is the citation, so that the picture never travels without it."""
    import altair as alt

    return alt.Axis(
        format="%-d %b",
        labelOverlap=True,
        tickCount=6,
        grid=False,
        title=wrap(chart.source, _SMALL_COLUMNS),
        titleAnchor="start",
        titleColor=_FAINT,
        titleFontSize=10,
        titleFontWeight="normal",
        titlePadding=10,
    )


def _event(chart: Chart, x: "alt.X") -> list["alt.Chart"]:
    """The window that the chart is about, and its figure at the foot of it."""
    import altair as alt

    place = next(place for place, point in enumerate(chart.points) if point.start == chart.marked)
    is_early = place < len(chart.points) // 3
    window = alt.Chart(_frame(chart.points[place : place + 1]))
    beside: dict[str, Any] = {
        "fontSize": 15,
        "fontWeight": "bold",
        "align": "left" if is_early else "right",
        "baseline": "bottom",
        "dx": 12 if is_early else -12,
    }
    foot = {"x": x, "y": alt.value(_HEIGHT_PX - 6), "text": alt.value(chart.marked_label)}
    return [
        window.mark_rule(color=_MARK, strokeWidth=16, opacity=0.35).encode(x=x),
        window.mark_text(color=_INK, **beside).encode(**foot),
    ]


def _bound(chart: Chart) -> list["alt.Chart"]:
    """The line that the figure is held against, and its name."""
    import altair as alt

    bound = alt.Chart(_frame(chart.points[:1]))
    y = alt.Y(datum=chart.line)
    named = bound.mark_text(
        text=chart.line_label, color=_BOUND, align="left", baseline="bottom", dx=4, dy=-3, fontSize=12
    )
    return [
        bound.mark_rule(color=_BOUND, strokeDash=[5, 3], strokeWidth=1.5).encode(y=y),
        named.encode(x=alt.value(0), y=y),
    ]


def _band(chart: Chart, x: "alt.X") -> "alt.Chart":
    """What the figure can be; broken where nothing is known."""
    import altair as alt

    y = alt.Y("low:Q", scale=alt.Scale(zero=False, nice=True), axis=_values(chart))
    band = alt.Chart(_frame(chart.points)).mark_area(color=_BAND, opacity=0.6, invalid=_BROKEN)
    bounded: alt.Chart = band.encode(x=x, y=y, y2="high:Q")
    return bounded


def _values(chart: Chart) -> "alt.Axis":
    import altair as alt

    return alt.Axis(
        title=None, tickCount=5, labelExpr=f"format(datum.value, '~g') + '{chart.unit}'", ticks=False
    )


def _series(chart: Chart, x: "alt.X") -> list["alt.Chart"]:
    """Line and points; broken where nothing is known, dashed and hollow where it has not settled."""
    import altair as alt

    known = {"x": x, "y": alt.Y("known:Q", scale=alt.Scale(zero=False, nice=True), axis=_values(chart))}
    settled = sum(point.settled for point in chart.points)
    firm = alt.Chart(_frame(chart.points[:settled]))
    loose = alt.Chart(_frame(chart.points[settled:]))
    bridge = alt.Chart(_frame(chart.points[max(settled - 1, 0) :]))
    return [
        bridge.mark_line(color=_FIGURE, strokeWidth=2, strokeDash=[4, 3], invalid=_BROKEN).encode(**known),
        firm.mark_line(color=_FIGURE, strokeWidth=2.5, invalid=_BROKEN).encode(**known),
        firm.mark_point(color=_FIGURE, filled=True, size=22, opacity=1).encode(**known),
        loose.mark_point(color=_FIGURE, fill="white", size=40, opacity=1, strokeWidth=1.5).encode(**known),
    ]


def _title(chart: Chart) -> dict[str, Any]:
    kinds = [f"shaded: {chart.band_label}"] if any(_has_band(point) for point in chart.points) else []
    kinds += [_NOT_SETTLED] if any(not point.settled for point in chart.points) else []
    small = "; ".join([chart.axis, *kinds])
    return {
        "text": wrap(chart.title.replace(" %", "\u00a0%"), _TITLE_COLUMNS),
        "subtitle": wrap(small, _SMALL_COLUMNS),
        "anchor": "start",
        "frame": "group",
        "color": _INK,
        "fontSize": 15,
        "subtitleColor": _FAINT,
        "subtitleFontSize": 11,
        "subtitlePadding": 6,
        "offset": 12,
    }


def _has_band(point: ChartPoint) -> bool:
    return point.low != point.high


def _frame(points: Sequence[ChartPoint]) -> pl.DataFrame:
    rows = pl.DataFrame([point.model_dump() for point in points], schema=_ROW)
    return rows.with_columns(pl.col("start").cast(pl.Datetime).dt.replace_time_zone("UTC"))
