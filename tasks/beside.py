"""What sources beside the rankings answer to `show`: which of them there are, and how a question reaches them."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from schemas.answers import Answer
from schemas.settings import Settings
from tasks.apps import popular_answer, trending_answer
from tasks.crosscheck import crosscheck_answer
from tasks.families import derivatives_answer
from tasks.kinds_of_task import tasks_answer
from tasks.side_questions import SideQuestion

Beside = Callable[[Connection, Settings, datetime, SideQuestion], Answer]

BESIDE: Final[dict[str, Beside]] = {
    "derivatives": derivatives_answer,
    "apps": popular_answer,
    "trending-apps": trending_answer,
    "tasks": tasks_answer,
    "crosscheck": crosscheck_answer,
}
"""What answers each name, from one consistent view of the database and as of a standpoint."""
