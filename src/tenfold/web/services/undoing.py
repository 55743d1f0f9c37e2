"""Undo: what somebody recorded a moment ago is withdrawn by corrections; nothing is erased."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from tenfold.facts.declaration import TABLES
from tenfold.web.rights.acts import Act
from tenfold.web.services.acting import Doing, act, refuse
from tenfold.web.store.communities import JournalEntry
from tenfold.web.store.current import counting, with_personal
from tenfold.web.store.declared import MODELS

WITHIN = timedelta(minutes=10)
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
    for fact in facts:
        entry = entries.get(fact)
        if entry is None:
            refuse("acts.unknown")
        doing.forbid(datetime.now(UTC) - entry.at > WITHIN, "acts.undo_late")
        row = _row(doing, entry.kind, fact)
        doing.forbid(row["recorded_by"] != doing.viewer.party, "acts.undo_others")
        doing.forbid(_followed(doing, entry, row, facts), "acts.undo_followed")
        doing.add(entry.kind, **row, corrects=fact, void=True)


def _followed(doing: Doing, entry: JournalEntry, row: Mapping[str, Any], facts: Sequence[str]) -> bool:
    """Whether somebody went on from a step since."""
    named = STEPPED.get(entry.kind)
    if named is None:
        return False
    later = counting(doing.community, entry.kind).filter(**{named: row[named]}, sequence__gt=entry.sequence)
    return bool(later.exclude(fact__in=facts).exists())


def _row(doing: Doing, table: str, fact: str) -> dict[str, Any]:
    """Return the cells that a correction repeats: what the row is about, under a new id."""
    rows = list(MODELS[table].rows.of(doing.community).filter(fact=fact).values())
    (whole,) = with_personal(doing.community, table, rows)
    given = {column.stored: whole[column.stored] for column in TABLES[table].columns.values()}
    left = ("fact", "recorded_at", "corrects", "void", "because", "origin", "origin_key")
    return {name: cell for name, cell in given.items() if name not in left}
