"""What a chart shows: one figure window by window, between its bounds, against a line."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class ChartPoint(BaseModel):
    """The figure of one window; all three values are null where nothing is known of it.

    Attributes:
        start: first day of the window.
        low: the figure if every unidentified token counted against it.
        known: what is known of it.
        high: the figure if every unidentified token counted for it.
        settled: whether it no longer moves in the ordinary way.
    """

    model_config = ConfigDict(frozen=True)

    start: date
    low: float | None
    known: float | None
    high: float | None
    settled: bool = True


class Chart(BaseModel):
    """A chart, before it is drawn (`tasks.report.charts`).

    Attributes:
        title: a plain sentence.
        axis: what the vertical axis measures.
        unit: what stands after a value: `%` or ` points`.
        points: every window from the first to the last, in order.
        line: the bound that the figure is held against.
        line_label: what the bound is called.
        marked: first day of the window that the chart is about.
        marked_label: its figure, as the title has it.
        band_label: what the band around the figure means.
        source: the citation.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    axis: str
    unit: str
    points: tuple[ChartPoint, ...]
    line: float
    line_label: str
    marked: date
    marked_label: str
    band_label: str
    source: str
