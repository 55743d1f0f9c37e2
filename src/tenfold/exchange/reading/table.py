"""A grid as a table: which rows are its header, which hold records, and which are left out and why."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add

import polars as pl

from tenfold.exchange.reading import lexicon
from tenfold.exchange.reading.grid import ROW, Grid
from tenfold.facts.written import amounts, dates
from tenfold.terms.listed import Listed

HEAD_ROWS = 40  # rows among which a header is looked for
BODY_ROWS = 20  # rows below it that are looked at
KNOWN, UNKNOWN, VALUE, BARE = 2.0, 0.4, -1.5, -0.8  # what a name adds to a header: known word, text, a value, none
OTHER_KIND = 0.3  # cells below that are of another kind than the name
DEEPER = -0.6  # a second row of names must bring more than this
NAME_AT_MOST = 60
FEW_ROWS = 3  # in so few records a nameless column is a side note however full
SIDE_SHARE = 0.2  # a nameless column that is filled less than this is a side note
REPEATED = 0.8  # share of a header's cells from which a row repeats it
NOTE_FROM = 25  # characters from which a lonely cell below the records is a note
SIGNED_BY = 4  # cells of a last row that are signatures
LISTED_ROWS = 2000  # rows left out that are listed one by one
_NOTE = re.compile(r"^(?:page \d|第\s*\d+\s*页|共\s*\d+|\*|※|--)", re.IGNORECASE)
_BESIDE_TOTAL = r"[\s:()]|rmb|万?元|usd|[0-9][0-9,.]*[人条條家笔筆位名个個项項户]?|(?:records?|rows?|people|contacts?)$"
_FIGURE = r"^[\s¥$€£+(-]*[0-9][0-9.,\s]*(?:%|[百千万萬亿億]*元?|[A-Za-z]{1,3})\)?$"
_SECTION = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|\(?[一二三四五六七八九十\d]{1,2}[)）]|第[一二三四五六七八九十]+[部批类组])"
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row, a column or a sheet that is no record, and why; rows and columns as the file counts them, from 1."""

    why: str
    row: int | None = None
    column: str | None = None
    sheet: str | None = None
    text: str = ""


@dataclass(frozen=True)
class Table:
    """The records of a sheet under the names of its columns.

    rows
        String columns under unique names, and `$row`, the number of the row in the sheet.
    places
        Name → the column's number in the grid, from 0.
    """

    grid: Grid
    header: tuple[int, ...]  # numbers of the header's rows, from 1; none where the sheet has no header
    places: Mapping[str, int]
    rows: pl.DataFrame
    preamble: tuple[str, ...] = ()  # what stands above the header
    units: Mapping[str, str] = field(default_factory=dict)  # name → what a unit row says of the column
    totals: tuple[LeftOut, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.places)

    @property
    def label(self) -> str:
        """What complaints call the table: its file, and its sheet if it has one."""
        return f"{self.grid.file}#{self.grid.sheet}" if self.grid.sheet else self.grid.file

    def without(self, left: Sequence[LeftOut], totals: Sequence[LeftOut] = ()) -> "Table":
        """Return the table without some rows, which are named."""
        numbers = [one.row for one in (*left, *totals)]
        return replace(
            self,
            rows=self.rows.filter(~pl.col(ROW).is_in(numbers)),
            left_out=(*self.left_out, *left),
            left_out_count=self.left_out_count + len(left),
            totals=(*self.totals, *totals),
        )


@dataclass(frozen=True, slots=True)
class _Header:
    """A guess at a header: its first row (from 0), how many rows, the names, and how much speaks for it."""

    top: int
    depth: int
    names: tuple[str, ...]
    score: float

    @property
    def end(self) -> int:
        """The first row below it."""
        return self.top + self.depth


