"""Kinds of columns that the tables share."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Column, Field


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on engines with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; SQLite stores the UTC wall time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment(*, nullable: bool = False, **options: Any) -> Any:
    """A moment, aware UTC."""
    return Field(default=None, sa_column=Column(UtcDateTime(), nullable=nullable, **options))


def big(*, nullable: bool = False, **options: Any) -> Any:
    """An integer of 64 bits."""
    return Field(default=None, sa_column=Column(BigInteger, nullable=nullable, **options))


def number() -> Any:
    """The number of a row: given out by us under the writer's lock, without gaps, so that a replay gives the same."""
    return Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


def part_of(parent: str) -> Any:
    """The row of a parent that this one belongs to; part of the key."""
    return Field(sa_column=Column(Integer, ForeignKey(parent), primary_key=True, autoincrement=False))


def words(*, nullable: bool = False, **options: Any) -> Any:
    """Text of any length."""
    return Field(default=None, sa_column=Column(Text, nullable=nullable, **options))
