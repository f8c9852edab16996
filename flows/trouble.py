"""What an error of one step says about the steps that follow, and about the run in one line."""

from typing import Final

from schemas.errors import (
    ClockSkewError,
    EnvelopeError,
    MovedError,
    NotPublishedError,
    RefusedAnswerError,
    TokentideError,
    TooLargeError,
    UnreachableError,
    UpstreamError,
)

_OF_ONE_QUESTION: Final = {
    UpstreamError,
    MovedError,
    NotPublishedError,
    TooLargeError,
    EnvelopeError,
    RefusedAnswerError,
}


def says_nothing_came_through(error: BaseException) -> bool:
    """Whether the upstream could not be reached at all, or this machine's clock is wrong."""
    return isinstance(error, UnreachableError | ClockSkewError)


def is_of_one_question(error: BaseException) -> bool:
    """Whether it is wrong with one question or its answer, and says nothing about the next.

    Exactly these classes: one that is derived from them (no key, no budget) would meet the next question, too.
    """
    return type(error) in _OF_ONE_QUESTION


def line_of(error: BaseException) -> str:
    """The error in one line that says what to do."""
    if isinstance(error, TokentideError):
        return str(error)
    return f"Unexpected {type(error).__name__}; run again with --debug and report the trace."
