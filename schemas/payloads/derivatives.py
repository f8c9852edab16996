"""The answer of the Hub's detail route that counts a repository's children."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0, lt=2**63, strict=True)]


class Children(BaseModel):
    """Direct children by kind; a kind that has none may be left out."""

    model_config = ConfigDict(frozen=True)

    finetune: Count = 0
    adapter: Count = 0
    merge: Count = 0
    quantized: Count = 0


class Repository(BaseModel):
    """A repository, as far as it is read."""

    model_config = ConfigDict(frozen=True)

    id: str | None = None
    children: Children = Field(alias="childrenModelCount")
