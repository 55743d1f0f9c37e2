"""A waterfall of tiers: cash of a period paid in the order of the contract, equity last and only if the tests pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from operator import eq, ge, gt, le, lt
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.layers import placed
from tenfold.methods.allocation import largest_remainder
from tenfold.methods.waterfall import Tier, run
from tenfold.terms.measure import Facts, Select, view
from tenfold.terms.rules import Rules
from tenfold.terms.scalars import Money

COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq}
# A tier's `pay` names a series of figures; these names of contracts mean a series that has another name.
ALSO = {"senior_debt_service": "debt_service"}
ORDER = ("series", "period_end", "fact")  # of figures
RESERVE = "reserve_"  # a reserve's balance is the series of that name
MONTHS_A_YEAR = 12
CASCADE = {
    "end": pl.Int32,
    "pool": pl.String,
    "layer": pl.String,
    "currency": pl.String,
    "state": pl.String,
    "fact": pl.String,
    "tier": pl.Int64,
    "party": pl.String,
    "role": pl.String,
    "paid": pl.Int64,
    "wanted": pl.Int64,
    "amount": pl.Int64,
    "locked": pl.Boolean,
    "failing": pl.String,
    "needed": pl.String,
    "value": pl.String,
}


def _month(day: date) -> int:
    return day.year * MONTHS_A_YEAR + day.month


@dataclass(frozen=True, slots=True)
class Period:
    """A pool of a layer with tiers, and the figures that say how much each tier asks for."""

    start: date
    end: date
    figures: Sequence[Mapping[str, Any]]

    @property
    def months(self) -> int:
        """Whole months of the period, at least one."""
        return max(1, _month(self.end) - _month(self.start) + 1)

    def due(self, series: str) -> int | None:
        """Return Σ of a series within the period: actual figures, else forecast, else plan; None without any."""
        for basis in ("actual", "forecast", "plan"):
            found = [
                int(row["amount_minor"])
                for row in self.figures
                if row["series"] == series and row["basis"] == basis and self.start <= row["period_end"] <= self.end
            ]
            if found:
                return sum(found)
        return None

    def ahead(self, series: str, months: int) -> Fraction:
        """Return Σ of a series over the months after the period; without forecasts, as much a month as in it."""
        until = _month(self.end) + months
        found = [
            row["amount_minor"]
            for row in self.figures
            if row["series"] == series
            and row["basis"] != "actual"
            and self.end < row["period_end"]
            and _month(row["period_end"]) <= until
        ]
        return Fraction(sum(found)) if found else Fraction((self.due(series) or 0) * months, self.months)

    def latest(self, series: str, bases: Sequence[str]) -> int:
        """Return the newest figure of a series up to the period's end; 0 without any."""
        rows = [row for row in self.figures if row["series"] == series and row["basis"] in bases]
        rows = [row for row in rows if row["period_end"] <= self.end]
        newest = max(rows, key=lambda row: (row["period_end"], row["fact"]), default=None)
        return int(newest["amount_minor"]) if newest else 0


def conditions(rules: Rules) -> tuple[str, ...]:
    """Return the measures that the conditions of tiers name."""
    tiers = [tier for layer in rules.distribution.layers for tier in layer.tiers]
    return tuple(condition.metric for tier in tiers for condition in tier.if_ if condition.metric)


def _metrics(rules: Rules) -> list[str]:
    return sorted({metric for _, version in rules.versions for metric in conditions(version)})


