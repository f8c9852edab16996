"""The picture of the README: what `tokentide weekly --sample` prints, as an SVG that loads nothing.

    python -m tests.support.picture

rewrites docs/images/weekly-sample.svg.
"""

import html
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path(__file__).parents[2] / "docs" / "images" / "weekly-sample.svg"
LINE_PX, TOP_PX, LEFT_PX, CHARACTER_PX = 18, 52, 18, 8.0
COMMAND = "from flows.cli import main; main(['weekly', '--sample'])"


def printed() -> list[str]:
    """The lines of the real command, its home shown as the default one."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "TOKENTIDE_HOME": home, "NO_COLOR": "1"}
        done = subprocess.run(
            [sys.executable, "-c", COMMAND], env=env, capture_output=True, text=True, check=True
        )
        out = done.stdout.replace(home, "~/.local/share/tokentide")
    return [line.rstrip() for line in out.splitlines()]


def drawn(lines: list[str]) -> str:
    """The lines as a terminal window."""
    shown = ["$ tokentide weekly --sample", *lines]
    width = int(2 * LEFT_PX + CHARACTER_PX * max(map(len, shown)))
    height = TOP_PX + LINE_PX * len(shown)
    rows = "\n".join(
        f'<text x="{LEFT_PX}" y="{TOP_PX + LINE_PX * n}" fill="{_colour(line)}">{html.escape(line)}</text>'
        for n, line in enumerate(shown)
    )
    dots = "".join(
        f'<circle cx="{20 + 20 * n}" cy="18" r="6" fill="{colour}"/>'
        for n, colour in enumerate(("#ff5f56", "#ffbd2e", "#27c93f"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="13.3" '
        'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" xml:space="preserve">\n'
        f'<title>tokentide weekly --sample</title>\n<rect width="{width}" height="{height}" rx="8" fill="#12161c"/>\n'
        f"{dots}\n{rows}\n</svg>\n"
    )


def _colour(line: str) -> str:
    if line.startswith("$"):
        return "#7ee787"
    if line.startswith("MADE"):
        return "#ffbd2e"
    if line.startswith(("Week", "Who leads")):
        return "#ffffff"
    return "#8b949e" if re.match(r"\s*(nobody's|origin of|─)", line) else "#c9d1d9"


if __name__ == "__main__":
    TARGET.write_text(drawn(printed()), encoding="utf-8")
