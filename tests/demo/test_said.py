"""What the demo's numbers and decisions are called in both languages: by names that tell them apart, never by keys."""

import re
from collections.abc import Iterator

import polars as pl
import pytest

from tenfold.engine.cycle import Cycle
from tenfold.engine.registry import registry
from tenfold.report.speech import PAIR, PERSONS, PROMISE, Speech
from tenfold.report.words import LANGUAGES

KEY = re.compile(r"\bp\d{6}\b|\b[a-z]+[._][a-z_]+\b|(?<![A-Za-z])grant-")
LATIN = re.compile(r"(?<![A-Za-z])[a-z]{3,}")  # a small word of Latin letters: in Chinese it is a key


@pytest.fixture(scope="module", params=LANGUAGES)
def speech(request: pytest.FixtureRequest, cycle: Cycle) -> Speech:
    return Speech(cycle.board, request.param)


def _subjects(cycle: Cycle) -> Iterator[tuple[str, str]]:
    for spec in registry().measures:
        rows = cycle.board.results[spec.id].filter(pl.col("end") == cycle.board.ends.main)
        yield from ((spec.id, subject) for subject in rows["subject"].unique())


def test_a_number_is_called_by_no_key(cycle: Cycle, speech: Speech) -> None:
    said = {speech.headline(id, subject) for id, subject in _subjects(cycle)}
    assert len(said) > 1_000
    assert [one for one in said if KEY.search(one) or (speech.zh and LATIN.search(one))] == []


def test_a_promise_is_told_without_saying_twice_whose_it_is(cycle: Cycle, speech: Speech) -> None:
    kinds = {"incentives.condition_slip.own.unknown", "insight.action.condition.deal"}
    told = [one.message for one in cycle.decisions if one.message.id in kinds]
    whose = [speech.things[str(one.params[PROMISE])] for one in told]
    said = [speech.sentence(one) for one in told]
    assert {one.id for one in told} == kinds
    assert any(party == one.params.get("party") for one, (party, _) in zip(told, whose, strict=True))
    for one, (party, what), text in zip(told, whose, said, strict=True):
        named = party in {str(value).partition("/")[0] for value in one.params.values()}
        assert (f"{speech.named(party)} · {speech.named(what)}" in text) is not named


def test_two_parties_of_one_name_are_told_apart(cycle: Cycle, speech: Speech) -> None:
    pairs = [one.message for one in cycle.decisions if set(PAIR) <= one.message.params.keys()]
    assert pairs
    for one in pairs:
        kept, gone = (re.escape(str(speech.named(str(one.params[name])))) for name in PAIR)
        assert not re.search(rf"{kept} (and|与) ?{gone}(?! ?[（(])", speech.sentence(one))


def test_an_english_sentence_begins_with_a_capital(cycle: Cycle) -> None:
    speech = Speech(cycle.board, "en")
    said = [(one.message, speech.sentence(one.message).striptags()) for one in cycle.decisions]
    small = [text for reason, text in said if text[0].islower() and not _begins_with_a_name(speech, reason.id)]
    assert small == []


def _begins_with_a_name(speech: Speech, id: str) -> bool:
    return any(speech.words[id].startswith(f"{{{name}}}") for name in PERSONS)
