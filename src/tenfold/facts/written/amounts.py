"""Amounts as people write them: 1,400万元, USD 2m, ¥14M, 约500万, 500–800万, 人民币叁佰万元整, (200,000), 1.4 Mio. €.

Read with the decimal mark of the column; what could mean two things under one mark is read once. Exact: no floats.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

UNITS = Path(__file__).with_name("units.json")
LONGEST = 60  # characters of an amount; a longer text is a sentence
Known = Literal["exact", "about", "at_least", "at_most", "range"]
Mark = Literal[".", ","]
_FIGURES = re.compile(r"^[0-9]{1,18}$")  # most cells; nothing about them is in question
_BARE = re.compile(r"^[0-9.,' ]+$")  # no letter and no sign: no currency
_CHINESE = re.compile(r"^[〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟萬億弍參陸兩]+$")
_COUNTS = re.compile(
    r"^十[万亿]|[^十百千万亿拾佰仟萬億].*[十百千万亿拾佰仟萬億]"
)  # 百万 alone is no number, 三 no amount
_COINS = re.compile(r"^(?P<whole>.*?)[元圆](?:(?P<ten>[^角]{1,2})角)?(?:(?P<one>[^分]{1,2})分)?$")
_MANGLED = re.compile(r"^[+-]?\d(\.\d+)?e\+\d{2}$")


@dataclass(frozen=True, slots=True)
class Written:
    """An amount as somebody wrote it."""

    low: Decimal  # the amount, or the lower end of a range
    high: Decimal | None = None  # the upper end of a range
    known: Known = "exact"
    currency: str | None = None  # the code, where the cell names one that is unmistakable
    sign: str = ""  # a sign that several currencies share: ¥, $, 元
    scaled: bool = False  # it says its own scale or unit, so that a unit of the column is not for it
    scale: str = ""  # the word of its scale, as written


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a text is no amount: `nothing` (it says that there is none), `vague`, `mangled`, `negative…`, `no_amount`."""

    why: Literal["nothing", "vague", "mangled", "no_amount", "contradiction"]


@lru_cache(maxsize=1 << 17)  # a column is looked at several times before it is read
def read(text: str, mark: Mark = ".", strictly: bool = False) -> Written | Unread:
    """Read one amount.

    Parameters
    ----------
    mark
        The decimal mark of the column; the other one parts thousands.
    strictly
        Whether only this mark counts. Else an amount with two marks that only the other one explains is read by it:
        3.000.000,00 means one thing alone.

    >>> read("1,400万元").low, read("USD 2m").currency, read("500-800万").high, read("3.000.000,00", ",").low
    (Decimal('1.400E+7'), 'USD', Decimal('8.00E+6'), Decimal('3000000.00'))
    """
    if _FIGURES.match(text):
        return Written(Decimal(text))
    folded = plain(text)
    if folded in _table("nothing"):
        return Unread("nothing")
    if len(folded) > LONGEST or not folded:
        return Unread("no_amount")
    if _MANGLED.match(folded):
        return Unread("mangled")
    known, bare = _hedge(folded)
    found = _range(bare, mark) or _one(bare, mark) or _twice(bare, mark)
    if found is None and not strictly and len(re.findall(r"[.,]", bare)) > 1:
        found = _one(bare, "," if mark == "." else ".")
    if found is None:
        return Unread("vague" if _is_vague(folded) else "no_amount")
    if isinstance(found, Unread):
        return found
    return replace(found, known=known) if known != "exact" and found.known == "exact" else found


def plain(text: str) -> str:
    """Return a text with plain signs, small letters and simplified characters of number and currency."""
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    folded = (
        folded.replace("\u2019", "'").replace("萬", "万").replace("億", "亿").replace("圓", "圆").replace("﹩", "$")
    )
    return re.sub(r"\s+", " ", folded)


@cache
def units() -> Mapping[str, Any]:
    """Return the words of currencies, scales and hedges."""
    content: Mapping[str, Any] = json.loads(UNITS.read_text(encoding="utf-8"))
    return content


@cache
def _table(name: str) -> frozenset[str]:
    return frozenset(units()[name])


@cache
def _currencies() -> Mapping[str, tuple[str | None, str]]:
    """Return word → (code, "") or (None, sign), long words first."""
    found: dict[str, tuple[str | None, str]] = {
        word: (code, "") for code, words in units()["currencies"].items() for word in words
    }
    found |= {sign: (None, sign) for sign in units()["signs"]}
    found["圆"] = (None, "元")
    return {word: found[word] for word in sorted(found, key=len, reverse=True)}


@cache
def _scales() -> Mapping[str, int]:
    found = {word: int(power) for power, words in units()["scales"].items() for word in words}
    return {word: found[word] for word in sorted(found, key=len, reverse=True)}


