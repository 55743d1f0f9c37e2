"""Covenants and runway: can the debt be served, and how long does the cash last."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.relations import visible
from tenfold.mechanisms.risk.measures.figures import Figure, composed, figures, in_minor, todays
from tenfold.mechanisms.risk.measures.indicators import threshold
from tenfold.terms.days import days_later
from tenfold.terms.durations import add_months
from tenfold.terms.measure import Facts, Select, measure, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

MONTHS = 12
BURN_MONTHS = 3
STALE_AFTER = 6  # months after which neither a balance nor a month's burn says how long the cash lasts
NO_BURN = 120.0  # months shown when nothing is burnt [C]
DAYS_PER_YEAR = 365  # act/365 fixed
ALTMAN = (6.56, 3.26, 6.72, 1.05)
FIGURES = (Select("figures"),)
COVER = {"cash": "money", "service": "money"}
LIFE = {"worth": "money", "debt": "money", "rate": "ratio"}


def _covered(rows: Sequence[Figure], after: date, until: date) -> float | None:
    """Return the sum over (after, until] when the figures cover all twelve months of it."""
    inside = [one for one in rows if after < one.closes <= until]
    whole = sum(one.months for one in inside) == MONTHS
    return sum((one.number for one in inside), 0.0) if whole else None


def _months_later(day: date, months: int) -> date:
    """Return the last day of so many months after a day, or before it: the end of a month stays one, in leap years too.

    Months are counted from the day after: those after 28 February 2025 begin on 1 March.
    """
    return days_later(add_months(days_later(day, 1), months), -1)


def _cover(facts: Facts, rules: Rules, ends: pl.DataFrame, basis: str) -> pl.DataFrame:
    cash, debt = (figures(facts, rules, series, basis) for series in ("cfads", "debt_service"))
    today = todays(ends)

    def ratio(end: int) -> tuple[object, ...] | None:
        if basis == "actual":
            closed = [one.closes for one in debt.get(end, ()) if one.closes <= today[end]]
            until = max(closed, default=today[end])
            after = _months_later(until, -MONTHS)
        else:
            after, until = today[end], _months_later(today[end], MONTHS)
        money, service = (_covered(rows.get(end, ()), after, until) for rows in (cash, debt))
        if money is None or not service:
            return None
        return money / service, in_minor(money, rules), in_minor(service, rules)

    return composed(ends, ratio, {"cash": pl.Int64, "service": pl.Int64})


@measure(
    "cov.dscr_hist12", unit="number", direction="up", reads=("figures",), facts=FIGURES,
    minimum="12 months of both", source="DSCR", parts=COVER, quotient=("cash", "service"),
)  # fmt: skip
def dscr_hist12(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return Σ cfads ÷ Σ debt service, actual, over the twelve months up to the last closed one."""
    return _cover(facts, rules, ends, "actual")


