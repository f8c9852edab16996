"""What is read for rules: what one of them asks for, and nothing else."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from schemas.rules import Entry
from schemas.settings import load_settings
from storage.engine import reading
from tasks.alerts.evidence import Beside
from tasks.alerts.gathering import gather
from tasks.reading import read
from tests.support.made_rules import crossing, lead, stale

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ASKING: dict[str, Entry] = {
    "weights": crossing(metric="open_weight_share"),
    "families": crossing(metric="derivatives"),
    "apps": crossing(metric="app_rank", subject="each_app", measure={"by": "app"}),
    "tasks": crossing(metric="task_share", measure={"tag": "ALL"}),
    "gateway": crossing(metric="router_difference"),
}


def beside(engine: Engine, *rules: Entry) -> Beside:
    """What is gathered besides the rankings of an empty database."""
    settings = load_settings()
    with reading(engine) as connection:
        return gather(connection, read(connection, settings, NOW), rules, settings).beside


def test_rules_on_tokens_ask_for_nothing_else(embedded: Engine) -> None:
    """Shares, leads and the state of the data need no catalogue and no list: none is read."""
    found = beside(embedded, crossing(), lead(), stale())
    assert (found.as_of, found.repositories.height, found.weights.height) == (None, 0, 0)


def test_each_source_is_read_where_a_rule_asks_for_it(embedded: Engine) -> None:
    """The reviewed files are there without any answer from upstream, and each source brings its own citation."""
    families = beside(embedded, ASKING["families"])
    assert families.repositories.height > 0
    assert families.weights.is_empty()
    assert "Hugging Face Hub" in families.citations["families"]
    assert beside(embedded, ASKING["weights"]).weights.height > 0


def test_every_source_can_be_read_from_an_empty_database(embedded: Engine) -> None:
    """A rule on something that nothing is recorded of yet is no error, and cites whose figures they would be."""
    found = beside(embedded, *ASKING.values())
    assert set(found.citations) == set(ASKING) - {"weights"}
    assert "vercel.com" in found.citations["gateway"]
    assert (found.apps.height, found.tagged.height, found.gateway.height) == (0, 0, 0)
