"""How a column writes amounts and dates, decided from all of its cells, shown with the one that decides.

Where two conventions remain it is asked: `1,500` may be 1500 or 1.5, `03/04/2026` the third of April or the fourth of
March. What the file itself says elsewhere (another column, its separator) makes the proposal.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from tenfold.exchange.reading.grid import ROW
from tenfold.exchange.reading.model import PARK, Asking, Option, Question, Seen, options, told
from tenfold.facts.written import amounts, dates
from tenfold.terms.listed import Listed
from tenfold.terms.reason import Reason

MARKS: tuple[amounts.Mark, ...] = (".", ",")
OFTENER = 3  # times as many cells must speak for one mark before it is proposed against the others
SHOWN = 3  # cells that a question shows
SMALL = Decimal(100_000)  # below it a sum that somebody invests may be meant in units of ten thousand
SCALED_FROM = Decimal(1_000_000)
_CHINESE = re.compile("[\u4e00-\u9fff]")
WORDS = {".": "point", ",": "comma"}


@dataclass(frozen=True)
class AmountStyle:
    """How a column of amounts is written."""

    mark: amounts.Mark = "."
    times: str = "1"  # what a plain number is times
    currency: str | None = None  # what the header or the sheet says
    signs: Mapping[str, str] | None = None  # which currency a shared sign is
    scales: tuple[str, ...] = ()  # short scales that are meant as such
    round: int | None = None  # decimals to which amounts with more of them are rounded
    says: tuple[Reason, ...] = ()


def meant(text: str | None, style: AmountStyle) -> Decimal | None:
    """Return an amount as its column means it; None for what is no amount."""
    found = amounts.read(text, style.mark) if text else None
    if not isinstance(found, amounts.Written):
        return None
    return found.low if found.scaled else found.low * Decimal(style.times)


@dataclass(frozen=True)
class DateStyle:
    """How a column of dates is written."""

    order: dates.Order = "ymd"
    near: str | None = None
    says: tuple[Reason, ...] = ()


def cells_of(rows: pl.DataFrame, name: str) -> list[Seen]:
    """Return the different cells of a column with the first row of each."""
    first = rows.lazy().select(ROW, name).drop_nulls().unique(name, keep="first", maintain_order=True).collect()
    return [Seen(row, text) for row, text in first.iter_rows()]


# ---- the decimal mark ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marks:
    """What cells say about the decimal mark: those that only one mark explains, and those that mean two things."""

    only: Mapping[amounts.Mark, tuple[Seen, ...]]
    both: tuple[Seen, ...]


def marks_of(cells: Sequence[Seen]) -> Marks:
    """Part cells by the decimal mark that explains them."""
    only: dict[amounts.Mark, list[Seen]] = {mark: [] for mark in MARKS}
    both = []
    for cell in cells:
        if _CHINESE.search(cell.text) and isinstance(amounts.read(cell.text), amounts.Written):
            only["."] += [cell] if re.search("[.,]", cell.text) else []  # nobody writes 1,4万 for 1.4万
            continue
        point, comma = (amounts.read(cell.text, mark, strictly=True) for mark in MARKS)
        match point, comma:
            case (amounts.Written(), amounts.Written()):
                if (point.low, point.high) != (comma.low, comma.high):
                    both.append(cell)
            case (amounts.Written(), _):
                only["."].append(cell)
            case (_, amounts.Written()):
                only[","].append(cell)
            case _:
                pass
    return Marks({mark: tuple(found) for mark, found in only.items()}, tuple(both))


def decimal_mark(
    asking: Asking, column: str, marks: Marks, hint: tuple[amounts.Mark, Reason] | None
) -> tuple[amounts.Mark, tuple[Reason, ...]]:
    """Return the decimal mark of a column and what decided it; asked where the cells leave it open or contradict."""
    deciding = [mark for mark in MARKS if marks.only[mark]]
    if len(deciding) == 1:
        mark = deciding[0]
        cell = marks.only[mark][0]
        return mark, (told(f"reading.mark.{WORDS[mark]}", cell=cell.text, row=cell.row),)
    if not deciding and not marks.both:
        return ".", ()
    shown = (*marks.only["."][:SHOWN], *marks.only[","][:SHOWN], *marks.both[:SHOWN])
    more, fewer = sorted(MARKS, key=lambda mark: -len(marks.only[mark]))
    proposed, why = None, told("reading.mark.contradiction")
    if len(marks.only[more]) >= OFTENER * len(marks.only[fewer]) > 0:
        proposed, why = more, told("reading.mark.most")
    if not deciding:
        proposed, why = hint if hint is not None else (_by_groups(marks.both), told("reading.mark.groups"))
    question = Question(
        f"mark.{column}",
        told("reading.ask.mark", column=column, cells=Listed(cell.text for cell in shown)),
        (*options(("point", "comma"), "reading.mark.is"), Option(PARK, told("reading.park"))),
        WORDS[proposed] if proposed else None,
        why,
        column,
        shown,
    )
    answer = asking.ask(question)
    return ("," if answer == "comma" else "."), ()


def _by_groups(cells: Sequence[Seen]) -> amounts.Mark | None:
    """Return the mark under which cells such as 1,500 are whole thousands, if they all look like that; else None."""
    points = sum("." in cell.text for cell in cells)
    if points in (0, len(cells)):
        return "," if points else "."
    return None


# ---- units and currencies -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """What a header, a unit row or a title says of amounts: a multiplier and a currency."""

    times: str = "1"
    currency: str | None = None
    sign: str = ""
    text: str = ""


def unit_of(text: str) -> Unit | None:
    """Read 万元, RMB 10,000, USD k, 单位：万元, in millions; None for a text that says no unit.

    >>> unit_of("万元").times, unit_of("usd k"), unit_of("备注")
    ('10000', Unit(times='1000', currency='USD', sign='', text='usd k'), None)
    """
    bare = amounts.plain(text).strip("()（）[] ")
    for word in ("金额单位", "货币单位", "单位", "币种", "unit:", "unit", "currency:", "currency", "amounts in", "in "):
        bare = bare.removeprefix(word).strip(" :：")
    if not bare or len(bare) > amounts.LONGEST:
        return None
    bare = bare.replace("'000", "k").replace("10,000", "万").replace("人民币万元", "人民币 万元")
    found = amounts.read(f"1 {bare}") if not bare[0].isdigit() else None
    for written in (found, amounts.read(f"1{bare}"), amounts.read(f"{_swapped(bare)}")):
        if isinstance(written, amounts.Written) and written.known == "exact":
            said = bool(written.currency or written.sign or written.scale)
            return Unit(format(written.low, "f"), written.currency, written.sign, text.strip()) if said else None
    return None


def _swapped(bare: str) -> str:
    """Put a currency in front of its scale: `usd k` as `usd 1 k`."""
    head, _, tail = bare.partition(" ")
    return f"{head} 1 {tail}" if tail else f"{head} 1"


def unit_in(texts: Sequence[str]) -> Unit | None:
    """Find a unit in the lines above a table: 更新：2026.11.20 单位：万元."""
    for text in texts:
        for piece in _pieces(text):
            found = unit_of(piece)
            if found is not None:
                return found
    return None


def _pieces(text: str) -> Iterator[str]:
    for found in re.finditer(
        r"(?:单位|unit|币种|currency|货币|amounts? in)\s*[:：]?\s*([^\s,，;；、)）]+(?: [a-z]+)?)", text, re.I
    ):
        yield found[1]


def day_in(texts: Sequence[str]) -> str | None:
    """Find the day that a sheet states of itself: 更新：2026.11.20, 截至2026年11月20日, as of 20 Nov 2026."""
    words = r"(?:更新(?:时间|日期|于)?|截至|截止|(?<![始止束])日期|统计日期|as of|as at|updated|date|status)"
    for text in texts:
        for found in re.finditer(
            rf"{words}\s*[:：]?\s*([0-9][^\s;；,，(（]*(?: [A-Za-z]{{3,9}} \d{{4}})?)", text, re.I
        ):
            stated = dates.read(found[1].strip("。.日 "))
            if isinstance(stated, str) and len(stated) >= len("2026-11-20"):
                return stated[:10]
    return None


def unit_question(asking: Asking, column: str, cells: Sequence[Seen], chinese: bool) -> tuple[str, tuple[Reason, ...]]:
    """Return what the plain numbers of a column are times where no unit stands anywhere.

    Asked where plain numbers stand beside amounts that say their scale, or are too small to be meant as they stand.
    """
    plain: list[tuple[Decimal, Seen]] = []
    scaled: list[tuple[Decimal, Seen]] = []
    for cell in cells:
        found = amounts.read(cell.text)
        if isinstance(found, amounts.Written) and found.low > 0:
            (scaled if found.scaled else plain).append((found.low, cell))
    if not plain:
        return "1", ()
    largest = max(low for low, _ in plain)
    mixed = any(low >= SCALED_FROM for low, _ in scaled) and largest < SMALL
    if not mixed and not (chinese and largest < SMALL):
        return "1", ()
    question = Question(
        f"unit.{column}",
        told("reading.ask.unit", column=column, cells=Listed(cell.text for _, cell in plain[:SHOWN])),
        options(("1", "1000", "10000", "1000000"), "reading.unit"),
        "10000" if chinese else "1",
        told("reading.unit.why_mixed", cell=scaled[0][1].text) if mixed else told("reading.unit.why_small"),
        column,
        tuple(cell for _, cell in plain[:SHOWN]),
    )
    return asking.ask(question) or "1", ()


def short_scales(asking: Asking, column: str, cells: Sequence[Seen]) -> tuple[str, ...]:
    """Return the short scales of a column that are meant as such: 2000w is 20,000,000, asked once."""
    asked = amounts.units()["asked_scales"]
    found: dict[str, Seen] = {}
    for cell in cells:
        written = amounts.read(cell.text)
        if isinstance(written, amounts.Written) and written.scale in asked:
            found.setdefault(written.scale, cell)
    taken = []
    for scale, cell in found.items():
        value = amounts.read(cell.text)
        assert isinstance(value, amounts.Written)
        question = Question(
            f"scale.{column}.{scale}",
            told("reading.ask.scale", column=column, cell=cell.text, value=f"{value.low:,f}"),
            (*options(("yes",), "reading.scale", value=f"{value.low:,f}"), Option(PARK, told("reading.park"))),
            "yes",
            told("reading.scale.why"),
            column,
            (cell,),
        )
        if asking.ask(question) == "yes":
            taken.append(scale)
    return tuple(taken)


# ---- the order of day and month -----------------------------------------------------------------------------------


def date_order(
    asking: Asking, column: str, cells: Sequence[Seen], hint: tuple[dates.Order, Reason] | None
) -> tuple[dates.Order, tuple[Reason, ...]]:
    """Return the order of day, month and year in a column's figures and the cell that decided it.

    Asked where two orders explain all cells and give different days.
    """
    readings = [(cell, found) for cell in cells if (found := dates.orders(cell.text))]
    telling = [
        (cell, found) for cell, found in readings if len(found) < len(dates.ORDERS) or len({*found.values()}) > 1
    ]
    if not telling:
        return "ymd", ()
    explain = Counter(order for _, found in telling for order in found)
    left = [order for order in dates.ORDERS if explain[order] == max(explain.values())]
    is_open = any(len({found[order] for order in left if order in found}) > 1 for _, found in telling)
    if explain[left[0]] == len(telling) and not is_open:
        cell, found = min(telling, key=lambda one: len(one[1]))
        return left[0], (told(f"reading.order.{left[0]}", cell=cell.text, row=cell.row),)
    proposed, why = hint if hint is not None and hint[0] in left else (None, told("reading.order.open"))
    shown = tuple(cell for cell, _ in telling[:SHOWN])
    question = Question(
        f"order.{column}",
        told("reading.ask.order", column=column, cells=Listed(cell.text for cell in shown)),
        (*options(left, "reading.order.is"), Option(PARK, told("reading.park"))),
        proposed,
        why,
        column,
        shown,
    )
    answer = asking.ask(question)
    return next((order for order in left if order == answer), left[0]), ()
