"""Text cells to typed cells, column-wise: a fast path for the plain forms, slower ones for what is left.

A cell that cannot be read is null in the result and a row in the table of complaints; reasons are made
for those rows only.
"""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from tenfold.facts import amounts, times
from tenfold.facts.cleaning import cleaned, folded, seen
from tenfold.facts.complaints import joined, problems
from tenfold.facts.context import Context
from tenfold.facts.declaration import DECIMAL, FIGURES, LIMITS, SERIES, Bounds, Column, Table
from tenfold.facts.limits import impossible
from tenfold.terms.listed import Listed
from tenfold.terms.visible import IN_KEYS, spelled

ROW = "_row"
FACT_ID = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"
_DEC = r"^-?[0-9]{1,20}(\.[0-9]{1,18})?$"
_INT = r"^-?[0-9]{1,19}$"
_MANGLED = r"^-?[0-9](\.[0-9]+)?E\+(09|[1-3][0-9])$"  # what a spreadsheet makes of a long number
_READ = ("int", "dec", "bool", "date", "instant")
_BOOLS = {"yes": True, "no": False}
_EXPECTED = {
    "int": "-12, 0, 340",
    "dec": "0.125",
    "bool": "yes, no",
    "date": times.DATE_EXPECTED,
    "instant": times.INSTANT_EXPECTED,
}

PAYMENTS = ("cash_movements", "payouts")

Casted = tuple[pl.DataFrame, pl.DataFrame]


def cast(table: Table, text: pl.DataFrame, context: Context, recorded_by: str = "") -> Casted:
    """Read a frame of text cells as rows of `table`.

    Parameters
    ----------
    text
        String columns named by column ids; a money column is `x` (major units) or `x_minor`. Missing columns are
        empty. `_row` (integer) holds record numbers; without it rows count from 2, for the header is row 1.
    recorded_by
        What an empty `recorded_by` becomes, such as `import:contacts.csv`.

    Returns
    -------
    tuple of DataFrame
        The typed rows, as many and in the same order as `text`, in the table's columns and types (unreadable cells
        null), and the complaints: `row`, `column`, `id`, `seen`, `expected`.
    """
    rows = text[ROW] if ROW in text.columns else pl.int_range(2, text.height + 2, dtype=pl.Int64, eager=True)
    cells = text.drop(ROW, strict=False)
    unknown = set(cells.columns) - set(table.columns) - set(table.schema)
    if unknown:
        raise ValueError(sorted(unknown))
    return _read(table, cells, {}, rows, context, recorded_by)


def accept(table: Table, typed: pl.DataFrame, context: Context, recorded_by: str = "") -> Casted:
    """Check a frame that has the table's types already, as `cast` does text: ids, currencies, required cells.

    Missing columns are empty. Returns rows and complaints as `cast` does; rows count from 1, for there is no header.
    """
    rows = pl.int_range(1, typed.height + 1, dtype=pl.Int64, eager=True)
    typed_ones = [c.stored for c in table.columns.values() if c.stored in typed.columns and not c.textual]
    filled = filled_columns(typed)
    given = {name: typed[name] for name in typed_ones if name in filled}
    return _read(table, typed.drop(typed_ones), given, rows, context, recorded_by)


def _read(
    table: Table,
    text: pl.DataFrame,
    given: Mapping[str, pl.Series],
    rows: pl.Series,
    context: Context,
    recorded_by: str,
) -> Casted:
    reading = _Reading(table, cleaned(text), given, rows, context)
    return reading.frame(recorded_by), joined(reading.found)


