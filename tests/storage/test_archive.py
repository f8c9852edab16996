"""The archive keeps what was published, once, and notices what is no longer it."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from schemas.errors import StorageError
from schemas.receipts import Asked, Channel, Receipt
from storage.archive import Archive

AT = datetime(2026, 6, 22, 5, tzinfo=UTC)


def keep(archive: Archive, body: bytes, at: datetime = AT, url: str = "https://localhost/x") -> Receipt:
    """Archive a body of no importance."""
    return archive.keep(
        body, channel=Channel.API, url=url, asked=Asked(), fetched_at=at, as_of=None, citation="made"
    )


def test_bytes_come_back_as_published(tmp_path: Path) -> None:
    """Nothing is decoded, trimmed or given another line end."""
    archive = Archive(tmp_path)
    body = b"\xef\xbb\xbfdate,tokens\r\n\x00\xff"
    assert archive.body(keep(archive, body)) == body


def test_a_payload_lies_under_the_name_of_its_content(tmp_path: Path) -> None:
    """A person finds the file by the SHA-256 that a figure's inputs name."""
    receipt = keep(Archive(tmp_path), b"x")
    assert receipt.sha256 == hashlib.sha256(b"x").hexdigest()
    assert (tmp_path / "payloads" / receipt.sha256[:2] / receipt.sha256).read_bytes() == b"x"


def test_the_same_bytes_are_stored_once_with_a_receipt_each(tmp_path: Path) -> None:
    """Fetching the same facts again costs one small receipt."""
    archive = Archive(tmp_path)
    first, second = keep(archive, b"x"), keep(archive, b"x")
    assert first.sha256 == second.sha256
    assert first.id != second.id
    assert len([path for path in (tmp_path / "payloads").rglob("*") if path.is_file()]) == 1


def test_receipts_come_back_in_the_order_of_arrival(tmp_path: Path) -> None:
    """A run that acts as of an earlier moment still arrives after what was there."""
    archive = Archive(tmp_path)
    kept = [keep(archive, b"x", AT - timedelta(days=days)) for days in (0, 5, 2)]
    assert list(archive.receipts()) == kept


def test_only_later_receipts_on_request(tmp_path: Path) -> None:
    """A reader that has seen some goes on behind them."""
    archive = Archive(tmp_path)
    kept = [keep(archive, b"x") for _ in range(3)]
    assert list(archive.receipts(after=kept[0].id)) == kept[1:]


def test_numbers_go_on_over_the_folders(tmp_path: Path) -> None:
    """A thousand receipts share a folder; the next ones get another, in order."""
    archive = Archive(tmp_path)
    first = keep(archive, b"x")
    old = tmp_path / "receipts" / "00000" / f"{first.id}.json"
    old.rename(old.with_name("00000999.json"))
    assert keep(archive, b"x").id == "00001000"
    assert keep(archive, b"x").id == "00001001"
    assert [path.stem for path in sorted((tmp_path / "receipts").rglob("*.json"))] == [
        "00000999",
        "00001000",
        "00001001",
    ]


def test_writers_at_once_never_share_a_number(tmp_path: Path) -> None:
    """Sixty answers of eight writers at the same microsecond have sixty receipts."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: keep(Archive(tmp_path), f"{n % 7}".encode()), range(60)))
    ids = [receipt.id for receipt in Archive(tmp_path).receipts()]
    assert ids == [f"{number:08d}" for number in range(1, 61)]


def test_no_secret_of_an_address_is_kept(tmp_path: Path) -> None:
    """User, password and fragment are cut off; what was asked stays."""
    receipt = keep(Archive(tmp_path), b"x", url="https://me:hunter2@localhost:8080/a?start=1#t")
    assert receipt.url == "https://localhost:8080/a?start=1"


def test_moments_are_kept_in_utc(tmp_path: Path) -> None:
    """Whatever zone a moment comes in, its receipt is in UTC."""
    abroad = datetime(2026, 6, 22, 14, tzinfo=timezone(timedelta(hours=9)))
    receipt = keep(Archive(tmp_path), b"x", abroad)
    assert (receipt.fetched_at, receipt.fetched_at.tzinfo) == (AT, UTC)


def test_a_damaged_payload_is_noticed_when_read(tmp_path: Path) -> None:
    """Bytes that are no longer those that were stored are an error that names the file."""
    archive = Archive(tmp_path)
    receipt = keep(archive, b"x")
    path = tmp_path / "payloads" / receipt.sha256[:2] / receipt.sha256
    path.write_bytes(b"y")
    with pytest.raises(StorageError, match=f"{path} is damaged; restore that file"):
        archive.body(receipt)


def test_a_damaged_payload_is_noticed_when_it_comes_again(tmp_path: Path) -> None:
    """Content that lies there damaged is not taken for stored."""
    archive = Archive(tmp_path)
    receipt = keep(archive, b"x")
    (tmp_path / "payloads" / receipt.sha256[:2] / receipt.sha256).write_bytes(b"")
    with pytest.raises(StorageError, match="is damaged"):
        keep(archive, b"x")


def test_a_missing_payload_is_named(tmp_path: Path) -> None:
    """A payload that was deleted is an error that names the file."""
    archive = Archive(tmp_path)
    receipt = keep(archive, b"x")
    (tmp_path / "payloads" / receipt.sha256[:2] / receipt.sha256).unlink()
    with pytest.raises(StorageError, match=f"{receipt.sha256}: No such file"):
        archive.body(receipt)


def test_a_damaged_receipt_is_named(tmp_path: Path) -> None:
    """A receipt that cannot be read is an error that names the file, not a gap."""
    archive = Archive(tmp_path)
    path = tmp_path / "receipts" / "00000" / f"{keep(archive, b'x').id}.json"
    path.write_text("{")
    with pytest.raises(StorageError, match=f"{path} is damaged; restore that file"):
        list(archive.receipts())


def test_what_a_killed_process_left_is_no_receipt(tmp_path: Path) -> None:
    """A temporary file beside the receipts is passed over."""
    archive = Archive(tmp_path)
    kept = keep(archive, b"x")
    (tmp_path / "receipts" / "00000" / ".00000002.json.0123").write_text("{")
    assert list(archive.receipts()) == [kept]
    assert keep(archive, b"x").id == "00000002"


def test_an_archive_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """An archive below a file is one line that names the path."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="The archive cannot be used") as caught:
        keep(Archive(tmp_path / "file"), b"x")
    assert "\n" not in str(caught.value)
