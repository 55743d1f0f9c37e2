"""What the sentences of distribution need: rules, currencies, each pool's first row, what is on record of payouts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.approval import Approvals, first_payouts, to_one_payee
from tenfold.terms.measure import Facts
from tenfold.terms.money import from_minor
from tenfold.terms.rules import Rules

MECHANISM = "distribution"
ORDER = ("occurred_at", "recorded_at", "fact")
ByPayee = Mapping[tuple[str, str], Mapping[str, Any]]  # (pool, party) → row


@dataclass(frozen=True)
class Drafting:
    """What the sentences need: rules, currencies, each pool's first row, what is on record of payouts."""

    facts: Facts
    rules: Rules

    @cached_property
    def pools(self) -> Mapping[str, Mapping[str, Any]]:
        """Pool → its terms, with `since` (the fact that declared it) and `approval` (who approved it, and what)."""
        first = self._rows("pools").group_by("pool", maintain_order=True).agg(since=pl.col("fact").first())
        terms = self.facts.read("pool.terms").filter("has_pool").join(first, on="pool", maintain_order="left")
        approvals = Approvals(self.facts, self.rules)
        return {row["pool"]: row | {"approval": approvals.of(row)} for row in terms.sort("pool").iter_rows(named=True)}

    @cached_property
    def newest(self) -> Mapping[str, Mapping[str, Any]]:
        """Pool → its current row."""
        return {row["pool"]: row for row in self._rows("pools").iter_rows(named=True)}

    @cached_property
    def on_record(self) -> tuple[ByPayee, ByPayee, ByPayee]:
        """Of each payout: the row that approved it, the current row, and what went out (`paid`, `fact`), if known."""
        return self._by_payee(first_payouts(self.facts)), self.payouts, self._by_payee(self._paid, "paid")

    @cached_property
    def payouts(self) -> ByPayee:
        """(pool, party) → the recorded payout."""
        return self._by_payee(self.facts.now("payouts").sort("pool", "party"))

    @property
    def _paid(self) -> pl.DataFrame:
        """What went out by pool and party, where all of it went in the pool's own currency."""
        out = self._rows("cash_movements").filter(pl.col("purpose") == "payout", pl.col("pool").is_not_null())
        own = self.facts.read("pool.terms").filter("has_pool").select("pool", own="currency")
        sums = out.join(own, on="pool", maintain_order="left").group_by(
            "end", "pool", party="payee", maintain_order=True
        )
        found = sums.agg(
            paid=pl.col("amount_minor").sum(),
            fact=pl.col("fact").last(),
            own=(pl.col("currency") == pl.col("own")).all(),
        )
        return found.filter("own")

    def _by_payee(self, rows: pl.DataFrame, amount: str = "amount_minor") -> ByPayee:
        found = to_one_payee(rows, self.facts, amount)
        return {(row["pool"], row["party"]): row for row in found.iter_rows(named=True)}

    def _rows(self, table: str) -> pl.DataFrame:
        return self.facts.rows(table).sort(ORDER)

    def amount(self, minor: int, currency: str) -> str:
        """Write minor units in major units."""
        return from_minor(minor, self.rules.currencies.digits(currency) or 0)

    def version(self, pool: str) -> int:
        """Return the charter version that judges a pool: the one in force when it was declared."""
        return int(self.rules.judging(self.pools[pool]["declared_at"]).charter.version)
