"""How long and how large: the bounds of every call to an upstream."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one `get`.

    Attributes:
        connect_s, read_s: seconds for a connection, and between two pieces of an answer.
        attempt_s: seconds for one attempt, name lookup and dripping headers included.
        total_s: seconds for all attempts and the pauses between them.
        attempts: how often an answer that may come later is asked for.
        pause_s: the first pause is at most this long; each following one may be twice as long.
        longest_pause_s: the longest pause; who asks us to wait longer is not waited for.
        body_bytes: the largest answer, counted after decompression (the largest known is 4 MiB).
    """

    connect_s: float = 10
    read_s: float = 20
    attempt_s: float = 60
    total_s: float = 150
    attempts: int = 4
    pause_s: float = 0.5
    longest_pause_s: float = 60
    body_bytes: int = 64 * MIB
