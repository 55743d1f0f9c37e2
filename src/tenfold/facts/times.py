"""Instants and dates as people write them: with a zone, in local time, or known only to the month."""

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import TypeVar

import polars as pl

from tenfold.facts.declaration import INSTANT

DATE_EXPECTED = "2026-10-31"
INSTANT_EXPECTED = "2026-10-31T09:00:00Z"
OCCURRED_EXPECTED = "2026-10-31T09:00:00Z, 2026-10-31, 2026-10, 2026-Q4, 2026, <2026-10-31, 2026年10月31日, 2026年10月"
# What a fact may be dated: room for any time zone, and for adding the longest spans of a charter to it.
BOUNDS = (datetime(1000, 1, 2, tzinfo=UTC), datetime(2200, 12, 30, tzinfo=UTC))
DAYS = (date(1000, 1, 1), date(2200, 12, 31))

_DATE = r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
_CLOCK = r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_PLAIN_UTC = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_CLOCK}Z$"
_ZONED = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_CLOCK} ?[+-](?:0[0-9]|1[0-4]):?[0-5][0-9]$"
_LOCAL = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_CLOCK}$"
_YEAR = r"^([0-9]{4})年?$"
_MONTH = r"^([0-9]{4})(?:-|/|年)([0-9]{1,2})月?$"
_QUARTER = r"^([0-9]{4})(?:-?[Qq]|年第?)([1-4])(?:季度)?$"
# A sheet names few days, again and again, and to have an engine read one takes as long as to have it read thousands.
FEW = 1_000  # cells up to which what was read before is looked up
KEPT = 20_000  # cells that are remembered; then all are forgotten
_SPANS = {"day": "1d", "month": "1mo", "quarter": "3mo", "year": "1y"}


def dates(text: pl.Series) -> pl.Series:
    """Read `2026-10-31`, `2026/10/31`, `2026年10月31日`; null for anything else and for days that do not exist."""
    return text.to_frame("t").select(_date(pl.col("t"))).to_series()


def _date(text: pl.Expr) -> pl.Expr:
    parts = text.str.extract_groups(rf"^{_DATE}$")
    field = parts.struct.field
    month = pl.coalesce(field("2"), field("4"), field("6"))
    day = pl.coalesce(field("3"), field("5"), field("7"))
    iso = pl.concat_str(field("1"), month.str.zfill(2), day.str.zfill(2), separator="-")
    return _possible(iso.str.to_date("%Y-%m-%d", strict=False))


def _possible(day: pl.Expr) -> pl.Expr:
    return pl.when(day.is_between(*DAYS)).then(day)


