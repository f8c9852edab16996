"""The names OpenRouter gives to models: `[~]author/model[-DATE][:variant]`, or the literal `other`."""

from typing import Final

import polars as pl

OTHER: Final = "other"
"""The aggregate row of everything outside the top 50 of a bucket; it has no lab and no country."""

_AUTHOR: Final = r"~?[a-z0-9][a-z0-9._-]{0,63}"
_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,127}"
_VARIANT: Final = r"[a-z0-9][a-z0-9._-]{0,31}"
PERMASLUG_PATTERN: Final = rf"^(?:other|{_AUTHOR}/{_NAME}(?::{_VARIANT})?)$"
"""A permaslug that can be understood. Anything else is quarantined, never guessed at."""
REVIEWED_PATTERN: Final = rf"^{_AUTHOR}/(?:{_NAME}\*?|\*)$"
"""A model without variant, or, ending in `*`, the beginning of the names of several."""

PSEUDO_AUTHORS: Final = ("openrouter", "stealth")
"""Namespaces that are no lab: their models are routers, or cloaked until somebody reveals them."""


def model_of(permaslug: pl.Expr) -> pl.Expr:
    """The slug without its `:variant` (String)."""
    return permaslug.str.split_exact(":", 1).struct.field("field_0")


def variant_of(permaslug: pl.Expr) -> pl.Expr:
    """The variant (String), `""` for the plain model."""
    return permaslug.str.split_exact(":", 1).struct.field("field_1").fill_null("")


def author_of(permaslug: pl.Expr) -> pl.Expr:
    """The part before the slash (String), without an alias's `~`; `other` for the aggregate row."""
    return permaslug.str.split_exact("/", 1).struct.field("field_0").str.strip_prefix("~")
