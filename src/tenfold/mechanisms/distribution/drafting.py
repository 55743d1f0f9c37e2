"""What the sentences of distribution need: rules, currencies, each pool's first row, what is on record of payouts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.approval import Approvals, first_payouts, to_one_payee
from tenfold.terms.draft import Grounds

# What is read of pools and who approved them; of payouts on record and money that went out.
POOLS = ("pools", "pool.terms", "pool.same", "payouts", "decision_acts")
ON_RECORD = ("cash_movements",)
ORDER = ("occurred_at", "recorded_at", "fact")
ByPayee = Mapping[tuple[str, str], Mapping[str, Any]]  # (pool, party) → row


@dataclass(frozen=True)
class Drafting(Grounds):
    """What the sentences need: rules, currencies, each pool's first row, what is on record of payouts."""

    @cached_property
    def shares(self) -> Mapping[str, pl.DataFrame]:
        """Pool → its shares by party; those of a pool that cannot be shared yet have no `remainder`."""
        rows = self.facts.read("pool.shares").sort("pool", "party")
        return {str(pool): own for (pool,), own in rows.group_by("pool", maintain_order=True)}

    @property
    def shared(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Each pool that can be shared, with its shares by party."""
        for pool, rows in self.shares.items():
            known = rows.filter(pl.col("remainder").is_not_null())
            if not known.is_empty():
                yield pool, known

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

    def version(self, pool: str) -> int:
        """Return the charter version that judges a pool: the one in force when it was declared."""
        return int(self.rules.judging(self.pools[pool]["declared_at"]).charter.version)
