"""The catalogue says the same things in both languages."""

from string import Formatter

import pytest

from tenfold.facts.declaration import TABLES
from tenfold.report.words import FOLDER, LANGUAGES, catalogue, language_of, say


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_messages() -> None:
    zh, en = (catalogue(language) for language in LANGUAGES)
    assert sorted(zh) == sorted(en)


def test_a_message_has_the_same_placeholders_in_both_languages() -> None:
    zh, en = (catalogue(language) for language in LANGUAGES)
    differing = {id: (zh[id], en[id]) for id in en if _placeholders(zh[id]) != _placeholders(en[id])}
    assert differing == {}


def test_no_message_is_said_twice_in_different_areas() -> None:
    for language in LANGUAGES:
        counted = sum(
            len(path.read_text(encoding="utf-8").split('": "')) - 1 for path in (FOLDER / language).glob("*.json")
        )
        assert counted == len(catalogue(language))


@pytest.mark.parametrize(
    ("locale", "language"), [("zh_CN.UTF-8", "zh-Hans"), ("en_GB", "en"), ("de_DE", "en"), (None, "en")]
)
def test_the_language_follows_the_locale(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


def test_an_unknown_message_is_shown_by_its_id() -> None:
    assert say("en", "no.such.message") == "no.such.message"


def test_every_word_that_a_fact_may_hold_is_translated() -> None:
    columns = [column for table in TABLES.values() for column in table.columns.values() if column.name != "precision"]
    codes = {f"code.{column.name}.{value}" for column in columns for value in (column.item or column).values}
    assert codes - catalogue("zh-Hans").keys() == set()
