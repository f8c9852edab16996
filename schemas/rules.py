"""Rule files: YAML text in, rules out, and errors that name the file, the rule and the repair."""

from collections.abc import Hashable, Iterable
from typing import Any, Final, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.errors import ReviewedDataError
from schemas.rule_models import RULE, Entry, Rule

E = TypeVar("E", bound=Entry)

__all__ = ["Entry", "Rule", "lay_over", "parse_rules"]

_REPAIRS: Final = {
    "string_type": 'must be text; put it in quotes, as in "50"',
    "missing": "is missing; add it",
    "extra_forbidden": "is no key of a rule of this kind; correct its spelling or take it out",
    "union_tag_not_found": "kind is missing; write crossing, lead, condition or digest",
    "union_tag_invalid": "is no kind of rule; write crossing, lead, condition or digest",
    "string_pattern_mismatch": "is not written as it must be; thresholds are decimals in quotes, as in "
    '"48.5", ids are lower-case words joined by hyphens',
}


def parse_rules(text: str, source: str) -> list[Entry]:
    """The rules of a file, and the weekly digest if it stands there, in its order.

    Raises:
        ReviewedDataError: the text is no YAML list of rules, or a rule cannot be meant; names `source`
            (the file), the rule and the repair.
    """
    try:
        entries = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader that also refuses twins
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ReviewedDataError(f"{source}, line {line}: {error.problem}; correct the YAML there.") from error
    if not isinstance(entries, list):
        raise ReviewedDataError(f"{source}: holds no list of rules; begin each rule with '- id: …'.")
    rules = [_parse(entry, number, source) for number, entry in enumerate(entries, start=1)]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise ReviewedDataError(f"{source}: rule '{rule.id}' stands there twice; rename or remove one.")
        seen.add(rule.id)
    return rules


def lay_over(shipped: Iterable[E], own: Iterable[E]) -> list[E]:
    """The shipped entries with the user's laid over them: the same id replaces, a new id is added."""
    return list(({rule.id: rule for rule in shipped} | {rule.id: rule for rule in own}).values())


def _parse(entry: object, number: int, source: str) -> Entry:
    if not isinstance(entry, dict):
        raise ReviewedDataError(f"{source}: entry {number} is no rule; begin each rule with '- id: …'.")
    try:
        return RULE.validate_python(entry)
    except ValidationError as error:
        # A misspelt key is also a missing one: name the misspelling first.
        first = min(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
        name = f"rule '{entry['id']}'" if isinstance(entry.get("id"), str) else f"rule number {number}"
        raise ReviewedDataError(f"{source}: {name}: {_in_words(first)}.") from None


def _in_words(error: ErrorDetails) -> str:
    path = ".".join(str(part) for part in error["loc"][1:])
    what = _REPAIRS.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    what = what.replace("Input should be", "must be").rstrip(".")
    shown = "" if isinstance(error["input"], dict | list) else f" {str(error['input'])[:40]!r}"
    return " ".join(f"{path}{shown} {what}".split())


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
