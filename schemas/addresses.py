"""Addresses in settings: which ones can be meant, and which would give a secret away."""

from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

OBJECT_STORES: Final = ("s3", "gs", "az")


def archive_address(value: object) -> object:
    """The absolute path of a folder, or the address of a bucket and prefix, for a path, `file://` or bucket address.

    Raises:
        ValueError: it is none of them, or holds a secret; says what to write instead.
    """
    if not isinstance(value, str | Path):
        return value
    text = str(value).strip()
    parts = urlsplit(text)
    if "://" in text and ("@" in parts.netloc or parts.query or parts.fragment):
        raise ValueError(
            "must not hold a user, a password or a signature; the store's own environment has them"
        )
    if parts.scheme in OBJECT_STORES and parts.netloc:
        return text.rstrip("/")
    if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
        text = unquote(parts.path)
    elif "://" in text:
        raise ValueError(
            "must be a folder, file://, s3://bucket/prefix, gs://bucket/prefix or az://container/prefix"
        )
    folder = Path(text).expanduser()
    if not folder.is_absolute():
        raise ValueError(
            "must be an absolute path, since every command and worker has its own working directory"
        )
    return str(folder)
