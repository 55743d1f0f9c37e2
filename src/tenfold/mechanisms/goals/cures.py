"""The smallest change that would turn a key result or a condition good, in closed form where there is one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil, isqrt
from typing import Any

import polars as pl

from tenfold.mechanisms.goals.measures.conditions import nearest_met
from tenfold.mechanisms.goals.measures.received import by_group
from tenfold.mechanisms.goals.measures.rounds import current_round, target_minor
from tenfold.terms.decision import Cure
from tenfold.terms.draft import Grounds
from tenfold.terms.measure import DIGITS, write_needed
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason

RATIO = 6  # digits of shares and probabilities
FULL_INDEX = 10_000
# What is read: of the current round; besides, of a cure in closed form, and of the open deals' pipeline.
READS = ("rounds",)
CURES = ("view.wired", "scr.coverage_gain")
PIPELINES = (*READS, "fund.wired", "fund.p_close", "goals.flows", "view.deal", "exchange_rates", "opportunities")
SHARES = ("brand.inbound_share", "brand.referral_share", "brand.acceptance_csat", "inc.kept_rate")


@dataclass(frozen=True)
class Standing(Grounds):
    """What closed forms need at one end: money received by group, the current round."""

    @cached_property
    def currency(self) -> str:
        """The charter's currency."""
        return str(self.rules.charter.currency)

    @cached_property
    def groups(self) -> list[int] | None:
        """Money received per group in minor units, largest first; None when a rate is missing."""
        rows = by_group(self.facts).filter(pl.col("end") == self.end)
        return None if rows["unknown"].any() else rows["amount_minor"].to_list()

    @cached_property
    def round(self) -> Mapping[str, Any] | None:
        """The current round: round, opened_on, round_fact."""
        rows = current_round(self.facts, self.rules).filter(pl.col("end") == self.end)
        return rows.row(0, named=True) if rows.height else None

    def here(self, id: str) -> pl.DataFrame:
        """Return a result at this end."""
        return self.facts.read(id).filter(pl.col("end") == self.end)

    @cached_property
    def since(self) -> str:
        """From when the stage's goals hold: the round's first fact, else the start of the charter in force."""
        if self.round is not None:
            return str(self.round["round_fact"])
        return self.begun

    def money(self, minor: int) -> str:
        """Write minor units of the charter's currency in major units."""
        return from_minor(minor, self.rules.currencies.digits(self.currency) or 0)


def from_others(groups: list[int], share: Fraction) -> int | None:
    """Return how much must come from outside the largest group until its share is `share`: top ÷ (total + a) = share.

    >>> from_others([33, 27, 24], Fraction("0.30"))
    26
    """
    if not groups or share <= 0:
        return None
    return max(0, ceil(Fraction(groups[0]) / share) - sum(groups))


def from_one_newcomer(groups: list[int], index: Fraction) -> int | None:
    """Return what one new payer must bring until Σ share² is `index`, the smaller root of (S + a²) ÷ (T + a)² = h.

    None when no single payer can: his own share would lift the index again.

    >>> from_one_newcomer([50, 50], Fraction(1, 3))
    50
    """
    total, squares = sum(groups), sum(part * part for part in groups)
    if not total or not 0 < index < 1:
        return None
    if squares <= index * total * total:
        return 0
    a, b, c = 1 - index, -2 * index * total, squares - index * total * total
    inside = b * b - 4 * a * c
    if inside < 0:
        return None
    scale = 10**12
    root = Fraction(isqrt(int(inside * scale * scale)), scale)
    return ceil((-b - root) / (2 * a))


def more_of(value: Decimal, n: int, target: Decimal) -> int | None:
    """Return how many further cases, all good, bring a share of n cases to the target: (hits + k) ÷ (n + k) ≥ target.

    >>> more_of(Decimal("0.5"), 10, Decimal("0.75"))
    10
    """
    if not n or target >= 1:
        return None
    hits = round(value * n)
    return max(0, ceil((Fraction(target) * n - hits) / (1 - Fraction(target))))


