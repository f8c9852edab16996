"""Words about a turn besides its figure: between which windows, since when, when it was so before, how settled."""

from schemas.alerts import Direction
from schemas.windows import Window
from tasks.alerts.detector import Event
from tasks.alerts.wording import counted, days_in_words


def gap(event: Event) -> str:
    """Between which windows it happened, where something lies between them."""
    unit = event.window.kind.unit
    parts = [
        f"{counted(number, unit)} {words}"
        for number, words in ((event.missing, "missing"), (event.undetermined, "undecided"))
        if number
    ]
    if not parts:
        return ""
    sides = f"{days_in_words(event.opposite)} and {days_in_words(event.first)}"
    return f"It happened between {sides}; in between: {' and '.join(parts)}."


def since(event: Event, windows: int) -> str:
    """Since when it has been so, where it took several windows to count; else nothing."""
    if event.first == event.window:
        return ""
    return f"It has been so since {days_in_words(event.first)}, {counted(windows, event.window.kind.unit)} in a row."


def history(event: Event, previous: Event | None, first: Window) -> str:
    """Since when it was otherwise, or when it was so before."""
    ends = event.direction is Direction.DOWN
    if previous is None:
        begins = f"recorded history begins ({days_in_words(first, year=True)})"
        return f"It had been so since {begins}." if ends else f"It is the first time since {begins}."
    was = days_in_words(previous.window, year=True)
    return f"It had been so since {was}." if ends else f"It was so before, until {was}."


def status(window: Window, *, read_once: bool) -> str:
    """Why the figure of a window is judged: its days no longer move, or it was read once and has none."""
    named = f"{days_in_words(window, year=True)} ({window})"
    if read_once:
        return (
            f"{named} has ended: it was read once, as others count it, and has no days that could still move."
        )
    return f"{named} is settled: received whole, and past the days in which figures still move."
