"""The message catalogue: `words/LANGUAGE/AREA.json`, flat objects of message id → text with {named} placeholders.

Everything a person reads is found here, in both languages; a test keeps keys and placeholders equal.
A word that depends on a count is chosen by the language's plural rule: `{n} {n:day|days}`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.plural import PluralRule
from markupsafe import Markup, escape

from tenfold.terms.errors import Complaint
from tenfold.terms.listed import COMMA, Listed
from tenfold.terms.reason import Reason

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("zh-Hans", "en")
DEFAULT = "en"
STEP = " › "
EXPECTED = frozenset({"expected"})  # what would fit: our own words, a list even where a table kept it as one text
AS_WRITTEN = frozenset({"seen", "year"})  # numbers without thousands marks: what somebody typed, and years
# The rules of CLDR, of the forms in the order in which a message writes them; Chinese has one form and chooses nothing.
PLURALS = {"en": PluralRule({"one": "i = 1 and v = 0"})}
_CHOICE = re.compile(r"\{(\w+):([^{}|]*\|[^{}|]*)\}")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return message id → text of one language, all areas together."""
    texts: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.json")):
        texts |= json.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType(texts)


def language_of(wanted: str | None) -> str:
    """Return the language for a locale name such as zh_CN.UTF-8 or en-GB; English for any other."""
    return "zh-Hans" if wanted and wanted.lower().startswith("zh") else DEFAULT


class _Filling(dict[str, object]):
    """Leaves a placeholder that nobody filled as it is, so that a page never fails for a missing word."""

    def __missing__(self, name: str) -> object:
        return f"{{{name}}}"


def say(language: str, id: str, params: Mapping[str, object] | None = None) -> str:
    """Return a message in words; the id itself when the catalogue lacks it.

    A parameter that is a reason is said first; a tuple is a way down, said step by step; a list has the commas of the
    language; a whole number has thousands marks, unless it is a year or what somebody typed.
    """
    text = _text(language, id, params or {})
    return id if text is None else text.format_map(_filling(language, params or {}))


def marked(language: str, id: str, params: Mapping[str, object]) -> Markup:
    """Return a message as `say` does, for a page: the text and whatever fills it are escaped; markup stays as it is."""
    text = _text(language, id, params)
    return escape(id) if text is None else escape(text).format_map(_filling(language, params))


def _text(language: str, id: str, params: Mapping[str, object]) -> str | None:
    """Return a message with its words chosen by the counts, and its placeholders still to be filled."""
    text = catalogue(language).get(id)
    return text and _CHOICE.sub(lambda found: plural(language, found[2], params.get(found[1])), text)


def unfilled(language: str, id: str) -> str:
    """Return a message with its placeholders as they stand, worded for many."""
    return _CHOICE.sub(lambda found: found[2].partition("|")[2], catalogue(language)[id])


def plural(language: str, forms: str, count: object) -> str:
    """Return the one of `day|days` that a count takes: a number, or one that is written for people, such as “1,200”."""
    one, _, other = forms.partition("|")
    written = count.striptags() if isinstance(count, Markup) else str(count)
    try:
        number = Decimal(written.replace(",", ""))
    except InvalidOperation:  # “3.4k” is never one
        return other
    return one if PLURALS[language](number) == "one" else other


def _filling(language: str, params: Mapping[str, object]) -> _Filling:
    return _Filling((name, _parameter(language, name, value)) for name, value in params.items())


def _parameter(language: str, name: str, value: object) -> object:
    if isinstance(value, Listed):
        return comma(language).join(value.parts)
    if name in EXPECTED and isinstance(value, str):
        return value.replace(COMMA, comma(language))
    return value if name in AS_WRITTEN else _part(language, value)


def _part(language: str, value: object) -> object:
    match value:
        case tuple():
            return STEP.join(str(_part(language, part)) for part in value)
        case Reason():
            return sentence(language, value)
        case bool():
            return value
        case int():
            return f"{value:,}"
        case _:
            return value


def comma(language: str) -> str:
    """Return what a language writes between the things of a list."""
    return catalogue(language)["report.comma"]


def sentence(language: str, reason: Reason) -> str:
    """Return a reason in words."""
    return say(language, reason.id, reason.params)


def complaint(language: str, wrong: Complaint) -> str:
    """Return a complaint in one line: where, by its line where it has one, what was seen and expected, what to do."""
    place = wrong.place if wrong.place.line is None else replace(wrong.place, pointer=None)
    said = say(language, wrong.id, wrong.params)
    return f"{place}{say(language, 'report.colon')}{said}" if str(place) else said
