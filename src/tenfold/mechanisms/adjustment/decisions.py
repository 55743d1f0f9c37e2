"""What follows for people, seats, votes and stages. The engine proposes; entry, exit and charter are human acts."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.adjustment.leaving import exits, handed_on
from tenfold.mechanisms.adjustment.measures.people import next_stage, stage_needs
from tenfold.mechanisms.adjustment.scene import MECHANISM, Scene, instant
from tenfold.mechanisms.adjustment.seats import seats
from tenfold.mechanisms.adjustment.voting import charters, votes
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.durations import add
from tenfold.terms.measure import DIGITS, Facts, write_number
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

CANDIDATE = ("applied", "gating", "rated", "proposed", "waiting")
COVERED = 0.5  # from which a need of the next stage counts as covered [C]
CURES = {"sponsor": "sponsor", "consent": "consent_of_lenders"}
RATIO, POINTS = DIGITS["ratio"], DIGITS["points"]


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return what adjustment proposes at the cycle's end."""
    scene = Scene(facts, rules, ends)
    return [
        *_entries(scene),
        *_probations(scene),
        *_sizes(scene),
        *_next_stage(scene),
        *exits(scene),
        *handed_on(scene),
        *seats(scene),
        *votes(scene),
        *charters(scene),
    ]


def _entries(scene: Scene) -> Iterator[Decision]:
    """One for each candidate whom every gate lets through and who adds what the charter asks for."""
    rules, facts = scene.rules, scene.facts
    rows = facts.now("memberships").filter(pl.col("state").is_in(CANDIDATE), ~pl.col("party").is_in([*scene.members]))
    gates = _gates(scene)
    gains = dict(facts.read("scr.coverage_gain").select("subject", "value").iter_rows())
    scores = dict(facts.read("scr.score").select("subject", "value").iter_rows())
    least = float(rules.screening.set_value.admit_if_gain_at_least)
    for row in rows.sort("party", "class").iter_rows(named=True):
        party = row["party"]
        card = rules.screening.scorecards.get(row["class"])
        able = not rules.screening.needs or (gains.get(party) is not None and gains[party] >= least)
        rated = card is None or (scores.get(party) is not None and scores[party] >= card.min_total)
        if able and rated and all(state == "pass" for state in gates.get(party, {}).values()):
            yield _entry(scene, row, gains.get(party), sorted(gates.get(party, {})))


def _gates(scene: Scene) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for subject, state in scene.facts.read("scr.gate").select("subject", "value").iter_rows():
        party, _, gate = subject.partition("@")
        found.setdefault(party, {})[gate] = state
    return found


def _entry(scene: Scene, row: Mapping[str, Any], gain: float | None, gates: list[str]) -> Decision:
    entry = scene.rules.adjustment.entry
    party, class_ = row["party"], row["class"]
    lacks = "sponsor" if entry.sponsor_required and row["sponsor"] is None else ""
    lacks = lacks or ("consent" if class_ in entry.lender_consent_for and not row["evidence"] else "")
    state = "probation" if entry.probation.count else "active"
    id = f"{MECHANISM}.entry:{party}@{class_}:{row['fact']}"
    params = {"party": party, "class": class_, "gates": str(len(gates)), "probation": str(entry.probation)}
    params["gain"] = write_number(round(gain, 2), 2) or "" if gain is not None else ""
    variant = f".{lacks}" if lacks else "" if gain is not None else ".gates"
    refs = [MeasureRef("scr.gate", f"{party}@{gate}") for gate in gates]
    pointer = {"sponsor": "/adjustment/entry/sponsor_required", "consent": "/adjustment/entry/lender_consent_for"}
    proposes = {"table": "memberships", "party": party, "class": class_, "state": state, "because": id}
    return Decision(
        mechanism=MECHANISM,
        kind="entry",
        subject=f"{party}@{class_}",
        since=row["fact"],
        message=Reason(f"adjustment.entry{variant}", params),
        proposal="adjustment.find_" + lacks if lacks else "adjustment.admit",
        pointer=pointer.get(lacks, "/adjustment/entry"),
        version=scene.version,
        value=write_number(round(gain, POINTS), POINTS) if gain is not None else None,
        unit="points" if gain is not None else None,
        measures=(*refs, *([MeasureRef("scr.coverage_gain", party)] if gain is not None else [])),
        facts=(row["fact"],),
        alternatives=("adjustment.decline", "adjustment.wait"),
        cure=Cure(Reason(f"adjustment.cure.{CURES[lacks]}", params), "1", "count") if lacks else None,
        closes_when={"fact": "memberships", "party": party, "state": state},
        proposes=None if lacks else proposes,
    )


