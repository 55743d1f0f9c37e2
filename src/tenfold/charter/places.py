"""What follows from the country of a project where nothing is chosen: its currency, its clock, its legal profiles.

All of it is proposed, and none of it is more than a first guess that a person changes.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies

from tenfold.charter.templates import FOLDER
from tenfold.methods.pinyin import sort_key

ACROSS = "001"  # CLDR's world: a project of several countries
ACROSS_CURRENCY, ACROSS_TIMEZONE = "EUR", "UTC"
CHINA, AMERICA = "CN", "US"
OPEN = "open-community"


@cache
def _known() -> Mapping[str, Any]:
    """Return what no list of countries says.

    european         where the European rules on prospectuses and personal data hold: the Union and its economic area
    main_timezones   the clock that most people of a country with several of them live by
    per_dollar       how many units of a currency make about what one dollar does: enough to propose a goal of a
                     sensible size; 1 where none stands
    """
    content: dict[str, Any] = json.loads((FOLDER / "places.json").read_text(encoding="utf-8"))
    return content


@cache
def countries() -> tuple[str, ...]:
    """Return the countries that can be chosen, by their two letters: those with a currency and a clock of their own."""
    zones = get_global("territory_zones")
    return tuple(sorted(one for one in zones if len(one) == 2 and one.isalpha() and get_territory_currencies(one)))


@cache
def named_countries(language: str) -> tuple[tuple[str, str], ...]:
    """Return (country, name) in the order of the names."""
    zh = language.startswith("zh")
    territories = Locale.parse("zh_Hans" if zh else "en").territories
    named = [(one, territories[one]) for one in countries()]
    return tuple(sorted(named, key=lambda pair: sort_key(pair[1])))


def country_of_language(tag: str) -> str | None:
    """Return the country that a tag such as de-CH or ja points to; None for one that points to none.

    >>> country_of_language("de-CH"), country_of_language("ja"), country_of_language("*")
    ('CH', 'JP', None)
    """
    language, *parts = tag.replace("_", "-").split("-")
    named = [part.upper() for part in parts if part.upper() in countries()]
    likely = get_global("likely_subtags").get(language.lower(), "").rpartition("_")[2]
    return next((one for one in (*named, likely) if one in countries()), None)


def currency_of(country: str) -> str:
    """Return the currency that is paid with in a country now."""
    return ACROSS_CURRENCY if country == ACROSS else str(get_territory_currencies(country)[0])


def timezone_in(country: str) -> str:
    """Return the time zone that most people of a country live by."""
    if country == ACROSS:
        return ACROSS_TIMEZONE
    return str(_known()["main_timezones"].get(country) or get_global("territory_zones")[country][0])


def profiles_in(country: str, kind: str, chinese: tuple[str, ...]) -> tuple[str, ...]:
    """Return the legal profiles that a kind of community has in a country.

    chinese   what the kind takes in China
    """
    if kind == OPEN:
        return ("global-nonequity", *(("eu-privacy",) if country in _known()["european"] else ()))
    if country == CHINA:
        return chinese
    venture = kind == "venture"
    if country == AMERICA:
        return ("us-506b",) if venture else ()
    if country in _known()["european"]:
        return ("eu-private-offering", "eu-privacy") if venture else ("eu-privacy",)
    return ()


def as_much_in(amount: int, before: str, currency: str) -> int:
    """Return about as much in another currency, rounded down to two digits.

    >>> as_much_in(8_000_000, "CNY", "EUR"), as_much_in(8_000_000, "CNY", "JPY"), as_much_in(36_000, "EUR", "EUR")
    (1000000, 150000000, 36000)
    """
    per_dollar: Mapping[str, int] = _known()["per_dollar"]
    exact = amount * per_dollar.get(currency, 1) // per_dollar.get(before, 1)
    step: int = 10 ** max(0, len(str(exact)) - 2)
    return exact // step * step
