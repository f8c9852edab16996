"""Asking the command line, and reading what it answers."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Tell = Callable[..., tuple[int, str, str]]
"""Runs a command on the fed sample's home; gives exit status, standard output and standard error."""


def answer_of(tell: Tell, *words: str, exactly: bool = False) -> dict[str, Any]:
    """What `show …` answers about the sample as JSON; `exactly`: with decimals instead of floats."""
    status, out, err = tell("show", *words, "--sample", "--format", "json")
    assert status == 0, err
    found: dict[str, Any] = json.loads(out, parse_float=Decimal if exactly else None)
    return found
