"""Points computed from nothing, to compare stored ones with; and made reviewed rows that are learned in time."""

from datetime import datetime
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


def from_nothing(connection: Connection, settings: Settings, standpoint: datetime) -> dy.DataFrame[Points]:
    """Every point of every complete week as known at a standpoint, with nothing remembered."""
    given = sources_of(read(connection, settings, standpoint, with_prices=True, with_weights=True))
    points = points_of(given, given.windows)
    return Points.validate(pl.concat([points, folded(points)]).sort(KEY))
