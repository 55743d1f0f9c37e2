"""What is current now: rows of facts that count, straight from the tables, as pages list them (FACTS.md §2)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenfold.facts.as_of import LATEST
from tenfold.facts.declaration import TABLES
from tenfold.web.store.append import clock_of
from tenfold.web.store.communities import Community, PersonalCell
from tenfold.web.store.declared import MODELS

Row = Mapping[str, Any]


def counting(community: Community, table: str) -> "QuerySet[Any]":
    """Return the rows of a table that count now: they happened, nothing corrects them, none is void."""
    model = MODELS[table]
    correction = model.rows.of(community).filter(corrects=OuterRef("fact"))
    rows = model.rows.of(community).filter(~Exists(correction), occurred_at__lte=clock_of(community))
    return rows.exclude(void=True)


def standing(community: Community, table: str) -> "QuerySet[Any]":
    """Return the rows of a table of states that are current now: the latest that counts of each thing."""
    rows = counting(community, table)
    first, second, third = LATEST
    later = Q(**{f"{first}__gt": OuterRef(first)})
    later |= Q(**{first: OuterRef(first), f"{second}__gt": OuterRef(second)})
    later |= Q(**{first: OuterRef(first), second: OuterRef(second), f"{third}__gt": OuterRef(third)})
    same = {name: OuterRef(name) for name in TABLES[table].by or (TABLES[table].identity,)}
    return rows.filter(~Exists(counting(community, table).filter(later, **same)))


def current(community: Community, table: str, **wanted: Collection[str]) -> list[Row]:
    """Return the current row per key of a table (per fact where events have no key), personal cells with it.

    wanted   column → the values that it may have
    """
    filters = {f"{name}__in": values for name, values in wanted.items()}
    rows: Iterable[Any] = counting(community, table).filter(**filters).values()
    # Put in order here, for asked for an order SQLite reads the whole table by time to find a few.
    in_order = sorted(rows, key=itemgetter(*LATEST))
    by = TABLES[table].by or (TABLES[table].identity,)
    latest = {tuple(row[name] for name in by): row for row in in_order}
    return list(with_personal(community, table, list(latest.values())))


def with_personal(community: Community, table: str, rows: Collection[Row]) -> Iterator[Row]:
    """Yield rows with their personal cells; what was erased, or never said, is missing."""
    columns = [column.name for column in TABLES[table].columns.values() if column.personal]
    cells = PersonalCell.rows.of(community).filter(fact__in=[row["fact"] for row in rows]) if columns else ()
    said = {(cell.fact, cell.column): cell.text for cell in cells}
    for row in rows:
        yield {**row, **{name: said.get((row["fact"], name)) for name in columns}}
