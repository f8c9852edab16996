"""Charts: the same picture everywhere, gaps as gaps, and nothing that has not settled drawn as if it had."""

import os
import struct
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.charts import Chart, ChartPoint
from tasks.report.charts import draw, specification

ROOT = Path(__file__).parents[2]
MONDAY = date(2026, 4, 27)
GAP = (None, None, None)
VALUES = (
    (44.0, 44.0, 52.0),
    (46.0, 46.0, 54.0),
    GAP,
    (49.0, 49.0, 57.0),
    (51.0, 51.0, 59.0),
    (52.0, 52.0, 60.0),
)
CHART = Chart(
    title="China's models carried 51.0 % of OpenRouter's tokens, 25–31 May, and are now above half",
    axis="China's share of OpenRouter's tokens, by week",
    unit=" %",
    points=tuple(
        ChartPoint(start=MONDAY + timedelta(weeks=week), low=low, known=known, high=high, settled=week < 5)
        for week, (low, known, high) in enumerate(VALUES)
    ),
    line=50,
    line_label="half",
    marked=MONDAY + timedelta(weeks=4),
    marked_label="51.0 %",
    band_label="up to every unidentified token being Chinese",
    source="Source: OpenRouter (openrouter.ai/rankings), as of 2026-06-11T01:46Z.",
)
DRAWING = """
import hashlib, sys
from schemas.charts import Chart
from tasks.report.charts import draw
print(hashlib.sha256(draw(Chart.model_validate_json(sys.stdin.read()))).hexdigest())
"""


def layers(mark: str) -> list[dict[str, Any]]:
    """The layers of the specification with that kind of mark, with their rows in place."""
    chart = specification(CHART)
    found = [layer for layer in chart["layer"] if layer["mark"]["type"] == mark]
    return [{**layer, "rows": chart["datasets"][layer["data"]["name"]]} for layer in found]


def words(found: object) -> str:
    """A title, however it is broken into lines."""
    return " ".join(found) if isinstance(found, list) else str(found)


def test_the_picture_is_small_and_sharp() -> None:
    """A PNG about as wide as the screen of a phone has pixels, and no heavier than a photo's thumbnail."""
    picture = draw(CHART)
    width, height = struct.unpack(">II", picture[16:24])
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert (900 < width < 1300, 600 < height < 1000, len(picture) < 400_000) == (True, True, True)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_it_is_the_same_picture_everywhere(zone: str) -> None:
    """Without any font installed, and whatever the time zone, the bytes are the same."""
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "FONTCONFIG_FILE": os.devnull, "TZ": zone}
    said = [
        subprocess.run(
            [sys.executable, "-c", DRAWING],
            env=env,
            input=CHART.model_dump_json(),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for env in (bare, {**os.environ, "PYTHONPATH": str(ROOT), "TZ": "UTC"})
    ]
    assert said[0] == said[1]


def test_text_is_drawn() -> None:
    """Another title is another picture: the font is there."""
    other = CHART.model_copy(update={"title": CHART.title.replace("51.0", "52.0")})
    assert draw(other) != draw(CHART)


def test_a_gap_stays_a_gap() -> None:
    """What is missing breaks line and band instead of being bridged."""
    (band,) = layers("area")
    assert [row["low"] for row in band["rows"]] == [44, 46, None, 49, 51, 52]
    assert {layer["mark"]["invalid"] for layer in [band, *layers("line")]} == {"break-paths-show-domains"}


def test_what_has_not_settled_looks_different() -> None:
    """The last week is a hollow point at the end of a dashed line."""
    dashed, firm = layers("line")
    settled, loose = layers("point")
    assert ([row["known"] for row in firm["rows"]], "strokeDash" in firm["mark"]) == (
        [44, 46, None, 49, 51],
        False,
    )
    assert ([row["known"] for row in dashed["rows"]], "strokeDash" in dashed["mark"]) == ([51, 52], True)
    assert (len(settled["rows"]), loose["mark"]["fill"], [row["known"] for row in loose["rows"]]) == (
        5,
        "white",
        [52],
    )


def test_the_picture_says_what_it_shows() -> None:
    """A plain sentence above, what is measured below it, the bound by its name, and the source at the foot."""
    chart = specification(CHART)
    (band,) = layers("area")
    assert words(chart["title"]["text"]).replace("\u00a0", " ") == CHART.title
    assert words(chart["title"]["subtitle"]) == (
        "China's share of OpenRouter's tokens, by week; shaded: up to every unidentified token being Chinese; "
        "hollow: not settled yet"
    )
    assert words(band["encoding"]["x"]["axis"]["title"]) == CHART.source
    assert band["encoding"]["y"]["axis"]["labelExpr"] == "format(datum.value, '~g') + ' %'"
    assert [layer["mark"].get("text") for layer in layers("text")] == [None, "half"]
