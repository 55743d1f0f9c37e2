"""Offers: promised, delivered on time, used, and what giving and getting look like side by side."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tenfold.mechanisms.value.measures.surveys import BAND
from tenfold.methods.intervals import beta_posterior, proportion_difference
from tenfold.methods.survival import kaplan_meier
from tenfold.terms.days import age_of, days_between, in_last
from tenfold.terms.measure import Facts, Select, measure, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

OFFER = "offer"
WINDOW = 180
YEAR = 365
MEMBERS_MIN = 10
FEW = 5
ARM_MIN = 20
ARMS = ("treated_used", "treated", "control_used", "control")
OFFERED = Select("commitments", keep={"source_kind": (OFFER,)})
STEPS = Select("commitment_steps")


def offered(facts: Facts) -> pl.DataFrame:
    """Return end, commitment, member, offer, arm, on, due_at, today, fact of every promised offer."""
    rows = facts.rows("commitments").filter(pl.col("source_kind") == OFFER, pl.col("offer").is_not_null())
    return rows.select("end", "commitment", "offer", "arm", "on", "due_at", "today", "fact", member="to_party")


def _steps(facts: Facts, step: str) -> pl.DataFrame:
    return facts.rows("commitment_steps", ("commitment", "step")).filter(pl.col("step") == step)


def _using(facts: Facts) -> set[int]:
    """Return the ends at which the use of any offer is on record; where it is not, nobody is known not to use one."""
    return {*_steps(facts, "used")["end"]}


def _first(facts: Facts, step: str) -> pl.DataFrame:
    """Return end, commitment, step_on: when a promise first reached a step."""
    rows = _steps(facts, step)
    return rows.group_by("end", "commitment").agg(step_on=pl.col("on").min())


@measure(
    "val.uptake",
    unit="ratio",
    direction="up",
    subject="offer",
    reads=("commitments", "commitment_steps"),
    facts=(
        Select("commitments", subject="offer", keep={"source_kind": (OFFER,)}, days=WINDOW),
        STEPS,
    ),
    minimum="5 entitled; the use of any offer on record",
    source="DOMAIN 2.3",
    pointer="/value/offers",
    parts={"used": "count"},
    quotient=("used", "n"),
)
def uptake(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the beneficiaries of an offer promised in 180 days who used it ÷ all of them, with a Beta band."""
    rows = offered(facts).filter(in_last(WINDOW))
    used = rows.join(_first(facts, "used"), on=["end", "commitment"], how="left")
    per_member = used.group_by("end", "offer", "member").agg(used=pl.col("step_on").is_not_null().any())
    counts = per_member.group_by("end", "offer").agg(used=pl.col("used").sum(), n=pl.len())
    known = {(end, offer): (hits, n) for end, offer, hits, n in counts.iter_rows()}
    using = _using(facts)
    result = []
    for end in ends["end"]:
        for offer in rules.value.offers:
            hits, n = known.get((end, offer.id), (0, 0))
            band = _banded(hits, n, FEW) if end in using else (None, None, None)
            result.append((offer.id, end, *band, n, hits))
    return pl.DataFrame(result, schema=BAND | {"used": pl.Int64}, orient="row")


def _banded(hits: int, n: int, least: int) -> tuple[float | None, float | None, float | None]:
    """Return a share with its Beta(1, 1) band; nothing below `least` cases."""
    if n < least:
        return None, None, None
    band = beta_posterior(hits, n - hits)
    return hits / n, band.low, band.high


