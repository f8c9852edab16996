"""The questions of the metrics in SQL, for DuckDB: the same columns, the same rows, in the same order.

Each reads a table `usage` in the shape of attributed usage, with the `week` (its Monday) beside the day. Nothing is
left out that our side does: bounds, growth like for like, days of absence and what they may hide, who is in the top by
origin. Checked against ours where it is used.
"""

from typing import Final

_BIT: Final = "bit_or(1 << (day - week))"
_FLOORS: Final = ", ".join(
    f"coalesce(sum(floor_tokens) FILTER (day - week = {n}), 0) AS floor_{n}" for n in range(7)
)
_HIDDEN: Final = " + ".join(f"CASE WHEN seen.days & {1 << n} = 0 THEN floor_{n} ELSE 0 END" for n in range(7))


def _shares(by: str) -> str:
    return f"""
        WITH whole AS (
            SELECT week, sum(tokens) AS total, coalesce(sum(tokens) FILTER (bucket <> 'origin'), 0) AS unknown
            FROM usage GROUP BY week),
        known AS (
            SELECT week, {by} AS subject, any_value(origin) AS origin, sum(tokens) AS tokens
            FROM usage WHERE bucket = 'origin' GROUP BY ALL)
        SELECT week AS window_start, week + 6 AS window_end, subject, origin, tokens, total AS basis_tokens,
            unknown AS unknown_tokens, total AS total_tokens, tokens / total AS share, tokens / total AS low,
            (tokens + unknown) / total AS high, false AS conditional
        FROM known JOIN whole USING (week) ORDER BY week, tokens DESC, subject"""


