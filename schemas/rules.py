"""Rule files: YAML text in, rules out, and errors that name the file, the rule and the repair."""

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from schemas.errors import ReviewedDataError
from schemas.rule_entries import Entry
from schemas.rule_models import RULE, Rule
from schemas.strict_yaml import entries_of, first_problem, twice

__all__ = ["Entry", "Rule", "lay_over", "parse_rules"]
E = TypeVar("E", bound=Entry)

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
    entries = entries_of(text, source, "rule")
    rules = [_parse(entry, number, source) for number, entry in enumerate(entries, start=1)]
    if again := twice([rule.id for rule in rules]):
        raise ReviewedDataError(f"{source}: rule '{again}' stands there twice; rename or remove one.")
    return rules


def lay_over(shipped: Iterable[E], own: Iterable[E]) -> list[E]:
    """The shipped entries with the user's laid over them: the same id replaces, a new id is added."""
    return list(({rule.id: rule for rule in shipped} | {rule.id: rule for rule in own}).values())


def _parse(entry: dict[str, Any], number: int, source: str) -> Entry:
    try:
        return RULE.validate_python(entry)
    except ValidationError as error:
        name = f"rule '{entry['id']}'" if isinstance(entry.get("id"), str) else f"rule number {number}"
        raise ReviewedDataError(f"{source}: {name}: {first_problem(error, _REPAIRS, skip=1)}.") from None