@measure(
    "cov.dscr_fwd12", unit="number", direction="up", reads=("figures",), facts=FIGURES,
    minimum="12 months of both", source="DSCR", parts=COVER, quotient=("cash", "service"),
)  # fmt: skip
def dscr_fwd12(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return Σ cfads ÷ Σ debt service, forecast, over the next twelve months."""
    return _cover(facts, rules, ends, "forecast")


def _latest(rows: Sequence[Figure], today: date) -> float | None:
    known = [one.number for one in rows if one.closes <= today]
    return known[-1] if known else None


def _life_cover(facts: Facts, rules: Rules, ends: pl.DataFrame, *, to_maturity: bool) -> pl.DataFrame:
    flows, service = (figures(facts, rules, series, "forecast") for series in ("cfads", "debt_service"))
    owed, rates = (figures(facts, rules, series) for series in ("debt_outstanding", "discount_rate"))
    today = todays(ends)

    def ratio(end: int) -> tuple[object, ...] | None:
        now = today[end]
        last = [one.closes for one in (service if to_maturity else flows).get(end, ())]
        debt, rate = _latest(owed.get(end, ()), now), _latest(rates.get(end, ()), now)
        ahead = [one for one in flows.get(end, ()) if one.closes > now and last and one.closes <= max(last)]
        if not debt or rate is None or not ahead:
            return None
        worth: float = sum(one.number / (1 + rate) ** ((one.closes - now).days / DAYS_PER_YEAR) for one in ahead)
        return worth / debt, in_minor(worth, rules), in_minor(debt, rules), rate

    return composed(ends, ratio, {"worth": pl.Int64, "debt": pl.Int64, "rate": pl.Float64})


@measure(
    "cov.llcr", unit="number", direction="up", reads=("figures",), facts=FIGURES,
    minimum="forecast to maturity", source="LLCR", parts=LIFE,
)  # fmt: skip
def llcr(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the present value of forecast cfads up to the last debt service ÷ debt outstanding.

    Flows are dated and discounted act/365 fixed to the end's date at the latest figure of `discount_rate`; reserves are
    left out; without debt there is no ratio.
    """
    return _life_cover(facts, rules, ends, to_maturity=True)


@measure(
    "cov.plcr", unit="number", direction="up", reads=("figures",), facts=FIGURES,
    minimum="forecast to the end", source="PLCR", parts=LIFE,
)  # fmt: skip
def plcr(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the present value of all forecast cfads (to the end of the concession) ÷ debt outstanding."""
    return _life_cover(facts, rules, ends, to_maturity=False)


@measure(
    "cov.debt_to_capital", unit="ratio", direction="down", reads=("figures",), facts=FIGURES,
    minimum="both", source="[C]", parts={"debt": "money", "capital": "money"}, quotient=("debt", "capital"),
)  # fmt: skip
def debt_to_capital(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return debt outstanding ÷ (debt outstanding + equity paid in), latest figures."""
    owed, paid = (figures(facts, rules, series) for series in ("debt_outstanding", "equity_paid_in"))
    today = todays(ends)

    def ratio(end: int) -> tuple[object, ...] | None:
        debt, equity = (_latest(rows.get(end, ()), today[end]) for rows in (owed, paid))
        if debt is None or equity is None or debt + equity <= 0:
            return None
        return debt / (debt + equity), in_minor(debt, rules), in_minor(debt + equity, rules)

    return composed(ends, ratio, {"debt": pl.Int64, "capital": pl.Int64})


def _broken(rules: Rules, seen: dict[str, list[Decimal | None]], id: str) -> bool:
    covenant = next(one for one in rules.risk.covenants if one.id == id)
    low = covenant.default if covenant.default is not None else covenant.min
    values = [value for value in seen[id] if value is not None]
    below = low is not None and all(value < threshold(low, rules) for value in values)
    above = covenant.max is not None and all(value > threshold(covenant.max, rules) for value in values)
    return bool(values) and (below or above)


def _covenants(rules: Rules) -> tuple[str, ...]:
    return tuple(one.metric for one in rules.risk.covenants)


@measure(
    "cov.default", unit="count", direction="down", reads=("incidents", "cov.dscr_hist12", "cov.debt_to_capital"),
    named=_covenants, facts=(Select("incidents", keep={"kind": ("default",)}),), series=True,
    minimum="0", source="[C]", pointer="/risk/covenants", clock="passed",
    parts={"incidents": "count", "broken": "count"},
)  # fmt: skip
def default(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return open incidents of default, plus covenants in default at every observation of their cure period and now."""
    incidents = facts.rows("incidents", ("kind", "ended_at")).filter(
        pl.col("kind") == "default", pl.col("ended_at").is_null() | (pl.col("ended_at") > pl.col("as_of"))
    )
    opened = dict(incidents.group_by("end").len().iter_rows())
    today, grid = todays(ends), dict(facts.grid.select("end", "today").iter_rows())

    def count(end: int) -> tuple[object, ...]:
        broken = 0
        for covenant in rules.risk.covenants:
            cure = covenant.cure.days if covenant.cure else 0
            recent = [at for at, day in grid.items() if at < end and (today[end] - day).days <= cure]
            values = dict(facts.history(covenant.metric).select("end", "value").iter_rows())
            now = dict(facts.read(covenant.metric).select("end", "value").iter_rows()).get(end)
            seen = [*(values.get(at) for at in recent), now]
            decimals = [None if value is None else Decimal(str(value)) for value in seen]
            broken += now is not None and _broken(rules, {covenant.id: decimals}, covenant.id)
        return float(opened.get(end, 0) + broken), opened.get(end, 0), broken

    return composed(ends, count, {"incidents": pl.Int64, "broken": pl.Int64})


def _home(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    return {"burn_home": pl.DataFrame({"home_currency": [str(rules.charter.currency)]})}


@reduction(
    "risk.burn",
    reads=("cash_movements",),
    params={"burn_home": {"home_currency": "string"}},
    frames=_home,
    facts=(Select("cash_movements", keep={"purpose": ("operating", "revenue")}),),
)
def burn(tables: "Mapping[str, ibis.Table]") -> "ibis.Table":
    """Return operating payments less revenue: end, year, month, net_minor, foreign (rows in other currencies)."""
    import ibis

    rows = tables["cash_movements"]
    rows = rows.filter(rows.purpose.isin(["operating", "revenue"])).cross_join(tables["burn_home"])
    home = rows.currency == rows.home_currency
    signed = ibis.ifelse(rows.purpose == "operating", rows.amount_minor, -rows.amount_minor)
    rows = rows.mutate(net=ibis.ifelse(home, signed, 0), other=ibis.ifelse(home, 0, 1))
    seen = visible(rows, tables["ends"])
    seen = seen.mutate(year=seen.on.year(), month=seen.on.month())
    return seen.group_by("end", "year", "month").aggregate(net_minor=seen.net.sum(), foreign=seen.other.sum())


@measure(
    "fin.runway_months", unit="months", direction="up", reads=("figures", "risk.burn"), facts=FIGURES,
    minimum="3 months, none of them and no balance older than 6", source="DOMAIN §15; 120 [C]",
    ways=("burns", "earns"),
    parts={"cash": "money", "burn": "money"},
)  # fmt: skip
def runway_months(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return unrestricted cash ÷ mean net burn of three calendar months; 120 where nothing is burnt.

    The months are the newest closed one of which a burn is known and the two before it. Insufficient without one of
    them, and where that month or the balance is older than six months.
    """
    cash, net = (figures(facts, rules, series) for series in ("cash_unrestricted", "net_burn"))
    paid = _paid(facts, 10 ** (rules.currencies.digits(rules.charter.currency) or 0))
    today = todays(ends)

    def months(end: int) -> tuple[object, ...] | None:
        now = _month(today[end])
        burnt = _stated(net[end], today[end]) if end in net else _before(paid.get(end, {}), now)
        balances = [one for one in cash.get(end, ()) if one.closes <= today[end]]
        if not balances or not burnt or now - min(_month(balances[-1].closes), max(burnt)) > STALE_AFTER:
            return None
        last = [burnt.get(max(burnt) - back) for back in range(BURN_MONTHS)]
        known = [one for one in last if one is not None]
        if len(known) < BURN_MONTHS:
            return None
        mean = sum(known) / BURN_MONTHS
        money = balances[-1].number
        parts = in_minor(money, rules), in_minor(mean, rules)
        return (money / mean, "burns", *parts) if mean > 0 else (NO_BURN, "earns", *parts)

    return composed(ends, months, {"way": pl.String, "cash": pl.Int64, "burn": pl.Int64})


def _month(day: date) -> int:
    """Return the running number of a day's month."""
    return day.year * MONTHS + day.month - 1


def _stated(rows: Sequence[Figure], today: date) -> dict[int, float]:
    """Return month → net burn by the figures that have closed; one of several months is spread over them alike."""
    found: dict[int, float] = {}
    for one in rows:
        if one.closes <= today:
            last = _month(one.closes)
            found |= dict.fromkeys(range(last - one.months + 1, last + 1), one.number / one.months)
    return found


def _before(paid: Mapping[int, float], now: int) -> dict[int, float]:
    """Return month → net payments of the closed months from the first to the newest with any; none is nothing burnt."""
    closed = [month for month in paid if month < now]
    return {month: paid.get(month, 0.0) for month in range(min(closed), max(closed) + 1)} if closed else {}


def _paid(facts: Facts, unit: int) -> dict[int, dict[int, float]]:
    """Return end → month → net payments in major units; an end with foreign money among them has none."""
    rows = facts.read("risk.burn").sort("end", "year", "month")
    foreign = set(rows.filter(pl.col("foreign") > 0)["end"])
    found: dict[int, dict[int, float]] = {}
    for end, year, month, minor in rows.select("end", "year", "month", "net_minor").iter_rows():
        if end not in foreign:
            found.setdefault(end, {})[_month(date(year, month, 1))] = minor / unit
    return found


@measure(
    "risk.altman_z2_contractor", unit="number", direction="up", reads=("figures", "view.member"), facts=FIGURES,
    minimum="all four X", source="Altman, Hartzell & Peck 1995",
    parts={"scored": "count", **dict.fromkeys(("x1", "x2", "x3", "x4"), "number")},
)  # fmt: skip
def altman_z2_contractor(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the least Z″ = 6.56X₁ + 3.26X₂ + 6.72X₃ + 1.05X₄ over members of class contractor, latest figures."""
    inputs = [figures(facts, rules, f"altman_x{number}") for number in range(1, 5)]
    members = facts.read("view.member").filter(pl.col("class") == "contractor")
    listed: dict[int, list[str]] = {}
    for end, party in members.select("end", "party").iter_rows():
        listed.setdefault(end, []).append(party)

    def least(end: int) -> tuple[object, ...] | None:
        scores: list[tuple[float, ...]] = []
        for party in listed.get(end, ()):
            latest = [[one.number for one in rows.get(end, ()) if one.party == party][-1:] for rows in inputs]
            if all(latest):
                x = [figure[0] for figure in latest]
                scores.append((sum(weight * one for weight, one in zip(ALTMAN, x, strict=True)), *x))
        if not scores:
            return None
        score, *x = min(scores)
        return score, len(scores), *x

    return composed(ends, least, {"scored": pl.Int64, **dict.fromkeys(("x1", "x2", "x3", "x4"), pl.Float64)})


SPECS = (
    dscr_hist12, dscr_fwd12, llcr, plcr, debt_to_capital, default, burn, runway_months, altman_z2_contractor,
)  # fmt: skip