IN_DUCKDB: Final = {
    "shares": _shares("origin"),
    "shares by lab": _shares("lab"),
    "buckets": """
        WITH counted AS (SELECT week, bucket, sum(tokens) AS tokens FROM usage GROUP BY ALL)
        SELECT week AS window_start, week + 6 AS window_end, bucket, coalesce(tokens, 0) AS tokens,
            sum(tokens) OVER (PARTITION BY week) AS total_tokens
        FROM (SELECT DISTINCT week FROM counted)
        CROSS JOIN (SELECT unnest(['origin', 'undisclosed', 'composite', 'unreviewed', 'tail']) AS bucket,
            unnest(range(5)) AS place)
        LEFT JOIN counted USING (week, bucket) ORDER BY week, place""",
    "leads": """
        SELECT week AS window_start, week + 6 AS window_end, 'CN' AS a, 'US' AS b,
            coalesce(sum(tokens) FILTER (origin = 'CN'), 0) AS a_tokens,
            coalesce(sum(tokens) FILTER (origin = 'US'), 0) AS b_tokens,
            coalesce(sum(tokens) FILTER (bucket <> 'origin'), 0) AS unknown_tokens,
            sum(tokens) AS basis_tokens, sum(tokens) AS total_tokens,
            (a_tokens - b_tokens) / basis_tokens AS lead,
            (a_tokens - b_tokens - unknown_tokens) / basis_tokens AS low,
            (a_tokens - b_tokens + unknown_tokens) / basis_tokens AS high, false AS conditional,
            CASE WHEN a_tokens > b_tokens THEN 'CN' WHEN b_tokens > a_tokens THEN 'US' END AS leader,
            abs(a_tokens - b_tokens) > unknown_tokens AS decided
        FROM usage GROUP BY week ORDER BY week""",
    "growth": """
        WITH models AS (
            SELECT week, origin, model, sum(tokens) AS tokens FROM usage WHERE bucket = 'origin' GROUP BY ALL),
        origins AS (SELECT week, origin, sum(tokens) AS tokens FROM models GROUP BY ALL),
        alike AS (
            SELECT models.week, models.origin, sum(models.tokens) / sum(before.tokens) - 1 AS like_for_like
            FROM models JOIN models before ON before.week = models.week - 7
                AND before.model = models.model AND before.origin = models.origin GROUP BY ALL),
        first AS (SELECT min(week) AS week FROM origins)
        SELECT origins.week AS window_start, origins.week + 6 AS window_end, origins.origin AS subject,
            origins.tokens, before.tokens AS previous_tokens,
            origins.tokens / nullif(before.tokens, 0) - 1 AS growth, like_for_like,
            CASE WHEN origins.week = first.week THEN 'the window compared with is incomplete or not recorded'
                WHEN coalesce(before.tokens, 0) = 0 THEN 'no tokens of it were seen in the window compared with'
            END AS reason
        FROM origins CROSS JOIN first
        LEFT JOIN origins before ON before.origin = origins.origin AND before.week = origins.week - 7
        LEFT JOIN alike ON alike.week = origins.week AND alike.origin = origins.origin
        ORDER BY origins.week, origins.tokens DESC, origins.origin""",
    "peaks": """
        WITH whole AS (SELECT week, sum(tokens) AS total FROM usage GROUP BY week),
        known AS (SELECT week, origin, sum(tokens) AS tokens FROM usage WHERE bucket = 'origin' GROUP BY ALL),
        shares AS (SELECT week, origin, tokens / total AS share FROM known JOIN whole USING (week)),
        peaks AS (
            SELECT *, max(share) OVER until_then AS peak, arg_max(week, share) OVER until_then AS peak_week
            FROM shares WINDOW until_then AS (PARTITION BY origin ORDER BY week))
        SELECT week AS window_start, week + 6 AS window_end, origin AS subject, share, peak AS peak_share,
            peak_week AS peak_window_start, (peak - share) * 100 AS drawdown_points,
            (peak - share) / peak AS drawdown_relative
        FROM peaks ORDER BY week, origin""",
    "ranks": f"""
        WITH days AS (
            SELECT day, week, coalesce(min(tokens) FILTER (bucket <> 'tail'), 0) AS floor_tokens
            FROM usage GROUP BY ALL),
        weeks AS (SELECT week, count(*) AS received, {_FLOORS} FROM days GROUP BY week),
        seen AS (
            SELECT week, model, any_value(origin) AS origin, sum(tokens) AS tokens, {_BIT} AS days
            FROM usage WHERE bucket <> 'tail' GROUP BY week, model),
        ranked AS (
            SELECT *, row_number() OVER (PARTITION BY week ORDER BY tokens DESC, model) AS place FROM seen),
        first AS (SELECT min(week) AS week FROM seen)
        SELECT seen.week AS window_start, seen.week + 6 AS window_end, seen.model AS subject, seen.origin,
            seen.tokens, seen.place AS rank, before.place AS previous_rank,
            before.place - seen.place AS rank_change,
            CASE WHEN seen.week > first.week THEN before.place IS NULL END AS entered,
            received - bit_count(seen.days) AS days_absent, seen.tokens + {_HIDDEN} AS high_tokens
        FROM ranked seen CROSS JOIN first JOIN weeks ON weeks.week = seen.week
        LEFT JOIN ranked before ON before.week = seen.week - 7 AND before.model = seen.model
        ORDER BY seen.week, seen.place""",
    "concentration": """
        WITH models AS (
            SELECT week, model, any_value(origin) AS origin, any_value(bucket) AS bucket, sum(tokens) AS tokens
            FROM usage GROUP BY week, model),
        whole AS (SELECT week, sum(tokens) AS total FROM models GROUP BY week),
        largest AS (
            SELECT *, row_number() OVER (PARTITION BY week ORDER BY tokens DESC, model) AS place
            FROM models WHERE bucket <> 'tail' QUALIFY place <= 5),
        split AS (
            SELECT week, list({'origin': origin, 'tokens': tokens} ORDER BY tokens DESC, origin) AS origin_tokens
            FROM (SELECT week, origin, sum(tokens)::BIGINT AS tokens FROM largest GROUP BY ALL) GROUP BY week)
        SELECT week AS window_start, week + 6 AS window_end, 5 AS n, sum(tokens) AS top_tokens,
            any_value(total) AS basis_tokens, any_value(total) AS total_tokens,
            sum(tokens) / any_value(total) AS top_share, list(model ORDER BY place) AS subjects,
            any_value(origin_tokens) AS origin_tokens
        FROM largest JOIN whole USING (week) JOIN split USING (week) GROUP BY week ORDER BY week""",
    "hhi": """
        WITH labs AS (SELECT week, lab, sum(tokens) AS tokens FROM usage WHERE bucket = 'origin' GROUP BY ALL),
        whole AS (SELECT week, sum(tokens) AS total FROM usage GROUP BY week),
        known AS (
            SELECT week, count(*) AS subjects, sum(tokens) AS tokens, sum(tokens::DOUBLE * tokens) AS squares
            FROM labs GROUP BY week)
        SELECT week AS window_start, week + 6 AS window_end, subjects, tokens AS basis_tokens,
            total AS total_tokens, squares / (tokens::DOUBLE * tokens) AS hhi
        FROM known JOIN whole USING (week) ORDER BY week""",
    "free shares": """
        WITH named AS (SELECT * FROM usage WHERE bucket <> 'tail'),
        counted AS (
            SELECT week, 'ALL' AS subject, NULL AS origin, sum(tokens) FILTER (variant = 'free') AS free,
                sum(tokens) AS named FROM named GROUP BY week
            UNION ALL
            SELECT week, origin, origin, sum(tokens) FILTER (variant = 'free'), sum(tokens)
            FROM named WHERE bucket = 'origin' GROUP BY week, origin)
        SELECT week AS window_start, week + 6 AS window_end, subject, origin, coalesce(free, 0) AS free_tokens,
            named AS named_tokens, coalesce(free, 0) / named AS free_share
        FROM counted ORDER BY week, subject <> 'ALL', free_tokens DESC, subject""",
}
