"""A chart for tests that only need one."""

from datetime import date, timedelta

from schemas.charts import Chart, ChartPoint

_DAY = date(2026, 6, 15)
CHART = Chart(
    title="A sentence",
    axis="A share",
    unit=" %",
    points=tuple(
        ChartPoint(start=_DAY + timedelta(weeks=week), low=week, known=week, high=week + 1) for week in (0, 1)
    ),
    line=50,
    line_label="half",
    marked=_DAY,
    marked_label="0.0 %",
    band_label="a band",
    source="Source: a test.",
)
