"""`doctor` looks at the archive where all hosts keep it."""

from pathlib import Path

from schemas.settings import SampleSettings
from tasks.health import archived


def test_an_archive_that_can_be_read_is_named(tmp_path: Path) -> None:
    """It says how far the archive goes, and where it is."""
    found = archived(SampleSettings(TOKENTIDE_HOME=tmp_path))
    assert (found.verdict, found.text) == ("ok", f"the newest answer is number 0, in {tmp_path / 'archive'}")


def test_an_archive_that_cannot_be_read_is_bad(tmp_path: Path) -> None:
    """What keeps the next run from archiving is known before it runs."""
    (tmp_path / "kept").touch()
    found = archived(SampleSettings(TOKENTIDE_HOME=tmp_path, TOKENTIDE_ARCHIVE_URL=str(tmp_path / "kept")))
    assert found.verdict == "bad"
    assert found.text.startswith("The archive cannot be used")
