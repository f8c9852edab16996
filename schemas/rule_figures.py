"""What is refused of a crossing rule: definitions that its metric does not have, and subjects that nobody is."""

from collections.abc import Iterable
from typing import Final

from schemas.countries import COUNTRY_NAMES
from schemas.frames import BUCKETS
from schemas.price_frames import ALL
from schemas.rule_forms import FORMS, Form
from schemas.rule_parts import Measure

BETWEEN: Final = " over "
"""Between the two subjects of a ratio: `CN over US`."""


def check_measure(metric: str, measure: Measure) -> None:
    """Refuse a definition that the metric does not have.

    Raises:
        ValueError: says what to correct.
    """
    form = FORMS[metric]
    if measure.by not in form.by:
        raise ValueError(
            f"a {metric} cannot be measured by {measure.by}; correct by in measure: {', '.join(form.by)}"
        )
    if measure.definition.basis.kind not in form.bases:
        raise ValueError(f"a {metric} is measured on all tokens; leave basis out")
    if measure.without_free and not form.without_free:
        raise ValueError(f"a {metric} has no reading without free variants; take without_free out")
    _check_options(metric, form, measure)


def _check_options(metric: str, form: Form, measure: Measure) -> None:
    for name in measure.options:
        if name not in form.options:
            raise ValueError(f"a {metric} has no {name}; take it out of measure")
    for name in form.needed:
        if name not in measure.options:
            raise ValueError(f"a {metric} needs {name} in measure; {_NEEDED[name]}")
    if measure.of is not None and measure.by == "origin":
        _check_countries((measure.of,))
    if measure.part is not None and measure.part not in form.parts:
        raise ValueError(f"a {metric} has no part {measure.part}; write {' or '.join(form.parts)}")
    if measure.level is not None and measure.level.startswith("-"):
        raise ValueError(f"level ({measure.level}) must be 0 or more: no benchmark index lies below")
    if measure.window != "week" and form.reading:
        raise ValueError(f"a {metric} is read of ISO weeks; leave window out")


_NEEDED: Final = {
    "of": "write whose share it is a part of, as in of: CN",
    "level": 'write the benchmark index to be reached, as in level: "50"',
    "tag": "write the kind of task as `tokentide show tasks` names it, or ALL",
}


def check_subject(metric: str, measure: Measure, subject: str, without: Iterable[str]) -> None:
    """Refuse a subject that the metric cannot be about.

    Raises:
        ValueError: says how to write it.
    """
    form = FORMS[metric]
    kind = form.subjects or measure.by
    each = subject == f"each_{kind}"
    if form.about == "top":
        if not subject.startswith("top:") or not subject.removeprefix("top:").isdecimal():
            raise ValueError(f"subject '{subject}' of a {metric} must be written like top:5")
        return
    if form.about == "nobody" and subject != ALL:
        raise ValueError(f"subject '{subject}': a {metric} is about everything together; write {ALL}")
    if subject.startswith("each_") and not each:
        raise ValueError(f"subject '{subject}' does not fit by: {measure.by}; write each_{kind}")
    if list(without) and not each:
        raise ValueError(f"without leaves subjects out of each_{kind}; take it out for one subject")
    if subject == ALL and not form.whole:
        raise ValueError(f"subject {ALL}: a {metric} is about one {kind}; name it, or write each_{kind}")
    names = _two_of(metric, subject) if form.about == "two" else (subject,)
    _check_names(kind, (*(() if each or subject == ALL else names), *without))


def _two_of(metric: str, subject: str) -> tuple[str, str]:
    one, _, other = subject.partition(BETWEEN)
    if not other or one == other:
        raise ValueError(f"subject '{subject}' of a {metric} must name two, as in CN{BETWEEN}US")
    return one, other


def _check_names(kind: str, names: Iterable[str]) -> None:
    if kind == "origin":
        _check_countries(names)
    for name in names:
        if kind == "bucket" and name not in BUCKETS:
            raise ValueError(f"subject '{name}' is no bucket; write {', '.join(BUCKETS)}")
        if kind == "app" and not name.isdecimal():
            raise ValueError(
                f"subject '{name}' is no number of an app; `tokentide show apps` has it as app_id, and "
                "called says its name in messages"
            )


def _check_countries(codes: Iterable[str]) -> None:
    for code in codes:
        if code not in COUNTRY_NAMES:
            raise ValueError(f"subject '{code}' is no ISO 3166-1 alpha-2 country code (CN, US, FR …)")