def plain_dates(text: pl.Expr) -> pl.Expr:
    """Read `2026-10-31` and nothing else: the fast path."""
    iso = pl.when(text.str.contains(r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$")).then(text)
    return _possible(iso.str.to_date("%Y-%m-%d", strict=False))


def plain_instants(text: pl.Expr) -> pl.Expr:
    """Read `2026-10-31T09:00:00Z` and nothing else: the fast path. A sixtieth second is left to the slow one."""
    iso = pl.when((text.str.len_bytes() == 20) & ~text.str.ends_with(":60Z")).then(text)
    return _bounded(iso.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", strict=False).dt.replace_time_zone("UTC"))


def _written_utc(text: pl.Expr) -> pl.Expr:
    iso = pl.when(text.str.contains(_PLAIN_UTC)).then(text.str.replace(" ", "T", literal=True).str.strip_suffix("Z"))
    return _naive(iso).dt.replace_time_zone("UTC")


def _naive(iso: pl.Expr) -> pl.Expr:
    seconds = iso.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    return pl.coalesce(seconds, iso.str.to_datetime("%Y-%m-%dT%H:%M", time_unit="us", strict=False))


def _bounded(instant: pl.Expr) -> pl.Expr:
    return pl.when(instant.is_between(*_bounds())).then(instant)


@cache
def _bounds() -> tuple[pl.Expr, pl.Expr]:
    """Return the bounds, made once, for an instant costs a query. Not at import: a query starts the threads of Polars,
    and in a process that is forked later (`gunicorn`) there are none, so that its first query would wait for ever.
    """
    first, last = (pl.lit(bound) for bound in BOUNDS)
    return first, last


def _at(naive: pl.Expr, timezone: str) -> pl.Expr:
    """Local time → instant. An hour that happens twice is its first; one that never happens is null."""
    return naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")


def _midnight(naive: pl.Expr, timezone: str) -> pl.Expr:
    """Begin of a local day; where the clocks jump over midnight the day begins an hour later."""
    return pl.coalesce(_at(naive, timezone), _at(naive.dt.offset_by("1h"), timezone))


Cell = TypeVar("Cell", bound=Hashable)
Read = TypeVar("Read")


def _once(
    cells: Sequence[Cell], known: dict[Cell, Read], read: Callable[[Sequence[Cell]], Sequence[Read]]
) -> list[Read]:
    """Return what each cell says: as it was read before, else read now, every different one once.

    Another thread may forget all meanwhile; what was found stays.
    """
    found: dict[Cell, Read] = {}
    new: list[Cell] = []
    for cell in dict.fromkeys(cells):
        try:
            found[cell] = known[cell]
        except KeyError:
            new.append(cell)
    if new:
        found |= zip(new, read(new), strict=True)
        if len(known) > KEPT:
            known.clear()
        known |= found
    return [found[cell] for cell in cells]


_INSTANTS: dict[tuple[str | None, str], int | None] = {}  # cell and time zone → microseconds since 1970


def instants(text: pl.Series, timezone: str) -> pl.Series:
    """Read instants with an offset, and bare dates and date-times as local time of `timezone`; null for the rest."""
    if text.len() > FEW:
        return _instants(text, timezone)

    def read(cells: Sequence[tuple[str | None, str]]) -> Sequence[int | None]:
        return _microseconds(_instants(pl.Series([cell for cell, _ in cells], dtype=pl.String), timezone))

    found = _once([(cell, timezone) for cell in text], _INSTANTS, read)
    return pl.Series(text.name, found, dtype=pl.Int64).cast(INSTANT)


def _microseconds(instants: pl.Series) -> list[int | None]:
    return instants.to_physical().to_list()


def _instants(text: pl.Series, timezone: str) -> pl.Series:
    days = text.to_frame("t").select(plain_dates(pl.col("t"))).to_series()
    found = _midnights(days, timezone)
    rest = days.is_null().arg_true()
    return found.scatter(rest, _other_instants(text.gather(rest), timezone)) if rest.len() else found


def _midnights(days: pl.Series, timezone: str) -> pl.Series:
    """Return the begin of each local day; every different day is looked up once."""
    different = days.unique().to_frame("day")
    begins = different.with_columns(_bounded(_midnight(pl.col("day").cast(pl.Datetime("us")), timezone)).alias("at"))
    return days.to_frame("day").join(begins, on="day", how="left", maintain_order="left")["at"].cast(INSTANT)


def _other_instants(text: pl.Series, timezone: str) -> pl.Series:
    t = pl.col("t")
    compact = t.str.replace(" ", "T", literal=True).str.replace_all(" ", "", literal=True)
    zoned = pl.when(t.str.contains(_ZONED)).then(compact).str.replace(r"([+-][0-9]{2}):?([0-9]{2})$", "$1:$2")
    local = pl.when(t.str.contains(_LOCAL)).then(t.str.replace(" ", "T", literal=True))
    forms = (
        _written_utc(t),
        zoned.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False),
        zoned.str.to_datetime("%Y-%m-%dT%H:%M%:z", time_unit="us", time_zone="UTC", strict=False),
        _at(_naive(local), timezone),
        _midnight(_date(t).cast(pl.Datetime("us")), timezone),
    )
    frame = text.to_frame("t").select(_bounded(pl.coalesce(*forms)).cast(INSTANT))
    return frame.to_series()


def imprecise(text: pl.Series, recorded_at: pl.Series, stated: pl.Series, timezone: str) -> pl.DataFrame:
    """Read `2024-03`, `2024-Q1`, `2024`, `<2024-03-05` and their Chinese forms, and a bare date said to be a day.

    Stored is the middle of that part of the period which is not after `recorded_at` (the whole period when nothing is
    known about it, or when it was recorded before the period began); `<D` is stored at D.

    Returns
    -------
    DataFrame
        `occurred_at` (instant) and `precision`, both null where the text has none of these forms.
    """
    frame = pl.DataFrame({"t": text, "recorded_at": recorded_at, "stated": stated})
    if frame.height > FEW:
        return _imprecise(frame, timezone)

    def read(cells: Sequence[_Stated]) -> Sequence[tuple[int | None, str | None]]:
        rows = pl.DataFrame([cell[:-1] for cell in cells], schema=_PHYSICAL, orient="row")
        found = _imprecise(rows.cast({"recorded_at": INSTANT}), timezone)
        return list(zip(_microseconds(found["occurred_at"]), found["precision"].to_list(), strict=True))

    cells = [(*row, timezone) for row in frame.cast(_PHYSICAL).rows()]
    found = pl.DataFrame(_once(cells, _IMPRECISE, read), schema=_FOUND, orient="row")
    return found.cast({"occurred_at": INSTANT})


_Stated = tuple[str | None, int | None, str | None, str]  # text, when recorded, precision, time zone
_PHYSICAL = pl.Schema({"t": pl.String(), "recorded_at": pl.Int64(), "stated": pl.String()})
_FOUND = pl.Schema({"occurred_at": pl.Int64(), "precision": pl.String()})
_IMPRECISE: dict[_Stated, tuple[int | None, str | None]] = {}


def _imprecise(frame: pl.DataFrame, timezone: str) -> pl.DataFrame:
    parsed = frame.select(pl.col("recorded_at"), *_period(pl.col("t"), pl.col("stated")))
    span = pl.coalesce(
        *(pl.when(pl.col("precision") == name).then(_after("start", step)) for name, step in _SPANS.items())
    )
    starts = parsed.with_columns(span.alias("end")).with_columns(
        _midnight(pl.col("start"), timezone), _midnight(pl.col("end"), timezone)
    )
    start, end, recorded = pl.col("start"), pl.col("end"), pl.col("recorded_at")
    upper = pl.when(recorded >= start).then(pl.min_horizontal(end, recorded)).otherwise(end)
    half = pl.duration(microseconds=(upper - start).dt.total_microseconds() // 2, time_unit="us")
    middle = pl.when(pl.col("precision") == "before").then(start).otherwise(start + half)
    occurred = _bounded(middle).cast(INSTANT)
    return starts.select(occurred.alias("occurred_at"), pl.when(occurred.is_not_null()).then(pl.col("precision")))


def _after(column: str, step: str) -> pl.Expr:
    return pl.col(column).dt.offset_by(step)


def _period(text: pl.Expr, stated: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Begin (naive local) and precision of the period that a text names."""
    month, quarter = text.str.extract_groups(_MONTH).struct.field, text.str.extract_groups(_QUARTER).struct.field
    first_month = (quarter("2").cast(pl.Int32) * 3 - 2).cast(pl.String).str.zfill(2)
    day = pl.when(stated == "day").then(_date(text))
    before = pl.when(text.str.starts_with("<")).then(_date(text.str.slice(1).str.strip_chars()))
    forms = {
        "month": pl.concat_str(month("1"), month("2").str.zfill(2), pl.lit("01"), separator="-"),
        "quarter": pl.concat_str(quarter("1"), first_month, pl.lit("01"), separator="-"),
        "year": text.str.extract(_YEAR) + "-01-01",
    }
    starts = {name: iso.str.to_date("%Y-%m-%d", strict=False) for name, iso in forms.items()}
    starts |= {"day": day, "before": before}
    precision = pl.coalesce(*(pl.when(start.is_not_null()).then(pl.lit(name)) for name, start in starts.items()))
    return pl.coalesce(*starts.values()).cast(pl.Datetime("us")).alias("start"), precision.alias("precision")
