"""The installed wheel works from another directory: the top-level package names are common words."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MINUTES = 300


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command line of a wheel built from this checkout, in an environment that sees our dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=MINUTES)
    [wheel] = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    [packages] = (folder / "venv" / "lib").glob("python3*/site-packages")
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(packages),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True, timeout=MINUTES)
    # Dependencies come from this environment, behind the wheel's own packages.
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "dependencies.pth").write_text("\n".join(ours))
    return folder / "venv" / "bin" / "python"


def _run(python: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    env |= {"TOKENTIDE_HOME": str(cwd / "home")}
    return subprocess.run(
        [str(python), *words], cwd=cwd, env=env, capture_output=True, text=True, timeout=MINUTES, check=False
    )


def test_the_wheel_runs_the_sample_from_another_directory(installed: Path, tmp_path: Path) -> None:
    """`weekly --sample` ends with the table, the citation and the next step, with folders of our names in the way."""
    for name in ("flows", "tasks", "schemas", "storage"):
        (tmp_path / name).mkdir()

    done = _run(installed, tmp_path, "-c", "from flows.cli import main; main(['weekly', '--sample'])")

    assert done.returncode == 0, done.stderr
    assert "Week 2026-W39" in done.stdout
    assert "MADE SAMPLE DATA" in done.stdout
    assert "China leads the United States" in done.stdout
    assert "Next: tokentide say --sample" in done.stdout
    assert (tmp_path / "home" / "sample" / "tokentide.db").is_file()
    assert not (tmp_path / "home" / "tokentide.db").exists()


def test_every_module_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """No module of ours is found in the checkout or in the working directory."""
    code = "import flows, tasks, schemas, storage; print(*(m.__file__ for m in (flows, tasks, schemas, storage)))"

    done = _run(installed, tmp_path, "-c", code)

    assert done.stdout.count(str(installed.parents[1])) == 4, done.stdout + done.stderr