class _Reading:
    """One frame being read: the typed columns so far and what was wrong."""

    def __init__(
        self,
        table: Table,
        cells: pl.DataFrame,
        given: Mapping[str, pl.Series],
        rows: pl.Series,
        context: Context,
    ) -> None:
        self.table, self.cells, self.given, self.rows, self.context = table, cells, given, rows, context
        self.found: list[pl.DataFrame] = []
        self.typed: dict[str, pl.Series] = {}

    def frame(self, recorded_by: str) -> pl.DataFrame:
        """Read every column; returns the typed rows."""
        filled = filled_columns(self.cells)
        kinds = {name: column for name, column in self.table.columns.items() if name in filled}
        fast = self.cells.select(_fast(c, name) for name, c in kinds.items() if c.kind in _READ)
        misfits = self._misfits([column for column in kinds.values() if column.textual])
        for name, column in self.table.columns.items():
            if column.stored in self.given:
                self._given(column, self.given[column.stored])
            elif column.kind == "money" and filled & {name, column.stored}:
                self._money(column)
            elif name in fast.columns:
                self._column(column, fast[name])
            elif column.kind == "list" and name in filled:
                self._column(column, _lists(column, self.cells[name], self.context))
            elif name in kinds:
                self._text(column, misfits.get(name))
                self._hidden(column)
        if "occurred_at" in self.cells.columns:
            self._occurred()
        self._bounds()
        self._defaults(recorded_by)
        frame = defaulted(completed(self.table, self.typed, self.rows.len(), recorded_by))
        self._required(frame)
        self.found += impossible(self.table, frame, self.rows, self._held, self.context)
        return frame

    def _held(self, column: Column) -> pl.Series:
        """Return a column as its owner gave it: text, or what a file holds in its type."""
        return self._written(column, self.given.get(column.stored, _missing(column, self.rows.len())))

    def _misfits(self, columns: Iterable[Column]) -> dict[str, pl.Expr]:
        """Return which cells of text columns cannot be taken, for the columns that have such cells."""
        tests = {column.name: test for column in columns if (test := _misfit(column, self.context)) is not None}
        if not tests:
            return {}
        found = seen(self.cells, (test.any().alias(name) for name, test in tests.items())).row(0, named=True)
        return {name: test for name, test in tests.items() if found[name]}

    def _text(self, column: Column, misfit: pl.Expr | None) -> None:
        """Take a text column as it is, but for what cannot be taken."""
        text = self.cells[column.name]
        self.typed[column.name] = text
        if misfit is not None:
            left = self.cells.select(misfit.fill_null(value=False)).to_series()
            self.typed[column.name] = text.set(left, None)
            self._unread(column, text, left)

    def _hidden(self, column: Column) -> None:
        """Complain of characters in an identity that nobody sees: two keys would look like one."""
        if column.kind != "key" and column.name not in self.table.by:
            return
        text = self.cells[column.name]
        bad = text.str.contains(IN_KEYS)
        if bad.any():
            bad = bad.fill_null(value=False)
            shown = text.set(~bad, None).map_elements(spelled, return_dtype=pl.String)
            self.complain(column.name, "facts.cell.hidden", shown, bad)

    def _values(self, name: str) -> pl.Series:
        """Return a column as far as it was read; missing throughout where no file has it."""
        absent = self.typed.get(name)
        return _missing(self.table.columns[name], self.rows.len()) if absent is None else absent

    def complain(self, column: str, id: str, seen: pl.Series, bad: pl.Series, expected: str = "") -> None:
        """Note a complaint for each row where `bad`."""
        if bad.any():
            self.found.append(problems(self.rows, column, id, seen, bad, expected))

    def _column(self, column: Column, fast: pl.Series) -> None:
        text, values = self.cells[column.name], fast
        if column.kind != "list" and fast.null_count() == text.null_count():
            self.typed[column.name] = fast
            return
        left = _unread(text, fast)
        if left.any():
            values = _replaced(fast, left, _slow(column, text.filter(left), self.context))
            left = _unread(text, values)
        self.typed[column.name] = values
        if left.any() and column.name != "occurred_at":
            self._unread(column, text, left)

    def _unread(self, column: Column, text: pl.Series, left: pl.Series) -> None:
        kind = column.item.kind if column.item and column.item.kind in ("enum", "code") else column.kind
        expected = _EXPECTED.get(kind) or Listed(allowed_ids(column.item or column, self.context) or ())
        if column.name in ("fact", "corrects"):
            self.complain(column.name, "facts.cell.fact_id", text, left)
        elif kind in ("text", "key", "ref", "list"):
            self.complain(column.name, "facts.cell.mangled", text, left)
        else:
            self.complain(column.name, f"facts.cell.{kind}", text, left, expected)

    def _given(self, column: Column, values: pl.Series) -> None:
        """Take a typed column; what its type cannot say is checked here."""
        self.typed[column.stored] = values
        if column.kind == "money":
            nameless = self._currency().is_null() & values.is_not_null()
            self.complain(column.name, "facts.cell.money_no_currency", values, nameless)
        if column.kind == "instant":
            far = values.is_not_null() & ~values.is_between(*times.BOUNDS)
            self.complain(column.name, "facts.cell.instant", values, far, times.INSTANT_EXPECTED)
        if column.kind == "list":
            self._given_items(column, values)

    def _given_items(self, column: Column, values: pl.Series) -> None:
        """Check what lists hold: ids the charter or the declaration allows, and no item that `;` would split."""
        items = values.explode().drop_nulls().unique()
        allowed = allowed_ids(column.item, self.context) if column.item else None
        wrong = items.filter(items.str.contains(";", literal=True) if allowed is None else ~items.is_in(allowed))
        if wrong.len():
            bad = values.to_frame("v").select(pl.col("v").list.eval(pl.element().is_in(wrong.implode())).list.any())
            self.complain(column.name, "facts.cell.list", values.list.join(";"), bad.to_series(), Listed(allowed or ()))

    def _currency(self) -> pl.Series:
        absent = pl.repeat(None, self.rows.len(), dtype=pl.String, eager=True)
        return self.cells["currency"] if "currency" in self.cells.columns else absent

    def _money(self, column: Column) -> None:
        """Read `x` by the row's currency, or take `x_minor`; a row may not have both."""
        absent = pl.repeat(None, self.rows.len(), dtype=pl.String, eager=True)
        major = self.cells[column.name] if column.name in self.cells.columns else absent
        minor = self.cells[column.stored] if column.stored in self.cells.columns else absent
        currency = self._currency()
        digits = amounts.digits_of(currency, self.context.currencies)
        values, amount = amounts.minor_units(major, digits)
        whole = minor.to_frame("t").select(_int(pl.col("t"))).to_series()
        some = major.is_not_null() | minor.is_not_null()
        self.typed[column.stored] = values.zip_with(major.is_not_null(), whole).alias(column.stored)
        both = major.is_not_null() & minor.is_not_null()
        self.complain(column.name, "facts.cell.money_twice", major, both)
        unread = major.is_not_null() & ~amount
        if unread.any():
            marked = unread & amounts.names_currency(major)
            self.complain(column.name, "facts.cell.money_currency", major, marked, amounts.EXPECTED)
            self.complain(column.name, "facts.cell.money", major, unread & ~marked, amounts.EXPECTED)
        self.complain(column.stored, "facts.cell.int", minor, minor.is_not_null() & whole.is_null(), _EXPECTED["int"])
        shown = major.zip_with(major.is_not_null(), minor)
        self.complain(column.name, "facts.cell.money_no_currency", shown, some & currency.is_null())
        finer = major.is_not_null() & amount & digits.is_not_null() & values.is_null()
        for count in sorted(digits.filter(finer).unique().to_list()):
            self.complain(column.name, "facts.cell.money_digits", major, finer & (digits == count), str(count))

    def _bounds(self) -> None:
        """Complain of numbers that mean nothing where they stand: a payment of nothing, a debt of less than nothing."""
        for column in self.table.columns.values():
            if column.kind in LIMITS and column.stored in self.typed:
                self._too_large(column, LIMITS[column.kind])
            if column.bounds is not None and column.stored in self.typed:
                self._beyond(column, column.bounds)
        if self.table.name == FIGURES:
            for series, bounds in SERIES.items():
                for column in (self.table.columns["value"], self.table.columns["amount"]):
                    self._beyond(column, bounds, self._values("series") == series)

    def _too_large(self, column: Column, limit: int) -> None:
        """Complain of numbers that no engine could add up exactly."""
        values = self.typed[column.stored]
        large = ((values >= limit) | (values <= -limit)).fill_null(value=False)
        if large.any():
            id = "facts.cell.money_large" if column.kind == "money" else "facts.cell.large"
            self.complain(column.name, id, self._written(column, values), large, f"{limit:,}")

    def _written(self, column: Column, values: pl.Series) -> pl.Series:
        """Return the cells of a column as a file holds them; the values where none does."""
        written = [self.cells[name] for name in (column.name, column.stored) if name in self.cells.columns]
        return pl.select(pl.coalesce(*written)).to_series() if written else values

    def _beyond(self, column: Column, bounds: Bounds, among: pl.Series | None = None) -> None:
        """Complain of the numbers of a column that are beyond its bounds, in all rows or only among some."""
        values = self.typed.get(column.stored)
        if values is None:
            return
        shown = self._written(column, values)
        for id, bad, limit in _beyond(bounds, values):
            known = bad.fill_null(value=False)
            where = known if among is None else known & among.fill_null(value=False)
            payment = id == "above_zero" and self.table.name in PAYMENTS
            self.complain(column.name, f"facts.cell.{'payment' if payment else id}", shown, where, f"{limit:,}")

    def _occurred(self) -> None:
        """Read what the plain forms of `occurred_at` leave: times known only to the day, month, quarter or year."""
        text, occurred = self.cells["occurred_at"], self._values("occurred_at")
        if "precision" not in self.typed and occurred.null_count() == text.null_count():
            return
        stated = self.typed.get("precision")
        left = text.is_not_null() & occurred.is_null()
        places = (left if stated is None else left | (text.is_not_null() & stated.eq_missing("day"))).arg_true()
        if not places.len():
            return
        precision = self._values("precision") if stated is None else stated
        here, recorded = folded(text.gather(places)), self._values("recorded_at").gather(places)
        read = times.imprecise(here, recorded, precision.gather(places), self.context.timezone)
        found = occurred.clone().scatter(places, read["occurred_at"].fill_null(occurred.gather(places)))
        self.typed["occurred_at"] = found
        self.complain(
            "occurred_at", "facts.cell.occurred_at", text, text.is_not_null() & found.is_null(), times.OCCURRED_EXPECTED
        )
        if not read["precision"].count():
            return
        said = precision.clone().scatter(places, read["precision"])
        differs = precision.is_not_null() & said.is_not_null() & (precision != said)
        self.typed["precision"] = said.fill_null(precision)
        self.complain("precision", "facts.cell.precision", precision, differs)

    def _defaults(self, recorded_by: str) -> None:
        """A file may leave out when a fact was recorded (then: when it occurred) and by whom (then: the import)."""
        recorded, occurred = self._values("recorded_at"), self._values("occurred_at")
        stated = recorded.is_not_null()
        if "recorded_at" in self.cells.columns:
            stated = self.cells["recorded_at"].is_not_null()
        if not stated.all():
            recorded = recorded.zip_with(stated, occurred).alias("recorded_at") if stated.any() else occurred
        self.typed["recorded_at"] = recorded
        if recorded_by and "recorded_by" in self.typed:
            self.typed["recorded_by"] = self.typed["recorded_by"].fill_null(recorded_by)

    def _required(self, frame: pl.DataFrame) -> None:
        """Complain of required cells that are empty, and of currencies that nobody knows."""
        nulls = frame.null_count().row(0, named=True)
        for column in self.table.columns.values():
            if not column.required or column.name == "recorded_at" or not nulls[column.stored]:
                continue
            empty = frame[column.stored].is_null()
            for name in dict.fromkeys((column.name, column.stored)):
                empty = empty & self.cells[name].is_null() if name in self.cells.columns else empty
            self.complain(column.name, "facts.cell.required", pl.repeat("", empty.len(), eager=True), empty)
        if any(column.kind == "money" for column in self.table.columns.values()) and "currency" in self.cells.columns:
            currency = self.cells["currency"]
            unknown = currency.is_not_null() & amounts.digits_of(currency, self.context.currencies).is_null()
            self.complain("currency", "facts.cell.currency", currency, unknown)


