"""Undo: what somebody recorded a moment ago is withdrawn by corrections; nothing is erased.

An act is taken back as a whole, for its facts were checked together; and only while nothing rests on it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db.models import Q

from tenfold.facts.declaration import TABLES, Table
from tenfold.web.rights.acts import Act
from tenfold.web.services.acting import Doing, act, refuse
from tenfold.web.store.communities import JournalEntry
from tenfold.web.store.current import counting, with_personal
from tenfold.web.store.declared import MODELS

Entries = Mapping[str | None, JournalEntry]  # fact → its entry
WITHIN = timedelta(minutes=10)
# How the community decides its rules: a vote is changed by voting again, a step by the next one.
LASTING = frozenset({"proposals", "votes", "charter_versions"})
# What goes step by step, by the column that names whose steps they are: a step that another followed stays.
STEPPED = MappingProxyType(
    {
        "pools": "pool",
        "payouts": "pool",
        "alert_acts": "alert",
        "decision_acts": "decision",
        "commitment_steps": "commitment",
    }
)


@act(Act.UNDO)
def undo(doing: Doing, *, facts: Sequence[str]) -> None:
    """Withdraw facts that the viewer recorded within the last minutes, all of them or none."""
    entries = {one.fact: one for one in JournalEntry.rows.of(doing.community).filter(fact__in=facts)}
    withdrawn = [(entries[fact].kind, _withdrawable(doing, entries, fact)) for fact in dict.fromkeys(facts)]
    doing.forbid(not _whole(doing, entries), "acts.undo_part")
    doing.forbid(_rested_on(doing, entries), "acts.undo_followed")
    for table, row in withdrawn:
        doing.add(table, **row, void=True)


def _withdrawable(doing: Doing, entries: Entries, fact: str) -> dict[str, Any]:
    """Return the row that withdraws a fact. Raises Refused where it is not the viewer's to withdraw now."""
    entry = entries.get(fact)
    if entry is None:
        refuse("acts.unknown")
    doing.forbid(datetime.now(UTC) - entry.at > WITHIN, "acts.undo_late")
    doing.forbid(entry.kind in LASTING, "acts.undo_rules")
    row = _row(doing, entry.kind, fact)
    doing.forbid(row["recorded_by"] != doing.viewer.party, "acts.undo_others")
    doing.forbid(_followed(doing, entry, row, entries), "acts.undo_followed")
    return row | {"corrects": fact}


def _whole(doing: Doing, entries: Entries) -> bool:
    """Whether these are whole acts: the entries of one stand beside each other, at one instant."""
    beside = {one.sequence + step for one in entries.values() for step in (-1, 1)}
    near = JournalEntry.rows.of(doing.community).filter(sequence__in=beside, fact__isnull=False)
    instants = {one.at for one in entries.values()}
    return all(one.fact in entries for one in near if one.at in instants)


def _rested_on(doing: Doing, entries: Entries) -> bool:
    """Whether a later fact that counts was recorded because of one of these, or names a thing that they alone make."""
    first = min((one.sequence for one in entries.values()), default=0)
    made = {table: _made(doing, table, entries) for table in {one.kind for one in entries.values()}}
    for table in TABLES.values():
        others = counting(doing.community, table.name).filter(sequence__gt=first).exclude(fact__in=entries)
        if others.filter(_naming(table, made) | Q(because__in=entries)).exists():
            return True
    return False


def _naming(table: Table, made: Mapping[str, set[str]]) -> Q:
    """Return what is true of rows of a table that name one of these things, by the columns that name one alone."""
    named = Q()
    for column in table.refs:
        if column.item is None and column.target in made:
            named |= Q(**{f"{column.name}__in": made[column.target]})
    return named


def _made(doing: Doing, table: str, entries: Entries) -> set[str]:
    """Return the keys of the things of a table that are there by these facts alone."""
    named = TABLES[table].identity
    rows = counting(doing.community, table)
    keys = set(rows.filter(fact__in=entries).values_list(named, flat=True))
    others = rows.filter(**{f"{named}__in": keys}).exclude(fact__in=entries)
    return keys - set(others.values_list(named, flat=True))


def _followed(doing: Doing, entry: JournalEntry, row: Mapping[str, Any], entries: Entries) -> bool:
    """Whether somebody went on from a step since."""
    named = STEPPED.get(entry.kind)
    if named is None:
        return False
    later = counting(doing.community, entry.kind).filter(**{named: row[named]}, sequence__gt=entry.sequence)
    return bool(later.exclude(fact__in=entries).exists())


def _row(doing: Doing, table: str, fact: str) -> dict[str, Any]:
    """Return the cells that a correction repeats: what the row is about, under a new id."""
    rows = list(MODELS[table].rows.of(doing.community).filter(fact=fact).values())
    (whole,) = with_personal(doing.community, table, rows)
    given = {column.stored: whole[column.stored] for column in TABLES[table].columns.values()}
    left = ("fact", "recorded_at", "corrects", "void", "because", "origin", "origin_key")
    return {name: cell for name, cell in given.items() if name not in left}
