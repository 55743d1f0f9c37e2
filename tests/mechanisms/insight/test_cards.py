"""A card of Today: the words that name it."""

import pytest

from tenfold.facts.declaration import TABLES
from tenfold.mechanisms.insight.measures import acts
from tenfold.mechanisms.insight.rules import KINDS
from tenfold.report.words import LANGUAGES, catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_of_card_has_a_word_and_is_no_act_of_a_person(language: str) -> None:
    words = catalogue(language)
    people = {word for table in TABLES.values() if "act" in table.columns for word in table.columns["act"].values}
    named = {f"code.{spec.subject}.{kind}" for spec in acts.SPECS for kind in KINDS}  # as a number's headline asks
    assert named == {id for id in words if id.startswith("code.card.")}
    assert {f"code.act.{act}" for act in people} == {id for id in words if id.startswith("code.act.")}
