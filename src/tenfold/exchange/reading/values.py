"""What the cells of a column are, whatever its header says: amounts, dates, addresses, names, codes."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl

from tenfold.exchange.reading import lexicon
from tenfold.facts.written import amounts, dates
from tenfold.methods.chinese import simplified

SAMPLED = 400  # different cells that are looked at
MOST = 0.8  # share from which a column is of a kind
NAMES = Path(__file__).with_name("lexicon") / "names.json"
EMAIL = re.compile(r"^[^@\s,;，；]+@[^@\s,;，；]+\.[^@\s,;，；.]{2,}$")
_URL = re.compile(
    r"^(?:https?://|www\.)\S+$|^[\w-]+(?:\.[\w-]+)*\.(?:com|cn|org|net|io|ai|co|de|fr|uk|eu|hk|tw)(?:/\S*)?$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"^[+(]?\d[\d\s().+-]{5,22}\d(?:\s*(?:ext\.?|x|转|#)\s*\d{1,6})?$")
_DIALLED = re.compile(r"^\+|^1[3-9]\d{9}$|\d[\s().-]+\d")  # what no other long number has
_NUMBER = re.compile(r"^\d+(?:\.\d+)?$")
_USCC = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{18}$")
_PERCENT = re.compile(r"^\d{1,3}(?:[.,]\d+)?\s*%$")
_WHOLE = re.compile(r"^\d{1,9}$")
_CLOCK = re.compile(r"^\d{1,2}:\d{2}(?::\d{2})?$|^\d{6}$")
_MANGLED = re.compile(r"^\d(?:\.\d+)?E\+\d{2}$")
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*"
_LATIN_NAME = re.compile(
    rf"^{_CAPITAL}(?:[ -](?:de|van|von|der|la|bin|al|da|di|du|el|dos)){{0,2}}(?:[ ,-]{{1,2}}{_CAPITAL}){{1,3}}$"
)
_DURATION = re.compile(
    r"^(?:(?P<hours>\d{1,3}(?:\.\d{1,2})?)\s*(?:个?小时|個?小時|h|hrs?|hours?)\.?)?\s*"
    r"(?:(?P<minutes>\d{1,4})\s*(?:分钟?|分鐘|m|mins?|minutes?|')\.?)?$"
)
_CHINESE_NAME = re.compile(r"^[\u4e00-\u9fff·]{2,8}$")
_SUFFIX = re.compile(r"(?:先生|女士|小姐|总|老师|博士|教授|经理|董|总监|主任)$")


@dataclass(frozen=True, slots=True)
class Profile:
    """How many of a column's different cells are of each kind, 0 … 1, and how full it is."""

    filled: float
    different: int
    shares: Mapping[str, float]

    def of(self, kind: str) -> float:
        """Return the share of a kind."""
        return self.shares.get(kind, 0.0)

    @property
    def is_empty(self) -> bool:
        """Whether the column holds nothing."""
        return not self.different


def profile(cells: pl.Series) -> Profile:
    """Look at the cells of a column."""
    filled = cells.drop_nulls()
    different = filled.unique(maintain_order=True)
    sample = [cell for cell in different.head(SAMPLED).to_list() if not is_nothing(cell)]
    counts = {kind: sum(map(test, sample)) for kind, test in _TESTS.items()}
    shares = {kind: count / len(sample) for kind, count in counts.items() if count} if sample else {}
    return Profile(filled.len() / max(cells.len(), 1), len(sample), shares)


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing: -, 无, n/a."""
    return amounts.plain(text) in amounts.units()["nothing"]


def is_zero(text: str) -> bool:
    """Whether a text is an amount of nothing: 0, 0.00, ¥0."""
    found = amounts.read(text)
    return isinstance(found, amounts.Written) and found.low == 0


def is_amount(text: str) -> bool:
    """Whether a text is an amount, or says in vague words that there is one."""
    found = amounts.read(text)
    if isinstance(found, amounts.Written):
        return True
    return found.why == "vague" or isinstance(amounts.read(text, ","), amounts.Written)


def is_money(text: str) -> bool:
    """Whether a text is an amount that says its scale or currency."""
    found = amounts.read(text)
    return isinstance(found, amounts.Written) and (found.scaled or bool(found.currency or found.sign))


def is_date(text: str) -> bool:
    """Whether a text is a day, month, quarter or year, or speaks of one."""
    if not any(character.isdigit() for character in text):
        found = dates.read(text)
        return isinstance(found, str) or found.why == "relative"
    if re.fullmatch(r"\d{1,4}(?:[.,]\d+)?|\d{5}(?:\.\d+)?", text):
        return False  # a bare number says only under its header that it is a year or a serial day
    if dates.orders(text):
        return True
    found = dates.read(text)
    return isinstance(found, str) or found.why in ("no_year", "span", "relative", "impossible")


def is_email(text: str) -> bool:
    """Whether a text is an address of mail."""
    return bool(EMAIL.match(text))


def is_phone(text: str) -> bool:
    """Whether a text has the form of a telephone number; a long number of an account has it not."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    return bool(_PHONE.match(unicodedata.normalize("NFKC", text))) and 7 <= len(digits) <= 15 and not is_date(text)


