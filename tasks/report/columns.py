"""Which columns of an answer a table shows, and how they are headed; JSON and CSV have all, by their names."""

from typing import Final

HIDDEN: Final[dict[str, frozenset[str]]] = {
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
    "said": frozenset({"metric", "by", "part", "whole", "low", "high", "measurement"}),
    "quarantine": frozenset({"url", "receipt_id"}),
    "series": frozenset({"slice", "known_at"}),
}
"""Columns that a table leaves out, by metric or list: it shows what a person compares."""
HEADS: Final = {
    "openrouter_share": "OpenRouter",
    "openrouter_high": "at most",
    "gateway_share": "gateway",
    "gateway_high": "at most",
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
"""Heads in place of names that would be wider than what stands below them."""
WINDOW_ENDS: Final = frozenset({"window_start", "window_end"})
"""Not shown where a row has the window's name."""
WRAPPED: Final = frozenset(
    {
        "a",
        "b",
        "series",
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
"""Columns of text that may take several lines; numbers and days are never broken."""
