"""Reviewed YAML files: a list of entries, read strictly, and what is wrong with one of them in words."""

from collections.abc import Hashable, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from schemas.errors import ReviewedDataError


def entries_of(text: str, source: str, what: str) -> list[dict[str, Any]]:
    """The entries of a file that is a YAML list of mappings.

    Args:
        text: the file.
        source: what the file is called in errors.
        what: what one entry is called: "rule", "claim".

    Raises:
        ReviewedDataError: it is no such list, or a key stands there twice; names the line or the entry.
    """
    try:
        entries = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader that also refuses twins
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ReviewedDataError(f"{source}, line {line}: {error.problem}; correct the YAML there.") from error
    if not isinstance(entries, list):
        raise ReviewedDataError(f"{source}: holds no list of {what}s; begin each {what} with '- id: …'.")
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise ReviewedDataError(
                f"{source}: entry {number} is no {what}; begin each {what} with '- id: …'."
            )
    return entries


def first_problem(error: ValidationError, repairs: Mapping[str, str], *, skip: int = 0) -> str:
    """The problem to name of all that a model found in an entry: where, what is written there, the repair.

    Args:
        error: what the model raised.
        repairs: words for kinds of problem (pydantic's names) that are better than the model's own.
        skip: how many steps of the path lead to the entry, not into it.
    """
    # A misspelt key is also a missing one: name the misspelling first.
    first = min(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
    path = ".".join(str(part) for part in first["loc"][skip:])
    what = repairs.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    what = what.replace("Input should be", "must be").rstrip(".")
    shown = "" if isinstance(first["input"], dict | list) else f" {str(first['input'])[:40]!r}"
    return " ".join(f"{path}{shown} {what}".split())


def twice(ids: list[str]) -> str | None:
    """The first id that stands there twice."""
    return next((each for number, each in enumerate(ids) if each in ids[:number]), None)


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping: the first of them would silently be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key}' stands there twice", node.start_mark
                )
        return super().construct_mapping(node, deep=deep)
