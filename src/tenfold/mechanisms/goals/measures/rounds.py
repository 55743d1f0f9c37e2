"""Money by round: promised in steps, claimed beyond its evidence, and received."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.mechanisms.goals.measures.behind import deal_facts, round_facts
from tenfold.mechanisms.goals.measures.concentration import COMMUNITY
from tenfold.mechanisms.goals.measures.deals import ENDED
from tenfold.mechanisms.goals.measures.flows import current_raise
from tenfold.terms.measure import Facts, Select, Selected, measure
from tenfold.terms.rules import Rules

SOFT_FROM = Decimal("0.30")  # a funnel without `soft_circled`: the first stage at least so likely to close [C]
COMMITTED_FROM = Decimal("0.70")
CLAIMED = "claimed"
MICRO = 10**6  # probabilities have six digits: exact integers for sums of money × probability
ROUNDS = Select("rounds")


def current_round(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, round, opened_on, round_fact: the current stage's round with the raise's instrument.

    The open one that was opened last; once all are closed, the one closed last, so that money received does not vanish
    with the closing. At most one row per end.
    """
    stage, plan = current_raise(rules)
    if plan is None:
        return pl.DataFrame(schema={"end": pl.Int32, "round": pl.String, "opened_on": pl.Date, "round_fact": pl.String})
    key = ["end", "round"]
    rows = facts.rows("rounds", ("round", "stage", "instrument", "state"))
    state = (
        rows.sort(*key, "occurred_at", "recorded_at", "fact")
        .group_by(key, maintain_order=True)
        .agg(
            pl.col("stage", "instrument", "state").last(),
            opened_on=pl.col("on").first(),
            round_fact=pl.col("fact").first(),
        )
    )
    wanted = state.filter(
        pl.col("stage") == stage, pl.col("instrument") == plan.instrument, pl.col("state") != "cancelled"
    ).with_columns(closed=pl.col("state") != "open")
    return (
        wanted.sort("end", "closed", "opened_on", "round", descending=[False, False, True, False])
        .group_by("end", maintain_order=True)
        .first()
        .select("end", "round", "opened_on", "round_fact")
    )


def _first_from(rules: Rules, least: Decimal) -> int:
    stages = rules.goals.funnel.stages
    return next((rank for rank, stage in enumerate(stages) if stage.p_close >= least), len(stages))


def step_ranks(rules: Rules) -> dict[str, int]:
    """Return the rank from which a deal counts as soft, committed and signed.

    By the stage of that name; else soft and committed by probability, signed as the last before money received. The
    steps never cross, so that signed ≤ committed ≤ soft in money too.
    """
    stages = rules.goals.funnel.stages
    named = {stage.id: rank for rank, stage in enumerate(stages)}
    soft = named.get("soft_circled", _first_from(rules, SOFT_FROM))
    committed = max(soft, named.get("committed", _first_from(rules, COMMITTED_FROM)))
    signed = max(committed, named.get("signed", max(0, len(stages) - 2)))
    return {"soft": soft, "committed": committed, "signed": signed}


