"""The numbers of incentives: who keeps promises, how late the late ones are, what vested, what reputation rests on."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.relations import visible
from tenfold.mechanisms.incentives.promise import RELEASED
from tenfold.methods.intervals import beta_posterior
from tenfold.methods.survival import kaplan_meier
from tenfold.methods.vesting import vested as vested_units
from tenfold.terms.days import days_between, in_last
from tenfold.terms.measure import Facts, Select, measure, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

COMMUNITY = "community"
KEPT_DAYS = 365  # [C]
LATE_DAYS = 90
MEMBER_MIN, COMMUNITY_MIN = 3, 5
GOOD_QUALITY = "0.5"
NUMBERS: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "because": pl.List(pl.String),
}


def commitments(facts: Facts) -> pl.DataFrame:
    """Return the promises that measures count: rows of `commitments` alone."""
    return facts.read("promise.own")


def promisors(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, promisor, inside: active members, the project, and whoever promised besides (not inside)."""
    members = facts.read("view.member").select("end", promisor="party", inside=pl.lit(True))
    project = rules.community.project
    ours = ends.select("end", promisor=pl.lit(project, dtype=pl.String), inside=pl.lit(False))
    others = commitments(facts).select("end", "promisor", inside=pl.lit(False))
    everyone = pl.concat([members, ours.filter(pl.col("promisor").is_not_null()), others])
    return everyone.unique(["end", "promisor"], keep="first", maintain_order=True).with_columns(
        inside=pl.col("inside") & (pl.col("promisor") != pl.lit(project, dtype=pl.String)).fill_null(True)
    )


def counted(facts: Facts, days: int) -> pl.DataFrame:
    """Return the promises that fell due, or ended without a due date, in the last `days` days."""
    return commitments(facts).filter("counted", in_last(days, "counted_on"))