@cache
def _hedges() -> tuple[tuple[Known, Sequence[str], Sequence[str]], ...]:
    kinds: tuple[Known, ...] = ("about", "at_least", "at_most")
    return tuple((kind, units()[kind]["before"], units()[kind]["after"]) for kind in kinds)


def _hedge(text: str) -> tuple[Known, str]:
    """Take off the word that says how exact an amount is: 约, 以上, up to."""
    for kind, before, after in _hedges():
        for word in before:
            rest = _without_start(text, word)
            if rest is not None:
                return kind, rest
        for word in after:
            if text.endswith(word) and len(text) > len(word):
                return kind, text.removesuffix(word).strip()
    return "exact", text


def _without_start(text: str, word: str) -> str | None:
    """Return what follows `word`; None where the text does not begin with it as a word of its own."""
    if not text.startswith(word) or len(text) == len(word):
        return None
    rest = text[len(word) :]
    if word[-1].isascii() and word[-1].isalpha() and rest[0].isalpha() and rest[0].isascii():
        return None
    return rest.strip()


def _is_vague(text: str) -> bool:
    """Whether a text speaks of an amount without saying one: 数千万, 亿级, several million."""
    if any(text.endswith(word) for word in units()["vague_after"]):
        return any(scale in text for scale in _scales() if not scale.isascii())
    found = next((word for word in units()["vague"] if text.startswith(word)), None)
    if found is None:
        return False
    rest = text[len(found) :].strip()
    return any(scale in rest for scale in _scales() if len(scale) > 2 or not scale.isascii())


def _range(text: str, mark: Mark) -> Written | None:
    """Read `500-800万`, `USD 1m to 2m`, `between 3 and 5 million`: two amounts, the first smaller."""
    for word in units()["between"]:
        text = _without_start(text, word) or text
    for word in units()["to"]:
        first, found, second = text.partition(word)
        if found and first.strip() and second.strip() and word not in second:
            match _one(first.strip(), mark), _one(second.strip(), mark):
                case (Written() as low, Written() as high):
                    return _joined(low, high)
    return None


def _joined(low: Written, high: Written) -> Written | None:
    """Join two ends; what stands at one of them alone (scale, currency) is meant for both."""
    if not low.scaled and high.scaled:
        power = _scales().get(high.scale, 0)
        low = replace(low, low=low.low.scaleb(power), scaled=True, scale=high.scale)
    if high.currency and low.currency and high.currency != low.currency:
        return None
    if not 0 < low.low < high.low or low.scaled != high.scaled:
        return None
    currency, sign = low.currency or high.currency, low.sign or high.sign
    return Written(low.low, high.low, "range", currency, sign, low.scaled or high.scaled, low.scale)


def _twice(text: str, mark: Mark) -> Written | None:
    """Read `人民币叁佰万元整(¥3,000,000.00)`: an amount said in words and figures, if both say the same."""
    found = re.match(r"^(.{2,})\(([^()]{2,})\)$", text)
    if found is None:
        return None
    ends = _one(found[1].strip(), mark), _one(found[2].strip(), mark)
    match ends:
        case (Written() as words, Written() as figures) if words.low == figures.low:
            return replace(words, currency=words.currency or figures.currency)
        case _:
            return None


def _one(text: str, mark: Mark) -> Written | Unread | None:
    """Read one amount without hedges; None for a text that is none."""
    negative, text = _sign(text)
    found, text = _currency(text)
    if isinstance(found, Unread):
        return found
    code, sign = found
    again, text = _sign(text)
    number = _number(text, mark)
    if number is None:
        return None
    value, scale = number
    if negative or again:
        value = -value
    said = bool(scale) or sign == "元"
    return Written(value, None, "exact", code, sign, said, scale)


def _sign(text: str) -> tuple[bool, str]:
    """Take off what says that an amount is negative: a minus, brackets, 负."""
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    for minus in ("-", "−", "负", "minus "):
        if text.startswith(minus):
            return True, text.removeprefix(minus).strip()
    if re.search(r"\d-$", text):
        return True, text.removesuffix("-")
    return False, text.removeprefix("+").strip()


def _currency(text: str) -> tuple[tuple[str | None, str] | Unread, str]:
    """Take off currencies at both ends, and the words that only fill: 元整, only."""
    if _BARE.match(text):
        return (None, ""), text
    code: str | None = None
    sign = ""
    for _ in range(4):  # 人民币 … 元整, USD $ … only
        word, rest = _end_word(text)
        if word is None:
            break
        text = rest
        one, other = _currencies().get(word, (None, ""))
        if one and code and one != code:
            return Unread("contradiction"), text
        code, sign = code or one, sign or other
    if code and sign and code not in units()["signs"][sign]:
        return Unread("contradiction"), text
    return (code, sign), text


