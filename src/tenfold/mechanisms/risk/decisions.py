"""What follows from the risk numbers: indicator states, alerts with an owner, stress results, missing agreements."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import polars as pl

from tenfold.mechanisms.risk.connected import link_unconfirmed
from tenfold.mechanisms.risk.measures.agreements import REQUIRED, missing
from tenfold.mechanisms.risk.measures.indicators import metrics, threshold
from tenfold.mechanisms.risk.remedies import REMEDIES, proposed
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import NAMED, Draft, Fact, Grounds, Measured, decision, instant
from tenfold.terms.measure import DIGITS, Facts, write_number, write_told
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

NONE = Cure(Reason("cure.none_computed"))


def _pointer(index: int) -> str:
    return f"/risk/indicators/{index}"


@decision("risk.indicator", "insufficient", of=Grounds, reads=("view.indicator",), named=metrics, closes=(NAMED,))
def indicator(grounds: Grounds) -> Iterator[Draft]:
    """Yield where each indicator of the charter stands."""
    for index, one, row in _indicators(grounds):
        yield _unknown(index, one) if row["state"] is None else _state(index, one, row)


@decision(
    "risk.alert",
    of=Grounds,
    reads=("view.indicator", "view.wired", *REMEDIES),
    named=metrics,
    hands_on=("alert_acts", "needs"),
    closes=(NAMED,),
)
def alert(grounds: Grounds) -> Iterator[Draft]:
    """Yield one for each indicator that is known and not green."""
    for index, one, row in _indicators(grounds):
        if row["state"] not in (None, "green"):
            yield _alert(index, one, row, grounds.facts, grounds.rules)


def _indicators(grounds: Grounds) -> Iterator[tuple[int, Any, Mapping[str, Any]]]:
    """Yield the place of each indicator in the charter, its rule, and its row with the unit of its measure."""
    rows = {row["indicator"]: row for row in grounds.facts.read("view.indicator").iter_rows(named=True)}
    for index, one in enumerate(grounds.rules.risk.indicators):
        yield index, one, rows[one.id] | {"unit": _unit(grounds.facts, one.metric)}


def _unknown(index: int, one: Any) -> Draft:
    return (
        Draft("insufficient", one.id, "never")
        .says("risk.insufficient", {"indicator": one.id, "metric": one.metric})
        .asks_for("risk.collect")
        .follows(_pointer(index))
        .rests_on(MeasureRef(one.metric, "community"))
        .cured_by(Cure(Reason("risk.cure.collect", {"metric": one.metric})))
        .closes(Measured(one.metric, "community", {"status": "ok"}))
    )


def _unit(facts: Facts, metric: str) -> str:
    """Return the unit of a measure's rows; a measure without rows has none yet."""
    units = facts.read(metric)["unit"]
    return str(units[0]) if units.len() else "number"


def _number(row: Mapping[str, Any]) -> str | None:
    return write_number(row["value"], DIGITS.get(row["unit"], 0))


def _told(row: Mapping[str, Any]) -> str:
    return write_told(_number(row), row["unit"])


def _state(index: int, one: Any, row: Mapping[str, Any]) -> Draft:
    params = {"indicator": one.id, "state": row["state"], "value": _told(row), "since": instant(row["since"])}
    before = ".before" if row["before"] else ""
    return (
        Draft("indicator", one.id, row["standing"])
        .says(f"risk.indicator.{row['state']}{before}", params)
        .asks_for("risk.watch")
        .follows(_pointer(index))
        .counts(_number(row), row["unit"])
        .rests_on(MeasureRef(one.metric, "community"))
    )


def _alert(index: int, one: Any, row: Mapping[str, Any], facts: Facts, rules: Rules) -> Draft:
    since = row["standing"]
    limit = one.red if row["state"] == "red" else one.amber
    params = {"indicator": one.id, "state": row["state"], "value": _told(row), "owner": one.owner or ""}
    leaves = threshold(limit, rules) - threshold(one.band, rules) * (1 if one.direction == "high" else -1)
    id = f"risk.alert:{one.id}:{since}"
    params |= {"missing": str(row["missing"]), "leaves": _leaves(leaves, row["unit"], rules)}
    lasting = f".lasting.{one.direction}" if row["lasting"] else ""
    return (
        Draft("alert", one.id, since)
        .says(f"risk.alert.{row['state']}{lasting}", params)
        .asks_for("risk.act", "risk.shelve", "risk.false")
        .follows(_pointer(index))
        .counts(_number(row), row["unit"])
        .rests_on(MeasureRef(one.metric, "community"))
        .cured_by(_cure(one, leaves, facts, rules))
        .closes(
            Measured(
                one.metric,
                "community",
                {"op": "<" if one.direction == "high" else ">", "value": str(leaves), "for": one.leave_after},
            )
        )
        .hands_on(proposed(one.metric, id, facts, rules))
    )


