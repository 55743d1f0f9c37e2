"""What follows from the numbers: who may enter, who adds what, what is missing; people decide."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.mechanisms.screening.desk import CARDS, COVER, GAIN, GATE, GATES, PEOPLE, POINTS, SCORE, Desk
from tenfold.mechanisms.screening.measures.ratings import Card
from tenfold.mechanisms.screening.newcomers import fairness, first_promise, promise_offer
from tenfold.methods.decision_analysis import promethee_ii, topsis
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, Measured, decision
from tenfold.terms.measure import write_needed, write_number
from tenfold.terms.reason import Reason

METHODS = {"topsis": topsis, "promethee2": promethee_ii}


def _failing(desk: Desk, party: str) -> list[tuple[str, str]]:
    return [(gate, state) for gate, state in sorted(desk.gates.get(party, {}).items()) if state != "pass"]


@decision("screening.gate_result", of=Desk, reads=("view.member", *GATES, *PEOPLE), closes=(GATE,))
def gate_result(desk: Desk) -> Iterator[Draft]:
    """One for each candidate and member whom a gate still holds: which, and what would open it.

    A gate for which nobody was ever checked is named once for all members (`insufficient`), not once for each.
    """
    asked = set(desk.people["party"])
    members = desk.read("view.member").select("party", "fact").unique("party", keep="first", maintain_order=True)
    for party, fact in pl.concat([desk.people.select("party", "fact"), members]).sort("party").iter_rows():
        held = [(gate, state) for gate, state in _failing(desk, party) if party in asked or gate in desk.used_gates]
        if not held:
            continue
        worst = next((state for state in ("fail", "expired") if state in dict(held).values()), "missing")
        names = ", ".join(f"{gate} ({state})" for gate, state in held)
        first = f"{party}@{held[0][0]}"
        seen = [fact for gate, _ in held for fact in desk.gate_facts.get(f"{party}@{gate}", ())]
        yield (
            Draft("gate_result", party, fact)
            .says(f"screening.gate_result.{worst}", {"party": party, "gates": names})
            .asks_for("screening.complete_gates")
            .follows("/screening/gates")
            .counts(str(len(held)), "count")
            .rests_on(*(MeasureRef(GATE, f"{party}@{gate}") for gate, _ in held), facts=(fact, *seen)[:8])
            .cured_by(Cure(Reason("screening.cure.gates", {"party": party, "gates": names}), str(len(held)), "count"))
            .closes(Measured(GATE, first, {"op": "==", "value": "pass"}))
        )


@decision(
    "screening.insufficient",
    of=Desk,
    reads=("view.member", *GATES),
    hands_on=("gate_checks",),
    closes=("gate_checks",),
)
def unused_gate(desk: Desk) -> Iterator[Draft]:
    """One for each gate that concerns members and for which nobody was ever checked: a rule that is not lived yet."""
    members = set(desk.read("view.member")["party"])
    for place, gate in enumerate(desk.rules.screening.gates):
        concerned = sorted(party for party in members if gate.id in desk.gates.get(party, {}))
        if gate.id in desk.used_gates or not concerned:
            continue
        params = {"gate": gate.id, "members": str(len(concerned))}
        yield (
            Draft("insufficient", gate.id, desk.begun)
            .says("screening.insufficient.gate", params)
            .asks_for("screening.complete_gates")
            .follows(f"/screening/gates/{place}")
            .counts(params["members"], "count")
            .rests_on(MeasureRef(GATE, f"{concerned[0]}@{gate.id}"))
            .cured_by(Cure(Reason("screening.cure.gate_used", params), params["members"], "count"))
            .closes(Fact("gate_checks", {"gate": gate.id}))
            .hands_on(Fact("gate_checks", {"party": concerned[0], "gate": gate.id}))
        )


@decision("screening.score", of=Desk, reads=(*CARDS, *PEOPLE))
def score(desk: Desk) -> Iterator[Draft]:
    """One for each candidate with enough raters: what adds up, how far raters differ, whether the method matters."""
    since = dict(desk.people.select("party", "fact").iter_rows())
    ranks = _ranks(desk)
    for party, card in sorted(desk.cards.items()):
        if card.total is None:
            continue
        kind = _verdict(desk, card)
        own = ranks.get(party, {})
        params = {
            "party": party,
            "total": f"{card.total:.2f}",
            "raters": str(card.raters),
            "spread": f"{card.spread:.2f}",
            "vetoed": ", ".join(card.vetoed),
            "parts": ", ".join(f"{key} {mean:.1f}" for key, mean in card.means.items()),
            "ranks": ", ".join(f"{method} {rank}" for method, rank in own.items()),
        }
        mixed = len(set(own.values())) > 1
        yield (
            Draft("score", party, since[party])
            .says(f"screening.score.{kind}" + (".method_dependent" if mixed else ""), params)
            .asks_for("screening.discuss" if kind == "spread" else "screening.weigh")
            .follows(f"/screening/scorecards/{card.class_}")
            .counts(
                write_number(round(card.total, 2), 2),
                "0-100",
                low=write_number(round(card.low or 0.0, 2), 2),
                high=write_number(round(card.high or 0.0, 2), 2),
            )
            .rests_on(MeasureRef(SCORE, party), facts=card.facts[:8])
            .cured_by(_score_cure(desk, card, kind))
        )


def _verdict(desk: Desk, card: Card) -> str:
    """Return spread, veto, low or enough."""
    plan = desk.rules.screening.scorecards[card.class_]
    if card.spread > desk.rules.screening.raters.max_spread:
        return "spread"
    if card.vetoed:
        return "veto"
    return "low" if (card.total or 0.0) < plan.min_total else "enough"


def _score_cure(desk: Desk, card: Card, kind: str) -> Cure | None:
    plan = desk.rules.screening.scorecards[card.class_]
    if kind == "enough":
        return None
    if kind == "spread":
        return Cure(Reason("screening.cure.third_rater", {"spread": str(desk.rules.screening.raters.max_spread)}))
    if kind == "veto":
        worst = card.vetoed[0]
        missing = write_needed(plan.veto_below[worst] - card.means[worst], 2)
        return Cure(Reason("screening.cure.veto", {"criterion": worst, "points": missing}), missing, "0-100")
    missing = write_needed(plan.min_total - (card.total or 0.0), 2)
    return Cure(Reason("screening.cure.score", {"points": missing}), missing, "0-100")


def _ranks(desk: Desk) -> Mapping[str, Mapping[str, int]]:
    """Return party → method → rank among the rated candidates of its class, where other methods are asked for."""
    plan = desk.rules.screening.sensitivity
    if plan is None or not plan.methods or not plan.show_if_rank_changes:
        return {}
    found: dict[str, dict[str, int]] = {}
    rated = [card for _, card in sorted(desk.cards.items()) if card.total is not None]
    for class_ in sorted({card.class_ for card in rated}):
        peers = [card for card in rated if card.class_ == class_]
        weights = [float(points) for points in desk.rules.screening.scorecards[class_].criteria.values()]
        table = [list(card.means.values()) for card in peers]
        scores: dict[str, Sequence[float]] = {"sum": [card.total or 0.0 for card in peers]}
        if len(peers) > 1:
            scores |= {method: METHODS[method](table, weights).tolist() for method in plan.methods}
        for method, values in scores.items():
            for card, value in zip(peers, values, strict=True):
                rank = 1 + sum(other > value for other in values)
                found.setdefault(card.party, {})[method] = rank
    return found


def _best_need(desk: Desk, party: str) -> tuple[str, str]:
    """Return the need to which a party adds most, and who covers it already."""
    import numpy as np

    own = desk.able.get(party, {})
    cover = desk.cover
    left = np.prod(1 - cover.levels, axis=0) if len(cover.groups) else np.ones(len(cover.needs))
    added = [(cover.weights[place] * left[place] * own.get(need, 0.0), need) for place, need in enumerate(cover.needs)]
    best = max(added, key=lambda item: item[0], default=(0.0, ""))
    if best[0] <= 0:
        return "", ""
    column = cover.needs.index(best[1])
    holders = [group for row, group in enumerate(cover.groups) if cover.levels[row, column] > 0]
    return best[1], ", ".join(holders[:5])


@decision("screening.set_gain", of=Desk, reads=(*COVER, *PEOPLE))
def set_gain(desk: Desk) -> Iterator[Draft]:
    """One for each candidate who would add something: how much, for which need, who covers it already."""
    for party, fact in desk.people.select("party", "fact").iter_rows():
        gain = desk.gains[party]
        if gain <= 0:
            continue
        need, holders = _best_need(desk, party)
        params = {"party": party, "gain": f"{gain:.2f}", "need": need, "holders": holders}
        yield (
            Draft("set_gain", party, fact)
            .says("screening.set_gain.shared" if holders else "screening.set_gain.first", params)
            .asks_for("screening.weigh")
            .follows("/screening/set_value")
            .counts(write_number(gain, POINTS), "points")
            .rests_on(MeasureRef(GAIN, party), MeasureRef("scr.coverage", "community"), facts=(fact,))
        )


@decision(
    "screening.admit",
    "decline",
    "insufficient",
    of=Desk,
    reads=(GATE, GAIN, "view.capability", *CARDS, *PEOPLE),
    hands_on=("memberships",),
    closes=("memberships", "ratings", "capabilities"),
)
def admit(desk: Desk) -> Iterator[Draft]:
    """Propose to admit, to decline, or say what is not known yet; a missing gate proposes neither."""
    for row in desk.people.iter_rows(named=True):
        party = row["party"]
        states = desk.gates.get(party, {})
        failed = [gate for gate, state in sorted(states.items()) if state == "fail"]
        if failed:
            yield _decline(desk, row, "gate", {"gate": failed[0]})
            continue
        if any(state != "pass" for state in states.values()):
            continue
        reason = _lacking(desk, row)
        if reason is None:
            yield _admit(desk, row)
        elif reason[0] in ("rating", "capability"):
            yield _not_known(desk, row, reason[0])
        elif reason[0] != "spread":
            yield _decline(desk, row, *reason)


def _lacking(desk: Desk, row: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
    """Return what stands against admission once all gates are passed, and its numbers; None when nothing does."""
    rules, party = desk.rules.screening, row["party"]
    card = desk.cards.get(party)
    if card is not None:
        if card.total is None:
            return "rating", {}
        kind = _verdict(desk, card)
        if kind != "enough":
            plan = rules.scorecards[card.class_]
            return kind, {
                "total": f"{card.total:.2f}",
                "min_total": str(plan.min_total),
                "vetoed": ", ".join(card.vetoed),
            }
    least = float(rules.set_value.admit_if_gain_at_least)
    if rules.needs and least > 0:
        if party not in desk.able:
            return "capability", {}
        gain = desk.gains[party]
        if gain < least:
            return "gain", {"gain": f"{gain:.2f}", "least": str(rules.set_value.admit_if_gain_at_least)}
    return None


def _number(desk: Desk, party: str) -> tuple[str | None, str | None]:
    """Return the number that stands for a candidate: set gain where there are needs, else its score."""
    if desk.rules.screening.needs and party in desk.gains:
        return write_number(desk.gains[party], POINTS), "points"
    card = desk.cards.get(party)
    if card is not None and card.total is not None:
        return write_number(round(card.total, 2), 2), "0-100"
    return None, None


def _refs(desk: Desk, party: str) -> tuple[MeasureRef, ...]:
    refs = [MeasureRef(GATE, f"{party}@{gate}") for gate in sorted(desk.gates.get(party, {}))]
    refs += [MeasureRef(SCORE, party)] if party in desk.cards else []
    refs += [MeasureRef(GAIN, party)] if party in desk.gains else []
    return tuple(refs)


def _named(desk: Desk, row: Mapping[str, Any]) -> tuple[str, ...]:
    party = row["party"]
    checks = [fact for gate in sorted(desk.gates.get(party, {})) for fact in desk.gate_facts[f"{party}@{gate}"]]
    return (row["fact"], *dict.fromkeys(checks))[:8]


def _admit(desk: Desk, row: Mapping[str, Any]) -> Draft:
    party = row["party"]
    value, unit = _number(desk, party)
    probation: Any = desk.rules.adjustment.entry.probation
    state = "probation" if probation.count else "active"
    number = f"{float(value):.2f}" if value else ""
    params = {"party": party, "class": row["class"], "gates": str(len(desk.gates.get(party, {}))), "value": number}
    by = {"points": "screening.admission.gain", "0-100": "screening.admission.score"}
    return (
        Draft("admit", party, row["fact"])
        .says(by.get(unit or "", "screening.admission.gates"), params)
        .asks_for("screening.admit", "screening.decline", "screening.wait")
        .follows("/screening/decision")
        .counts(value, unit)
        .rests_on(*_refs(desk, party), facts=_named(desk, row))
        .closes(Fact("memberships", {"party": party}))
        .hands_on(Fact("memberships", {"party": party, "class": row["class"], "state": state}))
    )


def _decline(desk: Desk, row: Mapping[str, Any], reason: str, params: Mapping[str, str]) -> Draft:
    party = row["party"]
    value, unit = _number(desk, party)
    return (
        Draft("decline", party, row["fact"])
        .says(f"screening.decline.{reason}", {"party": party, "class": row["class"], **params})
        .asks_for("screening.decline", "screening.admit", "screening.wait")
        .follows("/screening/gates" if reason == "gate" else "/screening/decision")
        .counts(value, unit)
        .rests_on(*_refs(desk, party), facts=_named(desk, row))
        .cured_by(_decline_cure(desk, row, reason, params))
        .closes(Fact("memberships", {"party": party}))
        .hands_on(Fact("memberships", {"party": party, "class": row["class"], "state": "declined"}))
    )


def _decline_cure(desk: Desk, row: Mapping[str, Any], reason: str, params: Mapping[str, str]) -> Cure | None:
    if reason == "gate":
        return Cure(Reason("screening.cure.gates", {"party": row["party"], "gates": params["gate"]}), "1", "count")
    if reason == "gain":
        gain = desk.gains.get(row["party"], 0.0)
        missing = write_needed(Decimal(params["least"]) - Decimal(str(gain)), 2)
        return Cure(Reason("screening.cure.gain", {"points": missing}), missing, "points")
    return _score_cure(desk, desk.cards[row["party"]], reason)


def _not_known(desk: Desk, row: Mapping[str, Any], lacking: str) -> Draft:
    """The one cheapest fact that would settle a candidate: a rating, or what it can do."""
    params = {"party": row["party"], "raters": str(desk.rules.screening.raters.min)}
    return (
        Draft("insufficient", row["party"], row["fact"])
        .says(f"screening.insufficient.{lacking}", params)
        .asks_for(f"screening.ask_{lacking}")
        .follows("/screening/raters" if lacking == "rating" else "/screening/needs")
        .rests_on(*_refs(desk, row["party"]), facts=_named(desk, row))
        .cured_by(Cure(Reason(f"screening.cure.{lacking}", params)))
        .closes(Fact("ratings" if lacking == "rating" else "capabilities", {"party": row["party"]}))
    )


DECISIONS = (gate_result, unused_gate, score, set_gain, admit, fairness, promise_offer, first_promise)