def cure_of(
    standing: Standing, metric: str, row: Mapping[str, Any], seen: Decimal | int, wanted: tuple[str, Decimal | int]
) -> Cure:
    """Return what makes a measure meet `wanted`, an operator and a limit: whoever does exactly that, meets it.

    In money, cases or need points where there is a form; else the way left in the measure's own unit.
    """
    unit = row["unit"]
    target = nearest_met(*wanted, DIGITS.get(unit, 0))  # money in minor units
    form = _FORMS.get(metric)
    found = form(standing, seen, target) if form is not None else None
    if found is None and metric in SHARES and row.get("n"):
        more = more_of(Decimal(seen), int(row["n"]), Decimal(target))
        found = Cure(Reason(f"goals.cure.{metric}", {"count": str(more)}), str(more), "count") if more else None
    return found or _way_left(standing, metric, seen, target, unit)


def _way_left(standing: Standing, metric: str, seen: Decimal | int, target: Decimal | int, unit: str) -> Cure:
    money = unit == standing.currency
    write: Callable[[Any], str] = (lambda value: standing.money(int(value))) if money else str
    params = {"measure": metric, "seen": write(seen), "target": write(target), "unit": unit}
    return Cure(Reason("goals.cure.measure", params), write(abs(target - seen)), unit)


def _wired(standing: Standing, seen: Decimal | int, target: Decimal | int) -> Cure:
    return _amount(standing, "goals.cure.wired", int(target) - int(seen))


def _wired_share(standing: Standing, seen: Decimal | int, target: Decimal | int) -> Cure | None:
    whole = target_minor(standing.rules)
    if not whole:
        return None
    return _amount(standing, "goals.cure.wired", ceil(Fraction(Decimal(target) - Decimal(seen)) * whole))


def _top1(standing: Standing, seen: Decimal | int, target: Decimal | int) -> Cure | None:
    groups = standing.groups
    more = from_others(groups, Fraction(target)) if groups else None
    return None if more is None else _amount(standing, "goals.cure.from_others", more)


def _hhi(standing: Standing, seen: Decimal | int, target: Decimal | int) -> Cure | None:
    groups = standing.groups
    more = from_one_newcomer(groups, Fraction(target) / FULL_INDEX) if groups else None
    return None if more is None else _amount(standing, "goals.cure.from_newcomer", more)


def _n_eff(standing: Standing, seen: Decimal | int, target: Decimal | int) -> Cure | None:
    groups = standing.groups
    more = from_one_newcomer(groups, 1 / Fraction(target)) if groups and target > 1 else None
    return None if more is None else _amount(standing, "goals.cure.from_newcomer", more)


def _amount(standing: Standing, id: str, minor: int) -> Cure:
    amount = standing.money(minor)
    return Cure(Reason(id, {"amount": amount, "currency": standing.currency}), amount, standing.currency)


def _coverage(standing: Standing, seen: Decimal | int, target: Decimal | int) -> Cure | None:
    """Return the need points missing, with the one outsider who brings most of them."""
    weights = sum(need.weight for need in standing.rules.screening.needs)
    if not weights:
        return None
    missing = (Decimal(target) - Decimal(seen)) * weights
    points = write_needed(missing, DIGITS["points"])
    gains = standing.facts.read("scr.coverage_gain").filter(pl.col("end") == standing.end, pl.col("value") > 0)
    params = {"points": write_needed(missing, 2)}
    if gains.is_empty():
        return Cure(Reason("goals.cure.coverage", params), points, "points")
    best = gains.sort("value", "subject", descending=[True, False]).row(0, named=True)
    params |= {"party": best["subject"], "gain": f"{best['value']:.2f}"}
    return Cure(Reason("goals.cure.coverage_by", params), points, "points")


_FORMS: Mapping[str, Callable[[Standing, Decimal | int, Decimal | int], Cure | None]] = {
    "fund.wired": _wired,
    "fund.wired_share": _wired_share,
    "fund.top1_group": _top1,
    "fund.hhi_group": _hhi,
    "fund.n_eff": _n_eff,
    "scr.coverage": _coverage,
}
