"""Gates: each is passed, failed, expired or missing; never a score."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from tenfold.facts.views import folded
from tenfold.mechanisms.screening.measures.people import ADMITTED, CANDIDATE, ORGANISATIONS
from tenfold.terms.measure import Facts, measure
from tenfold.terms.rules import Rules

SPAN = {"d": "d", "m": "mo", "y": "y"}
NEVER = "none"
CHECK = ["end", "party", "gate"]


def _spans(rules: Rules) -> pl.DataFrame:
    """Return version, gate, span (how long a check is good for, as Polars writes it), by the version that judges."""
    rows = []
    for number, (_, version) in enumerate(rules.versions):
        known = {gate.id: gate for gate in rules.screening.gates} | {gate.id: gate for gate in version.screening.gates}
        rows += [(number, id, _written(gate.valid_for)) for id, gate in sorted(known.items())]
    return pl.DataFrame(rows, schema={"version": pl.Int32, "gate": pl.String, "span": pl.String}, orient="row")


def _written(duration: Any) -> str:
    return NEVER if duration is None else f"{duration.count}{SPAN[duration.unit]}"


def _versions(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `version`, the place of the charter version in force when a check occurred; the oldest judges older ones."""
    starts = [start for start, _ in rules.versions]
    later = [(pl.col("occurred_at") >= start).cast(pl.Int32) for start in starts[1:]]
    return rows.with_columns(version=pl.sum_horizontal(pl.lit(0, dtype=pl.Int32), *later))


def _checks(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return every visible check with `good_until` (null: for ever), oldest first."""
    rows = _versions(folded(facts.rows("gate_checks"), facts.read("view.same")), rules).join(
        _spans(rules), on=["version", "gate"], how="left"
    )
    span = pl.col("span").fill_null(NEVER)
    by_rule = pl.when(span != NEVER).then(
        pl.col("on").dt.offset_by(pl.when(span == NEVER).then(pl.lit("0d")).otherwise(span))
    )
    return rows.with_columns(good_until=pl.coalesce("valid_until", by_rule)).sort(
        *CHECK, "occurred_at", "recorded_at", "fact"
    )


def applicable(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, party, gate: members and candidates whom a gate concerns, and whoever was checked for it."""
    same = facts.read("view.same")
    people = (
        folded(facts.now("memberships", ("state",)), same)
        .filter(pl.col("state").is_in((*CANDIDATE, *ADMITTED)))
        .select("end", "party", "class")
    )
    kinds = facts.now("parties", ("type",)).select("end", "party", "type")
    people = people.join(kinds, on=["end", "party"], how="left")
    frames = [_concerned(people, gate).with_columns(gate=pl.lit(gate.id)) for gate in rules.screening.gates]
    checked = folded(facts.rows("gate_checks", ("party", "gate")), same).select(CHECK)
    known = [gate.id for gate in rules.screening.gates]
    frames.append(checked.filter(pl.col("gate").is_in(known)))
    return pl.concat([frame.select(CHECK) for frame in frames]).unique().sort(CHECK)


def _concerned(people: pl.DataFrame, gate: Any) -> pl.DataFrame:
    if gate.applies_to == "all":
        return people
    if gate.applies_to == "all_orgs":
        return people.filter(pl.col("type").is_in(ORGANISATIONS))
    classes: Iterable[str] = gate.applies_to
    return people.filter(pl.col("class").is_in(list(classes)))


def _gate_facts(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> dict[str, pl.DataFrame]:
    party, _, gate = (subject or "").partition("@")
    same = facts.read("view.same")
    checks, people, kinds = (folded(facts.rows(table), same) for table in ("gate_checks", "memberships", "parties"))
    if party:
        mine = pl.col("party") == party
        checks, people, kinds = checks.filter(mine), people.filter(mine), kinds.filter(mine)
    if gate:
        checks = checks.filter(pl.col("gate") == gate)
    return {
        "gate_checks": checks.select("fact"),
        "memberships": people.select("fact"),
        "parties": kinds.select("fact"),
    }


@measure(
    "scr.gate",
    unit="code",
    direction="none",
    subject="party × gate",
    reads=("gate_checks", "memberships", "parties", "view.same"),
    facts=_gate_facts,
    minimum="missing",
    source="FATF R.10",
    pointer="/screening/gates",
    ways=("pass", "fail", "expired", "missing"),
    parts={"needed": "count"},
)
def gate(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return pass, fail, expired or missing per party and gate.

    The latest check decides: pass until `valid_until`, else for the gate's `valid_for` (by the charter in force at the
    check), then expired. A gate with `min: n` needs n passes of different verifiers that are still good; fewer are
    missing, or expired when enough have been. `n` = good passes.
    """
    checks = _checks(facts, rules)
    good = (pl.col("good_until").is_null() | (pl.col("good_until") >= pl.col("today"))) & (pl.col("result") == "pass")
    latest = checks.group_by(CHECK, maintain_order=True).last()
    by_verifier = (
        checks.with_columns(good=good)
        .group_by([*CHECK, "verifier"], maintain_order=True)
        .last()
        .group_by(CHECK, maintain_order=True)
        .agg(n=pl.col("good").sum(), passed=(pl.col("result") == "pass").sum(), because=pl.col("fact").filter("good"))
    )
    wanted = pl.DataFrame(
        {"gate": [gate.id for gate in rules.screening.gates], "wanted": [gate.min for gate in rules.screening.gates]},
        schema={"gate": pl.String, "wanted": pl.Int64},
    )
    rows = (
        applicable(facts, rules)
        .join(wanted, on="gate", how="left")
        .join(latest.select(*CHECK, "result", "fact"), on=CHECK, how="left")
        .join(by_verifier, on=CHECK, how="left")
        .sort(CHECK)
    )
    state = (
        pl.when(pl.col("result").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("result") == "fail")
        .then(pl.lit("fail"))
        .when(pl.col("n") >= pl.col("wanted"))
        .then(pl.lit("pass"))
        .when(pl.col("passed") >= pl.col("wanted"))
        .then(pl.lit("expired"))
        .otherwise(pl.lit("missing"))
    )
    named = pl.when((pl.col("n") > 0) & (pl.col("result") == "pass")).then("because").otherwise(pl.concat_list("fact"))
    return rows.select(
        "end",
        subject=pl.concat_str("party", "gate", separator="@"),
        value=state,
        way=state,
        needed="wanted",
        n=pl.col("n").fill_null(0).cast(pl.Int64),
        because=pl.when(pl.col("fact").is_null()).then(pl.lit([], dtype=pl.List(pl.String))).otherwise(named),
    )


SPECS = (gate,)