@measure(
    "inc.kept_rate",
    unit="ratio",
    direction="up",
    subject="promisor",
    reads=("promise.own", "view.member"),
    minimum="3 promises due (promisor), 5 (community)",
    source="DOMAIN R5, §2.5; window 365 d [C]",
    pointer="/incentives/commitment_rules",
    parts={"kept": "number", "due": "number"},
    quotient=("kept", "due"),
)
def kept_rate(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Σ weight of promises kept ÷ Σ weight of promises due, 365 days: members, the project, and the members together.

    `low` and `high` are the 90 % interval of the Beta posterior with prior mean ½ and strength 2; `n` counts the
    promises due. A promise without a due date counts once verified or breached. `because` names the broken and late.
    """
    due = counted(facts, KEPT_DAYS).join(promisors(facts, rules, ends), on=["end", "promisor"], maintain_order="left")
    kept = pl.when("kept").then("weight").otherwise(pl.lit(0))
    sums = (pl.col("weight").sum(), kept.sum().alias("kept"), pl.len().alias("n"), _facts_of(~pl.col("kept")))
    by_party = due.group_by("end", subject="promisor").agg(*sums).with_columns(least=pl.lit(MEMBER_MIN))
    together = (
        due.filter("inside")
        .group_by("end")
        .agg(*sums)
        .with_columns(subject=pl.lit(COMMUNITY), least=pl.lit(COMMUNITY_MIN))
    )
    found = pl.concat([by_party, together.select(by_party.columns)])
    known = {(row["end"], row["subject"]): row for row in found.iter_rows(named=True)}
    subjects = _subjects(facts, rules, ends)
    rows = [_rate(end, subject, known.get((end, subject))) for end, subject in subjects]
    return pl.DataFrame(rows, schema=NUMBERS | {"kept": pl.Float64, "due": pl.Float64})


def _facts_of(failing: pl.Expr) -> pl.Expr:
    return pl.coalesce("closing_fact", "fact").filter(failing).sort().alias("because")


def _subjects(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[tuple[int, str]]:
    everyone = promisors(facts, rules, ends).select("end", "promisor")
    return [*everyone.sort("end", "promisor").iter_rows(), *((end, COMMUNITY) for end in ends["end"])]


def _rate(end: int, subject: str, row: Mapping[str, Any] | None) -> dict[str, Any]:
    blank = {"subject": subject, "end": end, "n": row["n"] if row else 0}
    if row is None or row["n"] < row["least"] or not row["weight"]:
        return blank
    kept, missed = float(row["kept"]), float(row["weight"] - row["kept"])
    band = beta_posterior(kept, missed)
    share = float(row["kept"] / row["weight"])
    parts = {"kept": kept, "due": float(row["weight"])}
    return blank | {"value": share, "low": band.low, "high": band.high, "because": row["because"], **parts}


@measure(
    "inc.late_share",
    unit="ratio",
    direction="down",
    reads=("promise.own", "view.member"),
    minimum="5 promises due",
    source="DOMAIN §15",
    pointer="/incentives/commitment_rules",
    parts={"late": "count"},
    quotient=("late", "n"),
)
def late_share(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Promises of members late or kept late ÷ those due in the last 90 days; `because` names the late ones.

    By the day on which each was due; in its grace one is not late, and one that was released was not due.
    """
    due = commitments(facts).filter(in_last(LATE_DAYS, "owed_on"), ~pl.col("state").is_in(RELEASED))
    due = due.join(promisors(facts, rules, ends), on=["end", "promisor"], maintain_order="left")
    late = pl.col("late")
    rows = due.filter("inside").group_by("end").agg(late.sum(), n=pl.len(), because=_facts_of(late))
    enough = pl.when(pl.col("n") >= COMMUNITY_MIN).then(pl.col("late") / pl.col("n"))
    shares = rows.select("end", "because", "late", pl.col("n").cast(pl.Int64), value=enough)
    return (
        ends.select("end", subject=pl.lit(COMMUNITY))
        .join(shares, on="end", how="left")
        .with_columns(pl.col("n").fill_null(0))
    )


@measure(
    "inc.slip",
    unit="days",
    direction="down",
    subject="promisor",
    reads=("promise.own", "view.member"),
    minimum="5 promises due",
    source="Kaplan & Meier 1958",
    pointer="/incentives/commitment_rules",
    parts={"delivered": "count"},
)
def slip(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Kaplan–Meier median of days from the due day to delivery (early and on the day = 0); not delivered = censored."""
    due = commitments(facts).filter(pl.col("owed_on") <= pl.col("today"), ~pl.col("state").is_in(RELEASED))
    done_on = pl.coalesce("delivered_on", pl.when(pl.col("state").is_in(["kept", "kept_late"])).then("closed_on"))
    days = days_between("owed_on", pl.coalesce(done_on, "today")).clip(0, None)
    rows = due.with_columns(days=days, done=done_on.is_not_null()).join(
        promisors(facts, rules, ends), on=["end", "promisor"], maintain_order="left"
    )
    together = rows.filter("inside").with_columns(promisor=pl.lit(COMMUNITY))
    lists = pl.concat([rows, together]).group_by("end", "promisor").agg("days", "done")
    known = {(end, who): (days, done) for end, who, days, done in lists.iter_rows()}
    found = []
    for end, subject in _subjects(facts, rules, ends):
        times, done = known.get((end, subject), ([], []))
        median = kaplan_meier(times, done).quantile() if len(times) >= COMMUNITY_MIN else None
        found.append({"subject": subject, "end": end, "value": median, "n": len(times), "delivered": sum(done)})
    return pl.DataFrame(found, schema=NUMBERS | {"delivered": pl.Int64})


@measure(
    "inc.vested",
    unit="units",
    direction="up",
    subject="grant",
    reads=("vesting_grants", "memberships"),
    facts=(Select("vesting_grants", subject="fact"), Select("memberships")),
    minimum="0",
    source="DOMAIN §2.5",
    pointer="/distribution/layers",
    parts={"granted": "units", "elapsed": "months", "months": "months", "cliff": "months"},
)
def vested(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Units of a grant vested so far: nothing before the cliff, then in whole steps; it stops when the member leaves.

    Subject is the fact of the grant. Months are counted from the start day, clamped to the end of shorter months.
    """
    grants = facts.rows("vesting_grants").join(left_on(facts), on=["end", "party"], how="left", maintain_order="left")
    rows = []
    for row in grants.iter_rows(named=True):
        until = min(row["today"], row["left_on"] or row["today"])
        elapsed = months_between(row["start"], until)
        terms = {"cliff_months": row["cliff_months"], "step_months": row["step_months"]}
        units = vested_units(row["units"], elapsed, row["months"], **terms)
        parts = {"granted": row["units"], "elapsed": elapsed, "months": row["months"], "cliff": row["cliff_months"]}
        found = {"subject": row["fact"], "end": row["end"], "value": float(units), "because": [row["fact"]]}
        rows.append(found | {name: float(figure) for name, figure in parts.items()})
    return pl.DataFrame(rows, schema=NUMBERS | dict.fromkeys(("granted", "elapsed", "months", "cliff"), pl.Float64))


def left_on(facts: Facts) -> pl.DataFrame:
    """Return end, party, left_on, leaver of those who are alumni in every class they had."""
    rows = facts.now("memberships").sort("end", "party", "class")
    gone = rows.group_by("end", "party", maintain_order=True).agg(
        (pl.col("state") == "alumni").all().alias("gone"), left_on=pl.col("on").max(), leaver=pl.col("leaver").last()
    )
    return gone.filter("gone").select("end", "party", "left_on", "leaver")


def months_between(start: date, until: date) -> int:
    """Return the whole months from `start` to `until`; a shorter month is over on its last day."""
    months = (until.year - start.year) * 12 + until.month - start.month
    following = date.fromordinal(until.toordinal() + 1)
    ends_month = following.month != until.month
    return months if until.day >= start.day or ends_month else months - 1


@reduction(
    "incentives.help",
    reads=("credit.accepted",),
    subject="party",
    alone=True,
)
def helped(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Accepted contributions without points: end, party, on, n."""
    rows = tables["credit.accepted"]
    unpaid = rows.filter(rows.accepted, rows.full == 0)
    return unpaid.group_by("end", "party", "on").aggregate(n=unpaid.count())


@measure(
    "inc.reputation",
    unit="0-1",
    direction="up",
    subject="member × facet",
    reads=("promise.own", "view.member", "incentives.help", "commitment_steps"),
    minimum="always; u says how much it rests on",
    source="Jøsang & Ismail 2002; facets Mayer, Davis & Schoorman 1995",
    pointer="/incentives/reputation",
    ways=("expected", "uncertainty"),
    parts={"good": "number", "bad": "number", "weight": "number", "mean": "number"},
)
def reputation(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Expectation E = (r + W·a) ÷ (r + s + W) of a member's facet, and its uncertainty u = W ÷ (r + s + W) beside.

    Subjects `MEMBER@FACET` and `MEMBER@FACET/u`. r and s add 2^(−age ÷ half-life) over good and bad evidence: promises
    kept and late (integrity), verified with quality from 0.5 and rejected (ability), accepted help without points
    (benevolence; nothing counts against it). It is never read by distribution.
    """
    rule = rules.incentives.reputation
    if rule is None:
        return pl.DataFrame(schema=NUMBERS)
    evidence = pl.concat([_integrity(facts), _ability(facts), _benevolence(facts, ends)])
    decayed = pl.col("n") * (-pl.col("age") / rule.half_life.days).map_batches(_powers_of_two, return_dtype=pl.Float64)
    sums = (
        evidence.sort("end", "promisor", "facet", "good", "age")
        .with_columns(weight=decayed)
        .group_by("end", "promisor", "facet", maintain_order=True)
        .agg(
            r=pl.col("weight").filter("good").sum(),
            s=pl.col("weight").filter(~pl.col("good")).sum(),
            n=pl.col("n").sum(),
        )
    )
    members = facts.read("view.member").select("end", promisor="party").unique().sort("end", "promisor")
    facets = pl.DataFrame({"facet": list(rule.facets)}, schema={"facet": pl.String})
    rows = members.join(facets, how="cross").join(sums, on=["end", "promisor", "facet"], how="left")
    weight, mean = float(rule.prior.weight), float(rule.prior.mean)
    r, s = pl.col("r").fill_null(0.0), pl.col("s").fill_null(0.0)
    whole = r + s + weight
    subject = pl.concat_str("promisor", pl.lit("@"), "facet")
    n = pl.col("n").fill_null(0)
    parts = {"good": r, "bad": s, "weight": pl.lit(weight), "mean": pl.lit(mean)}
    sure = {"value": (r + weight * mean) / whole, "way": pl.lit("expected")}
    unsure = {"value": weight / whole, "way": pl.lit("uncertainty")}
    beside = pl.concat_str(subject, pl.lit("/u"))
    return pl.concat(
        [
            rows.select("end", subject=subject, n=n, **sure, **parts),
            rows.select("end", subject=beside, n=n, **unsure, **parts),
        ]
    )


def _powers_of_two(exponents: pl.Series) -> pl.Series:
    # exp2 of the C library is exact for whole numbers; one call per age keeps it out of any sum
    return pl.Series([2.0**exponent for exponent in exponents.to_list()], dtype=pl.Float64)


def _evidence(rows: pl.DataFrame, facet: str, good: pl.Expr, day: str) -> pl.DataFrame:
    age = days_between(day, "today")
    return rows.select("end", "promisor", facet=pl.lit(facet), good=good, age=age, n=pl.lit(1, dtype=pl.Int64))


def _integrity(facts: Facts) -> pl.DataFrame:
    rows = commitments(facts).filter(pl.col("kept") | pl.col("late") | pl.col("broken"))
    dated = rows.with_columns(
        day=pl.when(pl.col("kept") | (pl.col("broken") & ~pl.col("late"))).then("closed_on").otherwise("kept_until")
    )
    return _evidence(dated, "integrity", pl.col("kept"), "day")


def _ability(facts: Facts) -> pl.DataFrame:
    steps = facts.rows("commitment_steps").filter(pl.col("step").is_in(["verified", "rejected"]))
    who = commitments(facts).select("end", "promisor", commitment="promise")
    rows = steps.join(who, on=["end", "commitment"], maintain_order="left").filter(pl.col("by") != pl.col("promisor"))
    good = (pl.col("step") == "verified") & (pl.col("quality") >= pl.lit(GOOD_QUALITY).cast(pl.Decimal(38, 18)))
    seen = rows.filter(good.fill_null(False) | (pl.col("step") == "rejected"))
    return _evidence(seen, "ability", pl.col("step") == "verified", "on")


def _benevolence(facts: Facts, ends: pl.DataFrame) -> pl.DataFrame:
    rows = facts.read("incentives.help").join(ends.select("end", "today"), on="end", maintain_order="left")
    age = days_between("on", "today")
    return rows.select("end", promisor="party", facet=pl.lit("benevolence"), good=pl.lit(True), age=age, n="n")


@reduction(
    "incentives.pooled",
    reads=("contributions",),
    facts=(Select("contributions"),),
    subject="promise",
)
def pooled(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Promises whose reward is a contribution already: end, commitment."""
    rows = tables["contributions"].filter(tables["contributions"].commitment.notnull())
    return visible(rows, tables["ends"]).select("end", "commitment").distinct()


SPECS = (kept_rate, late_share, slip, vested, helped, pooled, reputation)
