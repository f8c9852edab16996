"""The catalogue: one entry for each model and variant, with exact prices."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import dataframely as dy
import msgspec
import polars as pl
from pydantic import ValidationError

from schemas.errors import EnvelopeError
from schemas.payloads.catalogue import VARIES, Conditions, Entry, Pricing
from schemas.published_frames import CatalogueRows, QuarantinedRows
from schemas.text import printable
from tasks.normalize.set_apart import Fault, set_apart

NO_ENTRY: Final = "the entry lacks what identifies it, or it has an unknown shape"
NO_PRICE: Final = "kept without a price: prompt or completion is not an exact price from 0 on"
DISAGREE: Final = "kept without a price: another entry of this model and variant has a different one"


_Shape = TypeVar("_Shape", Pricing, Conditions)


class _Models(msgspec.Struct):
    data: list[msgspec.Raw]


@dataclass(frozen=True)
class NormalizedCatalogue:
    """The catalogue, taken apart into what is understood and what is not.

    Attributes:
        rows: one entry for each (canonical slug, variant), sorted by them (see `CatalogueRows`).
        quarantined: entries that were not understood, or not their price; `day` is null in all of them.
    """

    rows: dy.DataFrame[CatalogueRows]
    quarantined: dy.DataFrame[QuarantinedRows]


def normalize_catalogue(body: bytes) -> NormalizedCatalogue:
    """Read an answer of `GET /models`.

    Aliases (`~author/x-latest`) are names for whatever is newest, so they are left out without a word. An
    entry whose price is not understood is kept without one (null is not free), and listed as quarantined.
    Of several entries of one model and variant the one with the smallest id is kept, without a price if
    they disagree about it.

    Raises:
        EnvelopeError: the answer as a whole is not the documented one; names its sha256 in the archive.
    """
    try:
        texts = msgspec.json.decode(body, type=_Models).data
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _not_understood(body, f"is not the documented JSON ({error})") from error
    if not texts:
        raise _not_understood(body, "has no entries")
    found: dict[tuple[str, str], list[_Read]] = defaultdict(list)
    faults: list[Fault] = []
    for number, text in enumerate(texts, start=1):
        read = _read(number, bytes(text))
        if read is None:
            faults.append(Fault(number, NO_ENTRY))
        elif not read.entry.is_alias:
            found[read.entry.canonical_slug, read.entry.variant].append(read)
    rows = []
    for _, twins in sorted(found.items()):
        twins.sort(key=lambda read: (read.entry.id, read.number))
        agreed = all(read.pricing == twins[0].pricing for read in twins)
        if not agreed:
            faults += [Fault(read.number, DISAGREE) for read in twins]
        elif twins[0].pricing is None:
            faults += [Fault(read.number, NO_PRICE) for read in twins]
        rows.append(_row(twins[0], twins[0].pricing if agreed else None))
    return NormalizedCatalogue(CatalogueRows.validate(_frame(rows)), set_apart(faults, texts))


@dataclass(frozen=True)
class _Read:
    number: int
    entry: Entry
    pricing: Pricing | None
    conditions: Conditions


def _read(number: int, text: bytes) -> _Read | None:
    try:
        entry = Entry.model_validate_json(text)
    except ValidationError:
        return None
    if not entry.is_understood:
        return None
    return _Read(number, entry, _or_none(Pricing, entry), _or_none(Conditions, entry) or Conditions())


def _or_none(shape: type[_Shape], entry: Entry) -> _Shape | None:
    """What of the pricing fits a shape; None where it does not."""
    try:
        return shape.model_validate(entry.pricing)
    except ValidationError:
        return None


def _row(read: _Read, pricing: Pricing | None) -> dict[str, Any]:
    entry, conditions = read.entry, read.conditions
    prices = (pricing.prompt, pricing.completion) if pricing else (None, None)
    is_router = VARIES in prices
    prompt, completion = (None, None) if is_router else prices
    return {
        "canonical_slug": entry.canonical_slug,
        "variant": entry.variant,
        "model_id": entry.id,
        "name": entry.name,
        "created_at": entry.created,
        "prompt_pusd_per_token": prompt,
        "completion_pusd_per_token": completion,
        "is_router": is_router,
        "hugging_face_id": entry.hugging_face_id or None,
        "conditions": conditions.text,
        "is_conditional": pricing is not None and conditions.explain(pricing),
        "intelligence_index": entry.intelligence_index,
    }


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=CatalogueRows.create_empty().schema)


def _not_understood(body: bytes, what: str) -> EnvelopeError:
    return EnvelopeError(
        f"The model catalogue {printable(what, 160)}; it is kept in the archive as "
        f"{hashlib.sha256(body).hexdigest()}; run again, then update tokentide."
    )
