"""What follows for people, seats, votes and stages. The engine proposes; entry, exit and charter are human acts."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.adjustment.grounds import GROUPS, MEMBERS, AdjustmentGrounds
from tenfold.mechanisms.adjustment.leaving import exit_, exit_interview, reopen_need, settle_vesting, stop_offers
from tenfold.mechanisms.adjustment.measures.people import next_stage, stage_needs
from tenfold.mechanisms.adjustment.seats import act_without_office, role_vacant, term_ending
from tenfold.mechanisms.adjustment.voting import charter_change, vote
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, Measured, decision
from tenfold.terms.durations import add
from tenfold.terms.measure import DIGITS, write_number
from tenfold.terms.reason import Reason

CANDIDATE = ("applied", "gating", "rated", "proposed", "waiting")
COVERED = 0.5  # from which a need of the next stage counts as covered [C]
CURES = {"sponsor": "sponsor", "consent": "consent_of_lenders"}
RATIO, POINTS = DIGITS["ratio"], DIGITS["points"]


@decision(
    "adjustment.entry",
    of=AdjustmentGrounds,
    reads=(
        "memberships",
        *MEMBERS,
        "scr.gate",
        "scr.coverage_gain",
        "scr.score",
    ),
    hands_on=("memberships",),
    closes=("memberships",),
)
def entry(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """One for each candidate whom every gate lets through and who adds what the charter asks for."""
    rules, facts = grounds.rules, grounds.facts
    rows = facts.now("memberships").filter(pl.col("state").is_in(CANDIDATE), ~pl.col("party").is_in([*grounds.members]))
    gates = _gates(grounds)
    gains = dict(facts.read("scr.coverage_gain").select("subject", "value").iter_rows())
    scores = dict(facts.read("scr.score").select("subject", "value").iter_rows())
    least = float(rules.screening.set_value.admit_if_gain_at_least)
    for row in rows.sort("party", "class").iter_rows(named=True):
        party = row["party"]
        card = rules.screening.scorecards.get(row["class"])
        able = not rules.screening.needs or (gains.get(party) is not None and gains[party] >= least)
        rated = card is None or (scores.get(party) is not None and scores[party] >= card.min_total)
        if able and rated and all(state == "pass" for state in gates.get(party, {}).values()):
            yield _entry(grounds, row, gains.get(party), sorted(gates.get(party, {})))


def _gates(grounds: AdjustmentGrounds) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for subject, state in grounds.facts.read("scr.gate").select("subject", "value").iter_rows():
        party, _, gate = subject.partition("@")
        found.setdefault(party, {})[gate] = state
    return found


def _entry(grounds: AdjustmentGrounds, row: Mapping[str, Any], gain: float | None, gates: list[str]) -> Draft:
    entry = grounds.rules.adjustment.entry
    party, class_ = row["party"], row["class"]
    lacks = "sponsor" if entry.sponsor_required and row["sponsor"] is None else ""
    lacks = lacks or ("consent" if class_ in entry.lender_consent_for and not row["evidence"] else "")
    state = "probation" if entry.probation.count else "active"
    params = {"party": party, "class": class_, "gates": str(len(gates)), "probation": str(entry.probation)}
    params["gain"] = write_number(round(gain, 2), 2) or "" if gain is not None else ""
    variant = f".{lacks}" if lacks else "" if gain is not None else ".gates"
    refs = [MeasureRef("scr.gate", f"{party}@{gate}") for gate in gates]
    pointer = {"sponsor": "/adjustment/entry/sponsor_required", "consent": "/adjustment/entry/lender_consent_for"}
    proposes = Fact("memberships", {"party": party, "class": class_, "state": state})
    return (
        Draft("entry", f"{party}@{class_}", row["fact"])
        .says(f"adjustment.entry{variant}", params)
        .asks_for("adjustment.find_" + lacks if lacks else "adjustment.admit", "adjustment.decline", "adjustment.wait")
        .follows(pointer.get(lacks, "/adjustment/entry"))
        .counts(
            write_number(round(gain, POINTS), POINTS) if gain is not None else None,
            "points" if gain is not None else None,
        )
        .rests_on(*refs, *([MeasureRef("scr.coverage_gain", party)] if gain is not None else []), facts=(row["fact"],))
        .cured_by(Cure(Reason(f"adjustment.cure.{CURES[lacks]}", params), "1", "count") if lacks else None)
        .closes(Fact("memberships", {"party": party, "state": state}))
        .hands_on(None if lacks else proposes)
    )


@decision(
    "adjustment.probation_over",
    of=AdjustmentGrounds,
    reads=(*MEMBERS,),
    hands_on=("memberships",),
    closes=("memberships",),
)
def probation_over(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """One for each member whose probation is over: keep or part."""
    for party, rows in grounds.members.items():
        for row in rows:
            begun = grounds.rules.judging(row["admitted_at"])
            over = add(row["admitted_on"], begun.adjustment.entry.probation)
            if row["state"] != "probation" or over > grounds.today:
                continue
            params = {"party": party, "class": row["class"], "since": str(row["admitted_on"]), "over": str(over)}
            yield (
                Draft("probation_over", f"{party}@{row['class']}", row["fact"])
                .says("adjustment.probation_over", params)
                .asks_for("adjustment.confirm_member", "adjustment.extend_probation", "adjustment.ask_to_leave")
                .follows("/adjustment/entry/probation", int(begun.charter.version))
                .counts(str((grounds.today - over).days), "days")
                .rests_on(MeasureRef("inc.kept_rate", party), MeasureRef("rel.strength", party), facts=(row["fact"],))
                .cured_by(Cure(Reason("adjustment.cure.probation", params), "1", "count"))
                .closes(Fact("memberships", {"party": party, "class": row["class"], "state": "active"}))
                .hands_on(Fact("memberships", {"party": party, "class": row["class"], "state": "active"}))
            )


@decision(
    "adjustment.size",
    of=AdjustmentGrounds,
    reads=(*MEMBERS,),
    closes=("memberships",),
)
def size(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """Where the community is smaller or larger than its stage wants, in all and by class."""
    stage = grounds.rules.community.current_stage
    size = grounds.rules.adjustment.membership_by_stage.get(stage)
    if size is None:
        return
    here = f"/adjustment/membership_by_stage/{stage}"
    total = len(grounds.members)
    if size.target_size is not None and not size.target_size[0] <= total <= size.target_size[1]:
        low, high = size.target_size
        gap = low - total if total < low else total - high
        yield _size(
            grounds, "community", total, gap, f"{here}/target_size", "below" if total < low else "above", low, high
        )
    classes = [{row["class"] for row in rows} for rows in grounds.members.values()]
    for class_, least in size.class_min.items():
        there = sum(class_ in held for held in classes)
        if there < least:
            yield _size(grounds, class_, there, least - there, f"{here}/class_min/{class_}", "class", least, least)


def _size(
    grounds: AdjustmentGrounds, subject: str, there: int, gap: int, pointer: str, variant: str, low: int, high: int
) -> Draft:
    params = {
        "subject": subject,
        "there": str(there),
        "gap": str(gap),
        "low": str(low),
        "high": str(high),
        "stage": grounds.rules.community.current_stage,
    }
    return (
        Draft("size", subject, grounds.begun)
        .says(f"adjustment.size.{variant}", params)
        .asks_for("adjustment.review_size" if variant == "above" else "adjustment.recruit")
        .follows(pointer)
        .counts(str(there), "count")
        .rests_on(MeasureRef("com.active_members", "community"))
        .cured_by(Cure(Reason(f"adjustment.cure.size_{variant}", params), str(gap), "count"))
        .closes(Fact("memberships", {"count": str(low if variant != "above" else high), "subject": subject}))
    )


@decision(
    "adjustment.next_stage",
    of=AdjustmentGrounds,
    reads=(
        "needs",
        *MEMBERS,
        "view.capability",
        *GROUPS,
        "adj.next_stage_fit",
    ),
    hands_on=("needs",),
    closes=("adj.next_stage_fit",),
)
def next_stage_fit(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """How far today's members cover what the next stage needs, and the largest gap as a need."""
    stage = next_stage(grounds.rules)
    for row in grounds.facts.read("adj.next_stage_fit").filter(pl.col("value").is_not_null()).iter_rows(named=True):
        needs = stage_needs(grounds.facts, grounds.rules)
        gaps = needs.filter(pl.col("covered") < COVERED).with_columns(lost=pl.col("weight") * (1 - pl.col("covered")))
        gaps = gaps.sort("lost", "need", descending=[True, False])
        names = ", ".join(gaps["capability"])
        worst = gaps.row(0, named=True) if gaps.height else None
        since = min(needs["fact"])
        params = {"stage": str(stage), "fit": f"{100 * row['value']:.1f} %", "gaps": names, "number": str(gaps.height)}
        cure = Cure(Reason("adjustment.cure.next_stage", params), str(gaps.height), "count")
        yield (
            Draft("next_stage", str(stage), since)
            .says("adjustment.next_stage.gaps" if worst else "adjustment.next_stage", params)
            .asks_for("adjustment.recruit" if worst else "adjustment.keep_on")
            .follows("/community/stages")
            .counts(write_number(row["value"], RATIO), "ratio")
            .rests_on(MeasureRef("adj.next_stage_fit", "community"), facts=tuple(gaps["fact"].head(8)) or (since,))
            .cured_by(cure if worst else None)
            .closes(Measured("adj.next_stage_fit", "community", {"op": ">=", "value": "1"}))
            .hands_on(Fact("needs", {"capability": worst["capability"], "state": "open"}) if worst else None)
        )


DECISIONS = (
    entry,
    probation_over,
    size,
    next_stage_fit,
    exit_,
    reopen_need,
    settle_vesting,
    stop_offers,
    exit_interview,
    role_vacant,
    term_ending,
    act_without_office,
    vote,
    charter_change,
)
