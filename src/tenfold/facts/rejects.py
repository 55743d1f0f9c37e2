"""`rejects.csv` beside the facts: which records of which source were left out on purpose, and why."""

from collections.abc import Collection
from pathlib import Path

import polars as pl

from tenfold.facts.cells import ROW
from tenfold.facts.commit import Change
from tenfold.facts.csv_bytes import text_table
from tenfold.facts.files import optional_bytes
from tenfold.facts.safe_csv import as_it_was, safe
from tenfold.terms.errors import Complaint, Place, Refused

NAME = "rejects.csv"
SCHEMA = {"source": pl.String, "row": pl.Int64, "table": pl.String, "reason": pl.String}


def read_rejects(folder: Path) -> pl.DataFrame:
    """Return what was left out: source, row (record number), table, reason. A file that says nothing says nothing.

    Raises
    ------
    Refused   somebody made another kind of file of it
    """
    data = optional_bytes(folder / NAME, NAME)
    if not data.strip():
        return pl.DataFrame(schema=SCHEMA)
    told = as_it_was(text_table(data, NAME).drop(ROW))
    missing = [name for name in SCHEMA if name not in told.columns]
    if missing:
        raise Refused(Complaint("facts.file.missing", Place(NAME, 1, name), {"expected": name}) for name in missing)
    return told.select(list(SCHEMA)).with_columns(pl.col("row").cast(pl.Int64, strict=False))


def put_rejects(change: Change, rejects: pl.DataFrame, sources: Collection[str]) -> None:
    """Let a change say what was left out of these sources; what is said of others stays."""
    told = read_rejects(change.folder)
    others = told.filter(~pl.col("source").is_in(list(sources)))
    rows = pl.concat([others, rejects])
    if rows.height or told.height:
        with change.place(NAME) as path:
            safe(rows).write_csv(path)
