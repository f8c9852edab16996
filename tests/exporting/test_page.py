"""The page about exports names every table, and what it says to type works."""

import re
from pathlib import Path

import duckdb
import pytest

from schemas.exported import EXPORTED

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text("utf-8")
QUERIES = [
    line for block in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL) for line in block.strip().splitlines()
]
PROGRAM = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))


def test_every_table_is_named() -> None:
    """A table that is added is written down, in the order in which it is written."""
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(EXPORTED)


@pytest.mark.parametrize("query", QUERIES)
def test_queries_work(query: str, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB answers each line of the page with rows."""
    monkeypatch.chdir(out.parent)
    with duckdb.connect() as connection:
        assert connection.execute(query).fetchall()


def test_the_program_works(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pandas reads what the page says that it reads."""
    monkeypatch.chdir(out.parent)
    found: dict[str, object] = {}
    exec(PROGRAM, found)  # noqa: S102  # the text of our own page

    assert len(found["shares"]) == 6  # type: ignore[arg-type]  # a frame of pandas
    assert str(found["prices"]["known_at"].dtype).startswith("datetime64")  # type: ignore[index]  # the same
