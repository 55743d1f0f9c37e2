"""How numbers are written: 万 and 亿 for large amounts in Chinese, k, m and bn in any other language."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple, TypeVar

from markupsafe import Markup, escape

Shown = TypeVar("Shown", str, Markup)
DECIMALS = 3  # shown; the whole number stands in the explanation
AMOUNTS_KEPT = 4_096  # numbers written already: small ones come again and again
NOT_ZERO = frozenset("123456789")
MINUS = "\u2212"  # stands before the mark of a currency: −¥1,000
HARD = "\u00a0"  # a space at which no line ends
SHORT_FROM = Decimal(10_000)  # money below is short already
WIDE = Context(prec=1_000)  # digits: numbers that people type are told to the last one, however long
CENT = Decimal("0.01")  # of a scale: the last digit that a short amount shows
# Largest first; the smallest of each language is not above SHORT_FROM.
CHINESE = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
OTHERS = ((Decimal(10) ** 9, f"{HARD}bn"), (Decimal(10) ** 6, f"{HARD}m"), (Decimal(10) ** 3, f"{HARD}k"))


class Way(NamedTuple):
    """How an amount is written.

    rounding   of decimal: up where somebody has to bring the amount, so that what is shown is enough
    whole      to its last digit, without k, m, bn or 万, 亿
    """

    rounding: str = ROUND_HALF_EVEN
    whole: bool = False


PLAIN = Way()


class Short(NamedTuple):
    """An amount in the scale that fits it, value × scale, with the mark of the scale."""

    value: Decimal
    scale: Decimal
    mark: str

    @property
    def text(self) -> str:
        """The amount as people write it: 38.22 m, 3,822.22万."""
        return f"{self.value.normalize():,f}{self.mark}"


def shortened(number: Decimal, zh: bool, rounding: str = ROUND_HALF_EVEN) -> Short:
    """Return an amount of at least SHORT_FROM in the scale that fits it, to two decimals of the scale.

    What rounds to a whole larger scale is written in that: 999,995 is 1 m, never 1,000 k.
    """
    scale, _ = _fitting(number, zh)
    rounded = (number / scale).quantize(CENT, rounding) * scale
    scale, mark = _fitting(rounded, zh)
    return Short(rounded / scale, scale, mark)


def scale_of(largest: Decimal, zh: bool) -> tuple[Decimal, str]:
    """Return the scale in which amounts up to this one stand beside each other, and its mark; 1 where they are short.

    >>> scale_of(Decimal(80_000_000), zh=True), scale_of(Decimal(9_999), zh=False)
    ((Decimal('10000'), '万'), (Decimal('1'), ''))
    """
    if largest < SHORT_FROM:
        return Decimal(1), ""
    scale, mark = _fitting(largest, zh)
    return scale, mark.strip(HARD)


def _fitting(number: Decimal, zh: bool) -> tuple[Decimal, str]:
    """Return the largest scale that is not larger than an amount."""
    return next(one for one in (CHINESE if zh else OTHERS) if one[0] <= number)


@lru_cache(maxsize=AMOUNTS_KEPT)
def size(text: str, zh: bool, money: bool, way: Way = PLAIN) -> Markup:
    """Write a number without its sign as readers of Chinese, or of other languages, do.

    Money from SHORT_FROM on is shortened, unless it has more decimals than a currency: all those of a token count.
    What is left out stands on hover.
    """
    with localcontext(WIDE):
        return _sized(text, Decimal(text).copy_abs(), zh, money, way)


def _sized(text: str, number: Decimal, zh: bool, money: bool, way: Way) -> Markup:
    decimals = text.partition(".")[2]
    if money and not way.whole and len(decimals) <= DECIMALS and number >= SHORT_FROM:
        return _hovered(text, shortened(number, zh, way.rounding).text)
    if len(decimals) > DECIMALS:
        number = number.quantize(Decimal(1).scaleb(-DECIMALS), way.rounding).normalize()
    elif not money:
        number = number.normalize()
    told = f"{number:,f}"
    return _hovered(text, told) if money and len(decimals.rstrip("0")) > DECIMALS else escape(told)


def _hovered(text: str, told: str) -> Markup:
    """Return what is told of a number, which shows all its digits on hover."""
    return Markup('<span title="{}">{}</span>').format(exact(text), told)


def signed(text: str, shown: Shown) -> Shown:
    """Put a minus before what is shown of a negative number, unless that is zero."""
    below = text.startswith("-") and not NOT_ZERO.isdisjoint(shown.striptags() if isinstance(shown, Markup) else shown)
    return MINUS + shown if below else shown


def exact(text: str) -> str:
    """Write a number to its last digit, with thousands marks as `size` has them."""
    return signed(text, f"{Decimal(text).copy_abs():,f}")
