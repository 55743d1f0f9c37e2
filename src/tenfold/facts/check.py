"""What no cell shows alone: references, double facts, corrections and threads, over all rows of a community."""

from collections.abc import Mapping

import polars as pl

from tenfold.facts.cells import ROW, filled_columns
from tenfold.facts.cleaning import seen
from tenfold.facts.complaints import Complaints
from tenfold.facts.declaration import TABLES, TOTAL, Column
from tenfold.facts.distinct import all_different
from tenfold.terms.errors import LISTED_AT_MOST, Complaint, Place

FILE = "_file"
KNOWN = "\0known"  # the file of rows that were checked before: others are measured by them, they themselves are not
SUMMED = ("int", "money")  # kinds whose sums are kept in 64 bits


def check(tables: Mapping[str, pl.DataFrame], complaints: Complaints) -> None:
    """Complain of everything wrong between rows.

    Parameters
    ----------
    tables
        Typed rows of every declared table; `_file` and `_row`, where a frame has them, say where a row came from. Rows
        from `KNOWN` stand before the others of their table, and nothing is said of them.
    """
    facts = [rows["fact"] for rows in tables.values() if rows.height]
    if not facts:
        return
    _doubles(tables, pl.concat(facts), complaints)
    identities: dict[str, pl.Series] = {}
    led: dict[str, pl.DataFrame] = {}
    for name, rows in tables.items():
        if not rows.height:
            continue
        filled = filled_columns(rows)
        for column in TABLES[name].refs:
            if column.name in filled:
                _references(name, column, tables, identities, complaints)
        if filled & {"void", "corrects"}:
            _corrections(name, rows, complaints)
        if "because" in filled:
            led[name] = rows.filter(pl.col("because").is_not_null())
        if TABLES[name].key and not TABLES[name].by:
            _things(name, rows, complaints)
        if filled >= {"origin", "origin_key"}:
            _origins(name, rows, complaints)
        for column in TABLES[name].columns.values():
            if column.kind in SUMMED and column.stored in filled:
                _total(name, column, rows, complaints)
    _threads(led, tables, complaints)


def _total(name: str, column: Column, rows: pl.DataFrame, complaints: Complaints) -> None:
    """The numbers of a column add up to what 64 bits hold, whatever their signs and whichever of them are added."""
    low, high = rows.select(pl.col(column.stored).min(), high=pl.col(column.stored).max()).row(0)
    if rows.height * max(abs(low), abs(high)) < TOTAL:
        return
    sizes = rows[column.stored].cast(pl.Int128).abs()
    total = sizes.sum()
    if total >= TOTAL:
        own = _unchecked(rows.with_columns(_size=sizes))
        largest = own[[own["_size"].arg_max() or 0]].with_columns(_seen=pl.lit(f"{total:,}"))
        _note(complaints, name, largest, column.name, "facts.total", "_seen", f"{TOTAL:,}")


def _note(
    complaints: Complaints,
    table: str,
    rows: pl.DataFrame,
    column: str,
    id: str,
    seen: str | None = None,
    expected: str = "",
) -> None:
    """Complain of each of these rows; `seen` names the column whose value is shown, `column` itself if left out."""
    rows = _unchecked(rows)
    complaints.count += rows.height
    for row in rows.head(LISTED_AT_MOST - len(complaints.listed)).iter_rows(named=True):
        place = Place(row.get(FILE) or table, row.get(ROW), column)
        complaints.listed.append(Complaint(id, place, {"seen": str(row[seen or column]), "expected": expected}))