def _moments(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[tuple[datetime, datetime]]:
    """Return the moments from which approved pools look at the tests of their tiers: then, and seen later from now."""
    looking = facts.read("pool.terms").filter(pl.col("approved_at").is_not_null())
    looking = looking.join(ends.select("end", "known_at"), on="end")
    known = pl.when(pl.col("of").is_null()).then("approved_at").otherwise("known_at")
    return looking.select("approved_at", known.alias("known")).unique().sort("approved_at", "known").rows()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known where a pool looks: the facts there, and the figures, current per series and period."""

    facts: Facts
    figures: Sequence[Mapping[str, Any]]


@view(
    "pool.cascade",
    subject="pool",
    reads=("pool.terms", "pool.parties", "figures", "holdings", "incidents"),
    named=conditions,
    moments=_moments,
    whole=("pool.terms", "pool.parties"),
    facts=(Select("figures", ever=True), Select("holdings", ever=True), Select("incidents", ever=True)),
    source="DOMAIN §2.6, 2.7",
)
def cascade(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what each tier of a waterfall takes of a pool (columns `CASCADE`).

    The tiers are those of the pool's declaration, figures, holdings and conditions those known at its approval; before
    that, at the end. A tier that pays takes what the figures of its series say for the period; one that fills takes
    what its reserve lacks; holders get the rest by paid-in share or points if every condition holds (insufficient never
    does), else the rest is locked up. `role` is `tier`, `equity` for the tier of the holders, or `holder` for one of
    them.
    """
    rows: list[dict[str, Any]] = []
    terms = facts.read("pool.terms").filter(pl.col("has_pool") | pl.col("of").is_not_null()).sort("end", "pool")
    for term in terms.iter_rows(named=True):
        own = placed(rules, term)
        if own.layer.tiers:
            rows += _poured(term, own.layer.tiers, _known(term, facts, rules), facts, own.version)
    return pl.DataFrame(rows, schema=CASCADE)


def _known(term: Mapping[str, Any], facts: Facts, rules: Rules) -> Known:
    """Return what a pool sees: of one that was approved, what was known then.

    Seen later, the figures of its own period count whenever they were stated; what the world was like, and which tests
    held, stays that of the approval's day.
    """
    seen_later = term["of"] is not None
    known_at = None if seen_later else term["approved_at"]
    then = facts.then(term["end"], term["approved_at"], known_at, _metrics(rules))
    figures = _figures(then)
    if seen_later:
        about = pl.col("period_end") <= term["period_end"]
        here = _figures(facts).filter(pl.col("end") == term["end"], about)
        figures = pl.concat([figures.filter(~about), here.select(figures.columns)])
    return Known(then, figures.sort(ORDER).to_dicts())


def _figures(facts: Facts) -> pl.DataFrame:
    return facts.now("figures").filter(pl.col("amount_minor").is_not_null())


def _poured(
    term: Mapping[str, Any], tiers: Sequence[Any], known: Known, facts: Facts, rules: Rules
) -> Iterator[dict[str, Any]]:
    own = [row for row in known.figures if row["currency"] == term["currency"]]
    period = Period(term["period_start"], term["period_end"], own)
    tests = [_failing(tier, known.facts, rules) for tier in tiers]
    limits = [Fraction(0) if test else _limit(tier, period) for tier, test in zip(tiers, tests, strict=True)]
    steps = [Tier(str(index), {"all": Fraction(1)}, limit) for index, limit in enumerate(limits)]
    paid, _ = run(term["amount_minor"], steps)
    key = {name: term[name] for name in ("end", "pool", "layer", "currency", "state", "fact")}
    key |= {"amount": term["amount_minor"]}
    for index, (tier, test) in enumerate(zip(tiers, tests, strict=True)):
        taken, limit = int(paid[index].total), limits[index]
        name = tier.pay or tier.fill
        role = "tier" if tier.by is None else "equity"
        row = key | {"tier": index, "party": name, "role": role, "paid": taken, "locked": test is not None}
        row |= {"wanted": int(limit)} if limit is not None else {}
        row |= {"failing": test[0], "needed": test[1], "value": test[2]} if test else {}
        yield row
        if tier.by is not None and taken:
            weights = _paid_in(own, known.facts) if tier.by == "paid_in_share" else _points(term, facts)
            for party, amount in largest_remainder(taken, weights).items():
                yield key | {"tier": index, "party": party, "role": "holder", "paid": amount, "locked": False}


def _limit(tier: Any, period: Period) -> Fraction | None:
    """Return how many minor units a tier asks for (a reserve's target rounded up), or None: all the rest."""
    if tier.fill:
        held = period.latest(f"{RESERVE}{tier.fill}", ("actual",))
        if tier.to.figure:
            return Fraction(max(0, period.latest(tier.to.figure, ("plan", "forecast")) - held))
        target = period.ahead(tier.to.months_of, tier.to.months)
        return Fraction(max(0, -(-target.numerator // target.denominator) - held))
    if tier.by is not None:
        return None
    due = period.due(tier.pay)
    if due is None and tier.pay in ALSO:
        due = period.due(ALSO[tier.pay])
    return Fraction(due or 0)


def _failing(tier: Any, facts: Facts, rules: Rules) -> tuple[str, str, str] | None:
    """Return the first condition that does not hold: what it reads, what it needs, what there is."""
    for condition in tier.if_:
        if condition.event is not None:
            kinds = facts.rows("incidents")["kind"].to_list()
            if condition.event not in kinds:
                return condition.event, condition.event, "–"
            continue
        rows = facts.read(condition.metric).sort("subject")
        values = [value for value in rows["value"].to_list() if value is not None]
        wanted = condition.value
        limit = Decimal(wanted.minor(rules.currencies)) if isinstance(wanted, Money) else wanted
        if not values or not all(COMPARE[condition.op](Decimal(str(value)), limit) for value in values):
            return condition.metric, f"{condition.op} {wanted}", str(values[0]) if values else "–"
    return None


def _paid_in(figures: Sequence[Mapping[str, Any]], facts: Facts) -> dict[str, int]:
    """Return what each shareholder has paid in: the newest figures `equity_paid_in`, else what holdings cost."""
    newest: dict[str, int] = {}
    for row in sorted(figures, key=lambda row: (row["period_end"], row["fact"])):
        if row["series"] == "equity_paid_in" and row["party"] is not None and row["basis"] == "actual":
            newest[row["party"]] = int(row["amount_minor"])
    if newest:
        return newest
    held: dict[str, int] = {}
    for row in facts.rows("holdings").sort("fact").iter_rows(named=True):
        sign = -1 if row["action"] in {"transfer_out", "cancel", "repurchase"} else 1
        held[row["party"]] = held.get(row["party"], 0) + sign * (row["cost_minor"] or 0)
    return {party: cost for party, cost in sorted(held.items()) if cost > 0}


def _points(term: Mapping[str, Any], facts: Facts) -> dict[str, Fraction]:
    rows = facts.read("pool.parties").filter(pl.col("end") == term["end"], pl.col("pool") == term["pool"], "shares")
    return {
        party: Fraction(points) for party, points in rows.sort("party").select("party", "points").iter_rows() if points
    }