def table_of(grid: Grid, header: tuple[int, ...] | None = None) -> Table:
    """Find the table of a sheet.

    Parameters
    ----------
    header
        The rows of the header as a person named them, from 1; an empty tuple says that there is none.
    """
    found = _header(grid) if header is None else _named_header(grid, header)
    names = _unique(found.names, grid)
    body = _body(grid, found)
    kept, left, totals, units = _records(grid, body, found, names)
    columns, sides = _columns(kept, names)
    cells = kept.select(ROW, *(pl.col(str(place)).alias(name) for name, place in columns.items()))
    preamble = _preamble(grid, found)
    hidden = [
        LeftOut("hidden_column", column=names[place]) for place in sorted(grid.hidden_columns & {*columns.values()})
    ]
    listed = (*sides, *hidden, *left[:LISTED_ROWS])
    header_rows = tuple(range(found.top + 1, found.end + 1))
    return Table(grid, header_rows, columns, cells, preamble, units, tuple(totals), listed, len(left) + len(sides))


def whole_table(grid: Grid) -> Table:
    """Return the table of a grid that a program wrote: the first row are names, every other filled one a record."""
    places = {name: place for place, name in enumerate(grid.row(0)) if name is not None}
    numbered = grid.cells.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW)).slice(1)
    rows = numbered.select(ROW, *(pl.col(str(place)).alias(name) for name, place in places.items()))
    return Table(grid, (1,), places, rows.filter(~pl.all_horizontal(pl.col(list(places)).is_null())))


# ---- the header ---------------------------------------------------------------------------------------------------


def _header(grid: Grid) -> _Header:
    """Return the likeliest header among the first rows; a header of no rows where none is likely."""
    rows = grid.rows(0, HEAD_ROWS + BODY_ROWS + 2)
    spread = _spread(grid, rows)
    guesses = [
        guess
        for top in range(min(HEAD_ROWS, len(rows)))
        for depth in (1, 2)
        if (guess := _guess(rows, spread, top, depth)) is not None
    ]
    best = max(guesses, key=lambda one: (one.score, -one.top), default=None)
    if best is None or best.score <= 0:
        return _Header(0, 0, tuple("" for _ in range(grid.width)), 0.0)
    return best


def _named_header(grid: Grid, rows: tuple[int, ...]) -> _Header:
    if not rows:
        return _Header(0, 0, tuple("" for _ in range(grid.width)), 0.0)
    top, depth = rows[0] - 1, len(rows)
    cells = grid.rows(top, top + depth)
    return _Header(top, depth, tuple(_joined_names(cells, _spread(grid, cells, top))), 0.0)


def _spread(grid: Grid, rows: list[list[str | None]], first: int = 0) -> list[list[str | None]]:
    """Return rows in which a merged cell stands in every column that it covers: a group's name above its columns."""
    filled = [list(row) for row in rows]
    for area in grid.merged:
        top, bottom = area.top - first, area.bottom - first
        if not 0 <= top < len(filled):
            continue
        value = filled[top][area.left]
        for row in filled[top : bottom + 1]:
            for column in range(area.left, min(area.right + 1, len(row))):
                row[column] = row[column] or value
    return filled


def _guess(rows: list[list[str | None]], spread: list[list[str | None]], top: int, depth: int) -> _Header | None:
    """Return how good a header some rows would be; None where they cannot be one."""
    upper = rows[top]
    if top + depth > len(rows) or not any(upper):
        return None
    lower = rows[top + depth - 1]
    if depth == 2 and (not any(lower) or _is_data(lower)):
        return None
    names = list(_joined_names(rows[top : top + depth], spread[top : top + depth]))
    if sum(map(bool, names)) < 2 and len(names) > 1 and not any(lexicon.meanings(_word(name)) for name in names):
        return None
    body = [row for row in rows[top + depth : top + depth + BODY_ROWS] if any(row)]
    score = sum(_worth(name, [row[place] for row in body if row[place]]) for place, name in enumerate(names))
    doubles = len([name for name in names if name]) - len({name for name in names if name})
    return _Header(top, depth, tuple(names), score - doubles + (DEEPER if depth == 2 else 0))


