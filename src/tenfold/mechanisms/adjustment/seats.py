"""Roles: seats that are empty, terms that end, and acts of people whose term had ended."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tenfold.mechanisms.adjustment.scene import MECHANISM, Scene, instant
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.durations import add
from tenfold.terms.reason import Reason

ENDS_WITHIN = 30  # days ahead of the end of a term in which its renewal is proposed [C]
DECIDING = ("confirm", "override")
Term = Mapping[str, Any]


def seats(scene: Scene) -> Iterator[Decision]:
    """What is to be done about each role of the charter."""
    for index, role in enumerate(scene.rules.community.roles):
        own = [term for term in scene.terms if term["role"] == role.id and term["begin"] <= scene.today]
        holding = [term for term in own if term["until"] >= scene.today]
        if len(holding) < (role.seats or 1):
            yield _vacant(scene, index, role, own, holding)
        for term in holding:
            if (term["until"] - scene.today).days <= ENDS_WITHIN:
                yield _ending(scene, index, role, term)
    yield from _acted_after(scene)


def _short(scene: Scene, role: Any, holding: Sequence[Term]) -> list[str]:
    """Return the classes whose reserved seats are not all taken."""
    classes = [{row["class"] for row in scene.members.get(term["party"], ())} for term in holding]
    return [one for one, seats in role.reserve.items() if sum(one in held for held in classes) < seats]


def _vacant(scene: Scene, index: int, role: Any, own: Sequence[Term], holding: Sequence[Term]) -> Decision:
    ended = sorted((term["until"], term["fact"]) for term in own if term["until"] < scene.today)
    starts = [start for start, version in scene.rules.versions if version is scene.rules]
    since = ended[-1][1] if ended else instant(starts[0]) if starts else "charter"
    wanted = role.seats or 1
    params = {
        "role": role.id,
        "vacant": str(wanted - len(holding)),
        "seats": str(wanted),
        "reserve": ", ".join(_short(scene, role, holding)),
        "on": str(ended[-1][0]) if ended else "",
    }
    variant = "role_vacant" if ended else "role_never_filled"
    until = str(add(scene.today, role.term)) if role.term else None
    id = f"{MECHANISM}.role_vacant:{role.id}:{since}"
    return Decision(
        mechanism=MECHANISM,
        kind="role_vacant",
        subject=role.id,
        since=since,
        message=Reason(f"adjustment.{variant}{'.reserved' if params['reserve'] else ''}", params),
        proposal="adjustment.fill_seat",
        pointer=f"/community/roles/{index}",
        version=scene.version,
        value=params["vacant"],
        unit="count",
        measures=(MeasureRef("adj.role_fill", role.id),),
        facts=tuple(fact for _, fact in ended[-1:]),
        cure=Cure(Reason("adjustment.cure.seat", params), params["vacant"], "count"),
        closes_when={"fact": "role_terms", "role": role.id},
        proposes={"table": "role_terms", "role": role.id, "until": until, "because": id},
    )


def _ending(scene: Scene, index: int, role: Any, term: Term) -> Decision:
    party, days = term["party"], (term["until"] - scene.today).days
    last = role.max_terms is not None and term["terms"] >= role.max_terms
    params = {
        "party": party,
        "role": role.id,
        "until": str(term["until"]),
        "days": str(days),
        "terms": str(term["terms"]),
        "max": str(role.max_terms or ""),
    }
    id = f"{MECHANISM}.term_ending:{party}@{role.id}:{term['fact']}"
    following = str(add(term["until"], role.term)) if role.term else None
    renewal = {"table": "role_terms", "party": party, "role": role.id, "until": following, "because": id}
    return Decision(
        mechanism=MECHANISM,
        kind="term_ending",
        subject=f"{party}@{role.id}",
        since=term["fact"],
        message=Reason("adjustment.term_ending.last" if last else "adjustment.term_ending", params),
        proposal="adjustment.elect" if last else "adjustment.renew",
        pointer=f"/community/roles/{index}",
        version=scene.version,
        value=str(days),
        unit="days",
        measures=(MeasureRef("adj.role_fill", role.id),),
        facts=(term["fact"],),
        alternatives=() if last else ("adjustment.elect",),
        cure=Cure(Reason("adjustment.cure.term", params), "1", "count"),
        closes_when={"fact": "role_terms", "role": role.id},
        proposes={"table": "role_terms", "role": role.id, "because": id} if last else renewal,
    )


def _acted_after(scene: Scene) -> Iterator[Decision]:
    """Somebody whose term had ended cannot decide: such acts are to be repeated by somebody in office."""
    acts = scene.facts.rows("decision_acts").filter(pl.col("act").is_in(DECIDING))
    outcomes = scene.facts.rows("gate_outcomes")
    sanctions = scene.facts.rows("sanctions").filter(pl.col("level") >= 3, pl.col("by").is_not_null())
    both = pl.concat([frame.select("fact", "by", "on", "occurred_at") for frame in (acts, outcomes, sanctions)])
    for fact, by, on, at in both.sort("on", "fact").iter_rows():
        terms = [term for term in scene.terms if term["party"] == by]
        if not terms or any(term["begin"] <= on <= term["until"] for term in terms):
            continue
        before = [term for term in terms if term["until"] < on]
        if not before:
            continue
        last = max(before, key=lambda term: (term["until"], term["fact"]))
        params = {"party": by, "on": str(on), "role": last["role"], "until": str(last["until"])}
        yield Decision(
            mechanism=MECHANISM,
            kind="act_without_office",
            subject=by,
            since=fact,
            message=Reason("adjustment.act_without_office", params),
            proposal="adjustment.repeat_act",
            pointer="/community/roles",
            version=int(scene.rules.judging(at).charter.version),
            value=str((on - last["until"]).days),
            unit="days",
            facts=(fact, last["fact"]),
            alternatives=("adjustment.renew",),
            cure=Cure(Reason("adjustment.cure.repeat", params), "1", "count"),
            closes_when={"fact": "decision_acts", "because": fact},
            proposes={"table": "decision_acts", "because": fact},
        )
