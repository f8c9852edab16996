"""The data dictionary is the shapes, in words."""

from pathlib import Path

from schemas.column_words import PARTICULAR, SHARED
from schemas.dictionary import FILES, dictionary, exported_tables, frame_schemas, sql_tables

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
FRAMES = {**{frame.__name__: frame for frame in frame_schemas()}, **exported_tables(), **FILES}
WORDLESS = {
    *((str(shape.__tablename__), name) for shape in sql_tables() for name in shape.model_fields),
    *(
        (title, name)
        for title, frame in FRAMES.items()
        for name, column in frame.columns().items()
        if not column.description
    ),
}
"""Columns whose meaning must come from `schemas.column_words`: (table, frame or file; column)."""


def test_page_is_what_the_script_prints() -> None:
    """`python -m schemas.dictionary > docs/data-dictionary.md` would change nothing."""
    assert PAGE.read_text(encoding="utf-8") == dictionary()


def test_every_column_is_described() -> None:
    """Nobody has to guess what a column of a table, a frame or a reviewed file holds."""
    missing = {name for name in WORDLESS if ".".join(name) not in PARTICULAR and name[1] not in SHARED}
    assert missing == set()


def test_no_words_are_left_over() -> None:
    """A column that is renamed takes its description along."""
    particular = {".".join(name) for name in WORDLESS} & set(PARTICULAR)
    shared = {name[1] for name in WORDLESS if ".".join(name) not in PARTICULAR}
    assert (set(PARTICULAR) - particular, set(SHARED) - shared) == (set(), set())


def test_every_table_and_frame_says_what_it_is() -> None:
    """A docstring of its own, not that of its base class."""
    shapes = [*sql_tables(), *FRAMES.values()]
    assert [shape.__name__ for shape in shapes if not shape.__dict__.get("__doc__")] == []
