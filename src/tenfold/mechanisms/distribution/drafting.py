"""What the sentences of distribution need: rules, currencies, each pool's first row, recorded payouts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.terms.measure import Facts
from tenfold.terms.money import from_minor
from tenfold.terms.rules import Rules

MECHANISM = "distribution"


@dataclass(frozen=True)
class Drafting:
    """What the sentences need: rules, currencies, each pool's first row, recorded payouts."""

    facts: Facts
    rules: Rules

    @cached_property
    def pools(self) -> Mapping[str, Mapping[str, Any]]:
        """Pool → its terms, with `since` (the fact that declared it) and `signatures` (who approved it)."""
        rows = self.facts.rows("pools").sort("occurred_at", "recorded_at", "fact")
        signed = pl.col("state") == "approved"
        first = rows.group_by("pool", maintain_order=True).agg(
            since=pl.col("fact").first(), signatures=pl.col("by").filter(signed).drop_nulls().n_unique()
        )
        terms = self.facts.read("pool.terms").filter("has_pool").join(first, on="pool", maintain_order="left")
        return {row["pool"]: row for row in terms.sort("pool").iter_rows(named=True)}

    @cached_property
    def payouts(self) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """(pool, party) → the recorded payout."""
        rows = self.facts.now("payouts").sort("pool", "party")
        return {(row["pool"], row["party"]): row for row in rows.iter_rows(named=True)}

    def amount(self, minor: int, currency: str) -> str:
        """Write minor units in major units."""
        return from_minor(minor, self.rules.currencies.digits(currency) or 0)

    def version(self, pool: str) -> int:
        """Return the charter version that judges a pool: the one in force when it was declared."""
        return int(self.rules.judging(self.pools[pool]["declared_at"]).charter.version)
