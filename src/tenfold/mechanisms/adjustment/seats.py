"""Roles: seats that are empty, terms that end, and acts of people whose term had ended."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tenfold.mechanisms.adjustment.grounds import MEMBERS, TERMS, AdjustmentGrounds
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, decision
from tenfold.terms.durations import add
from tenfold.terms.reason import Reason

ENDS_WITHIN = 30  # days ahead of the end of a term in which its renewal is proposed [C]
DECIDING = ("confirm", "override")
Term = Mapping[str, Any]


@decision(
    "adjustment.role_vacant",
    of=AdjustmentGrounds,
    reads=(*TERMS, *MEMBERS),
    hands_on=("role_terms",),
    closes=("role_terms",),
)
def role_vacant(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """Yield the roles of the charter with seats that nobody holds."""
    for index, role in enumerate(grounds.rules.community.roles):
        own = [term for term in grounds.terms if term["role"] == role.id and term["begin"] <= grounds.today]
        holding = [term for term in own if term["until"] >= grounds.today]
        if len(holding) < (role.seats or 1):
            yield _vacant(grounds, index, role, own, holding)


@decision(
    "adjustment.term_ending",
    of=AdjustmentGrounds,
    reads=TERMS,
    hands_on=("role_terms",),
    closes=("role_terms",),
)
def term_ending(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """Yield the terms that end soon."""
    for index, role in enumerate(grounds.rules.community.roles):
        for term in grounds.terms:
            holds = term["role"] == role.id and term["begin"] <= grounds.today <= term["until"]
            if holds and (term["until"] - grounds.today).days <= ENDS_WITHIN:
                yield _ending(grounds, index, role, term)


def _short(grounds: AdjustmentGrounds, role: Any, holding: Sequence[Term]) -> list[str]:
    """Return the classes whose reserved seats are not all taken."""
    classes = [{row["class"] for row in grounds.members.get(term["party"], ())} for term in holding]
    return [one for one, seats in role.reserve.items() if sum(one in held for held in classes) < seats]


def _vacant(grounds: AdjustmentGrounds, index: int, role: Any, own: Sequence[Term], holding: Sequence[Term]) -> Draft:
    ended = sorted((term["until"], term["fact"]) for term in own if term["until"] < grounds.today)
    since = ended[-1][1] if ended else grounds.begun
    wanted = role.seats or 1
    params = {
        "role": role.id,
        "vacant": str(wanted - len(holding)),
        "seats": str(wanted),
        "reserve": ", ".join(_short(grounds, role, holding)),
        "on": str(ended[-1][0]) if ended else "",
    }
    variant = "role_vacant" if ended else "role_never_filled"
    until = str(add(grounds.today, role.term)) if role.term else None
    return (
        Draft("role_vacant", role.id, since)
        .says(f"adjustment.{variant}{'.reserved' if params['reserve'] else ''}", params)
        .asks_for("adjustment.fill_seat")
        .follows(f"/community/roles/{index}")
        .counts(params["vacant"], "count")
        .rests_on(MeasureRef("adj.role_fill", role.id), facts=tuple(fact for _, fact in ended[-1:]))
        .cured_by(Cure(Reason("adjustment.cure.seat", params), params["vacant"], "count"))
        .closes(Fact("role_terms", {"role": role.id}))
        .hands_on(Fact("role_terms", {"role": role.id, "until": until}))
    )


def _ending(grounds: AdjustmentGrounds, index: int, role: Any, term: Term) -> Draft:
    party, days = term["party"], (term["until"] - grounds.today).days
    last = role.max_terms is not None and term["terms"] >= role.max_terms
    params = {
        "party": party,
        "role": role.id,
        "until": str(term["until"]),
        "days": str(days),
        "terms": str(term["terms"]),
        "max": str(role.max_terms or ""),
    }
    following = str(add(term["until"], role.term)) if role.term else None
    renewal = Fact("role_terms", {"party": party, "role": role.id, "until": following})
    return (
        Draft("term_ending", f"{party}@{role.id}", term["fact"])
        .says("adjustment.term_ending.last" if last else "adjustment.term_ending", params)
        .asks_for("adjustment.elect" if last else "adjustment.renew", *(() if last else ("adjustment.elect",)))
        .follows(f"/community/roles/{index}")
        .counts(str(days), "days")
        .rests_on(MeasureRef("adj.role_fill", role.id), facts=(term["fact"],))
        .cured_by(Cure(Reason("adjustment.cure.term", params), "1", "count"))
        .closes(Fact("role_terms", {"role": role.id}))
        .hands_on(Fact("role_terms", {"role": role.id}) if last else renewal)
    )


@decision(
    "adjustment.act_without_office",
    of=AdjustmentGrounds,
    reads=(
        "decision_acts",
        "gate_outcomes",
        "sanctions",
        *TERMS,
    ),
    hands_on=("decision_acts",),
    closes=("decision_acts",),
)
def act_without_office(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """Somebody whose term had ended cannot decide: such acts are to be repeated by somebody in office."""
    acts = grounds.facts.rows("decision_acts").filter(pl.col("act").is_in(DECIDING))
    outcomes = grounds.facts.rows("gate_outcomes")
    sanctions = grounds.facts.rows("sanctions").filter(pl.col("level") >= 3, pl.col("by").is_not_null())
    both = pl.concat([frame.select("fact", "by", "on", "occurred_at") for frame in (acts, outcomes, sanctions)])
    for fact, by, on, at in both.sort("on", "fact").iter_rows():
        terms = [term for term in grounds.terms if term["party"] == by]
        if not terms or any(term["begin"] <= on <= term["until"] for term in terms):
            continue
        before = [term for term in terms if term["until"] < on]
        if not before:
            continue
        last = max(before, key=lambda term: (term["until"], term["fact"]))
        params = {"party": by, "on": str(on), "role": last["role"], "until": str(last["until"])}
        yield (
            Draft("act_without_office", by, fact)
            .says("adjustment.act_without_office", params)
            .asks_for("adjustment.repeat_act", "adjustment.renew")
            .follows("/community/roles", int(grounds.rules.judging(at).charter.version))
            .counts(str((on - last["until"]).days), "days")
            .rests_on(facts=(fact, last["fact"]))
            .cured_by(Cure(Reason("adjustment.cure.repeat", params), "1", "count"))
            .closes(Fact("decision_acts", {}))
            .hands_on(Fact("decision_acts", {"because": fact}, because=False))  # the act that is repeated
        )
