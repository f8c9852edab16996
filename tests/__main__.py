"""Every check of the project in one command: `python -m tests`.

Lint, formatting, types, import rules, then the tests; stops at the first that fails. What follows the
command is passed to pytest (`python -m tests -k weekly`).
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("importlinter.cli",),
    ("pytest",),
)


def main() -> int:
    """Run each check in this environment; returns the exit status of the first that fails."""
    for name, *words in CHECKS:
        more = sys.argv[1:] if name == "pytest" else []
        sys.stdout.write(f"== {name} {' '.join([*words, *more])}\n")
        sys.stdout.flush()
        began = time.monotonic()
        status = subprocess.run([sys.executable, "-m", name, *words, *more], cwd=ROOT, check=False).returncode
        sys.stdout.write(
            f"== {name}: {'ok' if status == 0 else f'failed ({status})'}, {time.monotonic() - began:.0f} s\n"
        )
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
