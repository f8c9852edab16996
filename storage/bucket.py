"""A store in an object store (S3, Google Cloud Storage, Azure Blob Storage), through `obstore`.

Credentials, endpoint and region come from the store's usual environment (`AWS_…`, `GOOGLE_…`, `AZURE_…`) or
from the machine's identity. They are in no message: what a store answered is reduced to its error code.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import from_url

from schemas.errors import StorageError

if TYPE_CHECKING:  # types that exist only in the library's stubs
    from obstore.store import ObjectStore, RetryConfig

_RETRIES: Final["RetryConfig"] = {"max_retries": 5, "retry_timeout": timedelta(seconds=60)}
_CODES: Final = (re.compile(r"<Code>(\w+)</Code>"), re.compile(r"status code: (\d{3}[A-Za-z ]*)"))


class BucketStore:
    """Objects below a prefix of a bucket; `place` is its address, for messages.

    Contents are put create-only (`If-None-Match: *`), which the three stores and nearly every imitation of S3
    know; one that does not is refused by its first answer. Listings of all three show what was put before.
    """

    def __init__(self, objects: "ObjectStore", place: str) -> None:
        self._objects = objects
        self._place = place

    def create(self, name: str, content: bytes) -> bool:
        """Put an object; False if there is one already.

        Raises:
            StorageError: the store cannot be used.
        """
        while True:
            with self._said_plainly():
                try:
                    obstore.put(self._objects, name, content, mode="create")
                except AlreadyExistsError:
                    # Also said of another's attempt that is under way and may come to nothing (S3's 409).
                    if self._is_there(name):
                        return False
                else:
                    return True

    def read(self, name: str) -> bytes:
        """The content of an object.

        Raises:
            StorageError: it is missing, or the store cannot be used.
        """
        with self._said_plainly():
            try:
                return bytes(obstore.get(self._objects, name).bytes())
            except FileNotFoundError as error:
                raise StorageError(
                    f"The archived {self.where(name)} is missing ({_code(error)}); restore it from a backup."
                ) from None

    def below(self, name: str) -> list[str]:
        """The last parts of what lies directly below a name, sorted.

        Raises:
            StorageError: the store cannot be used.
        """
        with self._said_plainly():
            found = obstore.list_with_delimiter(self._objects, name)
        paths = [*found["common_prefixes"], *(entry["path"] for entry in found["objects"])]
        return sorted(path.rpartition("/")[2] for path in paths)

    def where(self, name: str) -> str:
        """The address of an object."""
        return f"{self._place}/{name}"

    def _is_there(self, name: str) -> bool:
        try:
            obstore.head(self._objects, name)
        except FileNotFoundError:
            return False
        return True

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError, NotImplementedError) as error:
            # Not chained: the library's own text holds addresses, which may be signed.
            raise StorageError(
                f"The archive {self._place} cannot be used: {_code(error)}; check TOKENTIDE_ARCHIVE_URL and the "
                "store's credentials in the environment, then run again."
            ) from None


def bucket_at(url: str) -> BucketStore:
    """The store at `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`.

    Raises:
        StorageError: the environment does not say enough to reach it.
    """
    try:
        return BucketStore(from_url(url, retry_config=_RETRIES), url)
    except (BaseError, ValueError) as error:
        raise StorageError(
            f"The archive {url} cannot be opened ({type(error).__name__}); "
            "set the environment that its store needs (docs/deploy.md)."
        ) from None


def _code(error: Exception) -> str:
    found = [found[1] for pattern in _CODES if (found := pattern.search(str(error)))]
    if found:
        return found[0]
    return "no answer" if "error sending request" in str(error) else type(error).__name__
