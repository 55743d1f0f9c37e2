"""What a viewer may take along of a list: the rows and cells that a page would show them, bound by consent."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.exchange.lists.held import TABLES_OF_LISTS, Held, check_purpose, unwilling
from tenfold.facts.declaration import TABLES
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.rights.names import today_of
from tenfold.web.rights.policies import Data, Sight
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.append import clock_of
from tenfold.web.store.current import Row, current

NEEDED: Mapping[str, tuple[str, ...]] = {
    "people": ("parties", "affiliations"),
    "money": ("cash_movements",),
    "promises": ("commitments", "commitment_steps"),
    "holdings": ("holdings",),
}
WITH_AMOUNTS = ("money", "holdings")  # lists that say nothing without amounts


def sees_amounts(viewer: Viewer) -> bool:
    """Whether every amount of the rows that a viewer sees is shown to them: all, or those about themselves."""
    return Sight.NO_AMOUNTS not in viewer.sees(Data.PIPELINE) or viewer.amounts


def purposes(viewer: Viewer) -> Iterator[tuple[str, str]]:
    """Yield the purposes that people's details may leave for, with their words; the relationship is none of a name."""
    speech = viewer.phrases()
    for purpose in viewer.rules.insight.purposes:
        yield str(purpose), speech.word("purpose", str(purpose))


def held(viewer: Viewer, name: str, purpose: str | None = None) -> Held:
    """Return the rows of a list as a viewer may be given them.

    Raises
    ------
    Refused   the list says amounts that the viewer may not see, or the charter has no such purpose
    """
    community, charter = viewer.community, viewer.rules
    if name in WITH_AMOUNTS and not sees_amounts(viewer):
        raise Refused([Complaint("exporting.amounts")])
    check_purpose(charter, purpose)
    rows = {table: current_rows(viewer, table) for table in NEEDED[name]}
    tables = {table: _frame(table, rows.get(table, ())) for table in TABLES_OF_LISTS}
    consents = _frame("consents", current(community, "consents") if name == "people" else ())
    return Held(
        tables,
        _names(viewer, rows),
        charter.currencies,
        charter.charter.timezone,
        charter.community.project,
        clock_of(community),
        unwilling(consents, tables["parties"], purpose, today_of(community)),
    )


def _frame(table: str, rows: Iterable[Row]) -> pl.DataFrame:
    """Return rows in the columns of their table; a cell that is hidden is missing."""
    schema = TABLES[table].schema
    cells = [{name: _cell(row.get(name)) for name in schema} for row in rows]
    frame = pl.DataFrame(cells, schema=schema, orient="row")
    return frame.sort("occurred_at", "recorded_at", "fact")


def _cell(cell: Any) -> Any:
    return Decimal(str(cell)) if isinstance(cell, float) else cell


def _names(viewer: Viewer, rows: Mapping[str, list[Row]]) -> dict[str, str]:
    """Return party → name, as recorded, of everybody whom the rows mention, and of the project."""
    keys = {key for table, listed in rows.items() for row in listed for key in _parties(table, row)}
    project = viewer.rules.community.project
    wanted = current(viewer.community, "parties", party=[*keys, *([project] if project else [])])
    return {row["party"]: row["name"] for row in wanted if row["name"]}


def _parties(table: str, row: Row) -> Iterator[str]:
    for column in TABLES[table].refs:
        if column.target == "parties" and not column.item and row.get(column.name):
            yield row[column.name]
