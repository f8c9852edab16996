"""The folder of an export: whole or not there, and never somebody else's."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.errors import ExitStatus, ExportError, UsageError
from tasks.exporting.files import FileFormat
from tasks.exporting.folder import replacing
from tests.exporting.conftest import Recorded

DESCRIBED = '{"name": "ours", "resources": [{"path": "data.csv"}]}'
KILLED = """
import os, signal, sys
from pathlib import Path
from tasks.exporting.folder import replacing

with replacing(Path(sys.argv[1]), "ours") as folder:
    (folder / "data.csv").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_BETWEEN = """
import os, signal, sys
from pathlib import Path
from tasks.exporting import folder

move = Path.rename
def once(self, target):
    move(self, target)
    os.kill(os.getpid(), signal.SIGKILL)
Path.rename = once

with folder.replacing(Path(sys.argv[1]), "ours") as fresh:
    (fresh / "data.csv").write_text("new")
"""


def fill(folder: Path, data: str) -> None:
    """Write what an export consists of."""
    (folder / "data.csv").write_text(data)
    (folder / "datapackage.json").write_text(DESCRIBED)


def put(out: Path, data: str) -> None:
    """Export to `out`."""
    with replacing(out, "ours") as folder:
        fill(folder, data)


def killed(script: str, out: Path) -> None:
    """Run a script that kills itself while it exports."""
    done = subprocess.run([sys.executable, "-c", script, str(out)], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr


def beside(out: Path) -> list[str]:
    """What lies where the folder lies."""
    return sorted(path.name for path in out.parent.iterdir())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder, not there yet, alone in the one that holds it."""
    return tmp_path / "exports" / "out [1]"


def test_a_missing_folder_is_made(out: Path) -> None:
    """With everything above it, and nothing beside it."""
    put(out, "new")

    assert (out / "data.csv").read_text() == "new"
    assert beside(out) == [out.name]


def test_an_empty_folder_is_filled(out: Path) -> None:
    """Whoever made it beforehand finds the export in it."""
    out.mkdir(parents=True)
    put(out, "new")

    assert (out / "data.csv").read_text() == "new"


def test_an_earlier_export_is_replaced(own: Recorded, tmp_path: Path) -> None:
    """Files that the new one does not have are gone."""
    own.write(tmp_path / "out")
    own.write(tmp_path / "out", formats=(FileFormat.CSV,))

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["csv", "datapackage.json"]


def _somebodys(out: Path) -> None:
    out.mkdir(parents=True)
    (out / "thesis.txt").write_text("mine")


def _somebodys_package(out: Path) -> None:
    out.mkdir(parents=True)
    fill(out, "mine")
    (out / "datapackage.json").write_text(DESCRIBED.replace("ours", "theirs"))


def _broken_descriptor(out: Path) -> None:
    out.mkdir(parents=True)
    (out / "datapackage.json").write_text("[]")


def _note_in_an_export(out: Path) -> None:
    put(out, "old")
    (out / "note.txt").write_text("mine")


def _link_in_an_export(out: Path) -> None:
    put(out, "old")
    (out / "data.csv").unlink()
    (out / "data.csv").symlink_to(out.parent)


def _file(out: Path) -> None:
    out.parent.mkdir(parents=True)
    out.write_text("mine")


@pytest.mark.parametrize(
    "prepare",
    [_somebodys, _somebodys_package, _broken_descriptor, _note_in_an_export, _link_in_an_export, _file],
)
def test_what_no_export_wrote_is_left_alone(prepare: Callable[[Path], None], out: Path) -> None:
    """Somebody's files are refused in one line, as a mistake in the command, before anything is written."""
    prepare(out)
    before = {path: path.is_file() and path.read_bytes() for path in out.parent.rglob("*")}
    with pytest.raises(UsageError, match=r"--out .*out \[1\]") as refused:
        put(out, "new")

    assert refused.value.exit_status == ExitStatus.USAGE
    assert {path: path.is_file() and path.read_bytes() for path in out.parent.rglob("*")} == before


def test_a_failure_leaves_the_earlier_export(out: Path) -> None:
    """What was there is still there, and nothing of the failed one is."""
    put(out, "old")
    with pytest.raises(ZeroDivisionError), replacing(out, "ours") as folder:
        fill(folder, str(1 / 0))

    assert (out / "data.csv").read_text() == "old"
    assert beside(out) == [out.name]


def test_what_cannot_be_written_is_one_line(out: Path) -> None:
    """A disk that refuses is named with what it said, and the earlier export stays."""
    put(out, "old")
    with pytest.raises(ExportError, match="No space left on device") as failed, replacing(out, "ours"):
        Path("/dev/full").write_text("full")

    assert "\n" not in str(failed.value)
    assert (out / "data.csv").read_text() == "old"


def test_a_folder_that_cannot_be_made_is_one_line(out: Path) -> None:
    """A file where a folder should be is no traceback."""
    out.parent.mkdir()
    out.write_text("mine")
    with pytest.raises(ExportError, match="cannot be written"):
        put(out / "below", "new")


def test_a_killed_export_leaves_the_earlier_one(out: Path) -> None:
    """Nothing half-written stands in the folder, and the next export removes what lies beside it."""
    put(out, "old")
    killed(KILLED, out)
    assert (out / "data.csv").read_text() == "old"

    put(out, "new")
    assert (out / "data.csv").read_text() == "new"
    assert beside(out) == [out.name]


def test_an_export_killed_while_it_swaps_comes_back(out: Path) -> None:
    """Between the two steps of a swap the earlier export lies beside; a failing next one has put it back."""
    put(out, "old")
    killed(KILLED_BETWEEN, out)
    assert not out.exists()

    with pytest.raises(ZeroDivisionError), replacing(out, "ours"):
        _ = 1 / 0
    assert (out / "data.csv").read_text() == "old"
    assert beside(out) == [out.name]


def test_an_export_that_is_being_written_is_not_removed(out: Path) -> None:
    """Two at once do not take each other's files; the one that ends last stands there."""
    with replacing(out, "ours") as slow:
        fill(slow, "slow")
        put(out, "quick")
        assert (out / "data.csv").read_text() == "quick"

    assert (out / "data.csv").read_text() == "slow"
