"""What follows from the risk numbers: indicator states, alerts with an owner, stress results, missing agreements."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import polars as pl

from tenfold.mechanisms.risk.connected import waiting_links
from tenfold.mechanisms.risk.measures.agreements import missing
from tenfold.mechanisms.risk.measures.indicators import threshold
from tenfold.mechanisms.risk.remedies import proposed
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.measure import DIGITS, Facts, write_number, write_told
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

NONE = Cure(Reason("cure.none_computed"))


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return the decisions of mechanism 7 at one end."""
    found = (_indicators, _stress, _missing, waiting_links)
    return [one for part in found for one in part(facts, rules)]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _pointer(index: int) -> str:
    return f"/risk/indicators/{index}"


def _indicators(facts: Facts, rules: Rules) -> Iterator[Decision]:
    rows = {row["indicator"]: row for row in facts.read("view.indicator").iter_rows(named=True)}
    for index, one in enumerate(rules.risk.indicators):
        row = rows[one.id]
        if row["state"] is None:
            yield _unknown(index, one, rules)
            continue
        row["unit"] = _unit(facts, one.metric)
        yield _state(index, one, row, rules)
        if row["state"] != "green":
            yield _alert(index, one, row, facts, rules)


def _unknown(index: int, one: Any, rules: Rules) -> Decision:
    return Decision(
        mechanism="risk",
        kind="insufficient",
        subject=one.id,
        since="never",
        message=Reason("risk.insufficient", {"indicator": one.id, "metric": one.metric}),
        proposal="risk.collect",
        pointer=_pointer(index),
        version=rules.charter.version,
        measures=(MeasureRef(one.metric, "community"),),
        cure=Cure(Reason("risk.cure.collect", {"metric": one.metric})),
        closes_when={"metric": one.metric, "subject": "community", "status": "ok"},
    )


def _unit(facts: Facts, metric: str) -> str:
    """Return the unit of a measure's rows; a measure without rows has none yet."""
    units = facts.read(metric)["unit"]
    return str(units[0]) if units.len() else "number"


def _number(row: Mapping[str, Any]) -> str | None:
    return write_number(row["value"], DIGITS.get(row["unit"], 0))


def _told(row: Mapping[str, Any]) -> str:
    return write_told(_number(row), row["unit"])


def _state(index: int, one: Any, row: Mapping[str, Any], rules: Rules) -> Decision:
    params = {"indicator": one.id, "state": row["state"], "value": _told(row), "since": _instant(row["since"])}
    before = ".before" if row["before"] else ""
    return Decision(
        mechanism="risk",
        kind="indicator",
        subject=one.id,
        since=row["standing"],
        message=Reason(f"risk.indicator.{row['state']}{before}", params),
        proposal="risk.watch",
        pointer=_pointer(index),
        version=rules.charter.version,
        value=_number(row),
        unit=row["unit"],
        measures=(MeasureRef(one.metric, "community"),),
    )


def _alert(index: int, one: Any, row: Mapping[str, Any], facts: Facts, rules: Rules) -> Decision:
    since = row["standing"]
    limit = one.red if row["state"] == "red" else one.amber
    params = {"indicator": one.id, "state": row["state"], "value": _told(row), "owner": one.owner or ""}
    leaves = threshold(limit, rules) - threshold(one.band, rules) * (1 if one.direction == "high" else -1)
    id = f"risk.alert:{one.id}:{since}"
    params |= {"missing": str(row["missing"]), "leaves": _leaves(leaves, row["unit"], rules)}
    lasting = f".lasting.{one.direction}" if row["lasting"] else ""
    return Decision(
        mechanism="risk",
        kind="alert",
        subject=one.id,
        since=since,
        message=Reason(f"risk.alert.{row['state']}{lasting}", params),
        proposal="risk.act",
        pointer=_pointer(index),
        version=rules.charter.version,
        value=_number(row),
        unit=row["unit"],
        measures=(MeasureRef(one.metric, "community"),),
        alternatives=("risk.shelve", "risk.false"),
        cure=_cure(one, leaves, facts, rules),
        closes_when={
            "metric": one.metric,
            "subject": "community",
            "op": "<" if one.direction == "high" else ">",
            "value": str(leaves),
            "for": one.leave_after,
        },
        proposes=proposed(one.metric, id, facts, rules),
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


def _stress(facts: Facts, rules: Rules) -> Iterator[Decision]:
    """Yield what happens if the largest funder group brings nothing more."""
    opened = dict(facts.now("rounds", ("state",)).select("round", "fact").iter_rows())
    for row in facts.read("fund.gap_if_top1_leaves").iter_rows(named=True):
        if row["value"] is None or "/" in row["subject"]:
            continue
        digits = rules.currencies.digits(row["unit"]) or 0
        gap = from_minor(row["value"], digits)
        yield Decision(
            mechanism="risk",
            kind="stress",
            subject=row["subject"],
            since=opened.get(row["subject"], "top1"),
            message=Reason("risk.stress.top1_leaves", {"round": row["subject"], "gap": gap, "currency": row["unit"]}),
            proposal="risk.plan",
            pointer="/risk/appetite",
            version=rules.charter.version,
            value=gap,
            unit=row["unit"],
            measures=(MeasureRef("fund.gap_if_top1_leaves", row["subject"]),),
            cure=NONE if row["value"] else None,
        )


def _missing(facts: Facts, rules: Rules) -> Iterator[Decision]:
    for row in missing(facts, rules).sort("party", "type").iter_rows(named=True):
        subject, since = f"{row['party']}@{row['type']}", row["since"].isoformat()
        id = f"risk.missing_agreement:{subject}:{since}"
        params = {"party": row["party"], "type": row["type"], "since": since}
        agreement = {"agreement": f"{row['party']}-{row['type']}", "type": row["type"], "party": row["party"]}
        yield Decision(
            mechanism="risk",
            kind="missing_agreement",
            subject=subject,
            since=since,
            message=Reason("risk.missing_agreement", params),
            proposal="risk.sign",
            pointer="/risk/agreements_required",
            version=rules.charter.version,
            measures=(MeasureRef("agr.unsigned", "community"),),
            cure=Cure(Reason("risk.cure.sign", params)),
            closes_when={"fact": "agreements", "party": row["party"], "type": row["type"], "state": "in_force"},
            proposes={"table": "agreements", **agreement, "state": "sent", "because": id},
        )
