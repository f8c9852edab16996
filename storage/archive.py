"""Answers as they were published: write-once, content-addressed, each with its receipt beside it.

    payloads/ab/ab12…              the bytes, named by their SHA-256
    receipts/00000/00000042.json   what was asked, when, and which payload came; numbered as they arrived

The numbers are the order in which answers came in, which fetch times are not (a run may be told to act as
of an earlier moment): replaying them in this order repeats every decision that was made about them. What lies
under a name never changes, whichever of several hosts put it there.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from pydantic import ValidationError

from schemas.errors import StorageError
from schemas.receipts import Asked, Channel, Receipt
from schemas.settings import Settings
from storage.folder import FolderStore

_PER_FOLDER: Final = 1000


class Store(Protocol):
    """What an archive lies in. Names have `/` between their parts; contents are never replaced or removed.

    Every method raises `StorageError`, one line that names the place, where it cannot be used.
    """

    def create(self, name: str, content: bytes) -> bool:
        """Put a whole content under a name, for good; False if there is one already.

        Of several that try at once exactly one is told True.
        """

    def read(self, name: str) -> bytes:
        """The whole content under a name.

        Raises:
            StorageError: there is none.
        """

    def below(self, name: str) -> list[str]:
        """The last parts of all names directly below this one, sorted; none if there is nothing."""

    def where(self, name: str) -> str:
        """Where a person finds what lies under a name."""


class Archive:
    """The archive in a store. Safe to be written by several processes and hosts at once."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def keep(
        self,
        body: bytes,
        *,
        channel: Channel,
        url: str,
        asked: Asked,
        fetched_at: datetime,
        as_of: datetime | None,
        citation: str,
    ) -> Receipt:
        """Store an answer for good and return its receipt; both are in safety by then.

        The payload goes first, so that there is never a receipt without its payload. If a store answers so
        late that the same receipt is put twice, the answer has two: the second repeats known facts.

        Raises:
            StorageError: the archive cannot be written, or holds a damaged payload under this content's name.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        if not self.store.create(_payload(sha256), body):
            self.payload(sha256)  # what lies there already must be the same bytes
        number = self.last_number() + 1
        while True:
            receipt = Receipt(
                id=f"{number:08d}",
                channel=channel,
                url=without_secrets(url),
                asked=asked,
                fetched_at=fetched_at.astimezone(UTC),
                as_of=as_of.astimezone(UTC) if as_of else None,
                sha256=sha256,
                bytes=len(body),
                citation=citation,
            )
            if self.store.create(_receipt(number), receipt.model_dump_json(indent=1).encode()):
                return receipt
            number += 1  # another process took it

    def body(self, receipt: Receipt) -> bytes:
        """The payload of a receipt, exactly as published.

        Raises:
            StorageError: it is missing, or its bytes are not those that were stored; names it.
        """
        return self.payload(receipt.sha256)

    def payload(self, sha256: str) -> bytes:
        """The payload with this SHA-256, exactly as published.

        Raises:
            StorageError: it is missing, or its bytes are not those that were stored; names it.
        """
        body = self.store.read(_payload(sha256))
        if hashlib.sha256(body).hexdigest() != sha256:
            where = self.store.where(_payload(sha256))
            raise StorageError(f"The archived payload {where} is damaged; restore it from a backup.")
        return body

    def receipts(self, after: str = "") -> Iterator[Receipt]:
        """Every receipt in the order of arrival; with `after` (an id), only those that came later.

        Raises:
            StorageError: a receipt cannot be read; names it.
        """
        first = int(after) + 1 if after else 0
        for folder in self._folders():
            if int(folder) < first // _PER_FOLDER:
                continue
            for number in self._numbers(folder):
                if number >= first:
                    yield self._read(number)

    def last_number(self) -> int:
        """The number of the newest receipt; 0 if there is none.

        Raises:
            StorageError: the archive cannot be used.
        """
        for folder in reversed(self._folders()):
            if numbers := self._numbers(folder):
                return numbers[-1]
        return 0

    def _read(self, number: int) -> Receipt:
        content = self.store.read(_receipt(number))
        try:
            return Receipt.model_validate_json(content)
        except ValidationError as error:
            where = self.store.where(_receipt(number))
            raise StorageError(
                f"The archived receipt {where} is damaged; restore it from a backup."
            ) from error

    def _folders(self) -> list[str]:
        return [name for name in self.store.below("receipts") if name.isdecimal()]

    def _numbers(self, folder: str) -> list[int]:
        stems = [name.removesuffix(".json") for name in self.store.below(f"receipts/{folder}")]
        return [int(stem) for stem in stems if stem.isdecimal()]


def open_archive(settings: Settings) -> Archive:
    """The archive that the settings name: a folder, or an object store that several hosts reach.

    Raises:
        StorageError: an object store is named, and the library for it is not installed.
    """
    place = settings.archive_place
    if "://" not in place:
        return Archive(FolderStore(Path(place)))
    try:
        from storage.bucket import bucket_at
    except ModuleNotFoundError as error:
        raise StorageError(
            f"An archive in an object store needs {error.name}; pip install 'tokentide[object-store]'."
        ) from error
    return Archive(bucket_at(place))


def without_secrets(url: str) -> str:
    """The URL without user, password and fragment."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()


def _payload(sha256: str) -> str:
    return f"payloads/{sha256[:2]}/{sha256}"


def _receipt(number: int) -> str:
    return f"receipts/{number // _PER_FOLDER:05d}/{number:08d}.json"
