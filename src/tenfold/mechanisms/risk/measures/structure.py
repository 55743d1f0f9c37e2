"""Structure: who holds the community together, and what depends on one supplier."""

from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.rates import converted
from tenfold.facts.relations import visible
from tenfold.facts.views import components, grouped
from tenfold.terms.days import age_of
from tenfold.terms.measure import Facts, Select, measure, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

VERTICES_AT_LEAST = 5
MEMBERS_AT_LEAST = 5
WINDOW_DAYS = 365
SHOWN = 8


def _edges(facts: Facts) -> dict[int, list[tuple[str, str]]]:
    ties = facts.read("interaction.ties")
    edges: dict[int, list[tuple[str, str]]] = {}
    for end, a, b in ties.select("end", "a", "b").sort("end", "a", "b").iter_rows():
        edges.setdefault(end, []).append((a, b))
    return edges


@measure(
    "risk.cut_vertex",
    unit="count",
    direction="down",
    reads=("interaction.ties",),
    minimum=">= 5 vertices",
    source="articulation points; window and vertex set [C]",
)
def cut_vertex(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the number of members and contacts whose loss would part the network of substantive ties (365 days)."""
    from tenfold.methods.graphs import Network, articulation_points, network

    edges = _edges(facts)
    rows: list[tuple[str, int, int | None, int]] = []
    for end in ends["end"]:
        net: Network[str] = network(edges.get(end, []))
        size = len({vertex for edge in edges.get(end, []) for vertex in edge})
        rows.append(("community", end, len(articulation_points(net)) if size >= VERTICES_AT_LEAST else None, size))
    return pl.DataFrame(
        rows, schema={"subject": pl.String, "end": pl.Int32, "value": pl.Int64, "n": pl.Int64}, orient="row"
    )


@measure(
    "risk.key_person",
    unit="ratio",
    direction="down",
    subject="member",
    reads=("view.capability", "interaction.ties", "view.member", "view.group"),
    whole=("view.capability", "interaction.ties", "view.member", "view.group"),
    minimum=">= 5 members; ties or abilities on record",
    source="[C]",
    parts={"lost": "ratio", "cut": "ratio"},
)
def key_person(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what would be lost with a member: share of need coverage, plus share of outside contacts cut off.

    An outside contact is cut off when no path of ties leads from any remaining member to it. Where neither a tie nor an
    ability of anybody is on record, nobody is known to be dispensable.
    """
    members = facts.read("view.member").select("end", "party").unique(maintain_order=True)
    levels = _levels(facts)
    edges = _edges(facts)
    rows: list[tuple[str, int, float | None, float | None, float | None]] = []
    for (end,), listed in members.group_by("end", maintain_order=True):
        at = int(str(end))
        inside = sorted(listed["party"])
        recorded = at in levels or at in edges
        if len(inside) < MEMBERS_AT_LEAST or not recorded:
            rows += [(party, at, None, None, None) for party in inside]
            continue
        lost = _coverage_lost(levels.get(at, {}), inside, rules)
        cut = _cut_off(edges.get(at, []), inside)
        rows += [(party, at, lost[party] + cut[party], lost[party], cut[party]) for party in inside]
    schema = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, "lost": pl.Float64, "cut": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _levels(facts: Facts) -> dict[int, dict[str, dict[str, float]]]:
    """Return end → party → need → level, one voice a group: a group's best level stands with each of its parties."""
    rows = grouped(facts.read("view.capability"), facts.read("view.group"))
    found: dict[int, dict[str, dict[str, float]]] = {}
    for end, group, need, level in rows.select("end", "group", "need", pl.col("level").cast(pl.Float64)).iter_rows():
        needs = found.setdefault(end, {}).setdefault(group, {})
        needs[need] = max(level, needs.get(need, 0.0))
    return found


def _coverage_lost(levels: Mapping[str, Mapping[str, float]], inside: list[str], rules: Rules) -> dict[str, float]:
    """Return for each member the share of coverage that goes with it; whoever covers nothing takes nothing along."""
    weights = {need.id: int(need.weight) for need in rules.screening.needs}
    total = sum(weights.values())
    lost = dict.fromkeys(inside, 0.0)
    for need, weight in weights.items():
        own = {party: levels[party][need] for party in inside if need in levels.get(party, {})}
        for party, uncovered in zip(own, _without_each([1 - level for level in own.values()]), strict=True):
            lost[party] += weight * uncovered * own[party]
    return {party: covered / total if total else 0.0 for party, covered in lost.items()}


def _without_each(factors: list[float]) -> list[float]:
    """Return for each factor the product of all others."""
    before = list(accumulate(factors, mul, initial=1.0))
    after = list(accumulate(reversed(factors), mul, initial=1.0))[::-1]
    return [before[place] * after[place + 1] for place in range(len(factors))]


def _cut_off(edges: list[tuple[str, str]], inside: list[str]) -> dict[str, float]:
    """Return for each member the share of outside contacts that no path reaches without it.

    Outside contacts that are tied to each other share their ways in: they are cut off together, where nobody leads in,
    or by one member who alone does.
    """
    members = set(inside)
    outside = {vertex for edge in edges for vertex in edge} - members
    if not outside:
        return dict.fromkeys(inside, 0.0)
    apart, by_one = 0, dict.fromkeys(inside, 0)
    for circle, ways_in in _circles(edges, outside):
        if not ways_in:
            apart += circle
        elif len(ways_in) == 1:
            by_one[min(ways_in)] += circle
    return {party: (apart + by_one[party]) / len(outside) for party in inside}


def _circles(edges: list[tuple[str, str]], outside: set[str]) -> list[tuple[int, set[str]]]:
    """Return how many outside contacts each circle of them has, tied among themselves, and the members tied to it."""
    among = (edge for edge in edges if outside.issuperset(edge))
    circle_of = {contact: contact for contact in outside} | components(among)
    ways_in: dict[str, set[str]] = {circle: set() for circle in circle_of.values()}
    for a, b in edges:
        for contact, member in ((a, b), (b, a)):
            if contact in outside and member not in outside:
                ways_in[circle_of[contact]].add(member)
    return [(size, ways_in[circle]) for circle, size in Counter(circle_of.values()).items()]


def _home(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    return {"supply_home": pl.DataFrame({"home_currency": [str(rules.charter.currency)]})}


@reduction(
    "risk.supply",
    reads=("cash_movements",),
    params={"supply_home": {"home_currency": "string"}},
    frames=_home,
    facts=(Select("cash_movements", keep={"purpose": ("supply",)}, days=WINDOW_DAYS),),
)
def supply(tables: "Mapping[str, ibis.Table]") -> "ibis.Table":
    """Return what was paid to each supplier in 365 days: end, payee, currency, on (of foreign money), amount_minor."""
    import ibis

    rows = tables["cash_movements"]
    rows = rows.filter(rows.purpose == "supply").cross_join(tables["supply_home"])
    rows = rows.mutate(rate_on=ibis.ifelse(rows.currency == rows.home_currency, ibis.null("date"), rows.on))
    seen = visible(rows, tables["ends"])
    recent = seen.filter(age_of(seen) < WINDOW_DAYS)
    return recent.group_by("end", "payee", "currency", on=recent.rate_on).aggregate(
        amount_minor=recent.amount_minor.sum()
    )


@measure(
    "risk.top1_supplier",
    unit="ratio",
    direction="down",
    reads=("risk.supply", "view.group", "exchange_rates"),
    facts=(Select("exchange_rates"),),
    minimum=">= 1 payment",
    source="[C]",
    parts={"top": "money", "total": "money", "group": "key"},
    quotient=("top", "total"),
)
def top1_supplier(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the largest supplier group's share of what was paid for supplies in 365 days."""
    paid = converted(facts.read("risk.supply"), facts, rules)
    by_group = (
        grouped(paid, facts.read("view.group"), "payee")
        .group_by("end", "group", maintain_order=True)
        .agg(unknown=pl.col("home_minor").is_null().any(), amount=pl.col("home_minor").sum())
    )
    top, total = pl.col("amount").max(), pl.col("amount").sum()
    ranked = by_group.sort("end", "amount", "group", descending=[False, True, False])
    return ranked.group_by("end", maintain_order=True).agg(
        subject=pl.lit("community"),
        value=pl.when(~pl.col("unknown").any() & (total > 0)).then(top / total),
        n=pl.len().cast(pl.Int64),
        top=top,
        total=total,
        group=pl.col("group").first(),
    )


SPECS = (cut_vertex, key_person, supply, top1_supplier)
