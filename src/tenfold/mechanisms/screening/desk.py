"""All that a decision about a candidate needs, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from tenfold.mechanisms.screening.measures.cover import Cover, covers
from tenfold.mechanisms.screening.measures.people import candidates
from tenfold.mechanisms.screening.measures.ratings import Card, cards
from tenfold.terms.draft import Grounds

GATE, SCORE, GAIN = "scr.gate", "scr.score", "scr.coverage_gain"
POINTS = 6
# What is read: of gates, of score cards, of what candidates can do, of candidates.
GATES = (GATE, "gate_checks")
CARDS = ("ratings", "view.same", "view.member", "memberships")
COVER = (GAIN, "needs", "view.capability", "view.member", "view.group")
PEOPLE = ("memberships", "view.same")


@dataclass(frozen=True)
class Desk(Grounds):
    """All that a decision about a candidate needs, at one end."""

    def read(self, id: str) -> pl.DataFrame:
        """Return a result at this end."""
        return self.facts.read(id).filter(pl.col("end") == self.end)

    @cached_property
    def people(self) -> pl.DataFrame:
        """Candidates, one row each (the class that stands first)."""
        rows = candidates(self.facts).filter(pl.col("end") == self.end)
        return rows.unique("party", keep="first", maintain_order=True).sort("party")

    @cached_property
    def gates(self) -> Mapping[str, Mapping[str, str]]:
        """Party → gate → state."""
        found: dict[str, dict[str, str]] = {}
        for subject, state in self.read(GATE).select("subject", "value").iter_rows():
            party, _, gate = subject.partition("@")
            found.setdefault(party, {})[gate] = state
        return found

    @cached_property
    def used_gates(self) -> frozenset[str]:
        """Gates for which anybody was ever checked."""
        rows = self.facts.rows("gate_checks", ("gate",))
        return frozenset(rows.filter(pl.col("end") == self.end)["gate"])

    @cached_property
    def gate_facts(self) -> Mapping[str, Sequence[str]]:
        """Subject of scr.gate → the checks that it names."""
        return dict(self.read(GATE).select("subject", "because").iter_rows())

    @cached_property
    def gains(self) -> Mapping[str, float]:
        """Party → need points it would add."""
        return dict(self.read(GAIN).select("subject", "value").iter_rows())

    @cached_property
    def cards(self) -> Mapping[str, Card]:
        """Party → score card."""
        return {card.party: card for card in cards(self.facts, self.rules, self.end)}

    @cached_property
    def cover(self) -> Cover:
        """Who covers what now."""
        return covers(self.facts, self.rules, self.ends)

    @cached_property
    def able(self) -> Mapping[str, Mapping[str, float]]:
        """Party → need → level."""
        found: dict[str, dict[str, float]] = {}
        for party, need, level in self.read("view.capability").select("party", "need", "level").iter_rows():
            found.setdefault(party, {})[need] = level
        return found
