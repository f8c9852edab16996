"""A store in a folder: each content is whole and on the disk, or not there at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import StorageError


class FolderStore:
    """Files below `root`, on one host or on a network file system that has hard links (NFS has)."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, name: str, content: bytes) -> bool:
        """Put a whole file in place, fsynced; False if there is one already.

        Raises:
            StorageError: the folder cannot be written.
        """
        with _said_plainly(self._root / name):
            return _write_once(self._root / name, content)

    def read(self, name: str) -> bytes:
        """The content of a file.

        Raises:
            StorageError: it is missing or cannot be read.
        """
        path = self._root / name
        with _said_plainly(path):
            try:
                return path.read_bytes()
            except FileNotFoundError as error:
                raise StorageError(f"The archived {path} is missing; restore it from a backup.") from error

    def below(self, name: str) -> list[str]:
        """The names of files and folders in a folder, sorted.

        Raises:
            StorageError: it cannot be read.
        """
        with _said_plainly(self._root / name):
            try:
                entries = [path.name for path in (self._root / name).iterdir()]
            except FileNotFoundError:
                return []
        # A dot begins what a killed process left behind.
        return sorted(entry for entry in entries if not entry.startswith("."))

    def where(self, name: str) -> str:
        """The path of a file."""
        return str(self._root / name)


def _write_once(path: Path, content: bytes) -> bool:
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
    sync_folder(path.parent)
    return True


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
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
