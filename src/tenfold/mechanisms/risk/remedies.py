"""What an alert asks for: one more holder of whatever hangs on a single one (7 → 2), else somebody to own it."""

from collections.abc import Iterable

import polars as pl

from tenfold.facts.views import grouped
from tenfold.terms.draft import Fact
from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules

MONEY = ("fund.top1_group", "fund.hhi_group")
BRIDGE, SUPPLIER = "risk.cut_vertex", "risk.top1_supplier"
CAPITAL = "capital"
REMEDIES = ("view.capability", "view.group", "view.member", "interaction.ties", "risk.supply")


def proposed(metric: str, alert: str, facts: Facts, rules: Rules) -> Fact:
    """Return the fact that an alert proposes: a need with one more holder than the charter asks for, or an owner."""
    capability = _capability(metric, facts, rules)
    need = next((one for one in rules.screening.needs if one.id == capability), None)
    if need is None:
        return Fact("alert_acts", {"alert": alert, "act": "own"})
    return Fact(
        "needs",
        {
            "need": f"{need.id}-plus",
            "capability": need.id,
            "weight": int(need.weight),
            "redundancy": int(need.redundancy) + 1,
            "state": "open",
        },
    )


def _capability(metric: str, facts: Facts, rules: Rules) -> str | None:
    """Return what hangs on one: money on the largest funder, on a bridge or supplier what they can do."""
    if metric in MONEY:
        return CAPITAL
    if metric == BRIDGE:
        return _most(_on_bridges(facts), facts, rules)
    if metric == SUPPLIER:
        return _most(_largest_supplier(facts), facts, rules)
    return None


def _most(parties: Iterable[str], facts: Facts, rules: Rules) -> str | None:
    """Return the need that weighs most in what these parties can do, None when nothing is known of them."""
    weights = {need.id: float(need.weight) for need in rules.screening.needs}
    held = facts.read("view.capability").filter(pl.col("party").is_in(sorted(parties)))
    held = held.filter(pl.col("need").is_in(list(weights)))
    sums = dict.fromkeys(weights, 0.0)
    for need, level in held.sort("need", "party").select("need", "level").iter_rows():
        sums[need] += weights[need] * float(level)
    known = [need for need in sums if sums[need] > 0]
    return max(known, key=lambda need: sums[need], default=None)


def _on_bridges(facts: Facts) -> set[str]:
    """Return the single bridges of the network of ties, and whoever no member reaches but over one of them."""
    from tenfold.methods.graphs import Network, articulation_points, hanging, network

    ties: Network[str] = network(facts.read("interaction.ties").select("a", "b").iter_rows())
    bridges = articulation_points(ties)
    members = {*facts.read("view.member")["party"]}
    return {*bridges, *hanging(ties, members, bridges)}


def _largest_supplier(facts: Facts) -> set[str]:
    """Return the parties of the group that was paid most for supplies in a year, in the amounts as they stand."""
    paid = grouped(facts.read("risk.supply"), facts.read("view.group"), "payee")
    sums = paid.group_by("group").agg(pl.col("amount_minor").sum()).sort("amount_minor", "group")
    if sums.is_empty():
        return set()
    return {*paid.filter(pl.col("group") == sums["group"][-1])["payee"]}
