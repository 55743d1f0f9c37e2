"""Erasing a person: what they are called and what people typed about them goes, and every hash stays what it was."""

from collections.abc import Iterator

from tenfold.facts.declaration import TABLES, Table
from tenfold.web.rights.acts import Act
from tenfold.web.services.acting import Doing, act
from tenfold.web.store.append import ERASURE
from tenfold.web.store.communities import PersonalCell
from tenfold.web.store.declared import MODELS

PARTIES = "parties"


@act(Act.ERASE)
def erase(doing: Doing, *, party: str) -> None:
    """Erase every personal cell of rows about a party, or about a thing of theirs; keys and numbers stay.

    Nobody can find an erased text by trying: its salt goes with it. The journal notes that it happened, and how much.
    """
    doing.one(PARTIES, party)
    facts = sorted(set(_about(doing, party)))
    cells = PersonalCell.rows.of(doing.community).filter(fact__in=facts)
    doing.writer.note(ERASURE, {"cells": cells.count(), "party": party})
    cells.delete()


def _about(doing: Doing, party: str) -> Iterator[str]:
    """Yield the facts that name a party, or a thing that names it; corrected rows too, for they are kept."""
    keys: dict[str, set[str]] = {PARTIES: {party}}
    for name, table in TABLES.items():
        if name != PARTIES:
            keys[name] = set(_naming(doing, table, PARTIES, {party}, table.identity))
    yield from MODELS[PARTIES].rows.of(doing.community).filter(party=party).values_list("fact", flat=True)
    for table in TABLES.values():
        if any(column.personal for column in table.columns.values()):
            for target, named in keys.items():
                yield from _naming(doing, table, target, named, "fact")


def _naming(doing: Doing, table: Table, target: str, keys: set[str], wanted: str) -> Iterator[str]:
    """Yield a column of the rows of a table that name one of these keys of another."""
    if not keys:
        return
    rows = MODELS[table.name].rows.of(doing.community)
    for column in table.refs:
        if column.item is None and column.target == target:
            yield from rows.filter(**{f"{column.name}__in": keys}).values_list(wanted, flat=True)
