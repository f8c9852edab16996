"""Reviewed files: what people decided, with the evidence, and the user's own rows laid over it."""

import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import dataframely as dy
import polars as pl

from schemas.errors import ReviewedDataError
from schemas.family_frames import Families, GatewayLabs
from schemas.model_frames import ANY, OpenWeights
from schemas.reviewed_frames import Attributions, KnownGaps, Labs
from schemas.slugs import PSEUDO_AUTHORS, REVIEWED_PATTERN
from storage.reviewed_file import Row, rows_of, text_of

S = TypeVar("S", bound=dy.Schema)


def load_labs(overlay: Path | None) -> dy.DataFrame[Labs]:
    """The reviewed authors, a row of the folder `overlay` replacing the shipped one of the same key.

    The key is what a row is about and when it was learned (`author`, `valid_from`, `known_since`): a row that
    was learned later corrects an earlier one without replacing it.

    Raises:
        ReviewedDataError: a file cannot be read; names file, line, column and the repair.
    """
    return _load("labs.csv", Labs, overlay, _check_lab)


def load_attributions(overlay: Path | None) -> dy.DataFrame[Attributions]:
    """The reviewed stealth models and routers, laid over as in `load_labs`.

    Raises:
        ReviewedDataError: a file cannot be read; names file, line, column and the repair.
    """
    return _load("attributions.csv", Attributions, overlay, _check_attribution)


def load_known_gaps(overlay: Path | None) -> dy.DataFrame[KnownGaps]:
    """The reviewed days that upstream does not have, laid over as in `load_labs`.

    Raises:
        ReviewedDataError: a file cannot be read; names file, line, column and the repair.
    """
    return _load("known_gaps.csv", KnownGaps, overlay, lambda _row: None)


def load_open_weights(overlay: Path | None) -> dy.DataFrame[OpenWeights]:
    """The reviewed weights of models, laid over as in `load_labs`.

    Raises:
        ReviewedDataError: a file cannot be read; names file, line, column and the repair.
    """
    return _load("open_weights.csv", OpenWeights, overlay, _check_weights)


def load_families(overlay: Path | None, *, shipped: bool = True) -> dy.DataFrame[Families]:
    """The reviewed base repositories of families on the Hub, laid over as in `load_labs`.

    Without `shipped` only those of `overlay`: the made sample must not put made counts on real repositories.

    Raises:
        ReviewedDataError: a file cannot be read; names file, line, column and the repair.
    """
    return _load("families.csv", Families, overlay, _check_family, shipped=shipped)


def places_of_families(overlay: Path | None) -> dict[str, str]:
    """Where each repository stands: `families.csv, line 12`; of several rows about one, the newest.

    Raises:
        ReviewedDataError: as `load_families`.
    """
    rows = _merged("families.csv", Families, overlay, _check_family)
    return {row.values["repository"]: f"{row.file}, line {row.line}" for _, row in sorted(rows.items())}


def load_gateway_labs(overlay: Path | None) -> dy.DataFrame[GatewayLabs]:
    """The reviewed names of labs on the Vercel AI Gateway, laid over as in `load_labs`.

    Raises:
        ReviewedDataError: a file cannot be read; names file, line, column and the repair.
    """
    return _load("gateway_labs.csv", GatewayLabs, overlay, _check_evidence)


def _load(
    name: str,
    schema: type[S],
    overlay: Path | None,
    check: Callable[[Row], None],
    *,
    shipped: bool = True,
) -> dy.DataFrame[S]:
    rows = _merged(name, schema, overlay, check, shipped=shipped)
    ordered = [tuple(rows[key].values.values()) for key in sorted(rows)]
    return schema.validate(pl.DataFrame(ordered, schema=schema.create_empty().schema, orient="row"))


def _merged(
    name: str,
    schema: type[dy.Schema],
    overlay: Path | None,
    check: Callable[[Row], None],
    *,
    shipped: bool = True,
) -> dict[tuple[Any, ...], Row]:
    """The shipped rows with the user's laid over them, by key."""
    text = (resources.files("schemas") / "reference" / name).read_text("utf-8")
    rows = rows_of(name, text, schema, check) if shipped else {}
    if overlay is not None:
        if not overlay.is_dir():
            raise ReviewedDataError(
                f"TOKENTIDE_REFERENCE {overlay} is no folder; create it, or unset the variable."
            )
        if (path := overlay / name).is_file():
            rows |= rows_of(str(path), text_of(path), schema, check)
    return rows


def _check_lab(row: Row) -> None:
    _check_evidence(row)
    if row.values["confidence"] == "withdrawn":
        _refuse_given(row, "country")
    elif row.values["confidence"] != "low" and row.values["country"] is None:
        raise row.refuse("country", "it is empty; fill it in, or set confidence to low")


def _check_attribution(row: Row) -> None:
    _check_evidence(row)
    router = row.values["kind"] == "router"
    if row.values["confidence"] == "withdrawn":
        if router:
            raise row.refuse("confidence", "a router cannot be withdrawn; set kind to revealed")
        for column in ("lab", "country"):
            _refuse_given(row, column)
        return
    for column in ("lab", "country"):
        given = row.values[column] is not None
        if router and given:
            raise row.refuse(column, "a router belongs to no lab; empty it, or set kind to revealed")
        if not router and not given and row.values["confidence"] != "low":
            raise row.refuse(column, "it is empty; fill it in, or set confidence to low")


def _refuse_given(row: Row, column: str) -> None:
    if row.values[column] is not None:
        raise row.refuse(column, "what is withdrawn has none; empty it, or set confidence to high or medium")


def _check_weights(row: Row) -> None:
    _check_evidence(row)
    if row.values["confidence"] == "withdrawn":
        _refuse_given(row, "weights")
    elif row.values["weights"] is None:
        raise row.refuse("weights", "it is empty; write open or closed")
    slug: str = row.values["slug"]
    if not re.fullmatch(REVIEWED_PATTERN, slug):
        raise row.refuse(
            "slug", f"'{slug}' is no model; write author/model without variant, or author/name-*"
        )
    author = slug.partition("/")[0]
    if author in PSEUDO_AUTHORS and slug.endswith(ANY):
        raise row.refuse("slug", f"nobody knows all models of {author}; write one of them")


def _check_family(row: Row) -> None:
    _check_evidence(row)
    repository: str = row.values["repository"]
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", repository, re.ASCII):
        raise row.refuse("repository", f"'{repository}' is no repository; write owner/name as the Hub does")


def _check_evidence(row: Row) -> None:
    if row.values["confidence"] != "low" and row.values["evidence"] is None:
        raise row.refuse("evidence", "it is empty; say what was read, or set confidence to low")
