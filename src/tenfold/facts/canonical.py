"""The one canonical form of a row: its filled columns that are not personal, as RFC 8785 JSON, made by columns.

Digest, journal and exports share it. A new column that nobody fills changes nothing, and neither does an erasure.
Instants are UTC with microseconds, decimals have no trailing zeros; decimals, money and integers from 2⁵³ on are texts,
for RFC 8785 reads every number as a double. `terms.canonical` writes the same object of one row.
"""

import polars as pl

from tenfold.facts.cells import filled_columns
from tenfold.facts.declaration import Column, Table

EXACT = 2**53  # integers below it are exact as doubles
CONTROLS = {
    chr(code): {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}.get(code, f"\\u{code:04x}") for code in range(0x20)
}
ESCAPED = r'[\x00-\x1f"\\]'
ESCAPES = {"\\": "\\\\", '"': '\\"', **CONTROLS}


def canonical_lines(table: Table, rows: pl.DataFrame) -> pl.Series:
    """Return each row's canonical JSON, in the order of the rows.

    Parameters
    ----------
    rows
        Typed rows of `table`, by the names inside (`amount_minor`); columns may be missing.
    """
    filled = filled_columns(rows)
    columns = {c.stored: c for c in table.columns.values() if c.stored in filled and not c.personal}
    members = [_member(columns[name], rows[name]) for name in sorted(columns)]
    if not members:
        return pl.repeat("{}", rows.height, dtype=pl.String, eager=True)
    joined = pl.concat_str(members).str.slice(1)  # without the comma before the first
    return rows.select(pl.concat_str(pl.lit("{"), joined, pl.lit("}"))).to_series()


def _member(column: Column, cells: pl.Series) -> pl.Expr:
    """Return `,"name":value` of each cell, nothing where it is missing."""
    cell = pl.col(column.stored)
    filled = cell.list.len() > 0 if column.kind == "list" else cell.is_not_null()
    member = pl.lit(f',"{column.stored}":') + _value(column, cells)
    return pl.when(filled).then(member).otherwise(pl.lit(""))


def _value(column: Column, cells: pl.Series) -> pl.Expr:
    """Return the JSON of a column's cells."""
    cell = pl.col(column.stored)
    match column.kind:
        case "bool":
            return cell.cast(pl.String)
        case "int":
            text = cell.cast(pl.String)
            return pl.when(cell.is_between(-EXACT, EXACT, closed="none")).then(text).otherwise(_quoted(text))
        case "money" | "date":
            return _quoted(cell.cast(pl.String))
        case "dec":
            return _quoted(cell.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end("."))
        case "instant":
            return _quoted(cell.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
        case "list":
            items = cell.list.eval(_escaped(pl.element(), cells.explode(empty_as_null=False)))
            return pl.lit('["') + items.list.join('","') + pl.lit('"]')
        case _:
            return _quoted(_escaped(cell, cells))


def _quoted(text: pl.Expr) -> pl.Expr:
    return pl.lit('"') + text + pl.lit('"')


def _escaped(text: pl.Expr, cells: pl.Series) -> pl.Expr:
    """Return texts as JSON holds them; few columns hold what must be escaped, and to look costs less than to do it."""
    if not cells.str.contains(ESCAPED).any():
        return text
    return text.str.replace_many(ESCAPES)