def _joined_names(rows: list[list[str | None]], spread: list[list[str | None]]) -> Iterator[str]:
    """Yield the name of each column: its own cell; the cell above where it has none; both where the own is shared."""
    if len(rows) == 1:
        yield from (_tidy(cell) for cell in rows[0])
        return
    own = [_tidy(cell) for cell in rows[-1]]
    above = [_tidy(cell) for cell in _carried(spread[0], rows[-1])]
    shared = Counter(name for name in own if name)
    for place, name in enumerate(own):
        group = above[place]
        if name and group and group != name and (shared[name] > 1 or _belongs(group, name)):
            yield f"{group} {name}"
        else:
            yield name or _tidy(rows[0][place])


def _belongs(group: str, name: str) -> bool:
    """Whether a name says something only under its group: 意向 and 到账 under 金额."""
    word = _word(name)
    alone, joined = lexicon.meanings(word), lexicon.meanings(_word(f"{name}{group}"))
    return not alone and bool(joined) and bool(lexicon.meanings(_word(group)))


def _carried(upper: list[str | None], lower: list[str | None]) -> list[str | None]:
    """Carry a group's name over the columns to its right that have a name of their own and no group.

    A row whose only cell is its first is a title and names no group.
    """
    if upper and upper[0] and not any(upper[1:]):
        return [None] * len(lower)
    carried, last = [], None
    for group, own in zip(upper, lower, strict=True):
        last = group or (last if own else None)
        carried.append(last)
    return carried


def _tidy(cell: str | None) -> str:
    return re.sub(r"\s+", " ", cell).strip() if cell else ""


def _word(name: str) -> str:
    return lexicon.header_of(name).word


def _worth(name: str, below: list[str | None]) -> float:
    """Return what one column's name adds to a header."""
    if not name:
        return BARE if below else 0.0
    if lexicon.meanings(_word(name)):
        known = lexicon.meanings(_word(name))[0].sure * KNOWN
        return known if below else known / 4
    if is_value(name) or len(name) > NAME_AT_MOST:
        return VALUE
    if not below:
        return UNKNOWN / 4
    other = sum(is_value(cell) for cell in below if cell) / len(below)
    return UNKNOWN + OTHER_KIND * other - (UNKNOWN if name in below else 0)


def _is_data(row: list[str | None]) -> bool:
    cells = [cell for cell in row if cell]
    return sum(map(is_value, cells)) * 3 >= len(cells)


def is_value(text: str) -> bool:
    """Whether a text is a value and no name: a number, an amount, a date, an address, a link."""
    if re.fullmatch(r"[\d\W_]+", text) or "@" in text or text.startswith(("http://", "https://")):
        return True
    if isinstance(amounts.read(text), amounts.Written):
        return True
    return any(character.isdigit() for character in text) and isinstance(dates.read(text), str)


def _unique(names: Sequence[str], grid: Grid) -> tuple[str, ...]:
    """Return names that are all different; a nameless column is called by its letter."""
    found: list[str] = []
    for place in range(grid.width):
        name = (names[place] if place < len(names) else "") or _letter(place)
        number = 1
        while (name if number == 1 else f"{name} ({number})") in found:
            number += 1
        found.append(name if number == 1 else f"{name} ({number})")
    return tuple(found)


def _letter(place: int) -> str:
    """Return what a spreadsheet calls a column.

    >>> _letter(0), _letter(27)
    ('A', 'AB')
    """
    letters = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# ---- the body -----------------------------------------------------------------------------------------------------


