"""What others derive from the declaration: the JSON Schema, the Arrow schema, the reference page."""

from functools import partial

import pytest

from tenfold.facts.declaration import TABLES, fact_schema
from tenfold.facts.reference import reference
from tenfold.report.words import LANGUAGES, say


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_json_schema_holds_every_column_with_its_title(language: str) -> None:
    schema = fact_schema(language)
    assert list(schema["properties"]) == list(TABLES)
    for name, table in TABLES.items():
        columns = schema["properties"][name]["items"]["properties"]
        assert list(columns) == list(table.columns)
        assert all(cell["title"] and cell["x-label"]["zh-Hans"] for cell in columns.values())
    party = schema["properties"]["parties"]
    assert party["title"] == {"en": "parties", "zh-Hans": "主体"}[language]
    assert party["items"]["required"] == ["fact", "occurred_at", "party", "type", "name"]


def test_the_arrow_schema_is_that_of_the_rows_inside() -> None:
    for table in TABLES.values():
        assert table.empty().to_arrow().cast(table.arrow).schema == table.arrow


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_every_table_and_column_in_words(language: str) -> None:
    page = reference(language, partial(say, language))
    assert all(f"(`{name}`)" in page for name in TABLES)
    assert all(f"| `{name}` |" in page for table in TABLES.values() for name in table.columns)
    assert "facts." not in page and "{" not in page