def _leaves(leaves: Decimal, unit: str, rules: Rules) -> str:
    """Write the line inside which an alert is left, as its sentence says it."""
    digits = rules.currencies.digits(unit)
    return write_told(leaves, unit) if digits is None else f"{from_minor(int(leaves), digits)} {unit}"


def _cure(one: Any, leaves: Decimal, facts: Facts, rules: Rules) -> Cure:
    """Return what turns an alert: for the largest funder's share, money from others; else none computed.

    A share largest ÷ total falls to x when others bring largest ÷ x − total. An alert is left strictly inside its line,
    and shares are rounded before they are compared: x lies half of the last digit inside.
    """
    inside = Fraction(leaves) - Fraction(1, 2 * 10 ** DIGITS["ratio"])
    if one.metric != "fund.top1_group" or one.direction != "high" or inside <= 0:
        return NONE
    by_group = facts.read("view.wired").group_by("group").agg(pl.col("amount_minor").sum())["amount_minor"]
    amounts = [int(amount) for amount in by_group]
    if not amounts:
        return NONE
    more = max(0, floor(max(amounts) / inside) + 1 - sum(amounts))
    digits = rules.currencies.digits(rules.charter.currency) or 0
    params = {
        "amount": from_minor(more, digits),
        "currency": rules.charter.currency,
        "share": write_told(leaves, "ratio"),
    }
    return Cure(Reason("risk.cure.money_from_others", params), params["amount"], rules.charter.currency)


@decision("risk.stress", of=Grounds, reads=("rounds", "fund.gap_if_top1_leaves"))
def stress(grounds: Grounds) -> Iterator[Draft]:
    """Yield what happens if the largest funder group brings nothing more."""
    facts, rules = grounds.facts, grounds.rules
    opened = dict(facts.now("rounds", ("state",)).select("round", "fact").iter_rows())
    for row in facts.read("fund.gap_if_top1_leaves").iter_rows(named=True):
        if row["value"] is None or "/" in row["subject"]:
            continue
        digits = rules.currencies.digits(row["unit"]) or 0
        gap = from_minor(row["value"], digits)
        yield (
            Draft("stress", row["subject"], opened.get(row["subject"], "top1"))
            .says("risk.stress.top1_leaves", {"round": row["subject"], "gap": gap, "currency": row["unit"]})
            .asks_for("risk.plan")
            .follows("/risk/appetite")
            .counts(gap, row["unit"])
            .rests_on(MeasureRef("fund.gap_if_top1_leaves", row["subject"]))
            .cured_by(NONE if row["value"] else None)
        )


@decision("risk.missing_agreement", of=Grounds, reads=REQUIRED, hands_on=("agreements",), closes=("agreements",))
def missing_agreement(grounds: Grounds) -> Iterator[Draft]:
    """Yield one for each agreement that a member's class demands and that is not in force."""
    for row in missing(grounds.facts, grounds.rules).sort("party", "type").iter_rows(named=True):
        subject, since = f"{row['party']}@{row['type']}", row["since"].isoformat()
        params = {"party": row["party"], "type": row["type"], "since": since}
        agreement = {"agreement": f"{row['party']}-{row['type']}", "type": row["type"], "party": row["party"]}
        yield (
            Draft("missing_agreement", subject, since)
            .says("risk.missing_agreement", params)
            .asks_for("risk.sign")
            .follows("/risk/agreements_required")
            .rests_on(MeasureRef("agr.unsigned", "community"))
            .cured_by(Cure(Reason("risk.cure.sign", params)))
            .closes(Fact("agreements", {"party": row["party"], "type": row["type"], "state": "in_force"}))
            .hands_on(Fact("agreements", {**agreement, "state": "sent"}))
        )


DECISIONS = (indicator, alert, stress, missing_agreement, link_unconfirmed)