def _beyond(bounds: Bounds, values: pl.Series) -> Iterator[tuple[str, pl.Series, int]]:
    """Yield what is wrong with a number (a complaint's last word), in which rows, and the limit."""
    if bounds.above is not None:
        yield "above_zero", values <= bounds.above, bounds.above
    if bounds.least is not None:
        yield "not_negative", values < bounds.least, bounds.least
    if bounds.below is not None:
        yield "too_much", values >= bounds.below, bounds.below
    if bounds.most is not None:
        yield "most", values > bounds.most, bounds.most


def defaulted(frame: pl.DataFrame) -> pl.DataFrame:
    """Store defaults as missing (`exact`, not void) and a missing list as an empty one: equal facts, equal rows."""
    nulls = frame.null_count().row(0, named=True)
    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String) and nulls[name]]
    return frame.with_columns(
        pl.when(pl.col("precision") != "exact").then(pl.col("precision")),
        pl.when(pl.col("void")).then(pl.col("void")),
        *(pl.col(name).fill_null([]) for name in lists),
    )


def allowed_ids(column: Column, context: Context) -> list[str] | None:
    """Return what an enum or code cell may hold, in order; None when the column, or nobody, limits it."""
    if column.kind == "enum":
        return list(column.values)
    if column.kind == "code" and context.codes is not None:
        return [*sorted(context.codes.get(column.path, ())), *column.also]
    return None


