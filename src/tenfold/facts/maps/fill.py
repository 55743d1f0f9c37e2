"""Fills one target column from the cells of a source: text in, text out, in the fixed order of the map language."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext

import polars as pl

from tenfold.facts.cleaning import folded
from tenfold.facts.complaints import problems
from tenfold.facts.maps.language import Cell, Condition
from tenfold.facts.maps.words import BLANKS, CODES, Column, Day, Lookup, Money
from tenfold.facts.maps.written import (
    AMOUNT,
    COMPLAINTS,
    CURRENCY,
    TIMES,
    read_amounts,
    read_countries,
    read_days,
    read_emails,
    read_phones,
    read_registrations,
)
from tenfold.terms.durations import Duration
from tenfold.terms.listed import Listed
from tenfold.terms.money import read_amount

ROW = "$row"
ANY = "*"  # in a map of cells: every cell that is not listed
PLACES = {"first": 0, "second": 1, "last": -1}


_NUMBER = re.compile(r"^[+-]?\d{1,40}(\.\d{1,80})?([eE][+-]?\d{1,3})?$")
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_STEPS = {"d": "d", "m": "mo", "y": "y"}

ReadSource = Callable[[str], pl.DataFrame]
MakeKey = Callable[["Filling", Cell, str, pl.DataFrame], pl.Series]


@dataclass
class Filling:
    """Rows of a source being filled into a table: what is needed for it and what was wrong."""

    read: ReadSource  # another source by name, for lookup and not_in
    keys: MakeKey
    today: str = ""  # the local day of the import
    country: str | None = None  # of telephone numbers that name none
    answered: bool = False  # whether the map was made of what people answered when they read a file
    found: list[pl.DataFrame] = field(default_factory=list)
    told: list[pl.DataFrame] = field(default_factory=list)  # about cells that were left empty, their rows are taken
    _loose: bool = False

    def complain(
        self, frame: pl.DataFrame, target: str, message: str, seen: pl.Series, bad: pl.Series, expected: str = ""
    ) -> None:
        """Note a complaint for each row where `bad`."""
        bad = bad.fill_null(value=False)
        if bad.any():
            notes = self.told if self._loose else self.found
            notes.append(problems(frame[ROW], target, message, seen, bad, expected))

    def fill(self, cells: Mapping[str, Cell], frame: pl.DataFrame) -> pl.DataFrame:
        """Return the text columns that `cells` make of `frame`, one row per row; a date in `round` is no number."""
        return pl.DataFrame([self.value(cell, target, frame).alias(target) for target, cell in cells.items()])

    def value(self, cell: Cell, target: str, frame: pl.DataFrame) -> pl.Series:
        """Return one text column; empty is null."""
        if cell.makes_key:
            text = self.keys(self, cell, target, frame)
        else:
            self._loose = cell.loose is not None
            text = self._changed(cell, target, frame, source_text(cell, frame))
            self._loose = False
        if cell.default:
            text = text.fill_null(cell.default)
        if cell.else_ is not None and text.null_count():
            rest = text.is_null()
            other = self.value(cell.else_, target, frame.filter(rest))
            text = _filled(text, rest, other)
        return text

    def _changed(self, cell: Cell, target: str, frame: pl.DataFrame, text: pl.Series) -> pl.Series:
        if cell.map is not None:
            text = self._mapped(cell.map, target, frame, text)
        if cell.lookup is not None:
            text = self._looked_up(cell, cell.lookup, target, frame, text)
        if cell.date is not None:
            text = self._dated(cell.date, target, frame, text)
        if cell.day is not None:
            text = self._on_day(cell.day, target, frame, text)
        if cell.money is not None:
            text = self._in_money(cell.money, target, frame, text)
        if cell.phone is not None:
            text = self._told(read_phones(text, self.country), "maps.phone", target, frame, text)
        if cell.registration is not None:
            text = self._told(read_registrations(text), "maps.registration", target, frame, text)
        if cell.country is not None:
            text = self._told(read_countries(text), "maps.country", target, frame, text)
        if cell.email is not None:
            text = self._told(read_emails(text), "maps.email", target, frame, text)
        if cell.plus is not None:
            moved = _moved(text, cell.plus)
            self.complain(frame, target, "maps.not_a_date", text, text.is_not_null() & moved.is_null())
            text = moved
        if cell.before is not None:
            text = "<" + text.str.slice(0, 10)
        if cell.round is not None:
            rounded = _rounded(text, cell.round)
            self.complain(frame, target, "maps.not_a_number", text, text.is_not_null() & rounded.is_null())
            text = rounded
        return text if cell.prefix is None else cell.prefix + text

    def _mapped(self, listed: Mapping[str, str], target: str, frame: pl.DataFrame, text: pl.Series) -> pl.Series:
        cells = text.fill_null("")
        other = listed.get(ANY)
        known = cells.is_in([*listed, ""]) if other is None else pl.repeat(value=True, n=cells.len(), eager=True)
        message = "maps.not_answered" if self.answered else "maps.not_listed"
        self.complain(frame, target, message, text, ~known, Listed(listed))
        mapped = cells.replace_strict(list(listed), list(listed.values()), default=other, return_dtype=pl.String)
        return emptied(mapped.set(cells == "", listed.get("")) if other is not None else mapped)

    def _looked_up(self, cell: Cell, lookup: Lookup, target: str, frame: pl.DataFrame, text: pl.Series) -> pl.Series:
        other = self.read(lookup.in_)
        pairs = pl.DataFrame({"match": stripped(other[lookup.match], cell.strip), "take": emptied(other[lookup.take])})
        pairs = pairs.drop_nulls().unique().group_by("match").agg(pl.col("take").min(), pl.len().alias("n"))
        joined = pl.DataFrame({"match": text}).join(pairs, on="match", how="left", maintain_order="left")
        self.complain(frame, target, "maps.lookup_twice", text, joined["n"] > 1, lookup.in_)
        if cell.default is None and cell.else_ is None:
            self.complain(
                frame, target, "maps.lookup_missing", text, text.is_not_null() & joined["n"].is_null(), lookup.in_
            )
        return joined["take"]

    def _dated(self, formats: list[str], target: str, frame: pl.DataFrame, text: pl.Series) -> pl.Series:
        plain = folded(text)
        readings = pl.DataFrame([_read_date(plain, one).alias(str(n)) for n, one in enumerate(formats)])
        fits = readings.select(pl.concat_list(pl.all()).list.drop_nulls().list.unique().list.len()).to_series()
        expected = Listed(formats)
        self.complain(frame, target, "maps.date_unread", text, text.is_not_null() & (fits == 0), expected)
        self.complain(frame, target, "maps.date_twice", text, fits > 1, expected)
        return readings.select(pl.coalesce(pl.all())).to_series()

    def _on_day(self, day: Day, target: str, frame: pl.DataFrame, text: pl.Series) -> pl.Series:
        """Read dates as people write them; a reason that is none of a missing date is a complaint."""
        clock = frame[day.clock].cast(pl.String) if day.clock else None
        return self._told(read_days(day, text, self.today, clock), "maps.day", target, frame, text)

    def _in_money(self, money: Money, target: str, frame: pl.DataFrame, text: pl.Series) -> pl.Series:
        """Read amounts as people write them."""
        cells = {AMOUNT: text, TIMES: self._beside(money.times, target, frame)}
        cells[CURRENCY] = self._beside(money.currency, target, frame)
        return self._told(read_amounts(money, pl.DataFrame(cells)), "maps.money", target, frame, text)

    def _beside(self, given: Column | str | None, target: str, frame: pl.DataFrame) -> pl.Series:
        """Return what a column beside an amount says of each, or the one thing that is said of all."""
        if not isinstance(given, Column):
            return pl.repeat(given, frame.height, dtype=pl.String, eager=True)
        return self.value(Cell.model_validate(given.model_dump(exclude_none=True)), target, frame)

    def _told(self, read: pl.DataFrame, id: str, target: str, frame: pl.DataFrame, text: pl.Series) -> pl.Series:
        """Complain of each cell that was not read, by its reason; return the values."""
        if read["why"].null_count() == read.height:
            return read["value"]
        for why in read["why"].drop_nulls().unique(maintain_order=True).to_list():
            self.complain(frame, target, COMPLAINTS[id, why], text, read["why"] == why)
        return read["value"]


def emptied(text: pl.Series) -> pl.Series:
    """Return the cells, the empty ones as null."""
    bare = text == ""
    return text.set(bare, None) if bare.any() else text


def stripped(text: pl.Series, characters: str | None) -> pl.Series:
    """Take `characters` off both ends of the cells; an empty cell is null."""
    return emptied(text.str.strip_chars(characters) if characters else text)


def source_text(cell: Cell | Condition, frame: pl.DataFrame) -> pl.Series:
    """Return the cells before anything is mapped: column or value, strip, split and take."""
    value = getattr(cell, "value", None)
    if value is not None:
        return pl.repeat(value or None, frame.height, dtype=pl.String, eager=True)
    if isinstance(cell, Cell) and cell.join is not None:
        return joined_names(frame.select(pl.col(cell.join).cast(pl.String)))
    text = frame[cell.column or ""]
    text = text if text.dtype == pl.String else text.cast(pl.String)
    if isinstance(cell, Cell) and cell.fill is not None:
        text = emptied(text).fill_null(strategy="forward")
    text = stripped(text, cell.strip)
    if isinstance(cell, Cell) and cell.split is not None:
        pieces = pieces_of(text, cell.split)
        piece = pieces.list.get(PLACES[cell.take or "first"], null_on_oob=True)
        text = stripped(piece, cell.strip or BLANKS)
    return text


def joined_names(parts: pl.DataFrame) -> pl.Series:
    """Put the parts of names together, with a blank between them but in Chinese."""
    bare = parts.select(pl.all().str.strip_chars().fill_null(""))
    joined = bare.select(pl.concat_str(pl.all(), separator=" ").str.strip_chars().alias("name"))
    chinese = pl.col("name").str.contains(r"^[\x{3400}-\x{9fff} ]+$")
    return emptied(
        joined.select(pl.when(chinese).then(pl.col("name").str.replace_all(" ", "")).otherwise("name"))["name"]
    )


def pieces_of(text: pl.Series, separators: Sequence[str]) -> pl.Series:
    """Cut cells at any of the separators."""
    first, *others = separators
    for other in others:
        text = text.str.replace_all(other, first, literal=True)
    return text.str.split(first)


def _filled(text: pl.Series, where: pl.Series, by: pl.Series) -> pl.Series:
    positions = where.arg_true()
    return text.clone().scatter(positions, by) if by.len() else text


def _read_date(text: pl.Series, form: str) -> pl.Series:
    """Read dates of one format; a format without day (or month) reads months (or years)."""
    codes = set(CODES.findall(form))
    chrono = form.replace(".%f", "%.f")
    if codes & set("HIMST"):
        naive = text.str.to_datetime(chrono, time_unit="us", strict=False)
        if "z" in codes:
            return naive.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
        return naive.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    if codes & set("dejF"):
        return text.str.to_date(chrono, strict=False).dt.strftime("%Y-%m-%d")
    if codes & set("mbB"):
        return (text + " 01").str.to_date(chrono + " %d", strict=False).dt.strftime("%Y-%m")
    return (text + " 01 01").str.to_date(chrono + " %m %d", strict=False).dt.strftime("%Y")


def _moved(text: pl.Series, by: Duration) -> pl.Series:
    day = text.str.extract(f"({_ISO})").str.to_date("%Y-%m-%d", strict=False)
    moved = day.dt.offset_by(f"{by.count}{_STEPS[by.unit]}")
    return moved.dt.strftime("%Y-%m-%d") + text.str.slice(10)


def _rounded(text: pl.Series, digits: int) -> pl.Series:
    """Round every different number once, exactly; null where the text is no number."""
    cells = text.unique().drop_nulls().to_list()
    rounded = [_round(cell, digits) for cell in cells]
    return text.replace_strict(cells, rounded, default=None, return_dtype=pl.String) if cells else text


def _round(text: str, digits: int) -> str | None:
    value = Decimal(text) if _NUMBER.match(text) else read_amount(text) if len(text) < 80 else None
    if value is None:
        return None
    with localcontext(prec=200):
        try:
            rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
        except InvalidOperation:
            return None
    return format(rounded, "f")
