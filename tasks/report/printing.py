"""Answers as a table, as JSON and as CSV: the same figures, the same citation."""

import csv
import io
from decimal import Decimal
from typing import Any, Final

import msgspec
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.answers import Answer
from schemas.citation import LICENCE, MADE
from schemas.text import clean
from tasks.report.cells import SHARE_COLUMNS, cell, shown
from tasks.report.columns import HEADS, HIDDEN, WINDOW_ENDS, WRAPPED
from tasks.report.numbers import percent, tokens_short

PLAIN_WIDTH: Final = 110
_ENDLESS: Final = 10_000


def as_json(answer: Answer) -> str:
    """The promised object, indented; data that is passed on carries its licence. Money keeps all its digits."""
    encoded = msgspec.json.Encoder(decimal_format="number").encode(answer.model_dump() | _licence(answer))
    return msgspec.json.format(encoded, indent=2).decode()


def as_csv(answer: Answer) -> str:
    """The rows with a header; every row carries window, definition, as-of and citation, and no cell is a formula."""
    shared = {
        "window": answer.window.label if answer.window else "",
        "status": answer.window.status if answer.window else "",
        "basis": answer.definition.get("basis", ""),
        "as_of": answer.as_of.isoformat(),
        "citation": answer.citation,
        **answer.definition,
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
        head = f"{_what(answer)}{estimate}, {answer.window.label} ({answer.window.start} to "
        head += f"{answer.window.end}), {answer.window.status}, as of {answer.as_of:%Y-%m-%d %H:%M} UTC"
        console.print(Text(head, style="bold"))
    _print_rows(answer, console)
    if answer.unknown is not None and answer.total_tokens:
        console.print(Text(_unknown_line(answer.unknown, answer.total_tokens)))
    for note in answer.notes:
        console.print(Text(clean(note), style="dim"))
    console.print(Text(_definition_line(answer.definition), style="dim"))
    console.print(Text(answer.citation))


def _print_rows(answer: Answer, console: Console) -> None:
    """Print the rows. A terminal shows with … what it has no room for; a file or a pipe gets the room."""
    if not answer.rows:
        console.print(Text("Nothing to show."))
        return
    if console.is_terminal:
        console.print(_rows_table(answer, whole=False))
        return
    table = _rows_table(answer, whole=True)
    needed = console.measure(table, options=console.options.update(width=_ENDLESS)).minimum
    table.width = needed if needed > console.width else None
    console.print(table, crop=False)


def _rows_table(answer: Answer, *, whole: bool) -> Table:
    """The columns that a person compares; `whole`: as wide as the widest of their cells."""
    first = answer.rows[0]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in (names := _columns(answer)):
        numeric = isinstance(first[name], int | float | Decimal) and not isinstance(first[name], bool)
        head = HEADS.get(name) or name.removeprefix("rows_").replace("_", " ")
        wrapped = name in WRAPPED
        cells = [head, *(shown(name, row[name]) for row in answer.rows)]
        table.add_column(
            head,
            justify="right" if numeric or name in SHARE_COLUMNS else "left",
            no_wrap=not wrapped,
            overflow="fold" if wrapped else "ellipsis",
            min_width=max(map(cell_len, cells)) if whole and not wrapped else None,
        )
    for row in answer.rows:
        table.add_row(*(Text(shown(name, row[name])) for name in names))
    return table


def _what(answer: Answer) -> str:
    """The metric or list that was asked for."""
    return str(answer.definition.get("metric") or answer.definition.get("list"))


def _columns(answer: Answer) -> list[str]:
    """The names of the columns that are shown: without those that say the same, or nothing, in every row."""
    first = answer.rows[0]
    hidden = HIDDEN.get(_what(answer), frozenset()) - {str(answer.definition.get("by"))}
    hidden |= WINDOW_ENDS if "window" in first else frozenset()
    hidden |= {"reason"} if all(row.get("reason") is None for row in answer.rows) else frozenset()
    if answer.window and all(row.get("status") == answer.window.status for row in answer.rows):
        hidden |= {"status"}
    return [name for name in first if name not in hidden]


def console_for_output() -> Console:
    """Standard output: as wide as the terminal, or wide enough for a table where there is none."""
    console = Console(highlight=False, emoji=False)
    return console if console.is_terminal else Console(highlight=False, emoji=False, width=PLAIN_WIDTH)


def console_for_errors() -> Console:
    """Standard error, for progress and trouble."""
    return Console(stderr=True, highlight=False, emoji=False)


def _licence(answer: Answer) -> dict[str, str]:
    return {} if MADE in answer.citation or not answer.licensed else {"licence": LICENCE}


def _unknown_line(unknown: dict[str, int], total: int) -> str:
    parts = ", ".join(f"{name} {tokens_short(tokens)}" for name, tokens in unknown.items())
    return f"Nobody can attribute {percent(sum(unknown.values()) / total)} of {tokens_short(total)} tokens: {parts}."


def _definition_line(definition: dict[str, Any]) -> str:
    named = {
        name: shown(name, value) if isinstance(value, bool) else value for name, value in definition.items()
    }
    return "Definition: " + ", ".join(f"{name} {value}" for name, value in named.items())
