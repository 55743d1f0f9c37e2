"""A folder, its workbook and memory hand over rows alike, and one way makes a community's facts of them."""

from pathlib import Path

import polars as pl
import pytest
from tests import small

from tenfold.charter.load import load_charters
from tenfold.engine.community import fact_context
from tenfold.facts.digest import digest
from tenfold.facts.read import Files, Workbook, load_facts
from tenfold.facts.sources import InMemory, assemble
from tenfold.terms.errors import Refused


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sources") / "small"
    small.write(path, given=small.rows(), charter=small.CHARTER.read_bytes())
    return path


def test_rows_of_any_source_are_the_same_facts(folder: Path) -> None:
    context = fact_context(load_charters(folder))
    store = load_facts(folder, context)
    arrow = {name: rows.to_arrow() for name, rows in store.tables.items() if rows.height}
    for sources in ([Files(folder), Workbook(folder)], [InMemory(store.tables)], [InMemory(arrow)]):
        again = assemble(sources, context)
        assert digest(again) == digest(store)
        assert all(rows.equals(store.tables[name]) for name, rows in again.tables.items())


def test_sources_are_checked_together(folder: Path) -> None:
    context = fact_context(load_charters(folder))
    talk = load_facts(folder, context).tables["interactions"].head(1)
    new = talk.with_columns(fact=pl.lit("another"))
    assert (
        assemble([Files(folder), InMemory({"interactions": new})], context).count
        == load_facts(folder, context).count + 1
    )
    with pytest.raises(Refused) as alone:
        assemble([InMemory({"interactions": new})], context)
    assert {one.id for one in alone.value.complaints} == {"facts.reference"}
    with pytest.raises(Refused) as twice:
        assemble([Files(folder), InMemory({"interactions": talk})], context)
    assert {one.id for one in twice.value.complaints} == {"facts.double"}


def test_a_cell_that_cannot_be_is_refused_before_anything_between_rows(folder: Path) -> None:
    context = fact_context(load_charters(folder))
    wrong = pl.DataFrame({"party": ["x"], "type": ["ghost"]})
    with pytest.raises(Refused) as refused:
        assemble([InMemory({"parties": wrong})], context)
    assert {one.id.rpartition(".")[0] for one in refused.value.complaints} == {"facts.cell"}
