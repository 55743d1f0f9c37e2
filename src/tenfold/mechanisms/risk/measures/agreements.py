"""Agreements: what a member of a class must have signed, what ends soon, and what the company may owe by redemption."""

from datetime import date

import polars as pl

from tenfold.terms.days import days_between
from tenfold.terms.durations import add
from tenfold.terms.measure import Facts, Select, measure
from tenfold.terms.rules import Rules

SHOWN = 8
DAYS_PER_YEAR = 365
REQUIRED = ("agreements", "view.member")


def required(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, party, type, since: each agreement that a member's class demands and from when it is owed."""
    since = _first_required(rules)
    wanted = pl.DataFrame(
        [(of, type_, since[of, type_]) for of, types in rules.risk.agreements_required.items() for type_ in types],
        schema={"class": pl.String, "type": pl.String, "required_on": pl.Date},
        orient="row",
    )
    members = facts.read("view.member").select("end", "party", "class", "admitted_on")
    return (
        members.join(wanted, on="class", maintain_order="left_right")
        .with_columns(since=pl.max_horizontal("admitted_on", "required_on"))
        .group_by("end", "party", "type", maintain_order=True)
        .agg(pl.col("since").min())
    )


def _first_required(rules: Rules) -> dict[tuple[str, str], date]:
    """Return (class, type) → the date of the first charter version that demands it."""
    found: dict[tuple[str, str], date] = {}
    for _, version in rules.versions:
        for of, types in version.risk.agreements_required.items():
            for type_ in types:
                found.setdefault((of, type_), version.charter.effective_from)
    return found


def missing(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return the rows of `required` without an agreement in force today."""
    signed = facts.now("agreements", ("type", "party", "state", "expires_at")).filter(
        pl.col("state") == "in_force", pl.col("expires_at").is_null() | (pl.col("expires_at") >= pl.col("today"))
    )
    return required(facts, rules).join(signed, on=["end", "party", "type"], how="anti", maintain_order="left")


@measure(
    "agr.unsigned", unit="count", direction="down", reads=REQUIRED, facts=(Select("agreements"),),
    minimum="0", source="DOMAIN §2.7", pointer="/risk/agreements_required", parts={"required": "count"},
)  # fmt: skip
def unsigned(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the number of (member, required type) without an agreement in force."""
    counts = missing(facts, rules).group_by("end").agg(value=pl.len().cast(pl.Int64))
    wanted = required(facts, rules).group_by("end").agg(required=pl.len())
    return (
        ends.select("end", subject=pl.lit("community"))
        .join(counts, on="end", how="left")
        .join(wanted, on="end", how="left")
        .with_columns(pl.col("value", "required").fill_null(0))
    )


@measure(
    "agr.unsigned_days", unit="days", direction="down", reads=(*REQUIRED, "agr.unsigned"),
    facts=(Select("agreements"),), minimum="0", source="DOMAIN §15", pointer="/risk/agreements_required",
    ways=("missing", "complete"),
    parts={"missing": "count", "since": "date"},
)  # fmt: skip
def unsigned_days(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the most days that a required agreement has been missing; 0 when none is."""
    waits = (
        missing(facts, rules)
        .join(ends.select("end", "today"), on="end", maintain_order="left")
        .group_by("end")
        .agg(value=days_between("since", "today").max(), missing=pl.len(), since=pl.col("since").min())
    )
    complete = pl.col("missing").is_null()
    return (
        ends.select("end", "today", subject=pl.lit("community"))
        .join(waits, on="end", how="left")
        .with_columns(
            pl.col("value", "missing").fill_null(0),
            since=pl.coalesce("since", "today"),
            way=pl.when(complete).then(pl.lit("complete")).otherwise(pl.lit("missing")),
        )
    )


def _ending(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, table, fact of everything that ends on a date within the largest agreement alert."""
    agreements = facts.now("agreements", ("state", "expires_at")).filter(pl.col("state") == "in_force")
    gates = facts.now("gate_checks", ("result", "valid_until")).filter(pl.col("result") == "pass")
    valid = {gate.id: gate.valid_for for gate in rules.screening.gates if gate.valid_for is not None}
    until = [
        day or (add(on, valid[gate]) if gate in valid else None)
        for day, on, gate in gates.select("valid_until", "on", "gate").iter_rows()
    ]
    gates = gates.with_columns(ends_on=pl.Series(until, dtype=pl.Date))
    rights = facts.now("rights", ("trigger_at",)).with_columns(ends_on="trigger_at")
    dated = {"agreements": agreements.with_columns(ends_on="expires_at"), "gate_checks": gates, "rights": rights}
    found = pl.concat(
        rows.select("end", "today", "ends_on", "fact", table=pl.lit(name)) for name, rows in dated.items()
    ).drop_nulls()
    ahead = days_between("today", "ends_on")
    return found.filter(ahead >= 0, ahead <= _window(rules)).select("end", "table", "fact")


def _window(rules: Rules) -> int:
    """Return the days of the largest agreement alert."""
    return max((alert.days for alert in rules.risk.agreement_alerts), default=0)


def _expiring_facts(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> dict[str, pl.DataFrame]:
    by_table = _ending(facts, rules).select("table", "fact").partition_by("table", as_dict=True, include_key=False)
    return {str(table): rows for (table,), rows in by_table.items()}


@measure(
    "agr.expiring", unit="count", direction="down", reads=("agreements", "gate_checks", "rights"),
    facts=_expiring_facts, minimum="0", source="DOMAIN §2.7",
    pointer="/risk/agreement_alerts", parts={"window": "days"},
)  # fmt: skip
def expiring(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return how many agreements in force, passed gates and dated rights end within the largest agreement alert."""
    counts = _ending(facts, rules).group_by("end").agg(value=pl.len().cast(pl.Int64))
    return (
        ends.select("end", subject=pl.lit("community"), window=pl.lit(_window(rules)))
        .join(counts, on="end", how="left")
        .with_columns(pl.col("value").fill_null(0))
    )


SPECS = (unsigned, unsigned_days, expiring)
