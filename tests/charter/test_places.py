"""What is proposed where a country is known: every country can begin, with a clock that exists and money of its own."""

from datetime import date
from itertools import product
from zoneinfo import available_timezones

import pytest

from tenfold.charter.answers import Answers, charter_of, profiles_of, target_of
from tenfold.charter.load import NEWEST, read_charter
from tenfold.charter.places import (
    ACROSS,
    as_much_in,
    countries,
    country_of_language,
    currency_of,
    named_countries,
    timezone_in,
)
from tenfold.charter.templates import KINDS

FIRST = date(2026, 12, 1)


def test_every_country_has_a_clock_that_exists_and_a_name_of_its_own_in_both_languages() -> None:
    assert [one for one in countries() if timezone_in(one) not in available_timezones()] == []
    for language in ("zh-Hans", "en"):
        named = dict(named_countries(language))
        assert len(named) == len(set(named.values())) == len(countries())


@pytest.mark.parametrize(("country", "kind"), [*product(["CN", "US", "DE", "NO", "GB", "JP", ACROSS], KINDS)])
def test_what_is_proposed_for_a_country_is_a_charter(country: str, kind: str) -> None:
    answers = Answers(project="Blue", kind=kind, country=country)
    charter = read_charter(charter_of(answers, FIRST), NEWEST)
    assert charter.charter.currency == currency_of(country)
    assert charter.charter.timezone == timezone_in(country)
    assert charter.charter.jurisdiction == profiles_of(answers)
    assert country == "CN" or not any(one.startswith("cn-") for one in profiles_of(answers))


@pytest.mark.parametrize("country", [one for one in countries() if currency_of(one) not in ("EUR", "USD")])
def test_the_money_of_each_country_is_one_that_a_charter_takes(country: str) -> None:
    text = charter_of(Answers(project="Blue", kind="blank", country=country), FIRST)
    assert read_charter(text, NEWEST).charter.currency == currency_of(country)


@pytest.mark.parametrize(
    ("tag", "country"),
    [("de-CH", "CH"), ("zh-Hant-TW", "TW"), ("zh-Hans", "CN"), ("en_GB", "GB"), ("ja", "JP"), ("*", None), ("", None)],
)
def test_a_language_points_to_a_country(tag: str, country: str | None) -> None:
    assert country_of_language(tag) == country


def test_a_goal_is_of_the_same_size_in_another_currency() -> None:
    assert as_much_in(8_000_000, "CNY", "CNY") == 8_000_000
    assert as_much_in(8_000_000, "CNY", "JPY") == 150_000_000
    assert as_much_in(0, "CNY", "JPY") == 0
    assert target_of(Answers(country="DE")) == 1_000_000
    assert target_of(Answers(country="DE", target=7)) == 7
    assert target_of(Answers()) == 8_000_000
