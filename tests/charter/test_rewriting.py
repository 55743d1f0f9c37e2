"""Another value in a charter's text: only that value changes, and every important rule has its sentence."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.charter.diff import SENTENCES, diff
from tenfold.charter.load import read_charter
from tenfold.charter.rewriting import rewritten
from tenfold.charter.sentences import told
from tenfold.report.words import LANGUAGES, catalogue
from tenfold.terms.errors import Refused

FILE = "charter.yaml"
DEMO = (Path(__file__).parents[2] / "src" / "tenfold" / "demo" / "charters" / "v3.yaml").read_bytes()
TEXT = """\
a: {quoted: "0.25", single: '0.30', plain: 14d, last: 7d}   # a comment that says 0.25
b:
  - {id: one, target: 80000000 CNY, since: 2026-05-01}
  - id: two
    target: 5 CNY # five
c: null
"""


@pytest.mark.parametrize(
    ("pointer", "value", "line"),
    [
        ("/a/quoted", "0.2", "a: {quoted: \"0.2\", single: '0.30', plain: 14d, last: 7d}   # a comment that says 0.25"),
        ("/a/single", "1", "a: {quoted: \"0.25\", single: '1', plain: 14d, last: 7d}   # a comment that says 0.25"),
        ("/a/plain", "3wd", "a: {quoted: \"0.25\", single: '0.30', plain: 3wd, last: 7d}   # a comment that says 0.25"),
        ("/a/last", "10d", "a: {quoted: \"0.25\", single: '0.30', plain: 14d, last: 10d}   # a comment that says 0.25"),
        ("/b/0/target", "1 CNY", "  - {id: one, target: 1 CNY, since: 2026-05-01}"),
        ("/b/0/since", "2027-01-01", "  - {id: one, target: 80000000 CNY, since: 2027-01-01}"),
        ("/b/1/target", "123456 CNY", "    target: 123456 CNY # five"),
    ],
)
def test_a_value_is_written_where_it_stands_and_nothing_else(pointer: str, value: str, line: str) -> None:
    before = TEXT.splitlines()
    after = rewritten(TEXT.encode(), FILE, {pointer: value}).decode().splitlines()
    changed = [number for number, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    assert [after[number] for number in changed] == [line]


@pytest.mark.parametrize("pointer", ["/a", "/b", "/b/7/target", "/nothing", "/c", "/a/quoted/deeper"])
def test_what_does_not_stand_there_is_refused(pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        rewritten(TEXT.encode(), FILE, {pointer: "1"})
    assert refused.value.complaints[0].id == "charter.not_written"


@pytest.mark.parametrize("value", ['1", evil: "2', "1\nevil: 2", "1 # gone", "1}"])
def test_a_value_cannot_become_something_else(value: str) -> None:
    with pytest.raises(Refused):
        rewritten(TEXT.encode(), FILE, {"/a/quoted": value, "/a/plain": value})


@settings(max_examples=examples(4))
@given(percent=st.integers(1, 30))
def test_a_charter_that_was_rewritten_differs_in_that_rule_alone(percent: int) -> None:
    before = read_charter(DEMO, FILE)
    text = rewritten(DEMO, FILE, {"/distribution/caps/member_share": f"0.{percent:02}"})
    changes = diff(before, read_charter(text, FILE))
    assert {one.pointer for one in changes} <= {"/distribution/caps/member_share"}
    assert (percent != 25) == bool(changes)


def test_every_important_rule_is_told_with_its_value_and_item() -> None:
    rules = {rule.pointer: rule for rule in told(read_charter(DEMO, FILE))}
    assert {rule.name for rule in rules.values()} <= set(SENTENCES.values())
    cap = rules["/distribution/caps/member_share"]
    assert (cap.section, cap.item, cap.value, cap.share) == ("distribution", "", "0.25", True)
    assert rules["/interaction/cadence/lead_investor"].item == "lead_investor"
    assert rules["/risk/indicators/0/amber"].item == "kri_top1"
    assert rules["/goals/funnel/stages/3/p_close"].value == "0.45"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_important_rule_has_a_sentence_around_its_value(language: str) -> None:
    for name in SENTENCES.values():
        assert catalogue(language)[f"rule.{name}"].count("{value}") == 1, name
