"""The Dockerfile, as far as it can be held against the repository without an engine."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
UNSEEN = {"-q", "--quiet", "--disable-pip-version-check", "--require-hashes", "-e", "--editable"}
"""Words of a pip line that change neither what is installed nor from where."""


def _instructions(text: str) -> list[tuple[str, list[str]]]:
    """Each instruction with its words, comments gone and continued lines joined."""
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [(name, shlex.split(rest)) for name, _, rest in (line.partition(" ") for line in lines if line)]


DOCKERFILE = _instructions((ROOT / "Dockerfile").read_text(encoding="utf-8"))
COPIED = [
    source
    for name, words in DOCKERFILE
    if name == "COPY" and not words[0].startswith("--from=")
    for source in words[:-1]
]


def _pip_lines(text: str) -> list[list[str]]:
    found = re.findall(r"pip\"? install ([^&\n]+)", text)
    return [[word for word in shlex.split(line) if word not in UNSEEN] for line in found]


@pytest.mark.parametrize("source", COPIED)
def test_what_is_copied_exists(source: str) -> None:
    """Nothing is copied that was moved away."""
    assert (ROOT / source).exists()


def test_its_python_is_one_that_we_support() -> None:
    """Both stages stand on one Python, which the project says it runs on."""
    versions = {
        re.fullmatch(r"python:([\d.]+)-slim", words[0]) for name, words in DOCKERFILE if name == "FROM"
    }
    [version] = {found and found[1] for found in versions}
    assert version
    assert version in SpecifierSet(PROJECT["project"]["requires-python"])
    assert f"Programming Language :: Python :: {version}" in PROJECT["project"]["classifiers"]


@pytest.mark.parametrize("page", ["README.md", ".ci/run"])
def test_it_installs_as_a_developer_and_the_checks_do(page: str) -> None:
    """The same two pip lines: the pinned dependencies, then ours without any."""
    ours = _pip_lines((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    theirs = _pip_lines((ROOT / page).read_text(encoding="utf-8"))
    assert ours == theirs[:2] == [["-r", "requirements.txt"], ["--no-deps", "--no-build-isolation", "."]]


def test_it_does_not_run_as_root() -> None:
    """The last user is a number above the system's, which Kubernetes can check."""
    assert int([words for name, words in DOCKERFILE if name == "USER"][-1][0]) >= 10000


def test_what_is_copied_builds_the_whole_wheel(tmp_path: Path) -> None:
    """A build of nothing but the copied files holds every file of our packages."""
    for source in COPIED:
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, tmp_path / source)
    words = ["-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"]
    subprocess.run([sys.executable, *words], cwd=tmp_path, check=True, capture_output=True, timeout=300)
    [wheel] = (tmp_path / "dist").glob("*.whl")
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    ours = {
        str(path.relative_to(ROOT))
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with ZipFile(wheel) as built:
        assert ours - set(built.namelist()) == set()
