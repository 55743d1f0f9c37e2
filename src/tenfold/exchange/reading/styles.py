"""The styles of a table's columns of amounts and dates, each decided with what the whole sheet says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import polars as pl

from tenfold.exchange.reading import lexicon
from tenfold.exchange.reading.columns import Candidate
from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.conventions import (
    MARKS,
    AmountStyle,
    DateStyle,
    Marks,
    Unit,
    cells_of,
    date_order,
    day_in,
    decimal_mark,
    marks_of,
    meant,
    short_scales,
    unit_in,
    unit_of,
    unit_question,
)
from tenfold.exchange.reading.kinds import Taken
from tenfold.exchange.reading.model import PARK, Asking, Option, Question, Seen, options, told
from tenfold.exchange.reading.table import Table
from tenfold.exchange.reading.values import currency_of, is_nothing
from tenfold.facts.written import amounts, dates
from tenfold.methods.places import AMERICA, EUROPE
from tenfold.terms.listed import Listed
from tenfold.terms.reason import Reason

AMOUNTS = ("amount", "received", "cost", "money_in", "money_out", "money", "units", "price", "minutes")
NO_MONEY = ("units", "price", "minutes")  # numbers that are no money, or whose currency stands elsewhere
NO_UNIT = (*NO_MONEY, "money_in", "money_out", "money")  # a bank writes what it means
DATES = (
    "talked_on",
    "received_on",
    "paid_on",
    "updated_on",
    "created_on",
    "next_on",
    "joined",
    "event_on",
    "registered_on",
    "submitted_on",
    "issued_on",
    "signed_on",
    "expires_on",
    "due_on",
    "done_on",
)
LARGE = Decimal(1_000_000)  # a plain number that is too large to be meant in units of ten thousand
_CODE = re.compile(r"^[A-Za-z]{2,6}$")
MAJOR = ("CNY", "USD", "EUR", "HKD")


@dataclass
class Styles:
    """How the columns of amounts and dates of a table are written, by slot."""

    amounts: dict[str, AmountStyle] = field(default_factory=dict)
    dates: dict[str, DateStyle] = field(default_factory=dict)
    currency: str | None = None  # of amounts that say none
    stated: str | None = None  # the day that the sheet states of itself
    parked: set[str] = field(default_factory=set)  # slots whose cells a person chose to leave unread


def styles_of(asking: Asking, table: Table, taken: Taken, around: Around) -> Styles:
    """Decide, or ask, how the amounts and dates of a table are written."""
    found = Styles(stated=day_in([*table.preamble, *table.names]))
    _amounts(asking, table, taken, around, found)
    _dates(asking, table, taken, around, found)
    return found


def is_chinese(table: Table) -> bool:
    """Whether a sheet is written in Chinese."""
    return any("\u4e00" <= letter <= "\u9fff" for name in table.names for letter in name)


# ---- amounts --------------------------------------------------------------------------------------------------------


def _amounts(asking: Asking, table: Table, taken: Taken, around: Around, found: Styles) -> None:
    columns = {slot: taken.columns[slot] for slot in AMOUNTS if slot in taken.columns}
    cells = {slot: cells_of(table.rows, column.name) for slot, column in columns.items()}
    marks = {slot: marks_of(listed) for slot, listed in cells.items()}
    hint = _mark_hint(table, marks)
    for slot, column in columns.items():
        mark, says = decimal_mark(asking, column.name, marks[slot], hint)
        if asking.taken.get(f"mark.{column.name}") == PARK:
            found.parked.add(slot)
        style = AmountStyle(mark=mark, says=says)
        if slot not in NO_MONEY:
            style = _with_unit(asking, table, column, slot, cells[slot], style, around)
            style = _with_signs(asking, column, cells[slot], style, around)
        found.amounts[slot] = style
    money = [slot for slot in columns if slot not in NO_MONEY]
    if money:
        beside = taken.columns.get("currency")
        named = _unknown_currencies(table) if beside is None else None
        open_ = [(_without_currency(table, columns[slot], beside), found.amounts[slot]) for slot in money]
        found.currency = _currency(asking, open_, around, named)
        found.parked |= set(money) if found.currency == PARK else set()
    for slot in money:
        found.amounts[slot] = _rounded(asking, columns[slot], cells[slot], found.amounts[slot], found, around)


def _mark_hint(table: Table, marks: Mapping[str, Marks]) -> tuple[amounts.Mark, Reason] | None:
    """Return the decimal mark that the rest of the sheet speaks for."""
    for one in marks.values():
        deciding = [mark for mark in MARKS if one.only[mark]]
        if len(deciding) == 1:
            return deciding[0], told("reading.mark.other")
    if table.grid.origin.get("separator") == ";":
        return ",", told("reading.mark.semicolon")
    return None


def _with_unit(
    asking: Asking,
    table: Table,
    column: Candidate,
    slot: str,
    cells: Sequence[Seen],
    style: AmountStyle,
    around: Around,
) -> AmountStyle:
    """Add what the header, the unit row or the title says, or what is answered, and the short scales."""
    scales = short_scales(asking, column.name, cells)
    for text, id in _unit_texts(table, column):
        unit = unit_of(text) if id != "title" else unit_in([text])
        if unit is not None:
            return _stated(asking, column, cells, replace(style, scales=scales), unit, id, around)
    if slot in NO_UNIT:
        return replace(style, scales=scales)
    times, says = unit_question(asking, column.name, cells, is_chinese(table))
    return replace(style, times=times, scales=scales, says=(*style.says, *says))


def _unit_texts(table: Table, column: Candidate) -> Iterator[tuple[str, str]]:
    if column.header.bracket:
        yield column.header.bracket, "header"
    if column.name in table.units:
        yield table.units[column.name], "row"
    for text in table.preamble:
        yield text, "title"


def _stated(
    asking: Asking,
    column: Candidate,
    cells: Sequence[Seen],
    style: AmountStyle,
    unit: Unit,
    id: str,
    around: Around,
) -> AmountStyle:
    """Take a unit that the sheet states; asked where some plain number is too large for it."""
    times = unit.times.split(".")[0]
    large = [cell for cell in cells if _is_too_large(cell.text, times)]
    if large:
        question = Question(
            f"unit.{column.name}",
            told("reading.ask.unit_large", column=column.name, unit=unit.text, cell=large[0].text),
            (*options(("1", times), "reading.unit"), Option(PARK, told("reading.park"))),
            None,
            told("reading.unit.why_large"),
            column.name,
            tuple(large[:3]),
        )
        answer = asking.ask(question)
        times = "1" if answer == "1" else times
    says = told(f"reading.unit.{id}", unit=unit.text) if times != "1" or unit.currency else None
    currency = unit.currency or (_own_sign(unit.sign, around) if unit.sign else None)
    return replace(style, times=times, currency=currency, says=(*style.says, *([says] if says else [])))


def _is_too_large(text: str, times: str) -> bool:
    found = amounts.read(text)
    return isinstance(found, amounts.Written) and not found.scaled and len(times) > 4 and found.low >= LARGE


def _own_sign(sign: str, around: Around) -> str | None:
    """Return the charter's currency where a shared sign may be it."""
    return around.currency if around.currency in amounts.units()["signs"][sign] else None


