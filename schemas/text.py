"""Upstream text made fit for one line of ours: it is hostile until it went through here."""

from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for a formula; some read the full-width signs as well."""


def printable(text: str, limit: int = 300) -> str:
    """`text` cut to `limit` characters, without anything that moves a cursor or reverses a line."""
    kept = "".join(character if character.isprintable() else " " for character in text[: 2 * limit])
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else f"{kept[: limit - 1]}…"


def clean(text: str) -> str:
    """`text` on one line, as `printable` leaves it, but never cut."""
    return printable(text, limit=len(text))


def csv_text(text: str) -> str:
    """`text` for a cell of a CSV: on one line, with an apostrophe before what a spreadsheet would run."""
    kept = clean(text)
    return f"'{kept}" if kept.startswith(_FORMULA_STARTS) else kept
