"""Points computed from nothing, to compare stored ones with; and made reviewed rows that are learned in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import dataframely as dy
import polars as pl
from sqlalchemy import Connection

from schemas.point_frames import KEY, Points
from schemas.settings import Settings
from tasks.metrics.points import folded, points_of
from tasks.reading import read
from tasks.remeasuring import sources_of

LABS = """author,lab,country,valid_from,known_since,evidence,confidence,checked_on,note
kai,Kai,CN,2025-01-01,2025-01-01,made,high,2026-06-01,
ada,Ada,US,2025-01-01,2025-01-01,made,high,2026-06-01,
zoe,Zoe,FR,2025-01-01,2026-06-16,made,high,2026-06-16,
"""
ATTRIBUTIONS = """slug,kind,lab,country,valid_from,known_since,evidence,confidence,checked_on,note
stealth/owl,revealed,Kai,CN,2026-06-03,2026-06-18,made,high,2026-06-18,
"""


def reviewed_in(folder: Path) -> Path:
    """A folder with an author that is reviewed on 16 June, and a stealth model that is revealed on the 18th."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "labs.csv").write_text(LABS)
    (folder / "attributions.csv").write_text(ATTRIBUTIONS)
    return folder


@dataclass(frozen=True)
class Learned:
    """A row that people add to a reviewed file: about whom, what they found, and from which day it is valid."""

    file: str
    about: str
    found: str
    valid_from: date


HEADS = {
    "labs.csv": LABS.splitlines()[0],
    "attributions.csv": ATTRIBUTIONS.splitlines()[0],
    "open_weights.csv": "slug,weights,valid_from,known_since,evidence,confidence,checked_on,note",
    "known_gaps.csv": "channel,day,evidence,checked_on,note",
}


class ReviewedFolder:
    """The files of `reviewed_in`, to which rows are added; of two of one day about the same the later one stays."""

    def __init__(self, folder: Path) -> None:
        self.folder = reviewed_in(folder)
        self._rows: dict[str, dict[tuple[object, ...], str]] = {name: {} for name in HEADS}
        self._began = {"labs.csv": LABS, "attributions.csv": ATTRIBUTIONS}

    def learn(self, rows: Iterable[Learned], day: date) -> None:
        """Add rows that are known since a day."""
        for row in rows:
            text = f"{row.about},{row.found},{row.valid_from},{day},made,high,{day},"
            self._rows[row.file][row.about, row.valid_from, day] = text
        self._write()

    def accept(self, gap: date) -> None:
        """Have a day that is missing be one that upstream does not have."""
        self._rows["known_gaps.csv"][gap,] = f"api,{gap},made,{gap},"
        self._write()

    def _write(self) -> None:
        for name, rows in self._rows.items():
            began = self._began.get(name, HEADS[name] + "\n")
            (self.folder / name).write_text(began + "".join(f"{row}\n" for row in rows.values()))


def from_nothing(connection: Connection, settings: Settings, standpoint: datetime) -> dy.DataFrame[Points]:
    """Every point of every complete week as known at a standpoint, with nothing remembered."""
    given = sources_of(read(connection, settings, standpoint, with_prices=True, with_weights=True))
    points = points_of(given, given.windows)
    return Points.validate(pl.concat([points, folded(points)]).sort(KEY))
