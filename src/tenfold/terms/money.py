"""Money: integer minor units and a currency; never a float.

A currency is an ISO 4217 code with the list's digits, or a unit that the charter declares (`units: {OP: {digits: 6}}`).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

import iso4217

INT64 = 2**63

SCALES = {"": 0, "万": 4, "百万": 6, "千万": 7, "亿": 8}  # powers of ten
# Sign, whole, decimals, scale; for engines of regular expressions that know no named groups.
AMOUNT = (
    rf"^[¥￥]?\s*([+-]?)([0-9]+|[0-9]{{1,3}}(?:,[0-9]{{3}})+)(?:\.([0-9]+))?\s*({'|'.join(reversed(SCALES))})\s*元?$"
)
_AMOUNT = re.compile(AMOUNT)


@cache
def iso_digits(code: str) -> int | None:
    """Return the digits of an ISO 4217 code, or None when the list gives none or does not know it."""
    try:
        digits: int | None = iso4217.Currency(code).exponent
    except ValueError:
        return None
    return digits


@dataclass(frozen=True, slots=True)
class Currencies:
    """The currencies a community may use: ISO 4217 and its charter's own units (code → digits)."""

    units: Mapping[str, int]

    def digits(self, code: str) -> int | None:
        """Return how many decimals `code` has, or None for an unknown code."""
        return self.units[code] if code in self.units else iso_digits(code)


def to_minor(amount: Decimal, digits: int) -> int | None:
    """Return `amount` in minor units, or None when it has more decimals than the currency or exceeds int64."""
    scaled = amount.scaleb(digits)
    if scaled != scaled.to_integral_value() or not -INT64 <= scaled < INT64:
        return None
    return int(scaled)


def from_minor(minor: int, digits: int) -> str:
    """Write minor units as a decimal in major units with exactly `digits` decimals: 1200000 fen → '12000.00'."""
    sign = "-" if minor < 0 else ""
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"


def read_amount(text: str) -> Decimal | None:
    """Read an amount as people write it: 1,200,000.00, ￥1400万, 1.4千万, 0.14亿, １２. None when it is none."""
    folded = unicodedata.normalize("NFKC", text).strip()
    match = _AMOUNT.match(folded)
    if match is None:
        return None
    sign, whole, decimals, scale = match.groups()
    return Decimal(f"{sign}{whole.replace(',', '')}.{decimals or '0'}").scaleb(SCALES[scale])


def round_half_even(value: Decimal, digits: int) -> Decimal:
    """Round to `digits` decimals, ties to even (the one rounding of the product)."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
