"""What `show` makes of its options: each one that is given has an effect on the answer, or is refused."""

from collections.abc import Mapping
from typing import Final

import typer

from flows.cli.shown import LISTING_NAMES, SAID_NAME
from schemas.errors import UsageError
from tasks.questions import Metric

_ALWAYS: Final = frozenset({"what", "as_of", "form", "sample"})
_WINDOWS: Final = frozenset({"window", "start", "end"})
_OF_METRICS: Final = _WINDOWS | {"every", "series", "by", "basis", "variants", "without_free"}
_OF_CHOICES: Final[Mapping[str, str]] = {"pair": "pair", "top": "top", "over": "over", "level": "at"}
"""What a metric has in its `extra`, and the option that says it."""


def refuse_what_is_not_heard(context: typer.Context, what: str, metric: Metric | None) -> None:
    """Refuse an option that would change nothing: whoever gives it expects another answer than there is.

    Args:
        context: of the command.
        what: what is to be shown.
        metric: how it is computed; None where it is no metric of tokens.

    Raises:
        UsageError: an option was given that it has no use for, or two that contradict each other.
    """
    given = {
        parameter.name: parameter.opts[0]
        for parameter in context.command.params
        if parameter.name and _is_given(context, parameter.name)
    }
    for name, option in given.items():
        if name not in _ALWAYS | _heard(what, metric):
            raise UsageError(f"show {what} has no use for {option}; leave {option} out.")
    if "window" in given and given.keys() & {"start", "end"}:
        raise UsageError(
            "--window is one window, --start and --end are a series of them; give one or the other."
        )
    if "every" in given and not given.keys() & {"start", "end"}:
        raise UsageError("--every cuts the days of a series into windows; add --start D.")


def refuse_what_is_fixed(what: str, metric: Metric, **asked: str | None) -> None:
    """Refuse a part of a definition that a metric decides itself.

    Args:
        what: its name.
        metric: which parts it decides.
        asked: `by`, `basis` and `variants` as they were asked for; None where they were not.

    Raises:
        UsageError: something else was asked for; says which option to leave out.
    """
    for name, value in asked.items():
        if value is not None and name in metric.fixed and value != metric.fixed[name]:
            raise UsageError(f"{what} answers with {name} {metric.fixed[name]} only; leave --{name} out.")


def _heard(what: str, metric: Metric | None) -> frozenset[str]:
    """The options that make a difference to what is shown, by the names of their parameters."""
    if metric is not None:
        subject = {"subject"} if metric.by_subject else set()
        return _OF_METRICS | subject | {_OF_CHOICES[name] for name in metric.extra}
    if what in LISTING_NAMES:
        return frozenset({"start", "end", "subject", "series"})
    if what == SAID_NAME:
        return _WINDOWS | {"subject", "by", "basis"}
    return _WINDOWS | {"every", "by", "subject"} | ({"pair"} if what == "crosscheck" else set())


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
