"""Pin every version with its hashes: writes requirements.txt from pyproject.toml (needs pip-tools).

python -m tests.support.pin
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "requirements.txt"
HEADER = """\
# Names, versions and hashes that were tested together; written by `python -m tests.support.pin`.
# A name with extras stands here without them, too: pip 23 does not see that one pins the other.
"""
COMPILE = (
    "piptools compile --quiet --extra dev --extra object-store --extra postgresql --generate-hashes --no-header "
    "--no-strip-extras --allow-unsafe --annotation-style=line --output-file -"
)


def without_places(pinned: str) -> str:
    """The pins without options, and without the folder of pyproject.toml: places are each machine's own affair."""
    pins = "".join(line for line in pinned.splitlines(keepends=True) if not line.startswith("--"))
    return re.sub(r"\([^()\n]*pyproject\.toml\)", "(pyproject.toml)", pins)


def with_plain_names(pinned: str) -> str:
    """The pins, each that names extras preceded by its twin without them."""
    name = r"[A-Za-z0-9_.-]+"
    entries = re.split(rf"(?m)^(?={name}(?:\[[^\]]+\])?==)", pinned)
    plain = [re.sub(rf"^({name})\[[^\]]+\]==", r"\1==", entry) for entry in entries]
    return "".join(one if one == other else one + other for one, other in zip(plain, entries, strict=True))


if __name__ == "__main__":
    words = [sys.executable, "-m", *COMPILE.split(), str(ROOT / "pyproject.toml")]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    TARGET.write_text(HEADER + with_plain_names(without_places(done.stdout)), encoding="utf-8")
