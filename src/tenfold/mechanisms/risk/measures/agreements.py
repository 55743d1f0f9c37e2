"""Agreements: what a member of a class must have signed, what ends soon, and what the company may owe by redemption."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.terms.days import days_between
from tenfold.terms.durations import add
from tenfold.terms.measure import Facts, Select, measure
from tenfold.terms.money import round_half_even
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
    minimum="0", source="DOMAIN §2.7", pointer="/risk/agreements_required",
)  # fmt: skip
def unsigned(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the number of (member, required type) without an agreement in force."""
    counts = missing(facts, rules).group_by("end").agg(value=pl.len().cast(pl.Int64))
    return (
        ends.select("end", subject=pl.lit("community"))
        .join(counts, on="end", how="left")
        .with_columns(pl.col("value").fill_null(0))
    )


@measure(
    "agr.unsigned_days", unit="days", direction="down", reads=(*REQUIRED, "agr.unsigned"),
    facts=(Select("agreements"),), minimum="0", source="DOMAIN §15", pointer="/risk/agreements_required",
)  # fmt: skip
def unsigned_days(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the most days that a required agreement has been missing; 0 when none is."""
    waits = (
        missing(facts, rules)
        .join(ends.select("end", "today"), on="end", maintain_order="left")
        .group_by("end")
        .agg(value=days_between("since", "today").max())
    )
    return (
        ends.select("end", subject=pl.lit("community"))
        .join(waits, on="end", how="left")
        .with_columns(pl.col("value").fill_null(0))
    )


@measure(
    "agr.expiring", unit="count", direction="down", reads=("agreements", "gate_checks", "rights"),
    facts=(Select("agreements"), Select("gate_checks"), Select("rights")), minimum="0", source="DOMAIN §2.7",
    pointer="/risk/agreement_alerts",
)  # fmt: skip
def expiring(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return how many agreements in force, passed gates and dated rights end within the largest agreement alert."""
    found = _ending(facts, rules)
    window = max((alert.days for alert in rules.risk.agreement_alerts), default=0)
    ahead = days_between("today", "ends_on")
    counts = found.filter(ahead >= 0, ahead <= window).group_by("end").agg(value=pl.len().cast(pl.Int64))
    return (
        ends.select("end", subject=pl.lit("community"))
        .join(counts, on="end", how="left")
        .with_columns(pl.col("value").fill_null(0))
    )


def _ending(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, today, ends_on of everything that ends on a date."""
    agreements = facts.now("agreements", ("state", "expires_at")).filter(pl.col("state") == "in_force")
    gates = facts.now("gate_checks", ("result", "valid_until")).filter(pl.col("result") == "pass")
    valid = {gate.id: gate.valid_for for gate in rules.screening.gates if gate.valid_for is not None}
    until = [
        day or (add(on, valid[gate]) if gate in valid else None)
        for day, on, gate in gates.select("valid_until", "on", "gate").iter_rows()
    ]
    gates = gates.with_columns(ends_on=pl.Series(until, dtype=pl.Date))
    rights = facts.now("rights", ("trigger_at",))
    return pl.concat(
        [
            agreements.select("end", "today", ends_on="expires_at"),
            gates.select("end", "today", "ends_on"),
            rights.select("end", "today", ends_on="trigger_at"),
        ]
    ).drop_nulls()


@measure(
    "risk.redemption_exposure", unit="money", direction="down", subject="obligor × date", reads=("rights",),
    facts=(Select("rights", keep={"right": ("redemption",)}),), minimum="0", source="DOMAIN §2.7",
)  # fmt: skip
def redemption_exposure(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what each obligor would owe at each trigger date by redemption rights, as entered.

    Per right the larger of principal × multiple and principal with its rate from the right's date to the trigger,
    simple or compounded by the year (act/365). Minor units, half-even. A right in a foreign currency makes its row
    insufficient.
    """
    columns = ("obligor", "trigger_at", "principal_minor", "currency", "rate", "compounding", "multiple")
    rows = facts.now("rights", columns).filter(
        pl.col("right") == "redemption", pl.col("trigger_at").is_not_null(), pl.col("principal_minor").is_not_null()
    )
    owed = pl.Series([_owed(row, rules) for row in rows.iter_rows(named=True)], dtype=pl.Int64)
    subject = pl.concat_str(pl.col("obligor").fill_null("company"), pl.lit("@"), pl.col("trigger_at").cast(pl.String))
    unknown = pl.col("owed").is_null().any()
    return (
        rows.with_columns(subject=subject, owed=owed)
        .group_by("end", "subject", maintain_order=True)
        .agg(
            value=pl.when(unknown).then(None).otherwise(pl.col("owed").sum()),
            n=pl.len().cast(pl.Int64),
            because=pl.col("fact").head(SHOWN),
        )
    )


def _owed(row: dict[str, Any], rules: Rules) -> int | None:
    if row["currency"] not in (None, rules.charter.currency):
        return None
    principal = Decimal(row["principal_minor"])
    years = Decimal((row["trigger_at"] - row["on"]).days) / DAYS_PER_YEAR
    rate = row["rate"] or Decimal(0)
    grown = principal * (1 + rate) ** years if row["compounding"] == "annual" else principal * (1 + rate * years)
    return int(round_half_even(max(grown, principal * (row["multiple"] or 1)), 0))


SPECS = (unsigned, unsigned_days, expiring, redemption_exposure)
