"""Erasing a person: what they are called, what people typed about them and papers about them alone go.

Every hash stays what it was.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from tenfold.facts.declaration import TABLES, Table
from tenfold.web.rights.acts import Act
from tenfold.web.services import seats
from tenfold.web.services.acting import Doing, act
from tenfold.web.store import papers
from tenfold.web.store.append import ERASURE
from tenfold.web.store.communities import PersonalCell
from tenfold.web.store.current import Row
from tenfold.web.store.declared import MODELS
from tenfold.web.store.party_keys import PartyKey
from tenfold.web.store.requests import erase_addresses

PARTIES, DOCUMENTS = "parties", "documents"


@act(Act.ERASE)
def erase(doing: Doing, *, party: str) -> None:
    """Erase every personal cell of rows about a party, or about a thing of theirs, and the papers of these rows alone.

    Their way in goes too: seat, invitations, and the account where it leads nowhere else. Keys and numbers stay.
    Nobody can find an erased text by trying: its salt goes with it. The journal notes that it happened, and how much.
    """
    doing.one(PARTIES, party)
    doing.forbid(party in doing.viewer.own, "acts.about_oneself")  # and with their account the act would go
    keys = _keys(doing, party)
    gone = _papers(doing, keys)
    facts = sorted({*_about(doing, party, keys), *gone})
    cells = PersonalCell.rows.of(doing.community).filter(fact__in=facts)
    doing.writer.note(ERASURE, {"cells": cells.count(), "party": party})
    cells.delete()
    PartyKey.rows.of(doing.community).filter(fact__in=facts).delete()
    papers.forget(doing.community, gone)
    erase_addresses(doing.community, party)
    seats.forget(doing, party)


def _keys(doing: Doing, party: str) -> dict[str, set[str]]:
    """Return table → the keys of its things that name a party."""
    keys: dict[str, set[str]] = {PARTIES: {party}}
    for name, table in TABLES.items():
        if name != PARTIES:
            keys[name] = set(_naming(doing, table, PARTIES, {party}, table.identity))
    return keys


def _papers(doing: Doing, keys: Mapping[str, Collection[str]]) -> list[str]:
    """Return the rows of `documents` that rows about a party name, and no row about somebody else."""
    own: set[str] = set()
    others: set[str] = set()
    for table in TABLES.values():
        about = {fact for target in keys for fact in _naming(doing, table, target, keys[target], "fact")}
        for row in _with_papers(doing, table):
            (own if row["fact"] in about else others).update(_named(row))
    rows = MODELS[DOCUMENTS].rows.of(doing.community).filter(document__in=own - others)
    return list(rows.order_by("sequence").values_list("fact", flat=True))


def _with_papers(doing: Doing, table: Table) -> "QuerySet[Any]":
    """Return the rows of a table that name a paper; corrected ones too."""
    named = Q(evidence__isnull=False)
    if "document" in table.columns and table.name != DOCUMENTS:
        named |= Q(document__isnull=False)
    return MODELS[table.name].rows.of(doing.community).filter(named).values()


def _named(row: Row) -> Iterator[str]:
    """Yield the keys of the papers that a row names."""
    yield from row["evidence"] or ()
    if row.get("document") is not None:
        yield row["document"]


def _about(doing: Doing, party: str, keys: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield the facts that name a party, or a thing that names it; corrected rows too, for they are kept."""
    yield from MODELS[PARTIES].rows.of(doing.community).filter(party=party).values_list("fact", flat=True)
    for table in TABLES.values():
        if any(column.personal for column in table.columns.values()):
            for target, named in keys.items():
                yield from _naming(doing, table, target, named, "fact")


def _naming(doing: Doing, table: Table, target: str, keys: Collection[str], wanted: str) -> Iterator[str]:
    """Yield a column of the rows of a table that name one of these keys of another."""
    if not keys:
        return
    rows = MODELS[table.name].rows.of(doing.community)
    for column in table.refs:
        if column.item is None and column.target == target:
            yield from rows.filter(**{f"{column.name}__in": keys}).values_list(wanted, flat=True)
