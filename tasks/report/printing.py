"""Answers as a table, as JSON and as CSV: the same figures, the same citation."""

import csv
import io
from decimal import Decimal
from typing import Any, Final

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.answers import Answer
from schemas.citation import LICENCE, MADE
from schemas.text import clean
from tasks.report.cells import SHARE_COLUMNS, cell, shown
from tasks.report.numbers import percent, tokens_short

PLAIN_WIDTH: Final = 110
# A table shows what a person compares; JSON and CSV hold every column.
_HIDDEN: Final[dict[str, frozenset[str]]] = {
    "shares": frozenset({"basis_tokens", "unknown_tokens", "total_tokens", "conditional", "origin"}),
    "leads": frozenset({"unknown_tokens", "basis_tokens", "total_tokens", "conditional"}),
    "concentration": frozenset({"basis_tokens", "total_tokens"}),
    "buckets": frozenset({"total_tokens"}),
    "contributions": frozenset(
        {"basis_tokens", "previous_basis_tokens", "launched", "previous_price_usd_per_mtok"}
    ),
    "hhi": frozenset({"basis_tokens", "total_tokens"}),
    "exits": frozenset({"previous_start", "previous_end"}),
    "prices": frozenset(
        {
            "origin",
            "named_tokens",
            "free_tokens",
            "unpriced_tokens",
            "carried_tokens",
            "prompt_usd_per_mtok",
            "completion_usd_per_mtok",
            "reason",
        }
    ),
    "price-index": frozenset(
        {"previous_start", "previous_end", "named_tokens", "laspeyres", "paasche", "base_start"}
    ),
    "price-history": frozenset(
        {
            "canonical_slug",
            "variant",
            "listed",
            "is_router",
            "is_conditional",
            "glitch",
            "known_at",
            "url",
            "sha256",
        }
    ),
    "cheapest": frozenset({"level", "listed"}),
    "open-weights": frozenset(
        {
            "origin",
            "closed_tokens",
            "unreviewed_tokens",
            "high_tokens",
            "basis_tokens",
            "total_tokens",
            "conditional",
            "low",
        }
    ),
    "quality": frozenset(
        {"origin", "indexed_tokens", "carried_tokens", "best_is_carried", "offered", "reason"}
    ),
    "crosscheck": frozenset(
        {
            "gateway_requests_share",
            "apart",
            "openrouter_leader",
            "openrouter_decided",
            "gateway_leader",
            "gateway_decided",
            "gateway_days",
            "agree",
        }
    ),
    "derivatives": frozenset(
        {
            "lab",
            "repositories",
            "repositories_read",
            "oldest_read_on",
            "stale",
            "listed_derivatives",
            "compared_repositories",
            "previous_derivatives",
            "reason",
        }
    ),
    "apps": frozenset({"listed_tokens", "previous_tokens", "reason"}),
    "trending-apps": frozenset({"listed_tokens", "previous_tokens", "previous_high_tokens", "reason"}),
    "tasks": frozenset({"origin", "macro_category", "low", "models"}),
    "runs": frozenset({"id", "window_at", "finished_at", "rows_withdrawn"}),
    "restatements": frozenset({"old_known_at", "channel"}),
    "rewrites": frozenset({"channel", "vintage", "days", "change", "settled", "model_change"}),
    "alerts": frozenset({"changed_at", "subject", "first_known_at"}),
    "said": frozenset({"metric", "by", "part", "whole", "low", "high", "status", "measurement"}),
    "quarantine": frozenset({"url", "receipt_id"}),
    "series": frozenset({"slice", "known_at"}),
}
_HEADS: Final = {
    "openrouter_share": "OpenRouter",
    "openrouter_high": "to",
    "gateway_share": "gateway",
    "gateway_high": "to",
    "gateway_spend_share": "its spend",
    "difference_points": "points",
    "openrouter_coverage": "known",
    "gateway_coverage": "known",
    "derivatives": "together",
    "quantized": "quant.",
    "weighted_usd_per_mtok": "$ per M",
    "prompt_usd_per_mtok": "prompt $",
    "completion_usd_per_mtok": "completion $",
    "blended_usd_per_mtok": "$ per M",
    "price_usd_per_mtok": "$ per M",
    "price_change": "change",
    "a_usd_per_mtok": "a $ per M",
    "b_usd_per_mtok": "b $ per M",
    "a_coverage": "a priced",
    "b_coverage": "b priced",
    "intelligence_index": "index",
    "weighted_index": "weighted",
    "best_index": "best",
    "offered_with_index": "indexed",
    "dollar_share": "of all $",
    "dollar_share_low": "low",
    "dollar_share_high": "high",
    "contribution_points": "points",
    "share_change_points": "of",
    "first_listed_on": "listed on",
    "app_id": "id",
    "app_name": "app",
    "previous_rank": "was",
    "rank_change": "gained",
    "previous_high_tokens": "at most before",
    "tag_token_share": "of all",
    "unattributed": "nobody's",
    "previous_tokens": "before",
    "value_low": "at least",
    "value_high": "at most",
    "measured_at": "said on",
    "previous_total_tokens": "before",
}
"""Heads that would be wider than what stands below them."""
_WINDOW_ENDS: Final = frozenset({"window_start", "window_end"})
_WRAPPED: Final = frozenset(
    {
        "a",
        "b",
        "what",
        "headline",
        "messages",
        "permaslug",
        "model",
        "lab",
        "app_name",
        "subjects",
        "origin_tokens",
        "reason",
        "raw",
        "word",
    }
)


