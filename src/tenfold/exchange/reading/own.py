"""A list that Tenfold wrote, come back: compared with what the community holds, and nothing asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from tenfold.exchange.lists.back import Returned, returned
from tenfold.exchange.lists.held import Held
from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.grid import Grid
from tenfold.exchange.reading.model import ColumnRead
from tenfold.exchange.reading.preview import Counted, Preview
from tenfold.exchange.reading.table import Table, whole_table
from tenfold.facts.maps.result import Import
from tenfold.facts.maps.sources import Sources
from tenfold.facts.rejects import SCHEMA as REJECTED
from tenfold.report.words import LANGUAGES, say

SOURCE, KIND, ROLE = "list", "own", "own"


@dataclass(frozen=True)
class Own:
    """A list of ours, as a table, and how it compares."""

    table: Table
    columns: tuple[ColumnRead, ...]
    preview: Preview
    found: Import


def own_list(grids: Sequence[Grid]) -> tuple[Grid, Returned] | None:
    """Return the sheet that is a list of ours; None where no first row names the columns of one."""
    for grid in grids:
        names = [cell for cell in grid.row(0) if cell is not None and cell not in _reasons()] if grid.height else []
        found = returned(names)
        if found is not None:
            return grid, found
    return None


def _reasons() -> set[str]:
    """The headers of the last column that a copy with what could not be read has."""
    return {say(language, "maps.reason_header") for language in LANGUAGES}


def compared(grid: Grid, found: Returned, around: Around) -> Own:
    """Compare a list of ours with what the community holds."""
    table = whole_table(grid)
    table = replace(table, places={name: table.places[name] for name in found.headers.values()})
    held = Held.of(around.store, around.charter, around.now)
    same, problems = found.compared(table.rows, held)
    by_source = {SOURCE: problems} if problems.height else {}
    sources = Sources.given(SOURCE, table.rows, problems)
    store, context, now = around.store, around.context, around.now
    run = Import("", (), {}, {}, by_source, pl.DataFrame(schema=REJECTED), 0, store, context, sources, now)
    columns = tuple(ColumnRead(name, ROLE, "header") for name in table.names)
    preview = Preview((Counted(found.listing.table or "", {"same": same}),), unread=run.unread)
    return Own(table, columns, preview, run)
