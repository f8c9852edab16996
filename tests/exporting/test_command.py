"""`tokentide export`, as people type it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import main
from flows.sample import made
from schemas.citation import MADE
from schemas.settings import Settings
from tests.support.fed import feed

Tell = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose sample was fed with its first two vintages."""
    home = tmp_path_factory.mktemp("fed")
    feed(Settings(TOKENTIDE_HOME=home), made.VINTAGES[:2])
    return home


@pytest.fixture
def tell(fed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tell:
    """Run a command on the fed home; gives exit status, standard output and standard error."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(fed))

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def test_it_says_what_it_wrote(tell: Tell, tmp_path: Path) -> None:
    """Where the files are, how many rows of what, and the citation, which says that they are made."""
    status, out, err = tell("export", "--sample", "--out", str(tmp_path / "out"))

    assert (status, err) == (0, "")
    assert f"Exported to {tmp_path / 'out'}: 30 files" in out
    assert "Rows: observations " in out
    assert MADE in out


def test_the_sample_stands_at_its_last_look(tell: Tell, tmp_path: Path) -> None:
    """The made files are as of the sample's own time, and labelled."""
    tell("export", "--sample", "--out", str(tmp_path / "out"))
    found = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))

    assert (found["as_of"], found["made"]) == (made.looked_at(made.VINTAGES[-1]).isoformat(), MADE)


def test_a_moment_can_be_chosen(tell: Tell, tmp_path: Path) -> None:
    """With --as-of the first look, there is one vintage of the rankings and of each catalogue."""
    first = made.looked_at(made.VINTAGES[0]).isoformat()
    status, out, _ = tell(
        "export", "--sample", "--as-of", first, "--format", "csv", "--out", str(tmp_path / "out")
    )

    vintages = (tmp_path / "out" / "csv" / "vintages.csv").read_text("utf-8").splitlines()
    assert status == 0, out
    assert [line.split(",")[0] for line in vintages] == ["channel", "embeddings", "exports", "models"]


def test_a_folder_must_be_named(tell: Tell) -> None:
    """There is no place that an export goes to by itself."""
    status, _, err = tell("export", "--sample")

    assert status == 2
    assert "--out" in err


def test_nothing_recorded_is_said(tell: Tell, tmp_path: Path) -> None:
    """A home without a database is one line that says what to run, and no folder."""
    status, _, err = tell("export", "--out", str(tmp_path / "out"))

    assert (status, len(err.splitlines())) == (1, 1)
    assert "tokentide weekly" in err
    assert not (tmp_path / "out").exists()


def test_somebodys_folder_is_refused(tell: Tell, tmp_path: Path) -> None:
    """A folder with other files is a mistake in the command, in one line."""
    (tmp_path / "thesis.txt").write_text("mine")
    status, _, err = tell("export", "--sample", "--out", str(tmp_path))

    assert (status, len(err.splitlines())) == (2, 1)


def test_it_does_not_import_prefect(fed: Path, tmp_path: Path) -> None:
    """An export starts quickly because it never loads what runs flows or talks HTTP."""
    code = """if True:
        import sys
        from flows.cli import main
        try:
            main(["export", "--sample", "--out", sys.argv[1]])
        except SystemExit as ended:
            assert not ended.code
        heavy = {"prefect", "httpx", "alembic", "slack_sdk", "pandas", "pyarrow"} & set(sys.modules)
        assert not heavy, heavy"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")],
        env={"TOKENTIDE_HOME": str(fed), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
