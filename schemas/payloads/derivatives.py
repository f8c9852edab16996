"""The answer of the Hub's detail route that counts a repository's children."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Count = Annotated[int, Field(ge=0, lt=2**63, strict=True)]


class Children(BaseModel):
    """Direct children by kind. Whether a kind that has none is always named is not settled: null = not said."""

    model_config = ConfigDict(frozen=True)

    finetune: Count | None = None
    adapter: Count | None = None
    merge: Count | None = None
    quantized: Count | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(count is None for count in self.model_dump().values()):
            raise ValueError("names none of finetune, adapter, merge, quantized")
        return self


class Repository(BaseModel):
    """A repository, as far as it is read."""

    model_config = ConfigDict(frozen=True)

    id: str | None = None
    children: Children = Field(alias="childrenModelCount")