def as_json(answer: Answer) -> str:
    """The promised object, indented; data that is passed on carries its licence. Money keeps all its digits."""
    encoded = msgspec.json.Encoder(decimal_format="number").encode(answer.model_dump() | _licence(answer))
    return msgspec.json.format(encoded, indent=2).decode()


def as_csv(answer: Answer) -> str:
    """The rows with a header; every row carries window, as-of and citation, and no cell is a formula."""
    shared = {
        "window": answer.window.label if answer.window else "",
        "status": answer.window.status if answer.window else "",
        "basis": answer.definition.get("basis", ""),
        "as_of": answer.as_of.isoformat(),
        "citation": answer.citation,
        **_of_slice(answer),
        **_licence(answer),
    }
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if answer.rows:
        writer.writerow([*answer.rows[0], *(name for name in shared if name not in answer.rows[0])])
        for row in answer.rows:
            extra = [value for name, value in shared.items() if name not in row]
            writer.writerow([cell(value) for value in (*row.values(), *extra)])
    return out.getvalue()


def as_table(answer: Answer, console: Console) -> None:
    """Print an answer for a person: what it is about, the rows, what must be known beside them."""
    if answer.window is not None:
        estimate = " (estimate)" if answer.definition.get("estimate") else ""
        head = f"{answer.definition.get('metric', '')}{estimate}, {answer.window.label} ({answer.window.start} to "
        head += f"{answer.window.end}), {answer.window.status}, as of {answer.as_of:%Y-%m-%d %H:%M} UTC"
        console.print(Text(head, style="bold"))
    console.print(_rows_table(answer) if answer.rows else Text("Nothing to show."))
    if answer.unknown is not None and answer.total_tokens:
        console.print(Text(_unknown_line(answer.unknown, answer.total_tokens)))
    for note in answer.notes:
        console.print(Text(clean(note), style="dim"))
    console.print(Text(_definition_line(answer.definition), style="dim"))
    console.print(Text(answer.citation))


def _rows_table(answer: Answer) -> Table:
    first = answer.rows[0]
    what = answer.definition.get("metric") or answer.definition.get("list")
    hidden = _HIDDEN.get(str(what), frozenset()) - {str(answer.definition.get("by"))}
    hidden |= _WINDOW_ENDS if "window" in first else frozenset()
    hidden |= {"reason"} if all(row.get("reason") is None for row in answer.rows) else frozenset()
    names = [name for name in first if name not in hidden]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        numeric = isinstance(first[name], int | float | Decimal) and not isinstance(first[name], bool)
        table.add_column(
            _HEADS.get(name) or name.removeprefix("rows_").replace("_", " "),
            justify="right" if numeric or name in SHARE_COLUMNS else "left",
            no_wrap=name not in _WRAPPED,
            overflow="fold",
        )
    for row in answer.rows:
        table.add_row(*(Text(shown(name, row[name])) for name in names))
    return table


def console_for_output() -> Console:
    """Standard output: as wide as the terminal, or wide enough for a table where there is none."""
    console = Console(highlight=False, emoji=False)
    return console if console.is_terminal else Console(highlight=False, emoji=False, width=PLAIN_WIDTH)


def console_for_errors() -> Console:
    """Standard error, for progress and trouble."""
    return Console(stderr=True, highlight=False, emoji=False)


def _licence(answer: Answer) -> dict[str, str]:
    return {} if MADE in answer.citation or not answer.licensed else {"licence": LICENCE}


def _of_slice(answer: Answer) -> dict[str, Any]:
    """What marks figures of a slice in each row; nothing where they are the headline's."""
    return {name: answer.definition[name] for name in ("slice", "estimate") if name in answer.definition}


def _unknown_line(unknown: dict[str, int], total: int) -> str:
    parts = ", ".join(f"{name} {tokens_short(tokens)}" for name, tokens in unknown.items())
    return f"Nobody can attribute {percent(sum(unknown.values()) / total)} of {tokens_short(total)} tokens: {parts}."


def _definition_line(definition: dict[str, Any]) -> str:
    named = {
        name: shown(name, value) if isinstance(value, bool) else value for name, value in definition.items()
    }
    return "Definition: " + ", ".join(f"{name} {value}" for name, value in named.items())
