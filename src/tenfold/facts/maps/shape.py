"""Which records of a source become rows: only, skip, each, distinct, snapshots; every record left out is counted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from tenfold.facts.distinct import first_distinct
from tenfold.facts.maps.fill import ROW, ReadSource, pieces_of, stripped
from tenfold.facts.maps.language import Condition, Each, Map, Snapshots
from tenfold.facts.written import amounts

ITEM, NTH, AT, MOMENT = "$item", "$nth", "$at", "$moment"
WHOLE, FIRST, GONE = "whole", "first", "gone"
FACT = "$fact"

At = Callable[[pl.DataFrame], pl.Series]


@dataclass
class Shaped:
    """The records that become rows, and the count of those that do not."""

    frame: pl.DataFrame
    read: int = 0
    elsewhere: int = 0  # not this map's business (`only`)
    repeated: int = 0  # the same again (`distinct`, `snapshots`)
    skipped: dict[str, int] = field(default_factory=dict)
    rejects: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"row": pl.Int64, "reason": pl.String}))


def shape(one: Map, source: pl.DataFrame, read: ReadSource, at: At) -> Shaped:
    """Return the records of `source` that `one` makes rows of, in the order of the source.

    Parameters
    ----------
    source
        Text columns and `$row`, the record number (the header is 1).
    at
        Gives the dates of a panel's records as sortable text.

    Returns
    -------
    Shaped
        `frame` has the source's columns, `$row`, `$item` (with `each`), `$at` (the date of a panel's list) and
        `$moment`: whole, or first or gone in a panel.
    """
    shaped = Shaped(source, read=source.height)
    for condition in one.only or ():
        shaped.frame = shaped.frame.filter(_meets(condition, shaped.frame, read))
    shaped.elsewhere = source.height - shaped.frame.height
    _skip(one, shaped, read)
    if one.each is not None:
        shaped.frame = _items(one.each, shaped.frame)
    if one.distinct is not None:
        kept = _first(shaped.frame, one.distinct)
        shaped.repeated += shaped.frame.height - kept.height
        shaped.frame = kept
    shaped.frame = shaped.frame.with_columns(pl.lit(WHOLE).alias(MOMENT))
    if one.snapshots is not None:
        _panel(one.snapshots, shaped, at(shaped.frame))
    return shaped


def _first(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Return the first record of each combination of cells."""
    if len(columns) == 1:
        return frame.filter(first_distinct(frame[columns[0]]))
    return frame.unique(columns, keep="first", maintain_order=True)


def _meets(condition: Condition, frame: pl.DataFrame, read: ReadSource) -> pl.Series:
    cells = stripped(frame[condition.column].cast(pl.String), condition.strip).fill_null("")
    if condition.is_ is not None or condition.is_not is not None:
        met = cells.is_in(condition.is_ or condition.is_not or [])
        return met if condition.is_ is not None else ~met
    if condition.above is not None or condition.below is not None:
        return _is_beyond(condition, cells)
    file, _, column = (condition.in_ or condition.not_in or "").rpartition("#")
    met = cells.is_in(stripped(read(file)[column], condition.strip).drop_nulls().unique().to_list())
    return met if condition.in_ is not None else ~met


def _is_beyond(condition: Condition, cells: pl.Series) -> pl.Series:
    """Whether cells are amounts above, or below, a limit; what cannot be read counts as above, and is told of later."""
    different = cells.unique()
    limit = Decimal(condition.above or condition.below or 0)
    found = [amounts.read(cell, condition.mark) for cell in different.to_list()]
    above = condition.above is not None
    beyond = [bool(cell) and _beyond(one, limit, above) for cell, one in zip(different, found, strict=True)]
    return cells.replace_strict(different, pl.Series(beyond, dtype=pl.Boolean), return_dtype=pl.Boolean)


def _beyond(found: amounts.Written | amounts.Unread, limit: Decimal, above: bool) -> bool:
    match found:
        case amounts.Written():
            return found.low > limit if above else found.low < limit
        case amounts.Unread(why="nothing"):
            return False
        case _:
            return above


