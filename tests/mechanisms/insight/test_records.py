"""Whether two records are one party: the worked example of DOMAIN §2.9, and laws of matching."""

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.mechanisms.insight.measures.records import (
    PRIOR,
    SPELLED_AT_MOST,
    Record,
    _sharing,
    candidate_pairs,
    compare,
    plain_id,
    probability,
)
from tenfold.methods.linkage import match_probability

NONE: Counter[tuple[bool, str]] = Counter()


def record(party: str, name: str, *, organisation: str | None = "o1", **ids: str) -> Record:
    return Record(party, True, (name,), {key: plain_id(key, value) for key, value in ids.items()}, organisation, party)


def test_a_rare_name_in_one_organisation_with_another_telephone_is_probably_one_person() -> None:
    one, two = record("a", "欧阳清岚", phone="13800138000"), record("b", "欧阳清岚", phone="13900139000")
    p, agree, differ = probability(one, two, NONE, 0, ())
    assert round(p, 2) == 0.99
    assert (agree, differ) == (["name", "organisation"], ["phone"])


def test_a_common_name_in_one_organisation_with_another_telephone_is_probably_not() -> None:
    one, two = record("a", "李静", phone="13800138000"), record("b", "李静", phone="13900139000")
    counts = Counter({(True, "李静"): 42})  # forty others of two thousand: u = 0.02
    p, _, _ = probability(one, two, counts, 10, ())
    assert round(p, 3) == 0.3


def test_one_id_in_common_says_as_much_as_its_rates_of_two_records_in_two_thousand() -> None:
    one, two = (Record(key, True, (), {"phone": "8613800138000"}, None, key) for key in "ab")
    assert probability(one, two, NONE, 0, ())[0] == pytest.approx(800 / (800 + 1999))  # 0.8 ÷ 0.001
    other = (record(key, name, organisation=None, account="x1") for key, name in (("a", "Eva"), ("b", "Otto")))
    odds = 90_000 * (0.05 / 0.9999) / 1999  # 0.9 ÷ 0.00001, and names that occur once in ten thousand differ
    assert probability(*other, NONE, 0, ("account",))[0] == pytest.approx(odds / (1 + odds))


def test_a_registration_decides_of_organisations_whatever_they_are_called_and_not_of_people() -> None:
    one, two = (record(key, name, registration="123456789") for key, name in (("a", "Nordvik"), ("b", "Südwest")))
    assert probability(one, two, NONE, 0, ("registration",))[0] < 1
    firms = (replace(each, person=False) for each in (one, two))
    assert probability(*firms, NONE, 0, ("registration",))[0] == 1


def test_a_field_that_either_lacks_says_nothing() -> None:
    one, two = record("a", "欧阳清岚", organisation=None), record("b", "欧阳清岚", phone="13900139000")
    assert len(compare(one, two, NONE, 0, ())[0]) == 1


def test_a_name_in_two_scripts_meets() -> None:
    one, two = record("a", "王清岚"), record("b", "Wang Qinglan")
    assert candidate_pairs([one, two]) == [(one, two)]


@given(phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), prefix=st.sampled_from(["", "+86 ", "0086"]))
def test_a_telephone_number_is_one_however_it_is_written(phone: str, prefix: str) -> None:
    assert plain_id("phone", prefix + phone) == f"86{phone}"


@given(others=st.integers(0, 500))
def test_the_commoner_the_name_the_less_it_says(others: int) -> None:
    one, two = record("a", "欧阳清岚"), record("b", "欧阳清岚")
    rare = compare(one, two, Counter({(True, "欧阳清岚"): 2 + others}), 100, ())[0]
    common = compare(one, two, Counter({(True, "欧阳清岚"): 3 + others}), 100, ())[0]
    assert match_probability(PRIOR, common) < match_probability(PRIOR, rare)


def test_one_more_id_in_common_never_lowers_the_probability() -> None:
    one, two = record("a", "欧阳清岚"), record("b", "欧阳清岚")
    more = [replace(each, ids={"account": "x1"}) for each in (one, two)]
    assert probability(*more, NONE, 0, ())[0] >= probability(one, two, NONE, 0, ())[0]


def test_of_very_many_records_only_those_that_share_a_spelling_are_compared() -> None:
    names = [f"Person {number}" for number in range(SPELLED_AT_MOST)] + ["Ann Lee", "lee, ANN", "Otto Alone"]
    rows = pl.DataFrame(
        {"party": [f"p{number}" for number in range(len(names))], "name": names}
        | dict.fromkeys(("name_other", "registration", "email", "phone", "account")),
        schema_overrides=dict.fromkeys(("name_other", "registration", "email", "phone", "account"), pl.String),
    )
    assert _sharing(rows)["name"].to_list() == ["Ann Lee", "lee, ANN"]
    assert _sharing(rows.tail(3)).height == 3
