"""What the decisions of adjustment need at the cycle's own end, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.facts.consents import said_no
from tenfold.facts.views import grouped
from tenfold.mechanisms.adjustment.measures.terms import spells
from tenfold.terms.draft import Grounds

# What is read: of members, of who holds which role, of connected groups, of leavers.
MEMBERS = ("view.member",)
TERMS = ("role_terms",)
GROUPS = ("view.group",)
LEAVERS = ("memberships", *MEMBERS)


@dataclass(frozen=True)
class AdjustmentGrounds(Grounds):
    """The facts and rules at one end."""

    @cached_property
    def members(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Member → its memberships (class, state, admitted_on, fact), by class; the project itself is none."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for row in self.facts.read("view.member").sort("party", "class").iter_rows(named=True):
            if row["party"] != self.rules.community.project:
                found.setdefault(row["party"], []).append(row)
        return found

    @cached_property
    def talked_with(self) -> frozenset[str]:
        """The members to be talked to within some time: those with a cadence who did not say no to it."""
        return frozenset(self.facts.read("rel.overdue").drop_nulls("value")["subject"]) - said_no(self.facts)

    @cached_property
    def terms(self) -> Sequence[Mapping[str, Any]]:
        """Who held which role from when to when."""
        return spells(self.facts).to_dicts()

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """Party → connected group, for parties that are not their own."""
        return dict(self.facts.read("view.group").select("party", "group").iter_rows())

    def group(self, party: str) -> str:
        """Return the connected group of a party."""
        return self.groups.get(party, party)

    @cached_property
    def levels(self) -> Mapping[str, Mapping[str, float]]:
        """Need → group → level of the members, a connected group with one voice."""
        held = self.facts.read("view.capability").filter(pl.col("party").is_in([*self.members]))
        found: dict[str, dict[str, float]] = {}
        rows = grouped(held, self.facts.read("view.group")).select("need", "group", "level").sort("need", "group")
        for need, group, level in rows.iter_rows():
            voices = found.setdefault(need, {})
            voices[group] = max(level, voices.get(group, 0.0))
        return found
