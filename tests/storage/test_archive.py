"""The archive keeps what was published, once, and notices what is no longer it, wherever it lies."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from schemas.errors import StorageError
from schemas.receipts import Asked, Channel, Receipt
from storage.archive import Archive
from tests.support.bucket import BUCKET, S3, serving_s3
from tests.support.places import Place, folder_place, memory_place, s3_place

AT = datetime(2026, 6, 22, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    """One loopback S3 for the tests of this module; each works below a prefix of its own."""
    with serving_s3() as here:
        yield here


@pytest.fixture(params=["folder", "memory", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty place of each kind."""
    if request.param == "folder":
        return folder_place(tmp_path)
    if request.param == "memory":
        return memory_place()
    here: S3 = request.getfixturevalue("s3")
    for name, value in here.environment.items():
        monkeypatch.setenv(name, value)
    return s3_place(f"s3://{BUCKET}/{tmp_path.name}")


def keep(archive: Archive, body: bytes, at: datetime = AT, url: str = "https://localhost/x") -> Receipt:
    """Archive a body of no importance."""
    return archive.keep(
        body, channel=Channel.API, url=url, asked=Asked(), fetched_at=at, as_of=None, citation="made"
    )


def payload(receipt: Receipt) -> str:
    """Where the payload of a receipt is promised to lie."""
    return f"payloads/{receipt.sha256[:2]}/{receipt.sha256}"


def test_bytes_come_back_as_published(place: Place) -> None:
    """Nothing is decoded, trimmed or given another line end; another host reads the same."""
    body = b"\xef\xbb\xbfdate,tokens\r\n\x00\xff"
    assert place.archive().body(keep(place.archive(), body)) == body


def test_a_payload_lies_under_the_name_of_its_content(place: Place) -> None:
    """A person finds it by the SHA-256 that a figure's inputs name."""
    receipt = keep(place.archive(), b"x")
    assert receipt.sha256 == hashlib.sha256(b"x").hexdigest()
    assert place.names() == [payload(receipt), "receipts/00000/00000001.json"]


def test_the_same_bytes_are_stored_once_with_a_receipt_each(place: Place) -> None:
    """Fetching the same facts again costs one small receipt."""
    first, second = keep(place.archive(), b"x"), keep(place.archive(), b"x")
    assert first.sha256 == second.sha256
    assert first.id != second.id
    assert [name.partition("/")[0] for name in place.names()] == ["payloads", "receipts", "receipts"]


def test_receipts_come_back_in_the_order_of_arrival(place: Place) -> None:
    """A run that acts as of an earlier moment still arrives after what was there."""
    kept = [keep(place.archive(), b"x", AT - timedelta(days=days)) for days in (0, 5, 2)]
    assert list(place.archive().receipts()) == kept


def test_only_later_receipts_on_request(place: Place) -> None:
    """A reader that has seen some goes on behind them."""
    kept = [keep(place.archive(), b"x") for _ in range(3)]
    assert list(place.archive().receipts(after=kept[0].id)) == kept[1:]


def test_numbers_go_on_over_the_folders(place: Place) -> None:
    """A thousand receipts share a folder; the next ones get another, in order."""
    place.overwrite("receipts/00000/00000999.json", b"{}")
    archive = place.archive()
    assert [keep(archive, b"x").id for _ in range(2)] == ["00001000", "00001001"]
    assert place.names()[1:] == [
        "receipts/00000/00000999.json",
        "receipts/00001/00001000.json",
        "receipts/00001/00001001.json",
    ]
    assert [receipt.id for receipt in archive.receipts(after="00000999")] == ["00001000", "00001001"]


def test_writers_at_once_never_share_a_number(place: Place) -> None:
    """Forty answers of eight writers at the same microsecond have forty receipts."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: keep(place.archive(), f"{n % 7}".encode()), range(40)))
    ids = [receipt.id for receipt in place.archive().receipts()]
    assert ids == [f"{number:08d}" for number in range(1, 41)]


def test_no_secret_of_an_address_is_kept(place: Place) -> None:
    """User, password and fragment are cut off; what was asked stays."""
    receipt = keep(place.archive(), b"x", url="https://me:hunter2@localhost:8080/a?start=1#t")
    assert receipt.url == "https://localhost:8080/a?start=1"


def test_moments_are_kept_in_utc(place: Place) -> None:
    """Whatever zone a moment comes in, its receipt is in UTC."""
    abroad = datetime(2026, 6, 22, 14, tzinfo=timezone(timedelta(hours=9)))
    receipt = keep(place.archive(), b"x", abroad)
    assert (receipt.fetched_at, receipt.fetched_at.tzinfo) == (AT, UTC)


def test_a_damaged_payload_is_noticed_when_read(place: Place) -> None:
    """Bytes that are no longer those that were stored are an error that names the place."""
    archive = place.archive()
    receipt = keep(archive, b"x")
    place.overwrite(payload(receipt), b"y")
    with pytest.raises(StorageError, match="is damaged; restore it") as caught:
        archive.body(receipt)
    assert archive.store.where(payload(receipt)) in str(caught.value)


def test_a_damaged_payload_is_noticed_when_it_comes_again(place: Place) -> None:
    """Content that lies there damaged is not taken for stored."""
    archive = place.archive()
    place.overwrite(payload(keep(archive, b"x")), b"")
    with pytest.raises(StorageError, match="is damaged"):
        keep(archive, b"x")


def test_a_missing_payload_is_named(place: Place) -> None:
    """A payload that was deleted is an error that names it."""
    archive = place.archive()
    receipt = keep(archive, b"x")
    place.remove(payload(receipt))
    with pytest.raises(StorageError, match=f"{receipt.sha256} is missing"):
        archive.body(receipt)


def test_a_damaged_receipt_is_named(place: Place) -> None:
    """A receipt that cannot be read is an error that names it, not a gap."""
    archive = place.archive()
    name = f"receipts/00000/{keep(archive, b'x').id}.json"
    place.overwrite(name, b"{")
    with pytest.raises(StorageError, match=f"{name} is damaged; restore it"):
        list(archive.receipts())


def test_what_a_killed_process_left_is_no_receipt(place: Place) -> None:
    """A temporary file beside the receipts is passed over."""
    archive = place.archive()
    kept = keep(archive, b"x")
    place.overwrite("receipts/00000/.00000002.json.0123", b"{")
    assert list(archive.receipts()) == [kept]
    assert keep(archive, b"x").id == "00000002"


def test_an_archive_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """An archive below a file is one line that names the path."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="The archive cannot be used") as caught:
        keep(folder_place(tmp_path / "file").archive(), b"x")
    assert "\n" not in str(caught.value)
