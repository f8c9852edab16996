"""Shares of tasks, and of models within them: each tag understood as a whole, or set apart."""

from collections import Counter
from datetime import timedelta
from typing import Any, Final

import dataframely as dy
import msgspec
import polars as pl
from pydantic import ValidationError

from schemas.list_frames import ALL_TAGS
from schemas.listed import Listed, TaskRows
from schemas.payloads.tasks import Tag, TasksAnswer
from schemas.published_frames import QuarantinedRows
from schemas.receipts import Receipt
from schemas.text import printable
from tasks.normalize.envelope import not_understood
from tasks.normalize.set_apart import Fault, set_apart

WINDOW_DAYS: Final = 7
ROUNDING: Final = 0.005
"""How far published shares of a whole may be above 1 together, since each of them is rounded."""
_ANSWER: Final = msgspec.json.Decoder(TasksAnswer)


def read_task_shares(receipt: Receipt, body: bytes) -> tuple[list[Listed], dy.DataFrame[QuarantinedRows]]:
    """The shares of the seven days up to the answer's own date, and its tags that were not understood.

    Raises:
        EnvelopeError: it is not the documented JSON, about another span, about days that were not over, or
            nothing in it is understood.
    """
    try:
        answer = _ANSWER.decode(body).data
    except (msgspec.MsgspecError, RecursionError) as error:
        raise not_understood(receipt, f"is not the documented JSON ({error})") from error
    if answer.window_days != WINDOW_DAYS:
        raise not_understood(receipt, f"is about {answer.window_days} days instead of {WINDOW_DAYS}")
    if answer.as_of >= receipt.fetched_at.date():
        raise not_understood(receipt, f"is about {answer.as_of}, which was not over")
    tags, faults = _tags(answer.classifications)
    if not tags:
        raise not_understood(receipt, "has not a single task that is understood")
    if sum(tag.token_share for tag in tags) > 1 + ROUNDING:
        raise not_understood(receipt, "has shares of tasks that are more than everything together")
    start = answer.as_of - timedelta(days=WINDOW_DAYS - 1)
    subject = receipt.asked.subject or f"{WINDOW_DAYS}d"
    listed = Listed(subject, start, answer.as_of, _frame(tags), set_apart=len(faults))
    return [listed], set_apart(faults, answer.classifications)


def _tags(texts: list[msgspec.Raw]) -> tuple[list[Tag], list[Fault]]:
    read: dict[int, Tag] = {}
    faults: list[Fault] = []
    for number, text in enumerate(texts, start=1):
        try:
            read[number] = Tag.model_validate_json(bytes(text))
        except ValidationError as error:
            faults.append(Fault.of(number, error))
    times = Counter(tag.tag for tag in read.values())
    wrong = {number: _fault(tag, times[tag.tag]) for number, tag in read.items()}
    faults += [Fault(number, fault) for number, fault in wrong.items() if fault]
    return [tag for number, tag in read.items() if not wrong[number]], faults


def _fault(tag: Tag, times: int) -> str | None:
    """What is wrong with a tag whose values are possible one by one; None if nothing is."""
    models = [model.id for model in tag.models]
    if times > 1:
        return "the tag is there twice"
    if len(set(models)) < len(models):
        return "a model is there twice within the tag"
    if tag.tag == ALL_TAGS:
        return "the tag has the name of all tags together"
    if any(name != printable(name) for name in (tag.tag, tag.macro_category, *models)):
        return "a name holds characters that no name has"
    shares = [(model.tag_token_share, model.tag_usage_share) for model in tag.models]
    if any(sum(parts) > 1 + ROUNDING for parts in zip(*shares, strict=True)):
        return "the shares of the tag's models are more than the tag together"
    return None


def _frame(tags: list[Tag]) -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for tag in tags:
        whole = (tag.macro_category, tag.token_share, tag.usage_share)
        rows += [
            (tag.tag, model.id, *whole, model.tag_token_share, model.tag_usage_share) for model in tag.models
        ] or [(tag.tag, "", *whole, None, None)]
    return TaskRows.validate(pl.DataFrame(rows, schema=TaskRows.create_empty().schema, orient="row"))
