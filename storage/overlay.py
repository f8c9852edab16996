"""A store whose writes are thrown away: what a dry run keeps lies in front of the real archive."""

from storage.archive import Store


class OverlaidStore:
    """Reads from both stores, writes to `front` only; a name that `behind` has is taken."""

    def __init__(self, behind: Store, front: Store) -> None:
        self._behind = behind
        self._front = front

    def create(self, name: str, content: bytes) -> bool:
        """Put a content in front; False if either store has one.

        Raises:
            StorageError: a store cannot be used.
        """
        return not self._has(self._behind, name) and self._front.create(name, content)

    def read(self, name: str) -> bytes:
        """The content in front, else the one behind.

        Raises:
            StorageError: there is none, or a store cannot be used.
        """
        return (self._front if self._has(self._front, name) else self._behind).read(name)

    def below(self, name: str) -> list[str]:
        """What lies directly below a name in either store, sorted.

        Raises:
            StorageError: a store cannot be used.
        """
        return sorted({*self._behind.below(name), *self._front.below(name)})

    def where(self, name: str) -> str:
        """Where the content that `read` gives lies."""
        return (self._front if self._has(self._front, name) else self._behind).where(name)

    @staticmethod
    def _has(store: Store, name: str) -> bool:
        folder, _, last = name.rpartition("/")
        return last in store.below(folder)
