"""What was approved of a pool: what its payouts on record say, and the preview that its approvals name.

A recorded payout is what was approved; nothing that becomes known later moves it. An approval names what it approves by
the digest of the preview (`decision_acts.proposal_sha256`), so that a preview which has changed since is no approval of
the one that stands.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.pools import APPROVED
from tenfold.mechanisms.distribution.split import Paid
from tenfold.terms.canonical import canonical
from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules

PREVIEWED = ("pool", "layer", "amount_minor", "currency", "period_start", "period_end")
SIGNATURES = 2  # where the charter names nobody
CONFIRMED = "confirm"
PAYEE = ("end", "pool", "party")
Key = tuple[int, str]  # end, pool


def decision_id(pool: str, since: str) -> str:
    """Return the id of a pool's decision: what an approval is recorded about. `since` is the fact that declared it."""
    return f"distribution.pool:{pool}:{since}"


def preview_sha256(term: Mapping[str, Any], paid: Paid, tiers: Paid = MappingProxyType({})) -> str:
    """Return the digest of a preview: the SHA-256 of the canonical JSON of the pool and what each party and tier gets.

    Amounts are minor units, as texts.

    term    a row of `pool.terms`
    """
    preview: dict[str, Any] = {name: str(term[name]) for name in PREVIEWED}
    for name, amounts in (("paid", paid), ("tiers", tiers)):
        preview[name] = [[key, str(minor)] for key, minor in sorted(amounts.items()) if minor]
    return hashlib.sha256(canonical(preview)).hexdigest()


@dataclass(frozen=True, slots=True)
class Approval:
    """What people recorded of a pool by an end.

    payouts     payee → minor units that were approved first
    signers     who approved it
    named       signer → digest of the preview that they named last
    complete    as many have approved as the charter wants
    """

    payouts: Paid = field(default_factory=dict)
    signers: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False

    def amounts(self, computed: Paid, sha256: str) -> Paid:
        """Return what was approved, where the rules give `computed`, a preview of that digest.

        What payouts on record say. Who has none gets what the rules give, until everybody has approved; then only if
        the preview that was named says so: else nothing was approved for them.
        """
        if not self.payouts:
            return computed
        if self.complete and {*self.named.values()} != {sha256}:
            return dict(self.payouts)
        return {**computed, **self.payouts}


@dataclass(frozen=True)
class Approvals:
    """The approvals of every pool at every end."""

    facts: Facts
    rules: Rules

    def of(self, term: Mapping[str, Any]) -> Approval:
        """Return the approval of a pool, given as a row of `pool.terms`."""
        key = (term["end"], term["pool"])
        return Approval(
            self._payouts.get((*key, term["currency"]), {}),
            self._signers.get(key, ()),
            self._named.get(key, {}),
            complete=self.complete(term),
        )

    def complete(self, term: Mapping[str, Any]) -> bool:
        """Whether as many have approved a pool as the charter wants; it is given as for `of`."""
        if term["state"] not in APPROVED:
            return False
        if term["state"] != "approved":
            return True
        signed = len(self._signers.get((term["end"], term["pool"]), ()))
        return not 0 < signed < signatures(self.rules.judging(term["declared_at"]))

    @cached_property
    def _pools(self) -> pl.DataFrame:
        return self.facts.rows("pools").sort("end", "occurred_at", "recorded_at", "fact")

    @cached_property
    def _signers(self) -> Mapping[Key, tuple[str, ...]]:
        signed = self._pools.filter(pl.col("state") == "approved", pl.col("by").is_not_null())
        found = signed.group_by("end", "pool", maintain_order=True).agg(pl.col("by").unique(maintain_order=True))
        return {(end, pool): tuple(by) for end, pool, by in found.iter_rows()}

    @cached_property
    def _named(self) -> Mapping[Key, Mapping[str, str]]:
        acts = self.facts.rows("decision_acts", ("decision", "act", "by", "proposal_sha256"))
        naming = acts.filter(pl.col("act") == CONFIRMED, pl.col("proposal_sha256").is_not_null())
        declared = self._pools.group_by("end", "pool", maintain_order=True).agg(pl.col("fact").first())
        about = pl.Series("decision", [decision_id(*row) for row in declared.select("pool", "fact").iter_rows()])
        found = naming.join(declared.select("end", "pool", about), on=["end", "decision"], maintain_order="left")
        named: dict[Key, dict[str, str]] = {}
        for row in found.sort("end", "occurred_at", "recorded_at", "fact").iter_rows(named=True):
            key = (row["end"], row["pool"])
            if row["by"] in self._signers.get(key, ()):
                named.setdefault(key, {})[row["by"]] = row["proposal_sha256"]
        return named

    @cached_property
    def _payouts(self) -> Mapping[tuple[int, str, str], Paid]:
        """(end, pool, currency) → payee → what was approved."""
        found: dict[tuple[int, str, str], dict[str, int]] = {}
        approved = to_one_payee(first_payouts(self.facts), self.facts)
        cells = approved.select("end", "pool", "currency", "party", "amount_minor")
        for end, pool, currency, party, amount in cells.iter_rows():
            found.setdefault((end, pool, currency), {})[party] = amount
        return found


def first_payouts(facts: Facts) -> pl.DataFrame:
    """Return by end, pool and party the row that approved a payout first; without one, the earliest."""
    later = pl.col("state") != "approved"
    rows = facts.rows("payouts").sort("end", later, "occurred_at", "recorded_at", "fact")
    return rows.unique(PAYEE, keep="first", maintain_order=True)


def to_one_payee(rows: pl.DataFrame, facts: Facts, amount: str = "amount_minor") -> pl.DataFrame:
    """Return money by end, pool and party, with what older records of a payee had added to that of the first row.

    Whose records they are is looked at from the pool's instant, as for the points.
    """
    same = facts.read("pool.same")
    one = rows.join(same, on=PAYEE, how="left", maintain_order="left")
    one = one.with_columns(party=pl.coalesce("target", "party")).drop("target")
    return one.group_by(PAYEE, maintain_order=True).agg(pl.exclude(*PAYEE, amount).first(), pl.col(amount).sum())


def signatures(rules: Rules) -> int:
    """Return how many people must approve a payout."""
    approve = rules.distribution.approve
    return len(approve.dual_control) if approve else SIGNATURES