def _per_round(facts: Facts, deals: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    """Return one row per round not cancelled: the value of its deals, 0 without any, null without a rate.

    `amount` is what they come to.
    """
    rounds = facts.now("rounds", ("state",)).filter(pl.col("state") != "cancelled").select("end", subject="round")
    missing = pl.col("amount_minor").is_null().any()
    found = (
        deals.sort("end", "round", "amount_minor", "opportunity", descending=[False, False, True, False])
        .group_by("end", "round", maintain_order=True)
        .agg(
            value=pl.when(~missing).then(value),
            amount=pl.col("amount_minor").sum(),
            missing=missing,
            n=pl.len(),
            because=pl.col("fact"),
        )
        .rename({"round": "subject"})
    )
    empty = pl.lit([], dtype=pl.List(pl.String))
    return (
        rounds.join(found, on=["end", "subject"], how="left")
        .with_columns(
            value=pl.when(pl.col("n").is_null()).then(0).otherwise("value"),
            amount=pl.col("amount").fill_null(0),
            n=pl.col("n").fill_null(0),
            because=pl.col("because").fill_null(empty),
        )
        .drop("missing")
    )


def _at_least(facts: Facts, rules: Rules, step: str) -> pl.DataFrame:
    rank = step_ranks(rules)[step]
    return facts.read("view.deal").filter(pl.col("furthest") >= rank, ~pl.col("claimed").is_in(ENDED))


def _reached(facts: Facts, rules: Rules, step: str) -> pl.DataFrame:
    return _per_round(facts, _at_least(facts, rules, step), pl.col("amount_minor").sum())


def _behind(step: str) -> Selected:
    """Return the selection of a sum over deals: the round's rows, and the deals that count with their evidence."""

    def select(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
        deals = _ahead(facts) if step == CLAIMED else _at_least(facts, rules, step)
        rounds = facts.rows("rounds")
        if subject is not None:
            wanted = pl.col("round") == subject.split("/")[0]
            deals, rounds = deals.filter(wanted), rounds.filter(wanted)
        return deal_facts(facts, rules, deals["opportunity"].to_list(), talks=False) | {"rounds": rounds.select("fact")}

    return select


@measure(
    "fund.soft",
    unit="money",
    direction="up",
    subject="round",
    reads=("view.deal", "rounds"),
    facts=_behind("soft"),
    covers=("view.deal",),
    minimum="0",
    source="imboard; 0.30 [C]",
    pointer="/goals/funnel/stages",
)
def soft(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return Σ amount of deals whose furthest evidenced stage is soft-circled or beyond, not declined or lapsed."""
    return _reached(facts, rules, "soft")


@measure(
    "fund.committed",
    unit="money",
    direction="up",
    subject="round",
    reads=("view.deal", "rounds"),
    facts=_behind("committed"),
    covers=("view.deal",),
    minimum="0",
    source="imboard; 0.70 [C]",
    pointer="/goals/funnel/stages",
)
def committed(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the same from the stage `committed` on."""
    return _reached(facts, rules, "committed")


@measure(
    "fund.signed",
    unit="money",
    direction="up",
    subject="round",
    reads=("view.deal", "rounds"),
    facts=_behind("signed"),
    covers=("view.deal",),
    minimum="0",
    source="imboard",
    pointer="/goals/funnel/stages",
)
def signed(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the same from the stage `signed` on."""
    return _reached(facts, rules, "signed")


@measure(
    "fund.wired",
    unit="money",
    direction="up",
    subject="round",
    reads=("view.wired", "rounds"),
    facts=round_facts,
    covers=("view.wired",),
    minimum="a round that has begun",
    source="imboard: raised = wired only",
    pointer="/goals/stages",
)
def wired(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the money received in the current round; insufficient, for the community, where none has begun."""
    missing = pl.col("amount_minor").is_null().any()
    money = (
        facts.read("view.wired")
        .group_by("end", "round", maintain_order=True)
        .agg(
            value=pl.when(~missing).then(pl.col("amount_minor").sum()),
            n=pl.len(),
            because=pl.col("payments").explode(),
        )
    )
    here = ends.select("end").join(current_round(facts, rules), on="end", how="left", maintain_order="left")
    found = here.join(money, on=["end", "round"], how="left", maintain_order="left")
    return found.select(
        "end",
        "because",
        subject=pl.col("round").fill_null(COMMUNITY),
        value=pl.when(pl.col("n").is_null() & pl.col("round").is_not_null()).then(0).otherwise("value"),
        n=pl.col("n").fill_null(0),
    )


def target_minor(rules: Rules, key: str = "target") -> int | None:
    """Return the raise's target or minimum in minor units of the charter's currency; None without one."""
    _, plan = current_raise(rules)
    amount: Any = getattr(plan, key, None)
    if amount is None or amount.currency != rules.charter.currency:
        return None
    return int(amount.minor(rules.currencies))


@measure(
    "fund.wired_share",
    unit="ratio",
    direction="up",
    subject="round",
    reads=("fund.wired",),
    minimum="a target",
    source="DOMAIN 2.1",
    pointer="/goals/stages",
    parts={"wired": "money", "target": "money"},
    quotient=("wired", "target"),
)
def wired_share(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return fund.wired ÷ raise.target."""
    target = target_minor(rules)
    value = pl.lit(None, dtype=pl.Float64) if not target else pl.col("value") / target
    parts = {"wired": pl.col("value"), "target": pl.lit(target, dtype=pl.Int64)}
    return facts.read("fund.wired").select("subject", "end", "n", "because", value=value, **parts)


@measure(
    "fund.claimed",
    unit="money",
    direction="none",
    subject="round",
    reads=("view.deal", "rounds"),
    facts=_behind(CLAIMED),
    covers=("view.deal",),
    minimum="0",
    source="DOMAIN 2.1",
    pointer="/goals/funnel/stages",
)
def claimed(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return Σ amount of deals claimed further than their evidence: per round, and per stage claimed `ROUND/STAGE`."""
    ahead = _ahead(facts)
    total = _per_round(facts, ahead, pl.col("amount_minor").sum())
    missing = pl.col("amount_minor").is_null().any()
    by_stage = (
        ahead.sort("end", "round", "claimed", "opportunity")
        .group_by("end", "round", "claimed", maintain_order=True)
        .agg(value=pl.when(~missing).then(pl.col("amount_minor").sum()), n=pl.len(), because=pl.col("fact"))
        .select("end", "value", "n", "because", subject=pl.concat_str("round", "claimed", separator="/"))
    )
    return pl.concat([total, by_stage], how="diagonal_relaxed")


def expected(p_micro: str) -> pl.Expr:
    """Return Σ amount × probability in minor units, half-even, from probabilities in millionths."""
    weighted = (pl.col("amount_minor").cast(pl.Int128) * pl.col(p_micro)).sum()
    whole, rest = weighted // MICRO, weighted % MICRO
    up = (2 * rest > MICRO) | ((2 * rest == MICRO) & (whole % 2 == 1))
    return (whole + up.cast(pl.Int128)).cast(pl.Int64)


def _ahead(facts: Facts) -> pl.DataFrame:
    """Return the open deals claimed above what their evidence supports."""
    return facts.read("view.deal").filter("claim_ahead")


def micro_p(rules: Rules) -> dict[str, int]:
    """Return stage → p_close in millionths."""
    return {stage.id: round(stage.p_close * MICRO) for stage in rules.goals.funnel.stages}


@measure(
    "fund.optimism_gap",
    unit="money",
    direction="down",
    subject="round",
    reads=("view.deal", "rounds"),
    facts=_behind(CLAIMED),
    covers=("view.deal",),
    minimum="0",
    source="DOMAIN 2.1; p-weighting [C]",
    pointer="/goals/funnel/stages",
    parts={"amount": "money"},
)
def optimism_gap(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return Σ amount × (p_close of the claimed − of the evidenced stage) over deals claimed beyond their evidence."""
    chances = micro_p(rules)

    def p(column: str) -> pl.Expr:
        return pl.col(column).replace_strict(chances, default=0, return_dtype=pl.Int64)

    ahead = _ahead(facts).with_columns(more=p("claimed") - p("stage"))
    return _per_round(facts, ahead, expected("more"))


SPECS = (soft, committed, signed, wired, wired_share, claimed, optimism_gap)
