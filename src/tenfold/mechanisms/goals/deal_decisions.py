"""What follows for each deal: what it changes, whether it went silent, which evidence its claim still lacks."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from tenfold.mechanisms.goals.cures import PIPELINES, RATIO, READS, Standing
from tenfold.mechanisms.goals.measures.deals import path, rank_of
from tenfold.mechanisms.goals.measures.forecast import OpenDeal, distribution, pipelines
from tenfold.mechanisms.goals.measures.received import by_deal
from tenfold.mechanisms.goals.measures.rounds import target_minor
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, Measured, decision
from tenfold.terms.measure import write_number, write_percent
from tenfold.terms.reason import Reason


@decision("goals.deal_effect", of=Standing, reads=("goals.effect",), closes=("fund.p_close",))
def deal_effect(standing: Standing) -> Iterator[Draft]:
    """What each open deal changes: P(minimum close, else target) today, if it is wired, if it is lost."""
    known = standing.here("goals.effect").filter(pl.col("now").is_not_null())
    for row in known.sort("opportunity").iter_rows(named=True):
        numbers = {name: write_number(row[name], RATIO) for name in ("now", "wired", "lost")}
        params = {name: write_percent(row[name]) for name in ("now", "wired", "lost")}
        params |= {"party": row["party"], "amount": standing.money(row["amount_minor"]), "currency": standing.currency}
        gain = write_number(row["wired"] - row["now"], RATIO)
        yield (
            Draft("deal_effect", row["opportunity"], row["fact"])
            .says(f"goals.deal_effect.{row['goal']}", params)
            .asks_for("goals.close_deal", "goals.let_go")
            .follows("/goals/funnel")
            .counts(numbers["now"], "probability", low=numbers["lost"], high=numbers["wired"])
            .rests_on(
                MeasureRef("fund.p_minimum" if row["goal"] == "minimum_close" else "fund.p_target", row["round"]),
                MeasureRef("fund.p_close", row["opportunity"]),
                facts=(row["fact"],),
            )
            .cured_by(Cure(Reason("goals.cure.deal", params), gain, "probability"))
            .closes(Measured("fund.p_close", row["opportunity"], {"op": "==", "value": "1"}))
        )


@decision("goals.stale_deal", of=Standing, reads=PIPELINES, hands_on=("interactions",), closes=("interactions",))
def stale_deal(standing: Standing) -> Iterator[Draft]:
    """4 → 1: open deals whose party has been silent too long count in no forecast until it is heard again.

    Whoever is said to have paid is asked for the receipt (`claimed_stage`), not for a call.
    """
    waiting = pl.col("open") & ~pl.col("active") & ~pl.col("said_received")
    silent = standing.here("view.deal").filter(waiting).sort("opportunity")
    chances = dict(standing.here("fund.p_close").select("subject", "value").iter_rows())
    found = pipelines(standing.facts, standing.rules, standing.ends)
    rounds = {one.round: one for one in found if one.end == standing.end}
    goal = target_minor(standing.rules, "minimum_close") or target_minor(standing.rules)
    for row in silent.iter_rows(named=True):
        here = rounds.get(row["round"])
        known = here is not None and here.known and row["amount_minor"] is not None and goal is not None
        params = {"party": row["party"], "days": str(row["silent"] if row["silent"] is not None else "")}
        value = None
        if known and here is not None and goal is not None:
            back = OpenDeal(
                row["opportunity"], row["party"], row["fact"], row["amount_minor"], chances[row["opportunity"]]
            )
            now, then = (
                distribution(one, standing.rules).at_least(goal)
                for one in (here, replace(here, deals=(*here.deals, back)))
            )
            params |= {"now": write_percent(now), "back": write_percent(then)}
            value = write_number(then - now, RATIO)
        kind = "never" if row["silent"] is None else "silent"
        yield (
            Draft("stale_deal", row["opportunity"], row["last_inbound"] or row["fact"])
            .says(f"goals.stale_deal.{kind}" if value is not None else f"goals.stale_deal.{kind}.alone", params)
            .asks_for("goals.talk", "goals.let_go")
            .follows("/goals/funnel/stale_after")
            .counts(value, "probability" if value is not None else None)
            .rests_on(
                *(MeasureRef("fund.p_close", row["opportunity"]), MeasureRef("fund.forecast", row["round"]))[
                    : 1 + (here is not None)
                ],
                facts=tuple(fact for fact in (row["fact"], row["last_inbound"]) if fact),
            )
            .cured_by(Cure(Reason("goals.cure.inbound", {"party": row["party"]}), "1", "count"))
            .closes(Fact("interactions", {"member": row["party"], "direction": "in"}))
            .hands_on(Fact("interactions", {"member": row["party"], "direction": "out"}))
        )


@decision(
    "goals.claimed_stage",
    of=Standing,
    reads=("opportunities", "documents", "exchange_rates", "view.deal", "view.same", "goals.flows", *READS),
    hands_on=("opportunities",),
    closes=("documents",),
)
def claimed_stage(standing: Standing) -> Iterator[Draft]:
    """Deals that are said to be further than their evidence: which documents are missing.

    As the deal itself, they are judged by the charter in force when the claim was made.
    """
    ahead = standing.here("view.deal").filter("claim_ahead")
    rows = path(standing.facts, standing.rules).filter(pl.col("end") == standing.end)
    held, paid = _kinds(standing, rows), _paid(standing)
    claimed_at = dict(rows.select("fact", "occurred_at").iter_rows())
    for row in ahead.sort("opportunity").iter_rows(named=True):
        judge = standing.rules.judging(claimed_at[row["fact"]])
        rank = rank_of(judge)[row["claimed"]]
        wanted = [kind for stage in judge.goals.funnel.stages[: rank + 1] for kind in stage.evidence]
        missing = [kind for kind in dict.fromkeys(wanted) if kind not in held.get(row["opportunity"], ())]
        params = {
            "party": row["party"],
            "claimed": row["claimed"],
            "stage": row["stage"] or "",
            "kinds": ", ".join(missing),
        }
        known = "" if row["stage"] else ".none"
        if row["said_received"]:
            known = ".paid" if row["opportunity"] in paid else ".received"
        yield (
            Draft("claimed_stage", row["opportunity"], row["fact"])
            .says(f"goals.claimed_stage{known}", params)
            .asks_for("goals.attach_evidence", "goals.move_back")
            .follows(f"/goals/funnel/stages/{rank}/evidence", int(judge.charter.version))
            .rests_on(
                MeasureRef("fund.claimed", row["round"]),
                MeasureRef("fund.optimism_gap", row["round"]),
                MeasureRef("fund.p_close", row["opportunity"]),
                facts=tuple(fact for fact in (row["fact"], row["stage_fact"]) if fact),
            )
            .cured_by(Cure(Reason("goals.cure.evidence", params), str(len(missing)), "count"))
            .closes(Fact("documents", {"kinds": missing, "opportunity": row["opportunity"]}))
            .hands_on(
                Fact("opportunities", {"opportunity": row["opportunity"], "stage": row["claimed"], "evidence": missing})
            )
        )


def _paid(standing: Standing) -> set[str]:
    """Return the deals for which money is in the books."""
    rows = by_deal(standing.facts, standing.rules)
    return {*rows.filter(pl.col("end") == standing.end, pl.col("paid_minor") > 0)["opportunity"]}


def _kinds(standing: Standing, rows: pl.DataFrame) -> dict[str, set[str]]:
    """Return opportunity → the kinds of document that its rows show."""
    kinds = standing.facts.now("documents", ("kind",)).select("end", "document", "kind")
    shown = (
        rows.select("end", "opportunity", document="evidence").explode("document").join(kinds, on=["end", "document"])
    )
    found: dict[str, set[str]] = {}
    for opportunity, kind in shown.select("opportunity", "kind").iter_rows():
        found.setdefault(opportunity, set()).add(kind)
    return found
