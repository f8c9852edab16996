"""What a weekly run prints: the week, who carries what, who leads, what was told, and what to do next."""

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from schemas.answers import Answer
from schemas.citation import MADE, TOKENIZER_NOTE
from schemas.countries import country_name
from schemas.settings import Settings
from schemas.summary import RunSummary
from schemas.text import clean
from tasks.report.numbers import days_in_words, percent, points, tokens_short

BUCKET_WORDS = {
    "tail": "below the published top 50",
    "undisclosed": "stealth models, lab not disclosed",
    "composite": "routers, which send calls to many labs",
    "unreviewed": "authors that nobody has reviewed",
}


_READS_AFTER = {
    "weekly": ("say", "show leads", "show alerts"),
    "derivatives": ("show derivatives",),
}


def print_week(summary: RunSummary, settings: Settings, console: Console) -> None:
    """Print the outcome of a weekly run for a person who sees it for the first time."""
    if settings.made_sample:
        console.print(Text(f"{MADE}: invented labs, invented figures", style="bold yellow"))
    if summary.shares is not None:
        _print_shares(summary.shares, console)
    if summary.lead is not None and summary.lead.rows:
        console.print(Text(lead_in_words(summary.lead)), "")
    for newer in summary.newer:
        console.print(Text(_newer_line(newer), style="dim"))
    _print_told(summary, console, made=settings.made_sample)
    print_outcome(summary, settings, console)


def lead_in_words(lead: Answer) -> str:
    """Who leads by how much, and whether that is decided."""
    row = lead.rows[0]
    a, b = country_name(row["a"]), country_name(row["b"])
    if row["leader"] is None:
        return f"Who leads: {a} and {b} are level."
    ahead, behind = (a, b) if row["leader"] == row["a"] else (b, a)
    sign = 1 if row["leader"] == row["a"] else -1
    if row["decided"]:
        return (
            f"Who leads: {ahead} leads {behind} by {points(sign * row['lead'])} (decided: it holds however the "
            "tokens that nobody can attribute are dealt out)."
        )
    reach = sorted((sign * row["low"], sign * row["high"]))
    return (
        f"Who leads: not decided. {ahead} is {points(sign * row['lead'])} ahead of {behind} among attributed tokens, "
        "but the unattributed ones could make it anything from "
        f"{points(reach[0], signed=True)} to {points(reach[1], signed=True)}."
    )


def _print_shares(shares: Answer, console: Console) -> None:
    window = shares.window
    if window is None:
        return
    title = f"Week {window.label} ({days_in_words(window.start, window.end)}), {window.status}"
    console.print(Text(f"{title}, as of {shares.as_of:%Y-%m-%d %H:%M} UTC", style="bold"))
    if not window.complete:
        missing = ", ".join(map(str, window.missing_days)) or window.reason or "nothing is recorded of it"
        console.print(
            Text(f"No figure: {missing}. An incomplete week gives no point, never a smaller total."), ""
        )
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("origin of the model's lab")
    for name in ("tokens", "share of all", "if all unknown were theirs"):
        table.add_column(name, justify="right")
    for row in shares.rows:
        name = f"{country_name(row['origin']).removeprefix('the ')} ({row['origin']})"
        table.add_row(name, tokens_short(row["tokens"]), percent(row["share"]), percent(row["high"]))
    total = shares.total_tokens or 0
    table.add_section()
    for bucket, tokens in sorted((shares.unknown or {}).items(), key=lambda item: -item[1]):
        words = Text(f"nobody's: {BUCKET_WORDS[bucket]}", style="dim")
        table.add_row(words, tokens_short(tokens), percent(tokens / total if total else None), "")
    table.add_section()
    table.add_row("all tokens", tokens_short(total), percent(1.0 if total else None), "")
    console.print(table)


def _newer_line(newer: Answer) -> str:
    window = newer.window
    if window is None:
        return ""
    shown = ", ".join(f"{row['origin']} {percent(row['share'])}" for row in newer.rows[:3])
    return f"Newer, {window.status} and still moving: {window.label} {shown or 'has no point yet'}."


def _print_told(summary: RunSummary, console: Console, *, made: bool) -> None:
    if not summary.told:
        console.print(Text("Alerts: nothing new this run."))
    else:
        console.print(Text("Alerts:"))
    for told in summary.told:
        console.print(Padding(Text(f"[{told.fate}] {_without_label(told.text)}"), (0, 0, 0, 2)))
    if not summary.due:
        return
    shown = {told.text for told in summary.told}
    others = [line for line in summary.due if line not in shown]
    for line in others[-1:]:
        console.print(Padding(Text(f"[due] {_without_label(line)}"), (0, 0, 0, 2)))
    if others[:-1]:
        console.print(Text(f"  [due] {len(others) - 1} more from before"))
    console.print(Text(f"{len(summary.due)} due: {_how_to_send(made=made)}"))


def _how_to_send(*, made: bool) -> str:
    if made:
        return (
            "the sample speaks to no Slack but one on this machine; `tokentide sample serve` has one, "
            "`tokentide alerts deliver --sample` sends to it."
        )
    return "set SLACK_WEBHOOK_URL and run `tokentide alerts deliver` to send them."


def _without_label(line: str) -> str:
    """The line without the label of made data, which stands above the whole page already."""
    return clean(line).removeprefix(f"[{MADE}] ")


def print_outcome(summary: RunSummary, settings: Settings, console: Console) -> None:
    """Print what a run wrote, where it is, what to do next, and what went wrong."""
    rows = summary.rows
    console.print(
        Text(
            f"Rows written: {rows.written} ({rows.added} new, {rows.revised} restated, {rows.withdrawn} withdrawn); "
            f"quarantined: {rows.quarantined}."
        )
    )
    if summary.points is not None:
        console.print(Text(f"Points of metrics written: {summary.points}."))
    for line in rows.restated:
        console.print(Text(clean(line)), soft_wrap=True)
    sample = " --sample" if settings.made_sample else ""
    console.print(Text(f"Results: {settings.home} (database, and every answer as published)"), soft_wrap=True)
    if summary.shares is not None:
        console.print(Text(f"{summary.shares.citation} {TOKENIZER_NOTE}"))
    real = " · tokentide weekly (the real thing; needs no key)" if sample else ""
    reads = _READS_AFTER.get(summary.flow, _READS_AFTER["weekly"])
    shown = " · ".join(f"tokentide {read}{sample}" for read in reads)
    console.print(Text(f"Next: {shown}{real}"))


def print_trouble(summary: RunSummary, console: Console) -> None:
    """Print warnings and errors, one line each (standard error)."""
    for line in summary.warnings:
        console.print(Text(f"tokentide: warning: {clean(line)}"), soft_wrap=True)
    for line in summary.errors:
        console.print(Text(f"tokentide: {clean(line)}"), soft_wrap=True)