def filled_columns(frame: pl.DataFrame) -> set[str]:
    """Return the columns that hold anything; a list column does where some list holds an item."""
    if not frame.width:
        return set()
    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String)]
    items = frame.select(pl.col(lists).list.len().sum()).row(0) if lists else ()
    nulls = frame.null_count().row(0, named=True)
    bare = {name for name, count in zip(lists, items, strict=True) if not count}
    return {name for name, missing in nulls.items() if missing < frame.height} - bare


def completed(table: Table, typed: Mapping[str, pl.Series], height: int, recorded_by: str = "") -> pl.DataFrame:
    """Return a table's frame from the columns that were read; the others are missing, and take no room."""
    nothing: dict[str, object] = {"recorded_by": recorded_by or None}
    empty: list[str] = []
    absent = [
        pl.lit(empty if column.kind == "list" else nothing.get(name), dtype=column.dtype).alias(column.stored)
        for name, column in table.columns.items()
        if column.stored not in typed
    ]
    same = [pl.lit(values[0]).alias(name) for name, values in typed.items() if _constant(values)]
    rows = pl.DataFrame({ROW: pl.int_range(height, eager=True), **typed})
    return rows.with_columns(*absent, *same).select(table.schema.keys())


def _constant(values: pl.Series) -> bool:
    """Whether a text column says the same throughout."""
    if values.dtype != pl.String or values.len() < 2 or values[0] is None or values[0] != values[-1]:
        return False
    return values.null_count() == 0 and bool((values == values[0]).all())


