"""A list that comes back: a row is known by its record, and compared cell by cell with what the community holds.

What is the same is the same, whatever form of file it travelled in. A row that differs is told and left alone: money,
shares and promises are put right in Tenfold, where the correction has its reason. A blank cell says nothing, for
whoever exported the list may have seen less. Lists of people have no records: they are read as any other sheet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from tenfold.exchange.lists.held import Held
from tenfold.exchange.lists.safe import plain
from tenfold.exchange.lists.tables import DAY, LAST_MINUTE, LISTS, MINUTE, RECORD, Listing, words
from tenfold.facts.complaints import SCHEMA
from tenfold.report.words import LANGUAGES
from tenfold.terms.days import local_time

Cells = tuple[str, str, str]  # header, the cell as it is, the cell as it was


@dataclass(frozen=True)
class Returned:
    """A list that came back: which, and the language of its headers; none where a program wrote them."""

    listing: Listing
    language: str | None
    headers: Mapping[str, str]  # column → header

    def compared(self, rows: pl.DataFrame, held: Held) -> tuple[int, pl.DataFrame]:
        """Return how many rows are the same, and the complaints about the others, in the columns of `problems`.

        rows   the file's rows with `$row`, its headers as names
        """
        known = self._known(held)
        same, found = 0, []
        for row in rows.iter_rows(named=True):
            record = row[self.headers[RECORD]]
            expected = known.get(record or "")
            if expected is None:
                found.append((row["$row"], self.headers[RECORD], "reading.own.unknown", record or "", ""))
                continue
            differing = [*self._differing(row, expected, held.zone)]
            same += not differing
            found += [(row["$row"], header, "reading.own.changed", seen, was) for header, seen, was in differing]
        return same, pl.DataFrame(found, schema=SCHEMA, orient="row")

    def _known(self, held: Held) -> dict[str, dict[str, str]]:
        """Return record → column → cell, as the list would leave now."""
        rows = {row[RECORD]: row for row in self.listing.plain(held)}
        if self.language is not None:
            for column, family in self.listing.coded.items():
                said = words(family, self.language)
                for row in rows.values():
                    row[column] = said.get(row[column], row[column])
        return rows

    def _differing(self, row: Mapping[str, str | None], expected: Mapping[str, str], zone: str) -> Iterator[Cells]:
        for column, header in self.headers.items():
            seen = _in_zone(row[header] or "", zone) if column == "due" else plain(row[header] or "")
            if seen and seen != expected[column]:
                yield header, seen, expected[column]


def returned(names: list[str]) -> Returned | None:
    """Return which list a file's headers are of; None for a sheet of somebody's own."""
    for one in LISTS.values():
        if one.table is None:
            continue
        for language in (None, *LANGUAGES):
            headers = one.columns if language is None else one.headers(language)
            by_header = dict(zip(headers, one.columns, strict=True))
            if headers[0] in names and set(names) <= set(headers):
                return Returned(one, language, {by_header[name]: name for name in names})
    return None


def _in_zone(text: str, zone: str) -> str:
    """Return a moment that a calendar tells in UTC as the list tells it; any other text as it is."""
    if "T" not in text:
        return text
    moment = local_time(datetime.fromisoformat(text), zone)
    return moment.strftime(DAY if moment.time() >= LAST_MINUTE else MINUTE)