@measure(
    "val.ttfv",
    unit="days",
    direction="down",
    subject="segment",
    reads=("commitments", "commitment_steps", "view.member", "view.segment"),
    whole=("view.member", "view.segment"),
    facts=(OFFERED, STEPS),
    minimum="5 members",
    source="Kaplan & Meier 1958",
    pointer="/value/segments",
    parts={"used": "count"},
)
def time_to_first_value(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the Kaplan–Meier median of days from admission to the first offer used; not yet = censored."""
    used = offered(facts).join(_first(facts, "used"), on=["end", "commitment"])
    first = used.group_by("end", "member").agg(used_on=pl.col("step_on").min())
    admitted = (
        facts.read("view.member")
        .group_by("end", member="party")
        .agg(admitted_on=pl.col("admitted_on").min())
        .join(ends.select("end", "today"), on="end")
    )
    where = facts.read("view.segment").filter(pl.col("standing") == "member").select("end", "member", "segment")
    rows = admitted.join(where, on=["end", "member"]).join(first, on=["end", "member"], how="left")
    late_enough = pl.max_horizontal("used_on", "admitted_on")
    until = pl.coalesce(pl.when(pl.col("used_on").is_not_null()).then(late_enough), "today")
    lists = (
        rows.with_columns(days=days_between("admitted_on", until), done=pl.col("used_on").is_not_null())
        .sort("end", "segment", "member")
        .group_by("end", "segment", maintain_order=True)
        .agg("days", "done")
    )
    known = {(end, name): (times, done) for end, name, times, done in lists.iter_rows()}
    result = []
    for end in ends["end"]:
        for one in rules.value.segments:
            times, done = known.get((end, one.id), ([], []))
            median = kaplan_meier(times, done).quantile() if len(times) >= FEW else None
            result.append((one.id, end, median, None, None, len(times), sum(done)))
    return pl.DataFrame(result, schema=BAND | {"used": pl.Int64}, orient="row")


@measure(
    "val.uplift",
    unit="ratio",
    direction="up",
    subject="offer",
    reads=("commitments", "commitment_steps"),
    facts=(
        Select("commitments", subject="offer", keep={"source_kind": (OFFER,), "arm": ("treated", "control")}),
        STEPS,
    ),
    minimum="20 in each arm, else association, not effect; the use of any offer on record",
    source="Beta-binomial",
    pointer="/insight/experiments",
    parts=dict.fromkeys(ARMS, "count"),
)
def uplift(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the used share of arm `treated` − arm `control` under Beta(1, 1) with its band; rotated offers only."""
    rows = offered(facts).join(_first(facts, "used"), on=["end", "commitment"], how="left")
    per_member = rows.group_by("end", "offer", "arm", "member").agg(used=pl.col("step_on").is_not_null().any())
    counts = per_member.group_by("end", "offer", "arm").agg(used=pl.col("used").sum(), n=pl.len())
    known = {(end, offer, arm): (hits, n) for end, offer, arm, hits, n in counts.iter_rows()}
    using = _using(facts)
    result = []
    for end in ends["end"]:
        for offer in rules.value.offers:
            hits, n = known.get((end, offer.id, "treated"), (0, 0))
            base, m = known.get((end, offer.id, "control"), (0, 0))
            enough = min(n, m) >= ARM_MIN and end in using
            found = proportion_difference(hits, n, base, m) if enough else None
            band = (None, None, None) if found is None else (found.value, found.low, found.high)
            result.append((offer.id, end, *band, n + m, hits, n, base, m))
    return pl.DataFrame(result, schema=BAND | dict.fromkeys(ARMS, pl.Int64), orient="row")


@measure(
    "val.ontime",
    unit="ratio",
    direction="up",
    subject="offer",
    reads=("view.promise",),
    whole=("view.promise",),
    minimum="5 due",
    source="Beta-binomial; 180 d [C]",
    pointer="/value/offers",
    parts={"kept": "count"},
    quotient=("kept", "n"),
)
def on_time(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return promised offers kept on time ÷ those whose grace ended in 180 days, with a Beta(1, 1) band."""
    rows = facts.read("view.promise").filter(pl.col("source_kind") == OFFER, pl.col("counted"))
    due = rows.filter(in_last(WINDOW, "counted_on"))
    counts = due.sort("end", "offer", "counted_on", "promise").group_by("end", "offer", maintain_order=True)
    known = {
        (end, offer): (kept, n, late)
        for end, offer, kept, n, late in counts.agg(
            pl.col("kept").sum().alias("hits"), pl.len(), late=pl.col("fact").filter(~pl.col("kept")).tail(8)
        ).iter_rows()
    }
    result = []
    for end in ends["end"]:
        for offer in rules.value.offers:
            hits, n, late = known.get((end, offer.id), (0, 0, []))
            result.append((offer.id, end, *_banded(hits, n, FEW), n, late, hits))
    return pl.DataFrame(result, schema=BAND | {"because": pl.List(pl.String), "kept": pl.Int64}, orient="row")


@reduction("value.given", reads=("credit.accepted",), subject="member", alone=True)
def given(tables: "Mapping[str, ibis.Table]") -> "ibis.Table":
    """Return end, member, given_minor (accepted contributions of a year at fair value), unknown (some have no rate)."""
    rows = tables["credit.accepted"]
    rows = rows.filter(rows.accepted, age_of(rows) < YEAR, rows.fair_value_minor.notnull())
    missing = rows.fair_minor.isnull().cast("int64")
    return rows.group_by("end", member=rows.party).aggregate(given_minor=rows.fair_minor.sum(), unknown=missing.sum())


def _worth(facts: Facts, side: str) -> pl.DataFrame:
    """Return end, member, worth, without_rate of promises kept in a year, by their `promisor` or `beneficiary`."""
    rows = facts.read("view.promise").filter(pl.col("source") == "commitment", pl.col("kept"))
    recent = rows.filter(in_last(YEAR, "closed_on"))
    valued = recent.filter(pl.col("worth_minor").is_not_null())
    return valued.group_by("end", member=side).agg(
        worth=pl.col("home_minor").sum(), without_rate=pl.col("home_minor").is_null().sum()
    )


@measure(
    "val.balance",
    unit="ratio",
    direction="target 1",
    subject="member",
    reads=("view.member", "view.promise", "value.given"),
    whole=("view.member", "view.promise", "value.given"),
    facts=(Select("contributions"),),
    minimum="given > 0 and 10 members",
    source="Adams 1965",
    pointer="/value",
    parts={"got": "money", "gave": "money", "usual": "number"},
)
def balance(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return received ÷ given of each member in a year, relative to the community's median ratio.

    Received = worth of promises kept to the member; given = worth of promises kept by the member and the fair value of
    accepted contributions. `n` = members with a ratio.
    """
    key = ["end", "member"]
    got = _worth(facts, "beneficiary").rename({"worth": "got", "without_rate": "got_unknown"})
    gave = _worth(facts, "promisor")
    frame = (
        facts.read("view.member")
        .select("end", member="party")
        .unique()
        .join(got, on=key, how="left")
        .join(gave, on=key, how="left")
        .join(facts.read("value.given"), on=key, how="left")
        .with_columns(pl.col("got", "worth", "given_minor", "got_unknown", "without_rate", "unknown").fill_null(0))
        .sort(key)
    )
    given_all = pl.col("worth") + pl.col("given_minor")
    known = (pl.col("got_unknown") + pl.col("without_rate") + pl.col("unknown")) == 0
    ratio = pl.when(known & (given_all > 0)).then(pl.col("got") / given_all)
    frame = frame.with_columns(ratio=ratio).with_columns(
        median=pl.col("ratio").median().over("end"), n=pl.col("ratio").count().over("end")
    )
    enough = (pl.col("n") >= MEMBERS_MIN) & (pl.col("median") > 0)
    value = pl.when(enough).then(pl.col("ratio") / pl.col("median"))
    return frame.select("end", "n", "got", subject="member", value=value, gave=given_all, usual="median")


SPECS = (uptake, time_to_first_value, uplift, on_time, given, balance)
