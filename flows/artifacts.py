"""What a run leaves on Prefect's pages: the week's shares as a table, with definition and citation."""

from typing import Final

from prefect.artifacts import create_table_artifact

from schemas.answers import Answer
from schemas.citation import TOKENIZER_NOTE
from tasks.report.numbers import percent, tokens_short

KEY: Final = "week-shares"


def publish_week(shares: Answer, report_url: str | None) -> None:
    """Publish the shares by origin of one window; nothing where it has no point."""
    if shares.window is None or not shares.rows:
        return
    link = f" [Report]({report_url})" if report_url else ""
    total = shares.total_tokens or 0
    table = [
        {
            "origin": row["origin"],
            "tokens": tokens_short(row["tokens"]),
            "share of all": percent(row["share"]),
            "if all unknown were theirs": percent(row["high"]),
        }
        for row in shares.rows
    ] + [
        {
            "origin": f"nobody's: {bucket}",
            "tokens": tokens_short(tokens),
            "share of all": percent(tokens / total),
            "if all unknown were theirs": "",
        }
        for bucket, tokens in (shares.unknown or {}).items()
    ]
    create_table_artifact(
        key=KEY,
        table=table,
        description=(
            f"**{shares.window.label}** ({shares.window.start} to {shares.window.end}), {shares.window.status}, "
            f"as of {shares.as_of:%Y-%m-%d %H:%M} UTC; share of all tokens. {shares.citation} {TOKENIZER_NOTE}{link}"
        ),
    )
