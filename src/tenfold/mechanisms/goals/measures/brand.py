"""Reach: who heard of the project, who came by themselves or by a referral, and what became of them."""

from typing import Any

import polars as pl

from tenfold.facts.answers import last_answers
from tenfold.mechanisms.goals.measures.concentration import COMMUNITY
from tenfold.mechanisms.goals.measures.deals import ENDED, judged, rank_of
from tenfold.mechanisms.goals.measures.rounds import step_ranks
from tenfold.methods.intervals import beta_posterior, risk_ratio
from tenfold.terms.days import days_between, in_last
from tenfold.terms.measure import Facts, Select, measure
from tenfold.terms.rules import Rules

YEAR, QUARTER = 365, 90
PARTIES_MIN, MENTIONS_MIN, RESOLVED_MIN = 10, 20, 5
ACCEPTANCE = "acceptance"
RATED = "rated"
QUALIFYING = (Select("opportunities"), Select("memberships", keep={"state": (RATED,)}))


def qualified(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, party, on, occurred_at, source, fact, today: when each party was first qualified, and by what way.

    Qualified = in the funnel with an opportunity, or rated as a candidate, whichever was earlier.
    """
    columns = ["end", "party", "on", "occurred_at", "source", "fact", "today"]
    deals = facts.rows("opportunities").filter(pl.col("stage").is_in(list(rank_of(rules)))).select(columns)
    rated = facts.rows("memberships").filter(pl.col("state") == RATED).select(columns)
    return (
        pl.concat([deals, rated])
        .sort("end", "party", "occurred_at", "fact")
        .group_by("end", "party", maintain_order=True)
        .first()
    )


def _recent(rows: pl.DataFrame, days: int) -> pl.DataFrame:
    return rows.filter(in_last(days))


def _known_at(ends: pl.DataFrame, recorded: pl.DataFrame) -> pl.Expr:
    """Return whether anything of a kind is on record at an end; where nothing is, a count of it is no evidence."""
    return pl.col("end").is_in(ends.join(recorded, on="end", how="semi")["end"].implode())


def _share(rows: pl.DataFrame, ends: pl.DataFrame, hit: pl.Expr, least: int) -> pl.DataFrame:
    """Return the share of rows that hit with its band per end; insufficient below `least` rows."""
    counts = (
        rows.with_columns(hit=hit.fill_null(value=False))
        .sort("end", "occurred_at", "fact")
        .group_by("end")
        .agg(hits=pl.col("hit").sum(), n=pl.len(), because=pl.col("fact").filter("hit").tail(8))
    )
    found = {end: (hits, n, because) for end, hits, n, because in counts.iter_rows()}
    result = []
    for end in ends["end"]:
        hits, n, because = found.get(end, (0, 0, []))
        band = beta_posterior(hits, n - hits) if n >= least else None
        value = (hits / n, band.low, band.high) if band is not None else (None, None, None)
        result.append((COMMUNITY, end, *value, n, because, hits))
    return pl.DataFrame(result, schema=SHARE | {"hits": pl.Int64}, orient="row")


SHARE: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "because": pl.List(pl.String),
}
HITS = {"hits": "count"}
RATIO = {"won": "count", "referred": "count", "cold_won": "count", "cold": "count"}


@measure(
    "brand.inbound_share",
    unit="ratio",
    direction="up",
    reads=("opportunities", "memberships", "culture.origins"),
    facts=QUALIFYING,
    minimum="10 parties; of somebody, by what way it came",
    source="first touch; 365 d, 10 [C]",
    parts=HITS,
    quotient=("hits", "n"),
)
def inbound_share(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return parties first qualified in the last 365 days that came by themselves ÷ all such."""
    rows = _recent(qualified(facts, rules), YEAR).filter(_known_at(ends, facts.read("culture.origins")))
    return _share(rows, ends, pl.col("source") == "inbound", PARTIES_MIN)


def referred(rows: pl.DataFrame, facts: Facts, rules: Rules) -> pl.Expr:
    """Return whether a qualified party came by a referral: its source, or a referral within the window before."""
    windows = [version.culture.brand.referral_window.days for _, version in rules.versions]
    limits = pl.DataFrame({"version": range(len(windows)), "window": windows}, schema_overrides={"version": pl.Int32})
    by = facts.rows("referrals", ("party",)).select("end", "party", referred_on="on")
    age = days_between("referred_on", "on")
    credited = (
        judged(rows, rules)
        .join(limits, on="version", how="left")
        .join(by, on=["end", "party"])
        .filter(age >= 0, age <= pl.col("window"))
        .select(key=pl.struct("end", "party"))["key"]
    )
    return (pl.col("source") == "referral").fill_null(value=False) | pl.struct("end", "party").is_in(credited.implode())


@measure(
    "brand.referral_share",
    unit="ratio",
    direction="up",
    reads=("opportunities", "memberships", "referrals", "culture.origins"),
    facts=(*QUALIFYING, Select("referrals")),
    minimum="10 parties; of somebody, by what way it came",
    source="DOMAIN 2.1",
    pointer="/culture/brand/referral_window",
    parts=HITS,
    quotient=("hits", "n"),
)
def referral_share(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return parties first qualified in the last 365 days by a referral ÷ all such."""
    rows = _recent(qualified(facts, rules), YEAR).filter(_known_at(ends, facts.read("culture.origins")))
    return _share(rows, ends, referred(rows, facts, rules), PARTIES_MIN)


@measure(
    "brand.acceptance_csat",
    unit="ratio",
    direction="up",
    subject="wave",
    reads=("survey_answers",),
    facts=(Select("survey_answers", keep={"survey": (ACCEPTANCE,), "item": (ACCEPTANCE,)}),),
    minimum="the larger of k_anonymity and min_answers",
    source="top-2-box",
    pointer="/culture/surveys",
    parts=HITS,
    quotient=("hits", "n"),
)
def acceptance_csat(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the share of respondents whose last `acceptance` in the latest wave of that survey is 4 or 5."""
    least = max(rules.culture.surveys.k_anonymity, rules.value.listen.min_answers)
    rows = facts.rows("survey_answers").filter(
        pl.col("survey") == ACCEPTANCE, pl.col("item") == ACCEPTANCE, pl.col("score").is_not_null()
    )
    answers = last_answers(rows)
    found = _share(answers, ends, pl.col("score") >= 4, least).drop("because")
    named = found.join(answers.select("end", "wave").unique(), on="end", how="left", maintain_order="left")
    return named.with_columns(subject=pl.coalesce("wave", "subject")).drop("wave")


@measure(
    "brand.sov",
    unit="ratio",
    direction="up",
    reads=("mentions",),
    facts=(Select("mentions", days=QUARTER),),
    minimum="20 mentions",
    source="share of voice; 20 [C]",
    pointer="/culture/brand/sov_terms",
    parts={"own": "count"},
    quotient=("own", "n"),
)
def share_of_voice(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return own ÷ (own + competitors') mentions on the charter's terms in 90 days."""
    terms = list(rules.culture.brand.sov_terms)
    rows = _recent(facts.rows("mentions").filter(pl.col("term").is_in(terms)), QUARTER)
    counts = rows.group_by("end").agg(
        own=pl.col("count").filter(pl.col("about") == "own").sum(), n=pl.col("count").sum()
    )
    enough = pl.col("n") >= MENTIONS_MIN
    return (
        ends.select("end")
        .join(counts, on="end", how="left")
        .select("end", "n", "own", subject=pl.lit(COMMUNITY), value=pl.when(enough).then(pl.col("own") / pl.col("n")))
    )


@measure(
    "brand.levels",
    unit="count",
    direction="up",
    reads=("publications", "memberships", "opportunities", "view.deal", "culture.origins"),
    facts=(Select("publications"), Select("memberships"), Select("opportunities")),
    minimum="publications on record; of somebody, by what way it came",
    source="AMEC",
    ways=("outputs", "out_takes", "outcomes", "impact"),
)
def levels(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return four counts of the last 90 days, a row each.

    `/outputs` publications, `/out_takes` people reached, `/outcomes` new parties that came by themselves, `/impact`
    those of them that signed or paid. Where no publication is on record, none that says whom it reached, or of nobody
    by what way it came, the count is not known.
    """
    every = facts.rows("publications")
    published = _recent(every, QUARTER)
    outputs = published.group_by("end").agg(outputs=pl.len(), out_takes=pl.col("reached").sum())
    newcomers = _newcomers(facts)
    signed = facts.read("view.deal").filter(
        pl.col("furthest") >= step_ranks(rules)["signed"], ~pl.col("claimed").is_in(ENDED)
    )
    outcomes = newcomers.group_by("end").agg(outcomes=pl.len())
    impact = newcomers.join(signed, on=["end", "party"], how="semi").group_by("end").agg(impact=pl.len())
    frame = ends.select("end")
    for counts in (outputs, outcomes, impact):
        frame = frame.join(counts, on="end", how="left")
    came = facts.read("culture.origins")
    recorded = {"outputs": every, "out_takes": every.drop_nulls("reached"), "outcomes": came, "impact": came}
    frame = frame.with_columns(
        pl.when(_known_at(ends, rows)).then(pl.col(part).cast(pl.Int64).fill_null(0)).alias(part)
        for part, rows in recorded.items()
    )
    parts = frame.unpivot(index="end", variable_name="part", value_name="value")
    return parts.select("end", "value", subject=pl.concat_str(pl.lit(COMMUNITY), "part", separator="/"), way="part")


def _newcomers(facts: Facts) -> pl.DataFrame:
    """Return end, party of parties whose first row as candidate or deal lies in the last 90 days and says inbound."""
    columns = ["end", "party", "on", "occurred_at", "source", "fact", "today"]
    rows = pl.concat([facts.rows(table).select(columns) for table in ("memberships", "opportunities")])
    first = rows.sort("end", "party", "occurred_at", "fact").group_by("end", "party", maintain_order=True).first()
    return _recent(first, QUARTER).filter(pl.col("source") == "inbound")


@measure(
    "brand.referred_risk_ratio",
    unit="ratio",
    direction="up",
    reads=("view.deal", "opportunities", "referrals"),
    facts=(Select("opportunities"), Select("referrals")),
    minimum="5 resolved on each side",
    source="benefit 4; Katz 1978",
    parts=RATIO,
)
def referred_risk_ratio(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return (signed or received ÷ resolved) of referred deals ÷ the same of outbound deals, log-normal 90 % band."""
    over = pl.col("claimed").is_in(ENDED)
    won = (~over & (pl.col("furthest") >= step_ranks(rules)["signed"])).fill_null(value=False)
    by = facts.rows("referrals", ("party",)).select("end", "party", referred_on="on")
    named = by.group_by("end", "party").agg(referred_on=pl.col("referred_on").min())
    is_referred = (
        (pl.col("source") == "referral").fill_null(value=False)
        | pl.col("introduced_by").is_not_null()
        | (pl.col("referred_on") <= pl.col("first_on")).fill_null(value=False)
    )
    deals = facts.read("view.deal").join(named, on=["end", "party"], how="left").filter(over | won)
    deals = deals.with_columns(won=won, referred=is_referred)
    cold = ~pl.col("referred") & (pl.col("source") == "outbound")
    counts = deals.group_by("end").agg(
        a=(pl.col("referred") & pl.col("won")).sum(),
        n1=pl.col("referred").sum(),
        b=(cold & pl.col("won")).sum(),
        n2=cold.sum(),
    )
    known = {row[0]: row[1:] for row in counts.iter_rows()}
    rows = []
    for end in ends["end"]:
        a, n1, b, n2 = known.get(end, (0, 0, 0, 0))
        found = risk_ratio(a, n1, b, n2) if min(n1, n2) >= RESOLVED_MIN else None
        values = (found.value, found.low, found.high) if found is not None else (None, None, None)
        rows.append((COMMUNITY, end, *values, n1 + n2, None, a, n1, b, n2))
    return pl.DataFrame(rows, schema=SHARE | dict.fromkeys(RATIO, pl.Int64), orient="row")


SPECS = (inbound_share, referral_share, acceptance_csat, share_of_voice, levels, referred_risk_ratio)
