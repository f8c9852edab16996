"""Upstream text made fit for one line of ours: it is hostile until it went through here."""


def printable(text: str, limit: int = 300) -> str:
    """`text` cut to `limit` characters, without anything that moves a cursor or reverses a line."""
    kept = "".join(character if character.isprintable() else " " for character in text[: 2 * limit])
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else f"{kept[: limit - 1]}…"
