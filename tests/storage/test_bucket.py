"""What an object store may do to us, said in one line, and what no line may hold."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.exceptions import AlreadyExistsError
from obstore.store import MemoryStore

from schemas.errors import StorageError
from schemas.settings import SampleSettings
from storage.archive import open_archive
from storage.bucket import BucketStore, bucket_at
from storage.folder import FolderStore
from storage.overlay import OverlaidStore
from tests.support.bucket import S3, serving_s3


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """A loopback S3, and the environment that leads to it."""
    with serving_s3() as here:
        for name, value in here.environment.items():
            monkeypatch.setenv(name, value)
        yield here


@pytest.mark.parametrize(
    "use", [lambda it: it.read("x"), lambda it: it.below("x"), lambda it: it.create("x", b"")]
)
def test_a_bucket_that_is_not_there_is_named(s3: S3, use: Any) -> None:
    """Every use of it is one line with the address, the store's own code, and no credential."""
    with pytest.raises(StorageError, match=r"s3://other/a.*NoSuchBucket") as caught:
        use(bucket_at("s3://other/a"))
    assert "\n" not in str(caught.value)
    assert not any(secret in str(caught.value) for secret in ("AKIAMADE", "made-secret", s3.url))


def test_a_store_that_is_gone_is_one_line(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens there: the archive cannot be used, and says what to look at."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(
        StorageError, match=r"s3://kept/a cannot be used: no answer; check TOKENTIDE_ARCHIVE_URL"
    ):
        bucket_at("s3://kept/a").below("receipts")


def test_another_attempt_that_came_to_nothing_is_not_taken_for_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A store that says "exists" of a put that is only under way is asked again until the content is there."""
    put, refusals = obstore.put, iter([AlreadyExistsError("409")])

    def busy(*words: Any, **options: Any) -> Any:
        for refusal in refusals:
            raise refusal
        return put(*words, **options)

    monkeypatch.setattr(obstore, "put", busy)
    store = BucketStore(MemoryStore(), "memory://made")
    assert store.create("x", b"1")
    assert store.read("x") == b"1"


def test_the_settings_choose_the_place(s3: S3, tmp_path: Path) -> None:
    """TOKENTIDE_ARCHIVE_URL leads to the bucket; without it the archive is in the home."""
    home = SampleSettings(TOKENTIDE_HOME=tmp_path)
    assert open_archive(home).store.where("x") == str(tmp_path / "archive" / "x")
    shared = SampleSettings(TOKENTIDE_HOME=tmp_path, TOKENTIDE_ARCHIVE_URL="s3://kept/a/")
    assert open_archive(shared).store.where("x") == "s3://kept/a/x"
    assert open_archive(shared).store.create("x", b"1")


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object store is an extra: who names one without it reads the command."""
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.delitem(sys.modules, "storage.bucket")
    shared = SampleSettings(TOKENTIDE_HOME=tmp_path, TOKENTIDE_ARCHIVE_URL="s3://kept/a")
    with pytest.raises(StorageError, match=r"needs obstore; pip install 'tokentide\[object-store\]'"):
        open_archive(shared)


def test_an_overlay_writes_to_its_front_alone(tmp_path: Path) -> None:
    """A dry run sees what is archived, keeps beside it, and leaves it as it was."""
    behind, front = FolderStore(tmp_path / "real"), FolderStore(tmp_path / "dry")
    behind.create("a/1", b"old")
    store = OverlaidStore(behind, front)
    assert not store.create("a/1", b"new")
    assert store.create("a/2", b"new")
    assert (store.below("a"), store.read("a/1"), store.read("a/2")) == (["1", "2"], b"old", b"new")
    assert behind.below("a") == ["1"]
