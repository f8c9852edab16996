"""What rules are judged on besides rankings and prices, read where one of them asks for it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection

from schemas.citation import Page, citation
from schemas.hosts import Host
from schemas.receipts import Channel
from schemas.rule_forms import Source
from schemas.settings import Settings
from storage.listings import listed_at, listing_as_of, read_listings
from storage.reference import load_open_weights
from tasks.alerts.evidence import Beside
from tasks.crosscheck import placed_days
from tasks.families import read_families
from tasks.kinds_of_task import tagged_models
from tasks.reading import Reading


def gather_beside(
    connection: Connection, known: Reading, settings: Settings, asked: Collection[Source]
) -> Beside:
    """What is known of the sources that are `asked` for, at the standpoint of a reading.

    Args:
        connection: the view that `known` was read in, or a later one.
        known: the reading of the whole history, with its prices if they are asked for.
        settings: where reviewed files are laid over the shipped ones.
        asked: what rules look at.

    Raises:
        ReviewedDataError: a reviewed file cannot be read.
    """
    found = Beside(as_of=known.as_of, catalogue=known.catalogue, attribute=known.attribute)
    for source, gather in _GATHER.items():
        if source in asked:
            parts, cited = gather(connection, known, settings)
            found = replace(found, **parts, citations={**found.citations, **cited})
    return found


Gathered = tuple[dict[str, Any], Mapping[Source, str]]


def _weights(_: Connection, __: Reading, settings: Settings) -> Gathered:
    return {"weights": load_open_weights(settings.reference)}, {}


def _families(connection: Connection, known: Reading, settings: Settings) -> Gathered:
    families = read_families(connection, settings, known.as_of)
    read_at = listed_at(connection, families.listing_ids["listing_id"].to_list())
    cited = citation(read_at, made=settings.made_sample, host=Host.HUB)
    return {"repositories": families.repositories, "readings": families.readings}, {"families": cited}


def _apps(connection: Connection, known: Reading, settings: Settings) -> Gathered:
    lists = read_listings(connection, Channel.APPS, known.as_of, subject="popular")
    published = listing_as_of(connection, lists["listing_id"].unique().to_list())
    return {"apps": lists}, {"apps": citation(published, made=settings.made_sample, page=Page.APPS)}


def _tasks(connection: Connection, known: Reading, settings: Settings) -> Gathered:
    lists = read_listings(connection, Channel.TASKS, known.as_of)
    published = listing_as_of(connection, lists["listing_id"].unique().to_list())
    tagged = tagged_models(connection, settings, known.as_of, lists)
    return {"tagged": tagged}, {"tasks": citation(published, made=settings.made_sample)}


def _gateway(connection: Connection, known: Reading, settings: Settings) -> Gathered:
    lists = read_listings(connection, Channel.GATEWAY, known.as_of)
    read_at = listed_at(connection, lists["listing_id"].unique().to_list())
    there = "" if settings.made_sample else f" {citation(read_at, host=Host.VERCEL)}"
    days = placed_days(lists, settings, known.as_of)
    return {"gateway": days}, {"gateway": f"{known.citation}{there}"}


_GATHER: Final = {
    "weights": _weights,
    "families": _families,
    "apps": _apps,
    "tasks": _tasks,
    "gateway": _gateway,
}
