"""Every number says how it was made: one sentence in both languages, with the figures that it was computed from."""

from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import Any

import polars as pl
import pytest
from tests.engine import tangled

from tenfold.engine.registry import registry
from tenfold.engine.written import how
from tenfold.report.speech import Speech
from tenfold.report.words import LANGUAGES, catalogue
from tenfold.terms.measure import DIGITS, Spec
from tenfold.terms.reason import Reason

MEASURES = {spec.id: spec for spec in registry().measures}
BESIDE = frozenset({"value", "low", "high", "n"})  # what each number has besides its own parts


def sentences(spec: Spec) -> list[str]:
    """The ids of a measure's sentences: one, or one for each way in which its values come about."""
    return [f"how.{spec.id}.{way}" for way in spec.ways] or [f"how.{spec.id}"]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", MEASURES.values(), ids=MEASURES)
def test_each_measure_has_a_sentence_of_figures_that_it_declares(spec: Spec, language: str) -> None:
    found = [catalogue(language)[id] for id in sentences(spec)]
    assert BESIDE | spec.parts.keys() | {"currency"} >= set().union(*map(placeholders, found))


def test_there_is_no_sentence_without_a_measure() -> None:
    declared = {id for spec in MEASURES.values() for id in sentences(spec)}
    assert {id for id in catalogue("en") if id.startswith("how.")} == declared


@cache
def known(id: str) -> pl.DataFrame:
    """What is known of a measure in a community in which every measure has a value."""
    board = tangled.cycle(tangled.ZONES[0]).board
    rows = board.results[id]
    return rows.filter(pl.col("end") == board.ends.main, pl.col("value").is_not_null())


def made(id: str) -> Iterator[tuple[str, dict[str, Any] | None]]:
    board = tangled.cycle(tangled.ZONES[0]).board
    for row in known(id).iter_rows(named=True):
        yield row["subject"], how(board, MEASURES[id], row)


@pytest.mark.parametrize("id", MEASURES)
def test_every_value_says_its_figures_in_both_languages(id: str) -> None:
    board = tangled.cycle(tangled.ZONES[0]).board
    found = list(made(id))
    assert [subject for subject, one in found if one is None] == []
    for language in LANGUAGES:
        speech = Speech(board, language)
        told = {one["id"]: speech.sentence(Reason(one["id"], one["params"])) for _, one in found if one is not None}
        assert [text for id, text in told.items() if text == id or "{" in text] == []


QUOTIENTS = {id: spec.quotient for id, spec in MEASURES.items() if spec.quotient is not None}


@pytest.mark.parametrize(("id", "quotient"), QUOTIENTS.items(), ids=QUOTIENTS)
def test_a_quotient_of_its_figures_is_the_value(id: str, quotient: tuple[str, str]) -> None:
    above, below = (pl.col(name).cast(pl.Float64) for name in quotient)
    again = (above / below).round(DIGITS[MEASURES[id].unit], mode="half_to_even")
    rows = known(id).with_columns(again=again)
    assert rows.height
    assert rows.filter(pl.col("again") != pl.col("value")).is_empty()
