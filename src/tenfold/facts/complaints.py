"""Complaints about cells, kept as rows of a table until somebody reads them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

import polars as pl

from tenfold.terms.errors import LISTED_AT_MOST, Complaint, Place, Refused

SCHEMA = {"row": pl.Int64, "column": pl.String, "id": pl.String, "seen": pl.String, "expected": pl.String}
SEEN_AT_MOST = 80  # characters of a cell that a complaint repeats


@cache
def none() -> pl.DataFrame:
    """Return an empty table of complaints: row (record number, header = 1), column, id, seen, expected."""
    return pl.DataFrame(schema=SCHEMA)


def problems(
    rows: pl.Series, column: str, id: str, seen: pl.Series, bad: pl.Series, expected: str | pl.Series = ""
) -> pl.DataFrame:
    """Return one complaint per row where `bad` is true; what was expected may differ from row to row."""
    if not bad.any():
        return none()
    rows, seen = rows.filter(bad), shown(seen.filter(bad))
    told = pl.DataFrame({"row": rows.cast(pl.Int64), "seen": seen.fill_null("").str.slice(0, SEEN_AT_MOST)})
    # What is the same throughout is held once, however many rows are bad.
    wanted = shown(expected.filter(bad)) if isinstance(expected, pl.Series) else pl.lit(expected, dtype=pl.String)
    same = {"column": column, "id": id}
    return told.with_columns(
        wanted.alias("expected"), *(pl.lit(text, dtype=pl.String).alias(name) for name, text in same.items())
    ).select([*SCHEMA])


def shown(cells: pl.Series) -> pl.Series:
    """Return cells as people write them."""
    if isinstance(cells.dtype, pl.Datetime):
        return cells.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = cells.cast(pl.String)
    return text.str.strip_chars_end("0").str.strip_chars_end(".") if cells.dtype.is_decimal() else text


def joined(found: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Join complaints in the order of rows, then of `found`."""
    some = [frame for frame in found if frame.height]
    return pl.concat(some).sort("row", maintain_order=True) if some else none()


def complaints(found: pl.DataFrame, file: str) -> Iterator[Complaint]:
    """Yield the first complaints of a table as `Complaint`s about `file`; never more than are listed."""
    for row, column, id, seen, expected in found.head(LISTED_AT_MOST).iter_rows():
        params = {"seen": seen, "expected": expected}
        yield Complaint(id, Place(file, row, column or None), params)


@contextmanager
def refusing(id: str, file: str) -> Iterator[None]:
    """Turn whatever a parser of other people's formats raises, panics of its compiled parts too, into a refusal."""
    try:
        yield
    except Refused:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Refused([Complaint(id, Place(file), {"seen": str(error)[:SEEN_AT_MOST], "expected": ""})]) from None


class Complaints:
    """Collects complaints of a whole load: the first hundred are kept, all are counted."""

    def __init__(self) -> None:
        self.listed: list[Complaint] = []
        self.count = 0

    def add(self, complaint: Complaint) -> None:
        """Take one complaint."""
        self.count += 1
        if len(self.listed) < LISTED_AT_MOST:
            self.listed.append(complaint)

    def add_all(self, complaints: Iterable[Complaint]) -> None:
        """Take several."""
        for complaint in complaints:
            self.add(complaint)

    def take(self, found: pl.DataFrame, file: str) -> None:
        """Take a table of complaints about `file`."""
        self.count += found.height
        self.listed += list(complaints(found, file))[: LISTED_AT_MOST - len(self.listed)]

    def settle(self) -> None:
        """Raise `Refused` if anything was wrong; a last complaint counts what is not listed."""
        if not self.count:
            return
        rest = self.count - len(self.listed)
        more = [Complaint("facts.more", params={"count": rest, "listed": len(self.listed)})] if rest else []
        raise Refused([*self.listed, *more])
