"""An archive of each test's own."""

from pathlib import Path

import pytest

from storage.archive import Archive
from storage.folder import FolderStore


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an empty archive."""
    return Archive(FolderStore(tmp_path / "archive"))
