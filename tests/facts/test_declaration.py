"""The declaration: one source, complete, and the same inside and outside."""

import polars as pl
import pytest

from tenfold.facts.declaration import COMPILED, TABLES, code_paths, compiled, read_type, tables_by_name


def test_the_compiled_schema_is_the_declared_one() -> None:
    assert COMPILED.read_text("utf-8") == compiled()


def test_there_are_the_47_tables_each_begun_by_the_header() -> None:
    assert len(TABLES) == 47
    people = ["fact", "occurred_at", "recorded_at", "recorded_by", "evidence", "corrects"]
    header = [*people, "because", "precision", "origin", "origin_key", "void"]
    assert all(list(table.columns)[:11] == header for table in TABLES.values())


def test_labels_are_chinese_and_unique_within_a_table_and_among_tables() -> None:
    for table in TABLES.values():
        labels = [column.label for column in table.columns.values()]
        assert all(labels) and len(set(labels)) == len(labels)
    assert len(tables_by_name()) == 2 * len(TABLES)


def test_references_name_declared_tables_and_states_their_keys() -> None:
    for table in TABLES.values():
        assert {(column.item or column).target for column in table.refs} <= set(TABLES)
        assert set(table.by) <= set(table.columns)
        assert bool(table.by) == (table.kind == "state")


def test_types_inside_are_exact() -> None:
    schema = TABLES["cash_movements"].schema
    assert schema["amount_minor"] == pl.Int64 and "amount" not in schema
    assert schema["occurred_at"] == pl.Datetime("us", "UTC")
    assert TABLES["group_links"].schema["share"] == pl.Decimal(38, 18)
    assert TABLES["interactions"].schema["topic"] == pl.List(pl.String)


def test_a_code_knows_its_path_and_what_is_allowed_beside() -> None:
    stage = TABLES["opportunities"].columns["stage"]
    assert (stage.path, stage.also) == ("goals.funnel.stages", ("declined", "lapsed"))
    assert "goals.funnel.stages" in set(code_paths())


@pytest.mark.parametrize("text", ["", "float", "personal(text", "list(x)", "text!!"])
def test_an_unknown_type_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        read_type("x", text)