def is_mangled(text: str) -> bool:
    """Whether a spreadsheet made a long number unreadable: 1.39E+10."""
    return bool(_MANGLED.match(text))


def is_registration(text: str) -> bool:
    """Whether a text has the form of a unified social credit code."""
    return bool(_USCC.match(text.strip().upper()))


def is_person(text: str) -> bool:
    """Whether a text looks like the name of a person."""
    bare = _SUFFIX.sub("", text.strip())
    if not bare or is_organisation(text) or bare.rstrip("省市区县") in _places():
        return False
    if _CHINESE_NAME.match(bare):
        return bare[:2] in _compound_surnames() or (len(bare) <= 4 and bare[0] in _surnames())
    return bool(_LATIN_NAME.match(bare))


def is_organisation(text: str) -> bool:
    """Whether a text holds a word that organisations have in their names."""
    bare = simplified(unicodedata.normalize("NFKC", text)).strip()
    if re.search(r"[\u4e00-\u9fff]", bare):
        name = re.sub(r"\([^()]*\)", "", bare)
        return any(word in name for word in _chinese_words() if len(word) > 1) or name[-1:] in _chinese_ends()
    return bool({*re.findall(r"[a-z&]+", bare.casefold().replace(".", ""))} & _latin_words())


def is_placeholder(text: str) -> bool:
    """Whether a text stands for a name that nobody gave: Info Requested, 匿名."""
    return lexicon.plain(text) in _placeholders()


def _coded(name: str) -> Callable[[str], bool]:
    return lambda text: lexicon.plain(text) in lexicon.by_word(name)


def _is_currency(text: str) -> bool:
    return currency_of(text) is not None


def minutes_of(text: str) -> str | None:
    """Return a duration in whole minutes: 30, 30分钟, 1.5小时, 1h 20min; None for what is none.

    >>> minutes_of("45"), minutes_of("1小时30分"), minutes_of("1.5 h"), minutes_of("long")
    ('45', '90', '90', None)
    """
    plain = amounts.plain(text)
    if plain.isdigit():
        return plain
    found = _DURATION.match(plain)
    if found is None or not any(found.groups()):
        return None
    total = Decimal(found["hours"] or 0) * 60 + Decimal(found["minutes"] or 0)
    return str(int(total)) if total == total.to_integral_value() else None


def spoken_minutes(texts: Sequence[str]) -> dict[str, str]:
    """Return what the cells of a column of durations are in minutes, if some say their unit; the others are so."""
    read = {text: found for text in texts if (found := minutes_of(text)) is not None}
    return read if any(not text.isdigit() for text in read) else {}


def currency_of(text: str) -> str | None:
    """Return the code of a currency that a text names and nothing else; a sign that several share is none."""
    word = amounts.plain(text)
    for code, names in amounts.units()["currencies"].items():
        if word == code.casefold() or word in names:
            return str(code)
    return None


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "amount": is_amount,
    "money": is_money,
    "date": is_date,
    "email": is_email,
    "phone": is_phone,
    "dialled": lambda text: is_phone(text) and bool(_DIALLED.search(unicodedata.normalize("NFKC", text))),
    "number": lambda text: bool(_NUMBER.match(text)),
    "mangled": is_mangled,
    "url": lambda text: bool(_URL.match(text)),
    "registration": is_registration,
    "person": is_person,
    "organisation": is_organisation,
    "stage": _coded("stages"),
    "channel": _coded("channels"),
    "attendance": _coded("attendance"),
    "task": _coded("task"),
    "agreement": _coded("agreement"),
    "money_direction": _coded("money_direction"),
    "class": _coded("party_class"),
    "currency": _is_currency,
    "percent": lambda text: bool(_PERCENT.match(text)),
    "whole": lambda text: bool(_WHOLE.match(text)),
    "clock": lambda text: bool(_CLOCK.match(text)),
    "long": lambda text: len(text) > 30,
}


@cache
def _names() -> Mapping[str, object]:
    content: Mapping[str, object] = json.loads(NAMES.read_text(encoding="utf-8"))
    return content


@cache
def _surnames() -> frozenset[str]:
    return frozenset(str(_names()["surnames"]))


@cache
def _places() -> frozenset[str]:
    return frozenset(str(_names()["places"]).split())


@cache
def _compound_surnames() -> frozenset[str]:
    return frozenset(str(_names()["compound_surnames"]).split())


@cache
def _organisation_words(language: str) -> Sequence[str]:
    listed = _names()["organisation_words"]
    return str(listed[language]).split() if isinstance(listed, dict) else ()


@cache
def _chinese_words() -> tuple[str, ...]:
    return tuple(_organisation_words("zh"))


@cache
def _chinese_ends() -> frozenset[str]:
    return frozenset(word for word in _organisation_words("zh") if len(word) == 1)


@cache
def _latin_words() -> frozenset[str]:
    return frozenset(_organisation_words("en"))


@cache
def _placeholders() -> frozenset[str]:
    return frozenset(lexicon.plain(word) for word in str(_names()["placeholders"]).split("|"))
