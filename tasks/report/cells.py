"""One figure in the words of a table, and as data for a spreadsheet."""

import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final

from schemas.text import clean, csv_text
from tasks.report.numbers import percent, tokens_short, usd

SHARE_COLUMNS: Final = frozenset(
    {
        "share",
        "low",
        "high",
        "lead",
        "top_share",
        "growth",
        "like_for_like",
        "peak_share",
        "drawdown_relative",
        "relative",
        "coverage",
        "free_share",
        "price_change",
        "own_low",
        "own_high",
        "dollar_share",
        "dollar_share_low",
        "dollar_share_high",
        "openrouter_share",
        "openrouter_high",
        "gateway_share",
        "gateway_high",
        "gateway_requests_share",
        "gateway_spend_share",
        "openrouter_coverage",
        "gateway_coverage",
    }
)
_NUMBER_COLUMNS: Final = frozenset(
    {
        "weighted_index",
        "best_index",
        "ratio",
        "index",
        "fisher",
        "laspeyres",
        "paasche",
        "hhi",
        "level",
        "intelligence_index",
        "value",
        "value_low",
        "value_high",
    }
)
"""Pure numbers, which are no parts of a whole."""


def shown(name: str, value: object) -> str:
    """A value as a person reads it; a dash where there is none."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case float() | Decimal():
            return _number(name, value)
        case int() if name.endswith(("tokens", "requests")):
            return tokens_short(value)
        case list():
            return ", ".join(shown(name, item) for item in value)
        case dict():
            return " ".join(shown(key, item) for key, item in value.items())
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
    return clean(str(value))


def _number(name: str, value: float | Decimal) -> str:
    if name.endswith("points"):
        return f"{value:.1f}"  # already in percentage points
    if name.endswith(("_usd", "usd_per_mtok")):
        return usd(value)
    return f"{value:.4g}" if name in _NUMBER_COLUMNS else percent(float(value))


def cell(value: object) -> str | int | float:
    """A value for a CSV file; nothing where there is none, and never a formula."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return value
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case Enum():
            return str(value.value)
        case list() | dict():
            return clean(json.dumps(value, default=str))
    return csv_text(str(value))