def _body(grid: Grid, header: _Header) -> pl.DataFrame:
    """Return the rows below the header with `$row`; what is merged down a column fills its rows."""
    cells = grid.cells.slice(header.end).with_row_index(ROW, offset=header.end + 1)
    cells = cells.with_columns(pl.col(ROW).cast(pl.Int64))
    for area in grid.merged:
        # A block merged over several columns is a title or a note: it fills only its own place.
        if area.left != area.right or area.bottom < header.end or area.top == area.bottom:
            continue
        name = str(area.left)
        value = grid.cells[name][area.top] if area.left < grid.width else None
        inside = pl.col(ROW).is_between(max(area.top, header.end) + 1, area.bottom + 1)
        cells = cells.with_columns(pl.when(inside).then(pl.lit(value)).otherwise(pl.col(name)).alias(name))
    return cells.filter(pl.any_horizontal(pl.all().exclude(ROW).is_not_null()))


def _records(
    grid: Grid, body: pl.DataFrame, header: _Header, names: Sequence[str]
) -> tuple[pl.DataFrame, list[LeftOut], list[LeftOut], dict[str, str]]:
    """Part the records from what is none: hidden rows, unit rows, repeated headers, totals, notes, a second table."""
    body, units = _unit_row(body, header, names)
    left: list[LeftOut] = []
    body = _without(body, left, "hidden_row", pl.col(ROW).is_in([row + 1 for row in sorted(grid.hidden_rows)]))
    body = _until_second(body, header, left)
    body = _without(body, left, "repeated_header", _repeats(header))
    totals: list[LeftOut] = []
    body = _without(body, totals, "total", _is_total(body))
    body = _without(body, left, "section", _is_section(body))
    body = _without_trailer(body, left)
    return body, left, totals, units


def _without(body: pl.DataFrame, left: list[LeftOut], why: str, where: pl.Expr) -> pl.DataFrame:
    """Take rows out and name them by their first cell."""
    marked = body.select(where.fill_null(value=False).alias("out"), _first(body).alias("text"), ROW)
    if not marked["out"].any():
        return body
    gone = marked.filter("out").select(ROW, "text")
    left += [LeftOut(why, row, text=text or "") for row, text in gone.iter_rows()]
    return body.filter(~marked["out"])


def _columns_of(body: pl.DataFrame) -> list[str]:
    return [name for name in body.columns if name != ROW]


def _first(body: pl.DataFrame) -> pl.Expr:
    """The first filled cell of a row."""
    return pl.coalesce(_columns_of(body))


def _filled(body: pl.DataFrame) -> pl.Expr:
    """How many cells of a row are filled."""
    return reduce(add, (pl.col(name).is_not_null().cast(pl.Int32) for name in _columns_of(body)))


