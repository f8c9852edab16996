"""Children of a repository on the Hugging Face Hub, by kind."""

import polars as pl
from pydantic import ValidationError

from schemas.listed import DerivativeCounts, Listed
from schemas.payloads.derivatives import Repository
from schemas.receipts import Receipt
from tasks.normalize.envelope import not_understood


def read_derivatives(receipt: Receipt, body: bytes) -> Listed:
    """The reading of the repository that was asked for, about the UTC day on which it was taken.

    The Hub keeps no history: a count is true of the moment at which it was read.

    Raises:
        EnvelopeError: the answer holds no counts, or those of another repository.
    """
    try:
        found = Repository.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise not_understood(
            receipt,
            f"has no counts of children ({first['loc'][0] if first['loc'] else 'body'}: {first['msg']})",
        ) from error
    wanted = receipt.asked.subject
    if wanted is None or (found.id is not None and found.id.lower() != wanted.lower()):
        raise not_understood(receipt, f"is about another repository than {wanted}")
    day = receipt.fetched_at.date()
    counts = pl.DataFrame([found.children.model_dump()], schema=DerivativeCounts.create_empty().schema)
    return Listed(wanted, day, day, DerivativeCounts.validate(counts))
