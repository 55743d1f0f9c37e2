"""What was earned: rewards of kept promises, parts of a holdback that are due, units that vested."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from tenfold.mechanisms.incentives.grounds import PROMISES, IncentiveGrounds, kept_rate_of
from tenfold.mechanisms.incentives.measures import left_on, months_between
from tenfold.terms.decision import MeasureRef
from tenfold.terms.draft import Draft, Fact, decision
from tenfold.terms.durations import add, add_months
from tenfold.terms.measure import write_plain
from tenfold.terms.money import round_half_even

DAYS_A_WEEK = 7
POINT_DIGITS = 6
CREDITED_AS = "milestone"  # the kind of contribution that a reward becomes


@decision(
    "incentives.reward",
    of=IncentiveGrounds,
    reads=(
        *PROMISES,
        "incentives.pooled",
    ),
    hands_on=("contributions",),
    closes=("contributions",),
)
def reward(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """Kept promises with points or worth earn them, with what being on time and early adds."""
    pooled = set(grounds.facts.read("incentives.pooled")["commitment"].to_list())
    for row in grounds.promises:
        if not row["kept"] or row["promisor"] == grounds.rules.community.project:
            continue
        rule = grounds.version(row).incentives.rewards
        early = max(0, ((row["owed_on"] or row["closed_on"]) - _done_on(row)).days // DAYS_A_WEEK)
        points = _with_extra(row["points"], rule, early, "points_pct", row["owed_on"] is not None)
        money = _with_extra(row["worth_minor"], rule, early, "amount_pct", row["owed_on"] is not None)
        if points is None and (money is None or money == row["worth_minor"]):
            continue
        yield _reward(grounds, row, points, money, early, row["promise"] in pooled)


def _done_on(row: Mapping[str, Any]) -> date:
    delivered: date | None = row["delivered_on"]
    closed: date = row["closed_on"]
    return closed if delivered is None else min(delivered, closed)


def _with_extra(base: Any, rewards: Any, weeks: int, field: str, due: bool) -> Fraction | None:
    """Return base × (1 + on time % + early % a week, capped), or None without a base."""
    if base is None:
        return None
    pct = Decimal(0)
    if rewards.on_time is not None and due:
        pct += getattr(rewards.on_time, field) or 0
    if rewards.early_per_week is not None and due:
        earned = weeks * (getattr(rewards.early_per_week, field) or Decimal(0))
        cap = rewards.early_per_week.cap_pct
        pct += earned if cap is None else min(earned, cap)
    return Fraction(base) * (1 + Fraction(pct) / 100)


def _reward(
    grounds: IncentiveGrounds,
    row: Mapping[str, Any],
    points: Fraction | None,
    money: Fraction | None,
    early: int,
    pooled: bool,
) -> Draft:
    params = {"party": row["promisor"], "promise": row["promise"], "weeks": str(early)}
    if points is not None:
        value, unit = str(round_half_even(_decimal(points), POINT_DIGITS)), "points"
        params |= {"points": value, "base": write_plain(row["points"])}
    else:
        value, unit = grounds.amount(floor((money or 0) - row["worth_minor"]), row["currency"]), row["currency"]
        params |= {"amount": value, "currency": unit}
    return (
        Draft("reward", row["promise"], row["closing_fact"])
        .says("incentives.reward_points" if points is not None else "incentives.reward_amount", params)
        .asks_for("credit" if points is not None else "pay_bonus")
        .follows("/incentives/rewards", row["version"])
        .counts(value, unit)
        .rests_on(*kept_rate_of(row["promisor"]), facts=(row["fact"], row["closing_fact"]))
        .stands("executed" if pooled else "proposed")
        .closes(Fact("contributions", {"commitment": row["promise"]}))
        .hands_on(
            Fact(
                "contributions",
                {
                    "party": row["promisor"],
                    "type": CREDITED_AS,
                    "quantity": value,
                    **_worth(grounds, points),
                    "commitment": row["promise"],
                },
            )
            if points is not None
            else None
        )
    )


def _worth(grounds: IncentiveGrounds, points: Fraction) -> Mapping[str, str]:
    """Return the fair value at which a contribution credits these points, where the charter pays its kind by value."""
    kind = grounds.rules.distribution.contribution_types.get(CREDITED_AS)
    if kind is None or not kind.rate:
        return {}
    currency = str(grounds.rules.charter.currency)
    digits = grounds.rules.currencies.digits(currency) or 0
    worth = round_half_even(_decimal(points / Fraction(kind.rate)), digits)
    return {"fair_value": f"{worth:f}", "currency": currency}


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


@decision(
    "incentives.holdback_release",
    of=IncentiveGrounds,
    reads=(
        *PROMISES,
        "incidents",
    ),
)
def holdback_release(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """Parts of the holdback that are due: after verification, or after an incident such as completion."""
    incidents = grounds.facts.rows("incidents").sort("occurred_at", "fact")
    first: dict[str, tuple[date, str]] = {}
    for kind, on, fact in incidents.select("kind", "on", "fact").iter_rows():
        first.setdefault(kind, (on, fact))
    for row in grounds.promises:
        holdback = grounds.version(row).incentives.holdback
        if holdback is None or row["worth_minor"] is None or row["state"] not in {"kept", "kept_late"}:
            continue
        before = Decimal(0)
        for index, release in enumerate(holdback.release):
            after = (row["closed_on"], row["closing_fact"]) if release.after == "verified" else first.get(release.after)
            due = None if after is None else add(max(after[0], row["closed_on"]), release.plus)
            low, before = before, before + release.pct
            if after is None or due is None or due > grounds.today:
                continue
            part = floor(row["worth_minor"] * Fraction(before) / 100) - floor(row["worth_minor"] * Fraction(low) / 100)
            yield _release(grounds, row, index, part, after[1], due)


def _release(grounds: IncentiveGrounds, row: Mapping[str, Any], index: int, part: int, after: str, due: date) -> Draft:
    amount = grounds.amount(part, row["currency"])
    params = {
        "party": row["promisor"],
        "promise": row["promise"],
        "amount": amount,
        "currency": row["currency"],
        "due": str(due),
    }
    return (
        Draft("holdback_release", f"{row['promise']}/{index + 1}", after)
        .says("incentives.release", params)
        .asks_for("release", "withhold")
        .follows(f"/incentives/holdback/release/{index}", row["version"])
        .counts(amount, row["currency"])
        .rests_on(*kept_rate_of(row["promisor"]), facts=tuple(dict.fromkeys((row["fact"], after))))
    )


@decision(
    "incentives.vesting",
    of=IncentiveGrounds,
    reads=(
        "vesting_grants",
        "memberships",
        "inc.vested",
    ),
)
def vesting(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """What vested with the last step of each grant."""
    values = grounds.facts.read("inc.vested").select("subject", "value")
    units = dict(values.iter_rows())
    grants = grounds.facts.rows("vesting_grants").join(left_on(grounds.facts), on=["end", "party"], how="left")
    for row in grants.sort("fact").iter_rows(named=True):
        until = min(grounds.today, row["left_on"] or grounds.today)
        elapsed = months_between(row["start"], until)
        if elapsed < row["cliff_months"] or not units.get(row["fact"]):
            continue
        steps = min(elapsed // row["step_months"] * row["step_months"], row["months"])
        last = add_months(row["start"], max(steps, row["cliff_months"]))
        done = steps >= row["months"] or row["left_on"] is not None
        params = {
            "party": row["party"],
            "security": row["security"],
            "units": str(int(units[row["fact"]])),
            "granted": str(row["units"]),
            "on": str(last),
            "next": "–" if done else str(add_months(row["start"], steps + row["step_months"])),
        }
        yield (
            Draft("vesting", row["fact"], f"{last}T00:00:00Z")
            .says("incentives.vesting_left" if row["left_on"] else "incentives.vesting", params)
            .asks_for("record_vested")
            .follows("/distribution/layers", int(grounds.rules.judging(row["occurred_at"]).charter.version))
            .counts(params["units"], "units")
            .rests_on(MeasureRef("inc.vested", row["fact"]), facts=(row["fact"],))
        )
