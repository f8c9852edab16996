"""The command line: every command is a flow run or a read, and says what to do when it cannot."""

import sys
import traceback

import typer

from flows.cli import operate, reads, runs
from schemas.errors import ExitStatus, TokentideError, UsageError
from schemas.settings import choose_env_file

app = typer.Typer(
    name="tokentide",
    help="Which country's AI models carry the most tokens on OpenRouter? With bounds, as-of and citation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (runs, reads, operate):
    room.add_to(app)


@app.callback()
def _options() -> None:
    """Options that every command takes: --env-file FILE reads settings from it; --debug adds the trace to errors."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit status.

    0 done, 1 failed, 2 usage or configuration, 3 done with warnings.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    try:
        left = _take_env_file([word for word in given if word != "--debug"])
        status = app(left, prog_name="tokentide", standalone_mode=False)
    except TokentideError as error:
        status = _told(str(error), error.exit_status, debug=debug)
    except typer.TyperException as error:
        line = f"{error.format_message()} See tokentide --help."
        status = _told(line, ExitStatus(error.exit_code), debug=debug)
    except (KeyboardInterrupt, typer.Abort):
        status = _told("Stopped; what was recorded so far is kept.", ExitStatus.FAILED, debug=False)
    sys.exit(int(status or 0))


def _take_env_file(words: list[str]) -> list[str]:
    """Accept --env-file before or after the command, as a person would type it."""
    for place, word in enumerate(words):
        name, has_value, value = word.partition("=")
        if name != "--env-file":
            continue
        rest = words[:place] + words[place + (1 if has_value else 2) :]
        if not has_value and place + 1 == len(words):
            raise UsageError("--env-file needs a file.")
        choose_env_file(value if has_value else words[place + 1])
        return rest
    return words


def _told(message: str, status: ExitStatus, *, debug: bool) -> ExitStatus:
    if debug:
        traceback.print_exc()
    print(f"tokentide: {message}", file=sys.stderr)  # noqa: T201  # the one line of an error
    return status
