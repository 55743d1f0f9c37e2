"""What one may take along: rows of facts that count now, as far as whoever exports may see them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.consents import RELATIONSHIP
from tenfold.facts.maps.match import living, newest
from tenfold.facts.store import FactStore
from tenfold.terms.days import local_day
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed
from tenfold.terms.money import Currencies

if TYPE_CHECKING:
    from tenfold.charter.document import Charter


@dataclass(frozen=True)
class Held:
    """The rows of one export.

    tables   table → rows that count, of a thing its newest alone
    names    party → name
    now      when it leaves
    left     parties that an export of contact details leaves out by their own wish
    """

    tables: Mapping[str, pl.DataFrame]
    names: Mapping[str, str]
    currencies: Currencies
    zone: str
    project: str | None
    now: datetime
    left: frozenset[str] = frozenset()

    @classmethod
    def of(cls, store: FactStore, charter: "Charter", now: datetime, purpose: str | None = None) -> "Held":
        """Return everything that a community has; `purpose` is what its people's details leave for.

        Raises
        ------
        Refused   the charter has no such purpose
        """
        check_purpose(charter, purpose)
        zone = charter.charter.timezone
        tables = {name: _now(name, store.tables[name]) for name in TABLES_OF_LISTS}
        parties = tables["parties"]
        project = charter.community.project
        return cls(
            tables,
            dict(parties.select("party", "name").drop_nulls().iter_rows()),
            charter.currencies,
            zone,
            None if project is None else str(project),
            now,
            unwilling(tables["consents"], parties, purpose, local_day(now, zone)),
        )

    def called(self, party: str | None) -> str | None:
        """Return the name of a party."""
        return None if party is None else self.names.get(party, party)


TABLES_OF_LISTS = (
    "parties", "affiliations", "consents", "cash_movements", "commitments", "commitment_steps", "holdings",
)  # fmt: skip
BY = {"parties": ["party"], "affiliations": ["party", "organisation"], "consents": ["party", "purpose"]}


def _now(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a table that count, of a thing its newest alone."""
    kept = living(rows)
    return newest(kept, BY[name]) if name in BY else kept.sort("occurred_at", "recorded_at", "fact")


def check_purpose(charter: "Charter", purpose: str | None) -> None:
    """Refuse a purpose that the charter does not know."""
    known = [str(one) for one in charter.insight.purposes]
    if purpose is not None and purpose not in known:
        raise Refused([Complaint("exporting.purpose", params={"seen": purpose, "expected": Listed(known)})])


def unwilling(consents: pl.DataFrame, parties: pl.DataFrame, purpose: str | None, today: date) -> frozenset[str]:
    """Return whose details do not leave for a purpose; without one, for the relationship itself.

    The relationship needs no yes but heeds a no; any other purpose needs a yes that still holds (decision 0012). What
    was said under a record that is merged into another is said for both.
    """
    holding = consents.filter(pl.col("until").is_null() | (pl.col("until") >= today))
    purposes = RELATIONSHIP if purpose is None else (purpose,)
    said = holding.filter(pl.col("purpose").is_in(purposes))
    merged = dict(parties.drop_nulls("merged_into").select("party", "merged_into").iter_rows())
    no = _persons(said.filter(~pl.col("granted"))["party"], merged)
    if set(purposes) <= set(RELATIONSHIP):
        return _records(no, parties["party"], merged)
    yes = _persons(said.filter("granted")["party"], merged) - no
    everybody = _persons(parties["party"], merged)
    return _records(everybody - yes, parties["party"], merged)


def willing(store: FactStore, today: date) -> frozenset[str]:
    """Return who agreed to the relationship and took nothing of it back, whichever of their records said it."""
    parties, consents = (_now(name, store.tables[name]) for name in ("parties", "consents"))
    said = consents.filter(pl.col("until").is_null() | (pl.col("until") >= today))
    said = said.filter(pl.col("purpose").is_in(RELATIONSHIP))
    merged = dict(parties.drop_nulls("merged_into").select("party", "merged_into").iter_rows())
    yes, no = (_persons(said.filter(pl.col("granted") == one)["party"], merged) for one in (True, False))
    return _records(yes - no, parties["party"], merged)


def _persons(parties: Collection[str], merged: Mapping[str, str]) -> set[str]:
    """Return the records in which parties ended up."""
    return {_head(party, merged) for party in parties}


def _records(persons: set[str], parties: Collection[str], merged: Mapping[str, str]) -> frozenset[str]:
    return frozenset(party for party in parties if _head(party, merged) in persons)


def _head(party: str, merged: Mapping[str, str]) -> str:
    """Return the record into which one was merged, itself where it was not; a circle ends where it began."""
    seen = {party}
    while party in merged and merged[party] not in seen:
        party = merged[party]
        seen.add(party)
    return party
