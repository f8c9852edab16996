"""The lists of models: which of them are asked for, and what becomes of a run without the second."""

from pathlib import Path

import pytest

from flows.sample import made
from schemas.errors import UpstreamError
from schemas.settings import Settings
from storage.catalogue import read_catalogue
from storage.engine import reading
from tasks.ingest import CatalogueRead, update_catalogue
from tasks.run import run_context
from tests.support.upstream import NOW, Upstream, misbehaving, reply

MODELS, EMBEDDINGS = "/api/v1/models", "/api/v1/embeddings/models"
NOT_THERE = reply(404, b'{"error":{"code":404,"message":"Not found"}}')


def looked(upstream: Upstream, home: Path) -> tuple[CatalogueRead, list[str]]:
    """What a look at the lists of an upstream gave, and which models are then recorded."""
    settings = Settings(TOKENTIDE_HOME=home, OPENROUTER_BASE_URL=upstream.base_url)
    with run_context(settings, as_of=NOW) as run:
        read = update_catalogue(run)
        with reading(run.engine) as connection:
            return read, read_catalogue(connection, NOW)["canonical_slug"].to_list()


def test_embedding_models_are_read_beside_the_others(tmp_path: Path) -> None:
    """Both lists are asked for, and both are in the catalogue."""
    with misbehaving(NOT_THERE) as upstream:
        upstream.scripts = {
            MODELS: reply(body=made.catalogue()),
            EMBEDDINGS: reply(body=made.embedding_models()),
        }
        read, recorded = looked(upstream, tmp_path)
    assert (read, upstream.asked) == (CatalogueRead(), [MODELS, EMBEDDINGS])
    assert {"garonne/g-embed-1", "north-fork/nf-5-20260115"} <= set(recorded)


def test_a_look_goes_on_without_the_embedding_models(tmp_path: Path) -> None:
    """The model catalogue is recorded, and what is missing is told."""
    with misbehaving(NOT_THERE) as upstream:
        upstream.scripts = {MODELS: reply(body=made.catalogue())}
        read, recorded = looked(upstream, tmp_path)
    assert len(read.problems) == 1
    assert read.problems[0].startswith("Embedding models: ")
    assert "north-fork/nf-5-20260115" in recorded


def test_without_the_model_catalogue_the_look_failed(tmp_path: Path) -> None:
    """It is not replaced by the other list."""
    with misbehaving(NOT_THERE) as upstream:
        upstream.scripts = {EMBEDDINGS: reply(body=made.embedding_models())}
        with pytest.raises(UpstreamError):
            looked(upstream, tmp_path)
