"""The pins name packages, versions and hashes, and no place."""

import re
from pathlib import Path

PINS = (Path(__file__).parents[2] / "requirements.txt").read_text(encoding="utf-8")


def test_no_pin_says_where_it_was_made_or_where_packages_come_from() -> None:
    """No address, no option and no folder of somebody's machine is among them."""
    assert re.findall(r"https?:|^-.*|\([^()\n]*/[^()\n]*\)", PINS, flags=re.MULTILINE) == []


def test_every_pin_has_a_hash() -> None:
    """An installation with `--require-hashes` takes them as they are."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9_.-]+(?:\[[^\]]+\])?==)", PINS)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