def _with_signs(
    asking: Asking, column: Candidate, cells: Sequence[Seen], style: AmountStyle, around: Around
) -> AmountStyle:
    """Say which currency each shared sign of a column is: the charter's own, or what is answered."""
    used: dict[str, Seen] = {}
    for cell in cells:
        written = amounts.read(cell.text, style.mark)
        if isinstance(written, amounts.Written) and written.sign and not written.currency:
            used.setdefault(written.sign, cell)
    signs = {}
    for sign, cell in used.items():
        if style.currency is not None:
            continue  # the column says which; another sign contradicts it, cell by cell
        own = _own_sign(sign, around)
        answer = own if own is not None else asking.ask(_sign_question(sign, cell))
        if answer is not None and answer != PARK:
            signs[sign] = answer
    return replace(style, signs=signs)


def _sign_question(sign: str, cell: Seen) -> Question:
    known = amounts.units()["signs"][sign]
    listed = tuple(Option(code, told("reading.currency.code", code=code)) for code in known)
    return Question(
        f"sign.{sign}",
        told("reading.ask.sign", sign=sign, cell=cell.text),
        (*listed, Option(PARK, told("reading.park"))),
        known[0],
        told("reading.sign.why", code=known[0]),
        None,
        (cell,),
    )


def _rounded(
    asking: Asking, column: Candidate, cells: Sequence[Seen], style: AmountStyle, found: Styles, around: Around
) -> AmountStyle:
    """Ask whether amounts with more decimals than their currency has, as programs write them, are to be rounded."""
    digits = around.context.currencies.digits(style.currency or found.currency or around.currency) or 0
    longer = [cell for cell in cells if _decimals(cell.text, style) > digits]
    if not longer:
        return style
    question = Question(
        f"round.{column.name}",
        told("reading.ask.round_cells", column=column.name, cells=Listed(cell.text for cell in longer[:3])),
        (Option("yes", told("reading.round_cells.yes", digits=digits)), Option(PARK, told("reading.park"))),
        "yes",
        told("reading.round_cells.why", rows=len(longer)),
        column.name,
        tuple(longer[:3]),
    )
    return replace(style, round=digits) if asking.ask(question) == "yes" else style


def _decimals(text: str, style: AmountStyle) -> int:
    """Return how many decimals an amount has as it is meant."""
    value = meant(text, style)
    if value is None:
        return 0
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _without_currency(table: Table, column: Candidate, beside: Candidate | None) -> list[Seen]:
    """Return the amounts of a column beside which no other column names a currency."""
    if beside is None:
        return cells_of(table.rows, column.name)
    named = [cell.text for cell in cells_of(table.rows, beside.name) if not is_nothing(cell.text)]
    rows = table.rows.filter(~pl.col(beside.name).is_in(named).fill_null(value=False))
    return cells_of(rows, column.name)