def _probations(scene: Scene) -> Iterator[Decision]:
    """One for each member whose probation is over: keep or part."""
    for party, rows in scene.members.items():
        for row in rows:
            begun = scene.rules.judging(row["admitted_at"])
            over = add(row["admitted_on"], begun.adjustment.entry.probation)
            if row["state"] != "probation" or over > scene.today:
                continue
            id = f"{MECHANISM}.probation_over:{party}@{row['class']}:{row['fact']}"
            params = {"party": party, "class": row["class"], "since": str(row["admitted_on"]), "over": str(over)}
            yield Decision(
                mechanism=MECHANISM,
                kind="probation_over",
                subject=f"{party}@{row['class']}",
                since=row["fact"],
                message=Reason("adjustment.probation_over", params),
                proposal="adjustment.confirm_member",
                pointer="/adjustment/entry/probation",
                version=int(begun.charter.version),
                value=str((scene.today - over).days),
                unit="days",
                measures=(MeasureRef("inc.kept_rate", party), MeasureRef("rel.strength", party)),
                facts=(row["fact"],),
                alternatives=("adjustment.extend_probation", "adjustment.ask_to_leave"),
                cure=Cure(Reason("adjustment.cure.probation", params), "1", "count"),
                closes_when={"fact": "memberships", "party": party, "class": row["class"], "state": "active"},
                proposes={
                    "table": "memberships",
                    "party": party,
                    "class": row["class"],
                    "state": "active",
                    "because": id,
                },
            )


def _sizes(scene: Scene) -> Iterator[Decision]:
    """Where the community is smaller or larger than its stage wants, in all and by class."""
    stage = scene.rules.community.current_stage
    size = scene.rules.adjustment.membership_by_stage.get(stage)
    if size is None:
        return
    here = f"/adjustment/membership_by_stage/{stage}"
    total = len(scene.members)
    if size.target_size is not None and not size.target_size[0] <= total <= size.target_size[1]:
        low, high = size.target_size
        gap = low - total if total < low else total - high
        yield _size(
            scene, "community", total, gap, f"{here}/target_size", "below" if total < low else "above", low, high
        )
    classes = [{row["class"] for row in rows} for rows in scene.members.values()]
    for class_, least in size.class_min.items():
        there = sum(class_ in held for held in classes)
        if there < least:
            yield _size(scene, class_, there, least - there, f"{here}/class_min/{class_}", "class", least, least)


def _size(
    scene: Scene, subject: str, there: int, gap: int, pointer: str, variant: str, low: int, high: int
) -> Decision:
    starts = [start for start, version in scene.rules.versions if version is scene.rules]
    params = {
        "subject": subject,
        "there": str(there),
        "gap": str(gap),
        "low": str(low),
        "high": str(high),
        "stage": scene.rules.community.current_stage,
    }
    return Decision(
        mechanism=MECHANISM,
        kind="size",
        subject=subject,
        since=instant(starts[0]) if starts else "charter",
        message=Reason(f"adjustment.size.{variant}", params),
        proposal="adjustment.review_size" if variant == "above" else "adjustment.recruit",
        pointer=pointer,
        version=scene.version,
        value=str(there),
        unit="count",
        measures=(MeasureRef("com.active_members", "community"),),
        cure=Cure(Reason(f"adjustment.cure.size_{variant}", params), str(gap), "count"),
        closes_when={"fact": "memberships", "count": str(low if variant != "above" else high), "subject": subject},
    )


def _next_stage(scene: Scene) -> Iterator[Decision]:
    """How far today's members cover what the next stage needs, and the largest gap as a need."""
    stage = next_stage(scene.rules)
    for row in scene.facts.read("adj.next_stage_fit").filter(pl.col("value").is_not_null()).iter_rows(named=True):
        needs = stage_needs(scene.facts, scene.rules)
        gaps = needs.filter(pl.col("covered") < COVERED).with_columns(lost=pl.col("weight") * (1 - pl.col("covered")))
        gaps = gaps.sort("lost", "need", descending=[True, False])
        names = ", ".join(gaps["capability"])
        worst = gaps.row(0, named=True) if gaps.height else None
        since = min(needs["fact"])
        params = {"stage": str(stage), "fit": f"{100 * row['value']:.1f} %", "gaps": names, "number": str(gaps.height)}
        cure = Cure(Reason("adjustment.cure.next_stage", params), str(gaps.height), "count")
        yield Decision(
            mechanism=MECHANISM,
            kind="next_stage",
            subject=str(stage),
            since=since,
            message=Reason("adjustment.next_stage.gaps" if worst else "adjustment.next_stage", params),
            proposal="adjustment.recruit" if worst else "adjustment.keep_on",
            pointer="/community/stages",
            version=scene.version,
            value=write_number(row["value"], RATIO),
            unit="ratio",
            measures=(MeasureRef("adj.next_stage_fit", "community"),),
            facts=tuple(gaps["fact"].head(8)) or (since,),
            cure=cure if worst else None,
            closes_when={"metric": "adj.next_stage_fit", "subject": "community", "op": ">=", "value": "1"},
            proposes={
                "table": "needs",
                "capability": worst["capability"],
                "state": "open",
                "because": f"{MECHANISM}.next_stage:{stage}:{since}",
            }
            if worst
            else None,
        )
