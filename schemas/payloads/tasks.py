"""The answer of `GET /classifications/task`: shares of tasks, and of models within them, out of a sample."""

from datetime import date
from typing import Annotated

import msgspec
from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=256)]


class TasksData(msgspec.Struct):
    """What the answer is about: the days up to `as_of`, and a row for each tag."""

    as_of: date
    window_days: int
    classifications: list[msgspec.Raw]


class TasksAnswer(msgspec.Struct):
    """The whole answer. It has no `meta`."""

    data: TasksData


class TaggedModel(BaseModel):
    """A model within a tag, by its `id` in the catalogue."""

    model_config = ConfigDict(frozen=True)

    id: Name
    tag_token_share: Share
    tag_usage_share: Share


class Tag(BaseModel):
    """A kind of task, with the models that were used most for it."""

    model_config = ConfigDict(frozen=True)

    tag: Name
    macro_category: Name
    token_share: Share
    usage_share: Share
    models: list[TaggedModel]
