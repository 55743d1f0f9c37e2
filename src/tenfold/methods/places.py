"""Countries by their two letters (ISO 3166): the one that a time zone lies in, and the one that people name."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from babel import Locale
from babel.core import get_global

EUROPE, AMERICA = "Europe/", "America/"
# The languages in which a sheet names a country, as CLDR has them.
LANGUAGES = ("zh_Hans", "zh_Hant", "en", "de", "es", "fr", "it", "ja", "ko", "nl", "pt", "ru")
# What people write beside codes and the names of CLDR: official names, and short ones.
OTHERS = {
    "CN": ("People's Republic of China", "PR China", "PRC", "Mainland China", "中华人民共和国", "中国大陆", "中國大陸"),
    "CD": ("Congo",),  # as the other one is called: it tells of none
    "GB": ("Great Britain", "Britain", "England", "U.K."),
    "HK": ("香港", "中国香港", "中國香港", "Hong Kong SAR", "Hong Kong, China"),
    "KR": ("Republic of Korea", "大韩民国"),
    "MO": ("澳门", "澳門", "中国澳门", "中國澳門", "Macao", "Macao SAR", "Macao, China"),
    "TW": ("中国台湾", "中國台灣", "Taiwan, China"),
    "US": ("United States of America", "America", "U.S.", "美利坚合众国"),
}


def country_of(timezone: str) -> str | None:
    """Return the two letters of a zone's country; None for a zone of none.

    >>> country_of("Asia/Shanghai"), country_of("UTC")
    ('CN', None)
    """
    return _countries().get(timezone)


def country_named(text: str) -> str | None:
    """Return the two letters of a country, from its name or its code of two or three letters; None for no country.

    Names are those of CLDR in `LANGUAGES`, whatever their case, accents, width and punctuation. A name that two
    countries have tells of none.

    >>> [country_named(text) for text in ("中国", "china", "CHN", "cn", "Deutschland", "Utopia")]
    ['CN', 'CN', 'CN', 'CN', 'DE', None]
    """
    codes = _named().get(_plain(text), frozenset())
    return next(iter(codes)) if len(codes) == 1 else None


@cache
def _countries() -> Mapping[str, str]:
    return {row[2]: row[0].split(",")[0] for row in _table("zone1970.tab")}


def _table(name: str) -> Iterator[list[str]]:
    """Yield the rows of a table of the published zones."""
    text = resources.files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    yield from (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _named() -> Mapping[str, frozenset[str]]:
    """Return plain name → the countries that have it."""
    found: dict[str, set[str]] = {}
    for code, name in _names():
        found.setdefault(_plain(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _names() -> Iterator[tuple[str, str]]:
    """Yield each country's two letters with each of its codes and names."""
    listed = {row[0]: row[1] for row in _table("iso3166.tab")}
    for code, name in listed.items():
        yield from ((code, code), (code, name))
        yield from ((code, other) for other in OTHERS.get(code, ()))
    for alias, codes in get_global("territory_aliases").items():
        if alias not in listed and len(codes) == 1 and codes[0] in listed and alias.isalpha():
            yield codes[0], alias
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in listed:
                yield code, name


def _plain(text: str) -> str:
    """Return the letters and figures of a text, in one case and width, without accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if letter.isalnum())
