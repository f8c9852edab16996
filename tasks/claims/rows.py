"""A verdict as a row of the answer, in the shape that `--format json` promises."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from schemas.claim_parts import Count, Derivatives, Tokens
from schemas.claims import Claim
from tasks.claims.measuring import Value
from tasks.claims.verdicts import Outcome, Trial, Verdict


def row_of(verdict: Verdict, notes: Iterable[str] = ()) -> dict[str, Any]:
    """The row: id, text, stated, verdict, reason, command, value, definitions, nearest, note, source, date.

    Token counts and counts are integers, shares and growth numbers where 1 is the whole, prices USD per million
    tokens. A claim with several quantities has a list of values, in their order.
    """
    claim = verdict.claim
    shown = verdict.outcome in {Outcome.FAILS, Outcome.NO_DATA}
    return {
        "id": claim.id,
        "text": claim.text,
        "stated": claim.stated,
        "verdict": str(verdict.outcome),
        "reason": None if verdict.reason is None else str(verdict.reason),
        "command": verdict.command,
        "value": None if verdict.plain is None else _value(claim, verdict.plain),
        "definitions": [_with_value(claim, trial) for trial in verdict.fitting],
        "nearest": _with_value(claim, verdict.nearest) if shown and verdict.nearest else None,
        "note": " ".join([*notes, *([claim.note] if claim.note else [])]) or None,
        "source": claim.source.url or f"{claim.source.outlet} ({claim.source.unread})",
        "date": claim.date,
    }


def _with_value(claim: Claim, trial: Trial) -> dict[str, Any]:
    return {**trial.definition, "value": _value(claim, trial)}


def _value(claim: Claim, trial: Trial) -> Any:
    values = [
        _number(quantity, value) for quantity, value in zip(claim.quantities, trial.values, strict=True)
    ]
    if all(value is None for value in values):
        return None
    return values[0] if len(values) == 1 else values


def _number(quantity: object, value: Value) -> int | float | bool | None:
    if isinstance(value, Fraction):
        return int(value) if isinstance(quantity, Tokens | Count | Derivatives) else float(value)
    return value