def _end_word(text: str) -> tuple[str | None, str]:
    """Return a currency or filler at either end, and the rest."""
    for word in units()["fillers"]:
        if text.endswith(word) and len(text) > len(word):
            # 元整 closes an amount and names its unit.
            return ("元" if word[0] in "元圆" else word), text.removesuffix(word).strip()
    for word in _currencies():
        rest = _without_start(text, word)
        if rest is not None:
            return word, rest
        if text.endswith(word) and _ends_as_word(text, word):
            return word, text.removesuffix(word).strip()
    return None, text


def _ends_as_word(text: str, word: str) -> bool:
    """Whether `word` at the end is a word of its own: `2musd` is read, `forum` does not end in rm."""
    before = text[: -len(word)].rstrip()
    if not before:
        return False
    if not (word[0].isascii() and word[0].isalpha()) or not (before[-1].isascii() and before[-1].isalpha()):
        return True
    return text[-len(word) - 1] == " " or re.search(r"\d\s*[a-z]{1,3}$", before) is not None


def _number(text: str, mark: Mark) -> tuple[Decimal, str] | None:
    """Read digits with a scale, `1亿2000万` and Chinese numerals; return the value and the word of its scale."""
    compact = text.replace(" ", "") if not text.isascii() else text
    chinese = _chinese(compact)
    if chinese is not None:
        # 三百 under a unit of 万元 is 300 of them; 三百万 and 三百元 say their own.
        return chinese, next((word for word in "亿億万萬元圆" if word in compact), "")
    pairs = _pairs(text, mark)
    if not pairs:
        return None
    total, last = Decimal(0), 99
    for digits, scale in pairs:
        power = _scales().get(scale, 0)
        if power >= last:
            return None
        total, last = total + digits.scaleb(power), power
    return total, pairs[-1][1] if len(pairs) == 1 else pairs[0][1]


@cache
def _pair_pattern(mark: Mark) -> re.Pattern[str]:
    scales = "|".join(map(re.escape, _scales()))
    return re.compile(rf"\s*(?P<digits>{_digits(mark)})\s*(?P<scale>{scales})?\s*")


def _digits(mark: Mark) -> str:
    """Return the pattern of a number under a decimal mark: plain, in groups of three, Indian, or in groups of four."""
    decimals = rf"(?:{re.escape(mark)}\d+)?"
    other = "," if mark == "." else r"\."
    threes = rf"\d{{1,3}}(?:(?:{other}\d{{3}})+|(?: \d{{3}})+|(?:'\d{{3}})+|(?:_\d{{3}})+)"
    indian = r"\d{1,2}(?:,\d{2})+,\d{3}|\d{1,4}(?:,\d{4}){2,}" if mark == "." else r"\d{1,4}(?:\.\d{4}){2,}"
    exact = r"\d+\.\d+e0"  # a number of the workbook's own, whatever marks the texts beside it use
    return rf"{exact}|(?:{threes}|{indian}){decimals}(?![\d.,])|\d+{decimals}(?![\d.,'])"


def _pairs(text: str, mark: Mark) -> list[tuple[Decimal, str]]:
    """Cut a text into numbers with their scales; empty where anything else stands in it."""
    found, position = [], 0
    for match in _pair_pattern(mark).finditer(text):
        if match.start() != position:
            return []
        position = match.end()
        found.append((_decimal(match["digits"], mark), match["scale"] or ""))
    if position != len(text):
        return []
    scaled = [scale for _, scale in found]
    # Only a last piece may go without a scale: 3千5 says nothing exact.
    return found if len(found) == 1 or all(scaled) else []


def _decimal(digits: str, mark: Mark) -> Decimal:
    if digits.endswith("e0"):
        return Decimal(digits.removesuffix("e0"))
    for other in {",", ".", " ", "'", "_"} - {mark}:
        digits = digits.replace(other, "")
    return Decimal(digits.replace(mark, "."))


def _chinese(text: str) -> Decimal | None:
    """Read 叁佰万, 一千四百万, 壹佰元伍角: numerals of either kind, coins after the point."""
    coins = _COINS.match(text)
    whole, ten, one = (coins["whole"], coins["ten"], coins["one"]) if coins else (text, None, None)
    if not _CHINESE.match(whole) or not (coins or _COUNTS.search(whole)):
        return None
    parts = [_numeral(part) if part else Decimal(0) for part in (whole, ten, one)]
    if any(part is None for part in parts):
        return None
    base, tenth, hundredth = (part or Decimal(0) for part in parts)
    return base + tenth.scaleb(-1) + hundredth.scaleb(-2)


def _numeral(text: str) -> Decimal | None:
    from cn2an import cn2an

    plain_form = text.replace("兩", "两").replace("弍", "贰").replace("參", "叁").replace("陸", "陆")
    try:
        return Decimal(str(cn2an(plain_form.replace("〇", "零").removesuffix("零") or "零", "smart")))
    except ValueError:
        return None
