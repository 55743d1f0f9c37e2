"""What is current now: rows of facts that count, straight from the tables, as pages list them (FACTS.md §2)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    return MODELS[table].rows.counting(community, clock_of(community))


def standing(community: Community, table: str) -> "QuerySet[Any]":
    """Return the rows of a table of states that are current now: the latest that counts of each thing."""
    rows = counting(community, table)
    first, second, third = LATEST
    later = Q(**{f"{first}__gt": OuterRef(first)})
    later |= Q(**{first: OuterRef(first), f"{second}__gt": OuterRef(second)})
    later |= Q(**{first: OuterRef(first), second: OuterRef(second), f"{third}__gt": OuterRef(third)})
    same = {name: OuterRef(name) for name in TABLES[table].by or (TABLES[table].identity,)}
    return rows.filter(~Exists(counting(community, table).filter(later, **same)))


def current(community: Community, table: str, only: Sequence[str] = (), **wanted: Collection[str]) -> list[Row]:
    """Return the current row per key of a table (per fact where events have no key), personal cells with it.

    only     the columns that are read, beside those by which rows are told apart; all where none is named
    wanted   column → the values that it may have
    """
    if not all(wanted.values()):
        return []
    by = TABLES[table].by or (TABLES[table].identity,)
    personal = personal_columns(table)
    stored = [name for name in dict.fromkeys((*only, *by, *LATEST)) if name not in personal] if only else []
    filters = {f"{name}__in": values for name, values in wanted.items()}
    # Put in order here, for asked for an order SQLite reads the whole table by time to find a few.
    in_order = sorted(counting(community, table).filter(**filters).values(*stored), key=itemgetter(*LATEST))
    latest = {tuple(row[name] for name in by): row for row in in_order}
    cells = [name for name in personal if name in only] if only else personal
    return list(_with_cells(community, list(latest.values()), cells))


def with_personal(community: Community, table: str, rows: Collection[Row]) -> Iterator[Row]:
    """Yield rows with their personal cells; what was erased, or never said, is missing."""
    return _with_cells(community, rows, personal_columns(table))


def personal_columns(table: str) -> list[str]:
    """Return the columns of a table whose cells lie among the personal ones."""
    return [column.name for column in TABLES[table].columns.values() if column.personal]


def _with_cells(community: Community, rows: Collection[Row], columns: Sequence[str]) -> Iterator[Row]:
    """Yield rows with their cells of some personal columns."""
    said = _cells(community, [row["fact"] for row in rows], columns) if rows and columns else {}
    for row in rows:
        yield {**row, **{name: said.get((row["fact"], name)) for name in columns}}


def _cells(community: Community, facts: Collection[str], columns: Collection[str]) -> dict[tuple[str, str], str]:
    """Return fact and column → what is said there."""
    rows = PersonalCell.rows.of(community).filter(fact__in=facts, column__in=columns)
    return {(fact, name): text for fact, name, text in rows.values_list("fact", "column", "text")}
