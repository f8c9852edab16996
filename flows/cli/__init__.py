"""The command line: every command is a flow run or a read, and says what to do when it cannot."""

import gc
import sys
import traceback
from importlib import import_module
from typing import Final

import typer

from schemas.errors import ExitStatus, TokentideError, UsageError

ROOMS: Final = {
    "show": "reads",
    "say": "reads",
    "labs": "labs",
    "claims": "claims",
    "export": "exporting",
    "doctor": "health",
    "weekly": "runs",
    "ingest": "runs",
    "derivatives": "runs",
    "backfill": "runs",
    "measure": "runs",
    "replay": "upkeep",
    "vacuum": "upkeep",
    "db": "upkeep",
    "alerts": "alerts",
    "automations": "automations",
    "sample": "sample",
}
"""Which module holds each command: a command loads its own only, so that reads start quickly."""


def app_of(rooms: list[str]) -> typer.Typer:
    """The command line with the commands of these modules."""
    app = typer.Typer(
        name="tokentide",
        help="Which country's AI models carry the most tokens on OpenRouter? With bounds, as-of and citation.",
        epilog="Every command takes --env-file FILE (settings from there) and --debug (adds the trace to errors).",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(lambda: None)
    for room in rooms:
        import_module(f"flows.cli.{room}").add_to(app)
    return app


def whole_app() -> typer.Typer:
    """The command line with all of its commands."""
    return app_of(list(dict.fromkeys(ROOMS.values())))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit status.

    0 done, 1 failed, 2 usage or configuration, 3 done with warnings.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    try:
        left = _take_env_file([word for word in given if word != "--debug"])
        status = _app_for(left)(left, prog_name="tokentide", standalone_mode=False)
    except TokentideError as error:
        status = _told(str(error), error.exit_status, debug=debug)
    except typer.TyperException as error:
        line = f"{error.format_message()} See tokentide --help."
        status = _told(line, ExitStatus(error.exit_code), debug=debug)
    except (KeyboardInterrupt, typer.Abort):
        status = _told("Stopped; what was recorded so far is kept.", ExitStatus.FAILED, debug=False)
    sys.exit(int(status or 0))


def _app_for(words: list[str]) -> typer.Typer:
    room = ROOMS.get(words[0]) if words else None
    gc.disable()  # imports make many objects and no garbage: looking for some costs a fifth of the start
    try:
        return app_of([room]) if room else whole_app()
    finally:
        gc.freeze()
        gc.enable()


def _take_env_file(words: list[str]) -> list[str]:
    """Accept --env-file before or after the command, as a person would type it."""
    for place, word in enumerate(words):
        name, has_value, value = word.partition("=")
        if name != "--env-file":
            continue
        rest = words[:place] + words[place + (1 if has_value else 2) :]
        if not has_value and place + 1 == len(words):
            raise UsageError("--env-file needs a file.")
        from schemas.settings import choose_env_file

        choose_env_file(value if has_value else words[place + 1])
        return rest
    return words


def _told(message: str, status: ExitStatus, *, debug: bool) -> ExitStatus:
    if debug:
        traceback.print_exc()
    print(f"tokentide: {message}", file=sys.stderr)  # noqa: T201  # the one line of an error
    return status
