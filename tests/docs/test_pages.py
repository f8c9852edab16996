"""Pages link to what exists, and what is committed belongs to nobody's machine."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = (".ci", "docs", "flows", "schemas", "storage", "tasks", "tests")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FILE = re.compile(r"`((?:flows|tasks|schemas|storage|tests|docs)/[\w./-]+?)/?`")
_CODE = re.compile(r"```.*?```", re.DOTALL)
_SOMEBODYS = re.compile(r"/(?:home|Users)/[A-Za-z]|[A-Z]:\\Users\\|/root[/]|index[-]url")
OURS = [
    *(path for path in ROOT.iterdir() if path.is_file() and path.name != ".env"),
    *(path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    """A relative link leads to a file, and a fragment to a heading of that file."""
    targets = [link for link in _LINK.findall(_prose(page)) if "://" not in link]
    assert [target for target in targets if not _leads_somewhere(page, target)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_exist(page: Path) -> None:
    """A page that says where something is enforced names a file of this repository."""
    assert [name for name in _FILE.findall(_prose(page)) if not (ROOT / name).exists()] == []


def test_no_file_names_a_machine() -> None:
    """No file holds a path into somebody's home folder or somebody's package index."""
    read = (path for path in OURS if path.suffix != ".pyc")
    named = [path for path in read if _SOMEBODYS.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert named == []


def _leads_somewhere(page: Path, target: str) -> bool:
    name, _, fragment = target.partition("#")
    path = (page.parent / name) if name else page
    return path.exists() and (not fragment or fragment in _anchors(path))


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def _prose(page: Path) -> str:
    return _CODE.sub("", page.read_text(encoding="utf-8"))
