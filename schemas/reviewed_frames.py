"""Frames of what people reviewed about authors, models and days (`schemas/reference`)."""

from typing import Final

import dataframely as dy

CONFIDENCE: Final = ("high", "medium", "low", "withdrawn")
"""How sure a reviewed row is: low never counts; withdrawn takes back what was reviewed before."""


class Labs(dy.Schema):
    """Reviewed authors: `schemas/reference/labs.csv`, the user's folder laid over it.

    A correction is a row of its own, known since a later day: what was believed before stays on record.
    """

    author = dy.String(primary_key=True)
    lab = dy.String()
    country = dy.String(nullable=True, regex="^[A-Z]{2}$", description="ISO 3166-1 alpha-2 of the lab's seat")
    valid_from = dy.Date(primary_key=True)
    known_since = dy.Date(primary_key=True)
    evidence = dy.String(nullable=True)
    confidence = dy.Enum(CONFIDENCE)
    checked_on = dy.Date()
    note = dy.String(nullable=True)


class Attributions(dy.Schema):
    """Reviewed models of the pseudo-authors: who was behind a stealth model, and which slugs are routers.

    Corrected as `labs.csv` is: by a row that is known since a later day, or withdrawn by one without a lab.
    """

    slug = dy.String(primary_key=True, description="author/model, without variant")
    kind = dy.Enum(["revealed", "router"])
    lab = dy.String(nullable=True)
    country = dy.String(nullable=True, regex="^[A-Z]{2}$")
    valid_from = dy.Date(primary_key=True)
    known_since = dy.Date(primary_key=True)
    evidence = dy.String(nullable=True)
    confidence = dy.Enum(CONFIDENCE)
    checked_on = dy.Date()
    note = dy.String(nullable=True)


class KnownGaps(dy.Schema):
    """Days that upstream does not have: reviewed, so they are neither counted nor warned about."""

    channel = dy.Enum(["exports", "api"], primary_key=True)
    day = dy.Date(primary_key=True)
    evidence = dy.String()
    checked_on = dy.Date()
    note = dy.String(nullable=True)