def _unread(text: pl.Series, values: pl.Series) -> pl.Series:
    """Return in which rows something is written and nothing was read."""
    return text.is_not_null() & values.is_null() if text.null_count() else values.is_null()


def _missing(column: Column, height: int) -> pl.Series:
    return pl.Series(column.stored, [None], dtype=column.dtype).new_from_index(0, height)


def _replaced(values: pl.Series, where: pl.Series, by: pl.Series) -> pl.Series:
    """Put `by`, in order, at the rows where `where` is true."""
    positions = pl.int_range(values.len(), eager=True)
    taken = (where.cum_sum().cast(pl.Int64) - 1 + values.len()).zip_with(where, positions)
    return pl.concat([values, by.cast(values.dtype).alias(values.name)]).gather(taken) if by.len() else values


def _int(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(_INT)).then(text).cast(pl.Int64, strict=False)


def _fast(column: Column, name: str) -> pl.Expr:
    """Read the plain forms of a column's kind; what this leaves null goes to `_slow`."""
    text = pl.col(name)
    readers = {
        "int": _int(text),
        "dec": pl.when(text.str.contains(_DEC)).then(text).cast(DECIMAL, strict=False),
        "bool": text.replace_strict(_BOOLS, default=None, return_dtype=pl.Boolean),
        "date": times.plain_dates(text),
        "instant": times.plain_instants(text),
    }
    return readers[column.kind]


def _misfit(column: Column, context: Context) -> pl.Expr | None:
    """Return whether a text cell cannot be taken; None where anything can."""
    text = pl.col(column.name)
    allowed = allowed_ids(column, context)
    if column.name in ("fact", "corrects"):
        return ~text.str.contains(FACT_ID)
    if allowed is not None:
        return ~text.is_in(allowed)
    if column.kind in ("ref", "code", "enum"):  # a shortened number names no row
        return None
    return text.str.contains("E+", literal=True) & text.str.contains(_MANGLED)


def _lists(column: Column, text: pl.Series, context: Context) -> pl.Series:
    """Split at `;`, trim, drop what is empty; null when an item is not allowed. Each different cell is read once."""
    cells = text.unique().to_frame("text")
    split = pl.col("text").str.split(";").list.eval(pl.element().str.strip_chars()).fill_null([])
    items = split.list.filter(pl.element() != "")
    allowed = allowed_ids(column.item, context) if column.item else None
    if allowed is not None:
        items = pl.when(items.list.eval(pl.element().is_in(allowed)).list.all()).then(items)
    read = cells.with_columns(items.alias("items"))
    return text.to_frame("text").join(read, on="text", how="left", nulls_equal=True, maintain_order="left")["items"]


def _slow(column: Column, text: pl.Series, context: Context) -> pl.Series:
    """Read the remaining forms; null for what has none."""
    if column.kind == "date":
        return times.dates(folded(text))
    if column.kind == "instant":
        return times.instants(folded(text), context.timezone)
    return pl.repeat(None, text.len(), dtype=column.dtype, eager=True)