def _unchecked(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that were not checked before."""
    return rows.filter(pl.col(FILE).ne_missing(KNOWN)) if FILE in rows.columns else rows


def _doubles(tables: Mapping[str, pl.DataFrame], facts: pl.Series, complaints: Complaints) -> None:
    """A fact's id is unique in the whole community."""
    if all_different(facts):
        return
    doubled = facts.filter(facts.is_duplicated()).unique()
    seen = {fact for rows in tables.values() if FILE in rows.columns for fact in _checked(rows)}
    for name, rows in tables.items():
        again = rows.filter(pl.col("fact").is_in(doubled.implode()))
        told_before = ~pl.col("fact").is_first_distinct() | pl.col("fact").is_in(sorted(seen))
        _note(complaints, name, again.filter(told_before), "fact", "facts.double")
        seen.update(again["fact"])


def _checked(rows: pl.DataFrame) -> pl.Series:
    return rows.filter(pl.col(FILE) == KNOWN)["fact"]


def _identity(table: str, tables: Mapping[str, pl.DataFrame], known: dict[str, pl.Series]) -> pl.Series:
    if table not in known:
        known[table] = tables[table][TABLES[table].identity].unique()
    return known[table]


def _references(
    name: str,
    column: Column,
    tables: Mapping[str, pl.DataFrame],
    identities: dict[str, pl.Series],
    complaints: Complaints,
) -> None:
    """A reference names the key, or the fact, of some row of its table, whenever that row was known."""
    rows, target = tables[name], (column.item or column).target
    cells = pl.col(column.name).explode() if column.item else pl.col(column.name)
    named = seen(rows, [cells.drop_nulls().unique()]).to_series()
    if not named.len():
        return
    lost = named.filter(~named.is_in(_identity(target, tables, identities).implode()))
    if lost.len():
        here = pl.col(column.name)
        among = here.list.filter(pl.element().is_in(lost.implode())).list.join(";") if column.item else here
        shown = rows.with_columns(among.alias("_seen"))
        bad = (pl.col("_seen") != "") & (pl.lit(column.item is not None) | here.is_in(lost.implode()))
        _note(complaints, name, shown.filter(bad), column.name, "facts.reference", "_seen", target)


def _corrections(name: str, rows: pl.DataFrame, complaints: Complaints) -> None:
    """A correction names one earlier-known row of its table, which no other row corrects; only a correction is void."""
    if rows["void"].any():
        void = rows.filter(pl.col("void").fill_null(False) & pl.col("corrects").is_null())
        _note(complaints, name, void, "void", "facts.void_alone")
    told = [name for name in ("fact", "corrects", "recorded_at", ROW, FILE) if name in rows.columns]
    corrections = rows.select(told).filter(pl.col("corrects").is_not_null())
    if corrections.is_empty():
        return
    twice = corrections.filter(~pl.col("corrects").is_first_distinct())
    _note(complaints, name, twice, "corrects", "facts.corrects.twice")
    corrected = _known(rows, corrections["corrects"]).rename({"fact": "corrects"})
    known = corrected.unique("corrects", keep="first", maintain_order=True)
    joined = corrections.join(known, on="corrects", how="left", maintain_order="left")
    _note(
        complaints, name, joined.filter(pl.col("known").is_null()), "corrects", "facts.corrects.missing", expected=name
    )
    early = joined.filter(pl.col("recorded_at") < pl.col("known"))
    _note(complaints, name, early, "recorded_at", "facts.corrects.early", "corrects")
    _circles(name, corrections, complaints)


def _known(rows: pl.DataFrame, facts: pl.Series) -> pl.DataFrame:
    """Return fact and known (when it was) of the rows among `facts`."""
    named = rows.lazy().filter(pl.col("fact").is_in(facts.implode()))
    return named.select("fact", known="recorded_at").collect()


def _circles(name: str, corrections: pl.DataFrame, complaints: Complaints) -> None:
    """Corrections known at the same instant could otherwise correct each other."""
    linked = corrections.filter(pl.col("corrects").is_in(corrections["fact"].implode()))  # no other can lie in one
    follows = dict(linked.select("fact", "corrects").iter_rows())
    checked: set[str] = set()
    for start in follows:
        path: set[str] = set()
        here = start
        while here in follows and here not in checked and here not in path:
            path.add(here)
            here = follows[here]
        if here in path:
            _note(complaints, name, corrections.filter(pl.col("fact") == here), "corrects", "facts.corrects.circle")
        checked |= path


def _threads(led: Mapping[str, pl.DataFrame], tables: Mapping[str, pl.DataFrame], complaints: Complaints) -> None:
    """`because` may name a decision, which no row holds; if it names a fact, that was known earlier."""
    if not led:
        return
    named = pl.concat(rows["because"] for rows in led.values())
    causes = pl.concat(_known(rows, named) for rows in tables.values() if rows.height)
    known = causes.rename({"fact": "because"}).unique("because", keep="first", maintain_order=True)
    for name, rows in led.items():
        joined = rows.join(known, on="because", how="left", maintain_order="left")
        _note(
            complaints, name, joined.filter(pl.col("recorded_at") <= pl.col("known")), "because", "facts.because.later"
        )


def _things(name: str, rows: pl.DataFrame, complaints: Complaints) -> None:
    """A key of a table of events names one thing that happened once; a row that was wrong is corrected."""
    key = str(TABLES[name].key)
    if all_different(rows[key]):
        return
    living = _living(rows)
    _note(complaints, name, living.filter(~pl.col(key).is_first_distinct()), key, "facts.key.twice")


def _living(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that no other row corrects and that are not void."""
    replaced = rows["corrects"].drop_nulls()
    return rows.filter(~pl.col("void").fill_null(False), ~pl.col("fact").is_in(replaced.implode()))


def _origins(name: str, rows: pl.DataFrame, complaints: Complaints) -> None:
    """`origin` and `origin_key` together name at most one living row of a table."""
    if all_different(rows["origin_key"].drop_nulls()):  # whatever their origin
        return
    living = _living(rows).filter(pl.col("origin").is_not_null() & pl.col("origin_key").is_not_null())
    again = living.filter(~pl.struct("origin", "origin_key").is_first_distinct())
    _note(complaints, name, again, "origin_key", "facts.origin.twice")