def _unit_row(body: pl.DataFrame, header: _Header, names: Sequence[str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """Take out a row right below the header that says units: 万元, USD, yyyy-mm-dd."""
    if not body.height or not header.depth or body[ROW][0] != header.end + 1:
        return body, {}
    cells = body.drop(ROW).row(0)
    said = {names[place]: cell for place, cell in enumerate(cells) if cell}
    if not all(_is_unit(cell) for cell in said.values()):
        return body, {}
    return body.slice(1), said


def _is_unit(cell: str) -> bool:
    bare = lexicon.plain(cell).strip("()").removeprefix("单位").strip(":：")
    return bare in lexicon.words_of("rows", "units")


def _repeats(header: _Header) -> pl.Expr:
    named = [(place, name) for place, name in enumerate(header.names) if name]
    if len(named) < 2:
        return pl.lit(value=False)
    same = reduce(add, ((pl.col(str(place)) == name).fill_null(value=False).cast(pl.Int32) for place, name in named))
    return same >= max(2, REPEATED * len(named))


def _is_total(body: pl.DataFrame) -> pl.Expr:
    """Whether the first cell of a row that is no figure names a total, and the row holds little else than figures."""
    named = [pl.when(~pl.col(name).str.contains(_FIGURE)).then(pl.col(name)) for name in _columns_of(body)]
    label = pl.coalesce(named).str.normalize("NFKC").str.to_lowercase().str.replace_all(_BESIDE_TOTAL, "")
    words = [pl.col(name).str.contains(r"\p{L}{2}").fill_null(value=False).cast(pl.Int32) for name in _columns_of(body)]
    return label.is_in(sorted(lexicon.words_of("rows", "totals"))) & (reduce(add, words) <= 2)


def _is_section(body: pl.DataFrame) -> pl.Expr:
    """Whether a row holds one cell that is the heading of a part: 二、重点跟进."""
    return (_filled(body) == 1) & _first(body).str.contains(_SECTION.pattern) & (len(_columns_of(body)) > 2)


def _until_second(body: pl.DataFrame, header: _Header, left: list[LeftOut]) -> pl.DataFrame:
    """Cut off a second table below the first: a row of other names, known words for the most part."""
    if len(header.names) < 2:
        return body
    known = pl.Series(sorted(lexicon.roles_by_header()))
    words = body.select(pl.all().exclude(ROW).str.to_lowercase().is_in(known.implode()))
    count = words.select(pl.sum_horizontal(pl.all().cast(pl.Int32))).to_series()
    filled = body.select(_filled(body)).to_series()
    own = body.select(_repeats(header)).to_series() if any(header.names) else pl.Series([False] * body.height)
    starts = ((count >= 3) & (count * 10 >= filled * 6) & ~own).arg_true()
    if not starts.len():
        return body
    first = int(starts[0])
    left.append(LeftOut("second_table", int(body[ROW][first]), text=Listed(c for c in body.drop(ROW).row(first) if c)))
    return body.head(first)


def _without_trailer(body: pl.DataFrame, left: list[LeftOut]) -> pl.DataFrame:
    """Take off what stands below the last record: notes, 制表人, page numbers, a count of rows."""
    filled = body.select(_filled(body)).to_series()
    full = (filled >= 2).arg_true()
    if not full.len() or len(_columns_of(body)) < 3:
        return body
    last = int(full[-1])
    tail = body.slice(last + 1)
    texts = tail.select(_first(tail)).to_series().to_list() if tail.height else []
    own = tail[_columns_of(tail)[0]].is_not_null().to_list() if tail.height else []
    notes = [row for row, text, name in zip(tail[ROW].to_list(), texts, own, strict=True) if _is_note(text, name)]
    noted = [int(body[ROW][last])] if _is_signature(body.row(last)) else []
    return _without(body, left, "note", pl.col(ROW).is_in([*noted, *notes]))


def _is_note(text: str, first_column: bool) -> bool:
    if _NOTE.match(text) or len(text) > NOTE_FROM or not first_column:
        return True
    return lexicon.plain(text).startswith(tuple(lexicon.words_of("rows", "notes")))


def _is_signature(row: tuple[object, ...]) -> bool:
    """Whether a last row is signatures: 制表人 … 审核 …."""
    cells = [cell for cell in row[1:] if isinstance(cell, str)]
    signs = tuple(lexicon.words_of("rows", "notes"))
    return len(cells) <= SIGNED_BY and any(re.split("[:：]", lexicon.plain(cell))[0][:2] in signs for cell in cells)


def _columns(kept: pl.DataFrame, names: Sequence[str]) -> tuple[dict[str, int], list[LeftOut]]:
    """Return the columns that hold something; a nameless one that holds little is a side note."""
    columns, sides = {}, []
    for place, name in enumerate(names):
        filled = kept[str(place)].drop_nulls()
        nameless = name == _letter(place)
        if filled.is_empty() and nameless:
            continue
        headed = any(other != _letter(number) for number, other in enumerate(names))
        sparse = filled.len() < SIDE_SHARE * kept.height or kept.height <= FEW_ROWS
        if nameless and headed and sparse:
            sides.append(LeftOut("side_note", column=name, text=str(filled[0])))
        else:
            columns[name] = place
    return columns, sides


def _preamble(grid: Grid, header: _Header) -> tuple[str, ...]:
    """Return what stands above the header, a line a row."""
    rows = grid.rows(0, header.top)
    return tuple(" ".join(cell for cell in row if cell) for row in rows if any(row))