def _unknown_currencies(table: Table) -> tuple[str, list[Seen]] | None:
    """Return a column that names currencies by its header and none that is known in its cells, with those cells."""
    for name in table.names:
        roles = {meaning.role for meaning in lexicon.meanings(lexicon.header_of(name).word)}
        cells = [cell for cell in cells_of(table.rows, name) if not is_nothing(cell.text)]
        coded = cells and all(_CODE.match(cell.text) for cell in cells)
        if "currency" in roles and coded and not any(currency_of(cell.text) for cell in cells):
            return name, cells
    return None


def _currency(
    asking: Asking,
    columns: Sequence[tuple[Sequence[Seen], AmountStyle]],
    around: Around,
    named: tuple[str, list[Seen]] | None,
) -> str:
    """Return the currency of amounts that say none; asked once, where there are such.

    Nothing is proposed where a column names currencies that nobody knows.
    """
    silent = [cell for cells, style in columns for cell in cells if _is_silent(cell.text, style)]
    if not silent:
        return around.currency
    codes = dict.fromkeys((around.currency, *MAJOR))
    if named is not None:
        name, cells = named
        texts = Listed(cell.text for cell in cells[:3])
        listed = tuple(Option(code, told("reading.currency.code", code=code)) for code in codes)
        question = Question(
            "currency",
            told("reading.ask.currency_unknown", column=name, cells=texts),
            (*listed, Option(PARK, told("reading.park"))),
            None,
            told("reading.currency.why_unknown"),
            name,
            tuple(cells[:3]),
        )
        return asking.ask(question) or around.currency
    question = Question(
        "currency",
        told("reading.ask.currency", cells=Listed(cell.text for cell in silent[:3])),
        tuple(Option(code, told("reading.currency.code", code=code)) for code in codes),
        around.currency,
        told("reading.currency.why", code=around.currency),
        None,
        tuple(silent[:3]),
    )
    return asking.ask(question) or around.currency


def _is_silent(text: str, style: AmountStyle) -> bool:
    written = amounts.read(text, style.mark)
    if not isinstance(written, amounts.Written) or style.currency is not None:
        return False
    return not written.currency and not (written.sign and written.sign in (style.signs or {}))


# ---- dates ----------------------------------------------------------------------------------------------------------


def _dates(asking: Asking, table: Table, taken: Taken, around: Around, found: Styles) -> None:
    columns = {slot: taken.columns[slot] for slot in DATES if slot in taken.columns}
    cells = {slot: cells_of(table.rows, column.name) for slot, column in columns.items()}
    hint = _order_hint(table, list(cells.values()), found, around)
    for slot, column in columns.items():
        order, says = date_order(asking, column.name, cells[slot], hint)
        if asking.taken.get(f"order.{column.name}") == PARK:
            found.parked.add(slot)
        near = _near(asking, column.name, cells[slot], found.stated, around)
        found.dates[slot] = DateStyle(order, near, says)


def _order_hint(
    table: Table, columns: Sequence[Sequence[Seen]], found: Styles, around: Around
) -> tuple[dates.Order, Reason] | None:
    """Return the order of day and month that the rest of the sheet, or the community's place, speaks for."""
    for cells in columns:
        quiet = Asking({})
        order, _ = date_order(quiet, "", cells, None)
        if not quiet.questions and order != "ymd":
            return order, told("reading.order.other")
    if any(style.mark == "," for style in found.amounts.values()) or table.grid.origin.get("separator") == ";":
        return "dmy", told("reading.order.comma")
    if is_chinese(table):
        return "ymd", told("reading.order.chinese")
    if around.context.timezone.startswith(AMERICA):
        return "mdy", told("reading.order.place", zone=around.context.timezone)
    if around.context.timezone.startswith(EUROPE):
        return "dmy", told("reading.order.place", zone=around.context.timezone)
    return None


def _near(asking: Asking, column: str, cells: Sequence[Seen], stated: str | None, around: Around) -> str | None:
    """Return the day near which dates without a year lie; asked once for a column that has such."""
    without = [cell for cell in cells if dates.read(cell.text) == dates.Unread("no_year")]
    if not without:
        return None
    proposed = stated or around.today
    question = Question(
        f"year.{column}",
        told("reading.ask.year", column=column, cells=Listed(cell.text for cell in without[:3])),
        (Option(proposed, told("reading.year.near", day=proposed)), Option(PARK, told("reading.park"))),
        proposed,
        told("reading.year.stated" if stated else "reading.year.today", day=proposed),
        column,
        tuple(without[:3]),
        open=True,
    )
    answer = asking.ask(question)
    return None if answer in (None, PARK) else answer
