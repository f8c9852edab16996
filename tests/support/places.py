"""The places that an archive can be in, each with the means to look at it and to damage it behind its back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.store import MemoryStore, from_url

from storage.archive import Archive, Store
from storage.bucket import BucketStore, bucket_at
from storage.folder import FolderStore


@dataclass(frozen=True)
class Place:
    """An archive's place: `reach` gives a store on it as another host would get one."""

    reach: Callable[[], Store]
    overwrite: Callable[[str, bytes], object]
    remove: Callable[[str], object]
    names: Callable[[], list[str]]

    def archive(self) -> Archive:
        """The archive there, as another host opens it."""
        return Archive(self.reach())


def folder_place(root: Path) -> Place:
    """A folder."""

    def overwrite(name: str, content: bytes) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)

    return Place(
        reach=lambda: FolderStore(root),
        overwrite=overwrite,
        remove=lambda name: (root / name).unlink(),
        names=lambda: sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()),
    )


def memory_place() -> Place:
    """An object store in memory, which is the same for all who hold it."""
    return _bucket_place(MemoryStore(), lambda objects: BucketStore(objects, "memory://made"))


def s3_place(url: str) -> Place:
    """A prefix of a bucket; the environment says where its server is."""
    return _bucket_place(from_url(url), lambda _: bucket_at(url))


def _bucket_place(
    objects: obstore.store.ObjectStore, reach: Callable[[obstore.store.ObjectStore], Store]
) -> Place:
    return Place(
        reach=lambda: reach(objects),
        overwrite=lambda name, content: obstore.put(objects, name, content),
        remove=lambda name: obstore.delete(objects, name),
        names=lambda: sorted(entry["path"] for page in obstore.list(objects) for entry in page),
    )
