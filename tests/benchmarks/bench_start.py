"""How quickly a command that only reads is there, against importing its two main libraries.

    python -m tests.benchmarks.bench_start

Whole processes in turns, the best of each: `tokentide show shares` on the recorded sample, and a Python that
imports polars and sqlmodel and does nothing.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
MOST = 1.5
"""The promise: at most this many times what the imports take."""
COMMAND = "import sys; from flows.cli import main; main(sys.argv[1:])"


def seconds(*words: str) -> float:
    """How long a Python process took (wall clock)."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Print the ratio, and whether Prefect was kept out."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOKENTIDE_HOME"] = str(Path(folder))
        seconds("-c", COMMAND, "weekly", "--sample")
        read, imports = [], []
        for _ in range(ROUNDS):
            read.append(seconds("-c", COMMAND, "show", "shares", "--sample"))
            imports.append(seconds("-c", "import polars, sqlmodel"))
        read_only = "try:\n main(['show', 'shares', '--sample'])\nexcept SystemExit:\n pass\n"
        seconds(
            "-c", f"import sys; from flows.cli import main\n{read_only}assert 'prefect' not in sys.modules"
        )
    print(
        f"tokentide show shares {min(read) * 1000:.0f} ms, import polars, sqlmodel {min(imports) * 1000:.0f} ms"
    )
    print(f"ratio {min(read) / min(imports):.2f} (promised {MOST}); Prefect was not imported")


if __name__ == "__main__":
    main()
