"""What this installation did: its runs, and the calls of its accounts."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from schemas.tables.columns import moment, words


class Run(SQLModel, table=True):
    """One run of a flow: what it was asked, what it wrote, how it ended."""

    id: int | None = Field(default=None, primary_key=True)
    flow: str
    window_at: datetime = moment()
    known_at: datetime = moment(index=True)
    finished_at: datetime | None = moment(nullable=True)
    focus_window: str | None = None
    outcome: str
    rows_added: int = 0
    rows_revised: int = 0
    rows_withdrawn: int = 0
    rows_quarantined: int = 0
    messages: str = words(server_default="[]")


class ApiBudget(SQLModel, table=True):
    """Calls made under an account's daily budget, so that a restart does not forget them."""

    __tablename__: ClassVar[str] = "api_budget"

    account: str = Field(primary_key=True)
    utc_day: str = Field(primary_key=True)
    calls: int
    spent_until: datetime | None = moment(nullable=True)