def _skip(one: Map, shaped: Shaped, read: ReadSource) -> None:
    """Leave out the records that meet a condition; the first reason counts."""
    rejects = [shaped.rejects]
    for reason, condition in one.skip.items():
        met = _meets(condition, shaped.frame, read)
        out = shaped.frame.filter(met)
        shaped.frame = shaped.frame.filter(~met)
        shaped.skipped[reason] = out.height
        rejects.append(out.select(pl.col(ROW).cast(pl.Int64).alias("row"), pl.lit(reason).alias("reason")))
    shaped.rejects = pl.concat(rejects).sort("row", maintain_order=True)


def _items(each: Each, frame: pl.DataFrame) -> pl.DataFrame:
    lists = pieces_of(frame[each.column].cast(pl.String), each.split)
    items = frame.with_columns(lists.alias(ITEM)).explode(ITEM)
    items = items.with_columns(stripped(items[ITEM], each.strip))
    items = items.filter(items[ITEM].is_not_null())
    return _with_equals(items) if NTH in items.columns else items


def _with_equals(items: pl.DataFrame) -> pl.DataFrame:
    """Number equal items of one record further in `$nth`: 1, 1.2, 1.3."""
    place = pl.int_range(1, pl.len() + 1).over(ROW, ITEM)
    further = pl.concat_str(pl.col(NTH), pl.lit("."), place.cast(pl.String))
    return items.with_columns(pl.when(place > 1).then(further).otherwise(pl.col(NTH)).alias(NTH))


def _panel(panel: Snapshots, shaped: Shaped, at: pl.Series) -> None:
    """Keep a key's first record, each change of a watched cell, and (with `gone`) its absence and return.

    A record that is there twice on one date counts once. Absence is dated with the first list that lacks the key.
    """
    frame = shaped.frame.with_columns(at.alias(AT)).filter(at.is_not_null())
    dates = frame[AT].unique().sort()
    number = frame[AT].rank("dense").cast(pl.Int64) - 1
    ordered = frame.with_columns(number.alias("$list")).sort("$list", ROW)
    listed = ordered.unique([*panel.key, "$list"], keep="first", maintain_order=True)
    before = {c: pl.col(c).shift(1).over(panel.key) for c in ("$list", *panel.watch)}
    changed = pl.any_horizontal(before["$list"].is_null(), *(pl.col(c).ne_missing(before[c]) for c in panel.watch))
    returned = pl.col("$list") - before["$list"] > 1 if panel.gone is not None else pl.lit(value=False)
    moment = pl.when(pl.col("$list") == 0).then(pl.lit(FIRST)).otherwise(pl.lit(WHOLE)).alias(MOMENT)
    kept = listed.filter(changed | returned.fill_null(value=False)).with_columns(moment)
    shaped.repeated += shaped.frame.height - kept.height
    rows = [kept]
    if panel.gone is not None:
        after = pl.col("$list").shift(-1).over(panel.key)
        left = listed.filter((after - pl.col("$list") > 1) | (after.is_null() & (pl.col("$list") < dates.len() - 1)))
        when = dates.gather(left["$list"] + 1)
        rows.append(left.with_columns(pl.lit(GONE).alias(MOMENT), when.alias(AT), when.alias(panel.at.column or AT)))
    shaped.frame = pl.concat(rows).sort(AT, ROW, maintain_order=True).drop("$list")


def numbered(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Add `$nth`: how many-th record of the whole source this is among those whose `columns` hold the same cells.

    Items and dates of a panel are of no account: they are made later.
    """
    same = [name for name in columns if name in frame.columns]
    if not same:
        return frame.with_columns(pl.int_range(1, pl.len() + 1).cast(pl.String).alias(NTH))
    return frame.with_columns((pl.int_range(pl.len()).over(same) + 1).cast(pl.String).alias(NTH))


def identity(frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    """Join the cells that name a record in its source: `a|b`; one cell alone stays as it is.

    A bar inside one of several cells is written `\\|`, so that different cells never join to the same name.
    """
    cells = frame.select(pl.col(columns).cast(pl.String).fill_null(""))
    if len(columns) > 1:
        bars = pl.all().str.replace_all("\\", "\\\\", literal=True).str.replace_all("|", "\\|", literal=True)
        cells = cells.select(pl.concat_str(bars, separator="|"))
    return cells.to_series().alias("identity")
