"""Answers as they were published: write-once, content-addressed, each with its receipt beside it.

    payloads/ab/ab12…          the bytes, named by their SHA-256
    receipts/00000/00000042.json   what was asked, when, and which payload came; numbered as they arrived

The numbers are the order in which answers came in, which fetch times are not (a run may be told to act as
of an earlier moment): replaying them in this order repeats every decision that was made about them.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from schemas.errors import StorageError
from schemas.receipts import Asked, Channel, Receipt

_PER_FOLDER: Final = 1000


class Archive:
    """The archive in a folder. Safe to be written by several processes at once."""

    def __init__(self, root: Path) -> None:
        self._payloads = root / "payloads"
        self._receipts = root / "receipts"

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
        """Store an answer for good and return its receipt; both have reached the disk by then.

        The payload goes first, so that there is never a receipt without its payload.

        Raises:
            StorageError: the archive cannot be written, or holds a damaged payload under this content's name.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        with _said_plainly(self._payloads):
            if not _write_once(self._payload(sha256), body):
                self.payload(sha256)  # what lies there already must be the same bytes
            number = self._last_number() + 1
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
                if _write_once(self._receipt(number), receipt.model_dump_json(indent=1).encode()):
                    return receipt
                number += 1  # another process took it

    def body(self, receipt: Receipt) -> bytes:
        """The payload of a receipt, exactly as published.

        Raises:
            StorageError: it is missing, or its bytes are not those that were stored; names the file.
        """
        return self.payload(receipt.sha256)

    def payload(self, sha256: str) -> bytes:
        """The payload with this SHA-256, exactly as published.

        Raises:
            StorageError: it is missing, or its bytes are not those that were stored; names the file.
        """
        path = self._payload(sha256)
        with _said_plainly(path):
            body = path.read_bytes()
        if hashlib.sha256(body).hexdigest() != sha256:
            raise StorageError(f"The archived payload {path} is damaged; restore that file from a backup.")
        return body

    def receipts(self, after: str = "") -> Iterator[Receipt]:
        """Every receipt in the order of arrival; with `after` (an id), only those that came later.

        Raises:
            StorageError: a receipt cannot be read; names the file.
        """
        with _said_plainly(self._receipts):
            paths = sorted(self._receipts.glob("[0-9]*/[0-9]*.json"))
        for path in paths:
            if path.stem <= after:
                continue
            try:
                with _said_plainly(path):
                    receipt = Receipt.model_validate_json(path.read_bytes())
            except ValidationError as error:
                raise StorageError(
                    f"The archived receipt {path} is damaged; restore that file from a backup."
                ) from error
            yield receipt

    def _last_number(self) -> int:
        for folder in sorted(self._receipts.glob("[0-9]*"), reverse=True):
            if numbers := [int(path.stem) for path in folder.glob("[0-9]*.json")]:
                return max(numbers)
        return 0

    def _payload(self, sha256: str) -> Path:
        return self._payloads / sha256[:2] / sha256

    def _receipt(self, number: int) -> Path:
        return self._receipts / f"{number // _PER_FOLDER:05d}" / f"{number:08d}.json"


def without_secrets(url: str) -> str:
    """The URL without user, password and fragment."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()


def _write_once(path: Path, content: bytes) -> bool:
    """Put a whole file in place, or nothing; False if there is one already."""
    if path.exists():
        return False
    _make_folder(path.parent)
    # The dot keeps a file that a killed process left behind out of every listing.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(temporary)  # unlike a rename, never replaces what another process put there
        except FileExistsError:
            return False
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Make the entry of a file in its folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"The archive cannot be used: {error.filename or path}: {error.strerror}; put that right and run again."
        ) from error
