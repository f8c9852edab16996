"""Where an archive may be, and what its address may not hold."""

from pathlib import Path

import pytest

from schemas.errors import UsageError
from schemas.settings import load_settings


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("/srv/kept", "/srv/kept"),
        ("file:///srv/a%20b", "/srv/a b"),
        ("s3://bucket/some/prefix/", "s3://bucket/some/prefix"),
        ("gs://bucket", "gs://bucket"),
        ("az://container/prefix", "az://container/prefix"),
    ],
)
def test_a_folder_or_a_bucket(given: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path, a file address and the three kinds of object store are meant as they stand."""
    monkeypatch.setenv("TOKENTIDE_ARCHIVE_URL", given)
    assert load_settings().archive_place == place


def test_no_address_is_the_folder_of_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not set, or set to nothing."""
    monkeypatch.setenv("TOKENTIDE_HOME", str(tmp_path))
    monkeypatch.setenv("TOKENTIDE_ARCHIVE_URL", "")
    assert load_settings().archive_place == str(tmp_path / "archive")


@pytest.mark.parametrize(
    "given", ["s3://me:hunter2@bucket/x", "az://c/x?sig=hunter2", "s3://bucket/x#hunter2"]
)
def test_a_secret_is_refused_and_not_repeated(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is printed and logged, so a password has no place in it."""
    monkeypatch.setenv("TOKENTIDE_ARCHIVE_URL", given)
    with pytest.raises(UsageError, match="TOKENTIDE_ARCHIVE_URL: must not hold a user, a password") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("kept", "must be an absolute path"),
        ("https://bucket.example.invalid/x", "must be a folder, file://"),
        ("s3:///x", "must be a folder, file://"),
        ("ftp://host/x", "must be a folder, file://"),
    ],
)
def test_what_cannot_be_meant_says_what_can(given: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line names the setting and what it takes."""
    monkeypatch.setenv("TOKENTIDE_ARCHIVE_URL", given)
    with pytest.raises(UsageError, match=f"TOKENTIDE_ARCHIVE_URL: {said}"):
        load_settings()
