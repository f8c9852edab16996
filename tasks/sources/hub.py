"""Children of repositories on the Hugging Face Hub: one question for each repository, no key needed."""

from collections.abc import Callable
from typing import Final

from schemas.receipts import Asked, Channel, Receipt
from storage.archive import Archive
from tasks.sources.client import UpstreamClient
from tasks.sources.keeping import keep
from tasks.sources.limits import Limits

PAUSE_S: Final = 0.65
"""Between two questions. Without a token the Hub answers 500 of them in five minutes: one in 0.6 seconds."""
LIMITS: Final = Limits(body_bytes=1024 * 1024, longest_pause_s=310, total_s=700)
"""Answers are small. When the five minutes are used up the Hub says how long to wait, and that is waited for."""


def fetch_children(
    client: UpstreamClient,
    archive: Archive,
    repository: str,
    before_attempt: Callable[[], object] = lambda: None,
) -> Receipt:
    """The receipt of what is built directly upon a repository now. It is the publisher's moment, too.

    Raises:
        AsOfError: a run with an as-of would date the answer before it was known.
        UpstreamError: no answer (see `UpstreamClient.get`). A repository that is gone is 404, or without a token
            401; one that was renamed is a `MovedError`.
        StorageError: the archive cannot be written.
    """
    client.refuse_the_past("leave --as-of out")
    path, asked = f"models/{repository}", {"expand[]": "childrenModelCount"}
    answer = client.get(path, asked, keyed=True, before_attempt=before_attempt)
    return keep(
        client, archive, answer, Channel.DERIVATIVES, Asked(subject=repository), as_of=answer.fetched_at
    )
