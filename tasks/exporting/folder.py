"""The folder of an export: whole or not there, and never somebody else's."""

import fcntl
import glob
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from schemas.errors import ExportError, UsageError
from storage.folder import sync_folder

DESCRIPTOR: Final = "datapackage.json"


@contextmanager
def replacing(out: Path, name: str) -> Iterator[Path]:
    """A fresh folder beside `out` that takes its place when the block ends well, and is removed when it does not.

    Whoever looks sees the earlier export or the new one. What a killed export left beside `out` is removed by
    the next one; one that is still writing is told apart by the lock that it holds.

    Args:
        out: the folder; it may be missing, empty, or an export that holds nothing else.
        name: the `name` in the descriptor of an export of ours.

    Raises:
        UsageError: `out` holds something that no export of ours wrote; it is left as it is.
        ExportError: the folder cannot be written.
    """
    out = out.resolve()
    with _said_plainly(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        _tidy(out)
        _refuse_others(out, name)
        fresh = out.with_name(f"{_prefix(out)}{secrets.token_hex(8)}")
        fresh.mkdir()
        with _locked(fresh):
            try:
                yield fresh
                _swap(fresh, out)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, out: Path) -> None:
    """Put `fresh` in the place of `out`. A folder that is not empty cannot be replaced in one step."""
    before = _before(out)
    if out.exists():
        out.rename(before)
    try:
        fresh.rename(out)
    except OSError:
        before.rename(out)
        raise
    sync_folder(out.parent)
    shutil.rmtree(before, ignore_errors=True)


def _tidy(out: Path) -> None:
    """Undo what a killed export did beside `out`: an export that it had moved away comes back."""
    before = _before(out)
    if before.exists():
        shutil.rmtree(before) if out.exists() else before.rename(out)
    for left in out.parent.glob(f"{glob.escape(_prefix(out))}*"):
        with suppress(OSError), _locked(left):  # it is locked where an export still writes it
            shutil.rmtree(left)


def _refuse_others(out: Path, name: str) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(f"--out {out} is a file; name a folder.")
    if not any(out.iterdir()):
        return
    ours = _files_of_export(out / DESCRIPTOR, name)
    if ours is None:
        raise UsageError(f"--out {out} is not empty and holds no export of tokentide; name another folder.")
    for path in sorted(out.rglob("*")):
        if path.is_symlink() or (path.is_file() and str(path.relative_to(out)) not in ours):
            raise UsageError(f"--out {out} holds {path.name}, which no export wrote; move it away.")


def _files_of_export(descriptor: Path, name: str) -> set[str] | None:
    """The files that a descriptor of ours lists, itself among them; None where it is not ours."""
    try:
        found = json.loads(descriptor.read_bytes())
        listed = {str(resource["path"]) for resource in found["resources"]}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return {DESCRIPTOR, *listed} if found.get("name") == name else None


def _prefix(out: Path) -> str:
    return f".{out.name}.export-"


def _before(out: Path) -> Path:
    return out.with_name(f".{out.name}.before")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which ends with the process. Raises `OSError` where another one holds it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _said_plainly(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename or out
        raise ExportError(
            f"The export to {out} cannot be written: {where}: {error.strerror or error}; nothing was changed there."
        ) from error
