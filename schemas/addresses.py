"""Addresses in settings: which ones can be meant, and which would give a secret away."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import unquote, urlsplit

from pydantic import BeforeValidator, SecretStr

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


def is_loopback(url: str) -> bool:
    """Whether an address stays on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def absent_if_blank(value: object) -> object:
    """`NAME=` in an environment file means "not set", not "the empty secret"."""
    return None if isinstance(value, str) and not value.strip() else value


def safe_url(value: object) -> object:
    """The address without a slash at its end.

    Raises:
        ValueError: it is neither https nor on this machine, or holds a user or a password.
    """
    if isinstance(value, str) and value:
        scheme, host, *_ = urlsplit(value)
        if "@" in host:
            raise ValueError("must not hold a user or a password, which would be kept in every receipt")
        if scheme != "https" and not (scheme == "http" and is_loopback(value)):
            raise ValueError("must be https (plain http only to this machine)")
        return value.rstrip("/")
    return value


Url = Annotated[str, BeforeValidator(safe_url)]
OptionalText = Annotated[str | None, BeforeValidator(absent_if_blank)]
OptionalSecret = Annotated[SecretStr | None, BeforeValidator(absent_if_blank)]
OptionalSecretUrl = Annotated[SecretStr | None, BeforeValidator(safe_url), BeforeValidator(absent_if_blank)]
