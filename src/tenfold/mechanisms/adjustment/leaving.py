"""Leaving: who should be asked whether to go, and what an exit hands on to needs, vesting and offers.

An exit is never a deletion: what was vested and what the law grants stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from operator import eq, ge, gt, le, lt
from typing import Any

import polars as pl

from tenfold.facts.consents import said_no
from tenfold.mechanisms.adjustment.grounds import GROUPS, LEAVERS, MEMBERS, TERMS, AdjustmentGrounds
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import NAMED, Closing, Draft, Fact, Measured, decision
from tenfold.terms.durations import add_months
from tenfold.terms.measure import DIGITS, write_number, write_told
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq}
TURNED = {">=": "<", ">": "<=", "<=": ">", "<": ">="}  # what ends a condition
SANCTION_LEVEL, REQUEST, GATE_EXPIRED = "sanction_level_4", "member_request", "gate_expired"
OF_TALKS = "rel."  # the measures of a relation
LEFT = ("exiting", "alumni")
HOLDS = 0.5  # level from which somebody holds a need [C]


@dataclass(frozen=True, slots=True)
class Met:
    """A condition of leaving that has come true: since when, what its sentence says, what it rests on, what ends it."""

    since: str
    params: Mapping[str, str]
    cure: Cure
    closes: Closing
    measures: tuple[MeasureRef, ...] = ()
    value: str | None = None
    unit: str | None = None


def conditions(rules: Rules) -> tuple[str, ...]:
    """Return the measures that the conditions of leaving name."""
    return tuple(one.metric for one in rules.adjustment.exit.propose_if if one.metric is not None)


@decision(
    "adjustment.exit",
    "exit_locked",
    of=AdjustmentGrounds,
    reads=(
        *MEMBERS,
        "incidents",
        "rel.overdue",
        "view.consent",
        "view.sanction",
        "scr.gate",
        "interaction.last_substantive",
    ),
    named=conditions,
    clock="passed",
    observes=True,
    hands_on=("memberships",),
    closes=(
        "memberships",
        "scr.gate",
        NAMED,
    ),
)
def exit_(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """One for each member on whom a condition of the charter has come true, the first that did."""
    conditions = grounds.rules.adjustment.exit.propose_if
    met = [_measured(grounds, one) if one.event is None else _happened(grounds, one.event) for one in conditions]
    for party in grounds.members:
        for index, found in enumerate(met):
            if party in found:
                yield _exit(grounds, party, index, found[party])
                break


def _exit(grounds: AdjustmentGrounds, party: str, index: int, met: Met) -> Draft:
    locked = _locked_until(grounds, party)
    kind = "exit" if locked is None else "exit_locked"
    waiting = {} if locked is None else {"until": str(locked[1] or "?"), "after": locked[0]}
    leaves = Fact("memberships", {"party": party, "class": grounds.members[party][0]["class"], "state": "exiting"})
    return (
        Draft(kind, party, met.since)
        .says(f"adjustment.{kind}.{met.params['event']}", {"party": party, **met.params, **waiting})
        .asks_for("adjustment.ask_to_leave" if locked is None else "adjustment.wait", "adjustment.keep", "snooze")
        .follows(f"/adjustment/exit/propose_if/{index}")
        .counts(met.value, met.unit)
        .rests_on(*met.measures, facts=(met.since,))
        .cured_by(met.cure)
        .closes(met.closes)
        .hands_on(leaves if locked is None else None)
    )


def _locked_until(grounds: AdjustmentGrounds, party: str) -> tuple[str, date | None] | None:
    """Return the incident that a lock-in counts from and its last day (None while it has not happened)."""
    for row in grounds.members[party]:
        lock = grounds.rules.adjustment.exit.lock_in.get(row["class"])
        if lock is None:
            continue
        days = grounds.facts.rows("incidents", ("kind",), pl.col("kind") == lock.after)["on"].sort()
        until = add_months(days[0], lock.months) if len(days) else None
        if until is None or grounds.today < until:
            return lock.after, until
    return None


def _measured(grounds: AdjustmentGrounds, condition: Any) -> dict[str, Met]:
    """Return the members of whom the last `for` observations all hold; an unknown one holds nothing.

    A measure of talks says nothing of those whom nobody has to talk to, such as founders: they are not silent, they are
    the ones who ring up.
    """
    asked = grounds.talked_with if condition.metric.startswith(OF_TALKS) else frozenset(grounds.members)
    now = grounds.facts.read(condition.metric)
    history = grounds.facts.history(condition.metric) if condition.for_ > 1 else now
    holding = _holding(condition, history) & asked & grounds.members.keys()
    contacts = dict(grounds.facts.read("interaction.last_substantive").select("member", "fact").iter_rows())
    rows = now.filter(pl.col("subject").is_in(sorted(holding)))
    return {row["subject"]: _observed(grounds, condition, row, contacts.get(row["subject"])) for row in rows.to_dicts()}


def _holding(condition: Any, history: pl.DataFrame) -> set[str]:
    """Return the subjects of whom the last `for` observations are known and all hold."""
    value = pl.col("value").cast(pl.Float64)
    holds = COMPARE[condition.op](value, float(condition.value)).fill_null(value=False)
    last = history.group_by("subject", maintain_order=True).tail(condition.for_)
    each = last.group_by("subject").agg(holds.all().alias("all"), n=pl.len())
    return {*each.filter("all", pl.col("n") == condition.for_)["subject"]}


def _observed(grounds: AdjustmentGrounds, condition: Any, row: Mapping[str, Any], contact: str | None) -> Met:
    party = row["subject"]
    since = contact or grounds.members[party][0]["fact"]
    value = write_number(row["value"], DIGITS.get(row["unit"]))
    params = {
        "event": "measure",
        "measure": condition.metric,
        "value": write_told(value, row["unit"], condition.value),
        "op": condition.op,
        "limit": write_told(condition.value, row["unit"], row["value"]),
        "times": str(condition.for_),
    }
    closes = Measured(condition.metric, party, {"op": TURNED.get(condition.op, "!="), "value": str(condition.value)})
    cure = Cure(Reason("adjustment.cure.contact", {"party": party}), "1", "count")
    return Met(since, params, cure, closes, (MeasureRef(condition.metric, party),), value, row["unit"])


def _happened(grounds: AdjustmentGrounds, event: str) -> dict[str, Met]:
    if event == SANCTION_LEVEL:
        return _sanctioned(grounds)
    if event == GATE_EXPIRED:
        return _expired(grounds)
    rows = grounds.facts.rows("incidents", ("kind", "party", "ended_at"), pl.col("kind") == event)
    open_rows = rows.filter(pl.col("ended_at").is_null() | (pl.col("ended_at") > pl.col("as_of")))
    found: dict[str, Met] = {}
    for party, fact, on in open_rows.sort("occurred_at", "fact").select("party", "fact", "on").iter_rows():
        begun = [row["admitted_on"] for row in grounds.members.get(party, ())]
        if begun and on >= min(begun):  # a request of an earlier membership was settled with it
            params = {"event": event if event == REQUEST else "incident", "incident": event, "on": str(on)}
            cure = Cure(Reason("adjustment.cure.withdrawn", {"party": party}))
            found[party] = Met(fact, params, cure, _decided(party))
    return found


def _decided(party: str) -> Fact:
    return Fact("memberships", {"party": party, "state": "exiting"})


def _sanctioned(grounds: AdjustmentGrounds) -> dict[str, Met]:
    """Return the members under a sanction of level 4 that stands; a stayed or reversed one has no effect."""
    rows = grounds.facts.read("view.sanction").filter("standing", pl.col("level") >= 4)
    found: dict[str, Met] = {}
    for party, fact, on in rows.sort("at", "fact").select("party", "fact", "on").iter_rows():
        cure = Cure(Reason("adjustment.cure.appeal", {"party": party}))
        params = {"event": SANCTION_LEVEL, "on": str(on)}
        found[party] = Met(fact, params, cure, _decided(party), (MeasureRef("inc.kept_rate", party),))
    return found


def _expired(grounds: AdjustmentGrounds) -> dict[str, Met]:
    rows = grounds.facts.read("scr.gate").filter(pl.col("value") == "expired")
    found: dict[str, Met] = {}
    for subject, because in rows.sort("subject").select("subject", "because").iter_rows():
        party, _, gate = subject.partition("@")
        if party in grounds.members and party not in found:
            since = because[0] if because else grounds.members[party][0]["fact"]
            cure = Cure(Reason("adjustment.cure.gate", {"party": party, "gate": gate}), "1", "count")
            closes = Measured("scr.gate", subject, {"op": "==", "value": "pass"})
            params = {"event": GATE_EXPIRED, "gate": gate}
            found[party] = Met(since, params, cure, closes, (MeasureRef("scr.gate", subject),))
    return found


def _leavers(grounds: AdjustmentGrounds) -> Iterator[Mapping[str, Any]]:
    """Yield the last membership of everybody who left, or is asked to."""
    rows = grounds.facts.now("memberships").sort("party", "occurred_at", "fact")
    last = rows.unique("party", keep="last", maintain_order=True).filter(pl.col("state").is_in(LEFT))
    for row in last.iter_rows(named=True):
        if row["party"] not in grounds.members or row["state"] == "exiting":
            yield row


@decision(
    "adjustment.reopen_need",
    of=AdjustmentGrounds,
    reads=(*LEAVERS, "needs", "view.capability", *GROUPS),
    hands_on=("needs",),
    closes=("scr.redundancy",),
)
def reopen_need(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """Yield the needs that a leaver held, where too few hold them now."""
    for row in _leavers(grounds):
        yield from _needs(grounds, row)


def _needs(grounds: AdjustmentGrounds, row: Mapping[str, Any]) -> Iterator[Draft]:
    """8 → 2: a need that the leaver held and that has fewer holders than wanted; confirmed once it is open again."""
    party = row["party"]
    wanted = {need.id: int(need.redundancy) for need in grounds.rules.screening.needs}
    opened = {*grounds.facts.now("needs").filter(pl.col("state") == "open")["capability"]}
    held = grounds.facts.read("view.capability").filter(pl.col("party") == party, pl.col("level") >= HOLDS)
    for need, fact in held.sort("need").select("need", "fact").iter_rows():
        voices = grounds.levels.get(need, {})
        left = sum(level >= HOLDS for group, level in voices.items() if group != grounds.group(party))
        if need not in wanted or left >= wanted[need]:
            continue
        params = {"party": party, "need": need, "left": str(left), "wanted": str(wanted[need])}
        yield (
            Draft("reopen_need", need, row["fact"])
            .says("adjustment.reopen_need", params)
            .asks_for("adjustment.open_need")
            .follows("/screening/needs")
            .counts(str(left), "count")
            .rests_on(
                MeasureRef("scr.coverage", "community"), MeasureRef("scr.redundancy", need), facts=(row["fact"], fact)
            )
            .stands("confirmed" if need in opened else "proposed")
            .cured_by(Cure(Reason("adjustment.cure.holder", params), str(wanted[need] - left), "count"))
            .closes(Measured("scr.redundancy", need, {"op": ">=", "value": "0.5"}))
            .hands_on(Fact("needs", {"capability": need, "state": "open"}))
        )


@decision(
    "adjustment.settle_vesting",
    of=AdjustmentGrounds,
    reads=(*LEAVERS, "vesting_grants", "holdings", "inc.vested"),
    hands_on=("holdings",),
    closes=("holdings",),
)
def settle_vesting(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """Yield the grants of leavers that are to be settled."""
    for row in _leavers(grounds):
        yield from _vesting(grounds, row)


def _vesting(grounds: AdjustmentGrounds, row: Mapping[str, Any]) -> Iterator[Draft]:
    """8 → 6: grants of a leaver, settled by the leaver rule."""
    party = row["party"]
    grants = grounds.facts.rows("vesting_grants", only=pl.col("party") == party)
    units = dict(grounds.facts.read("inc.vested").select("subject", "value").iter_rows())
    done = grounds.facts.rows("holdings", only=pl.col("party") == party).filter(
        pl.col("action").is_in(["cancel", "repurchase"]), pl.col("on") >= _leaves_on(grounds, row)
    )
    for grant in grants.sort("fact").iter_rows(named=True):
        lost = grant["units"] - int(units.get(grant["fact"], 0))
        if lost <= 0 or grant["security"] in {*done["security"]}:
            continue
        leaver = row["leaver"] or "neutral"
        params = {
            "party": party,
            "security": grant["security"],
            "kept": str(grant["units"] - lost),
            "lost": str(lost),
            "leaver": leaver,
        }
        yield (
            Draft("settle_vesting", grant["fact"], row["fact"])
            .says("adjustment.settle_vesting", params)
            .asks_for("adjustment.settle")
            .follows("/distribution/leaver", int(grounds.rules.judging(row["occurred_at"]).charter.version))
            .counts(str(lost), "units")
            .rests_on(MeasureRef("inc.vested", grant["fact"]), facts=(row["fact"], grant["fact"]))
            .cured_by(Cure(Reason("adjustment.cure.settle", params)))
            .closes(Fact("holdings", {"party": party, "security": grant["security"], "action": "cancel"}))
            .hands_on(
                Fact(
                    "holdings", {"party": party, "security": grant["security"], "units": str(lost), "action": "cancel"}
                )
            )
        )


def _leaves_on(grounds: AdjustmentGrounds, row: Mapping[str, Any]) -> date:
    """Return the local day on which somebody began to leave: the first of the states since they last stayed."""
    mine = (pl.col("party") == row["party"]) & (pl.col("class") == row["class"])
    states = grounds.facts.rows("memberships", ("state",), only=mine).sort("occurred_at", "recorded_at", "fact")
    leaving = takewhile(lambda step: step[1] in LEFT, reversed(states.select("on", "state").rows()))
    days: Iterator[date] = (day for day, _ in leaving)
    return min(days)


@decision(
    "adjustment.stop_offers",
    of=AdjustmentGrounds,
    reads=(*LEAVERS, "view.promise", *TERMS),
    hands_on=(
        "commitment_steps",
        "role_terms",
    ),
    closes=(
        "commitment_steps",
        "role_terms",
    ),
)
def stop_offers(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """Yield the leavers to whom offers are promised still, or whose roles run on."""
    for row in _leavers(grounds):
        yield from _offers(grounds, row)


def _offers(grounds: AdjustmentGrounds, row: Mapping[str, Any]) -> Iterator[Draft]:
    """8 → 3: offers still promised to a leaver, and roles that run on: both end, and access with them."""
    party = row["party"]
    promised = grounds.facts.read("view.promise").filter(
        pl.col("source_kind") == "offer", pl.col("beneficiary") == party, pl.col("open") | pl.col("late")
    )
    roles = [one for one in grounds.terms if one["party"] == party and one["until"] >= grounds.today]
    if promised.is_empty() and not roles:
        return
    names = sorted(promised["promise"])
    params = {"party": party, "offers": str(len(names)), "roles": ", ".join(sorted(one["role"] for one in roles))}
    if names:
        ends = waits = Fact("commitment_steps", {"commitment": names[0], "step": "waived"})
    else:
        held = {"party": party, "role": roles[0]["role"]}
        ends, waits = Fact("role_terms", held | {"until": str(row["on"])}), Fact("role_terms", held)
    yield (
        Draft("stop_offers", party, row["fact"])
        .says("adjustment.stop_offers" if not roles else "adjustment.stop_offers.roles", params)
        .asks_for("adjustment.end_access")
        .follows("/adjustment/exit/alumni")
        .counts(str(len(names)), "count")
        .rests_on(facts=(row["fact"], *sorted(promised["fact"]), *(one["fact"] for one in roles))[:8])
        .cured_by(Cure(Reason("adjustment.cure.end_access", params)))
        .closes(waits)
        .hands_on(ends)
    )


@decision(
    "adjustment.exit_interview",
    of=AdjustmentGrounds,
    reads=(*LEAVERS, "interview_answers", "view.consent"),
    hands_on=("interactions",),
    closes=("interview_answers",),
)
def exit_interview(grounds: AdjustmentGrounds) -> Iterator[Draft]:
    """Yield the leavers with whom nobody has talked about it."""
    for row in _leavers(grounds):
        yield from _interview(grounds, row)


def _interview(grounds: AdjustmentGrounds, row: Mapping[str, Any]) -> Iterator[Draft]:
    """The talk that the charter wants with everybody who leaves."""
    guide, party = grounds.rules.adjustment.exit.interview, row["party"]
    if guide is None or party in said_no(grounds.facts):
        return
    talked = grounds.facts.rows("interview_answers", only=pl.col("party") == party)
    if not talked.filter(pl.col("guide").is_in([str(guide), str(guide).removeprefix("guide:")])).is_empty():
        return
    params = {"party": party, "guide": str(guide), "on": str(row["on"])}
    yield (
        Draft("exit_interview", party, row["fact"])
        .says("adjustment.exit_interview", params)
        .asks_for("adjustment.interview", "dismiss")
        .follows("/adjustment/exit/interview")
        .rests_on(facts=(row["fact"],))
        .cured_by(Cure(Reason("adjustment.cure.interview", params), "1", "count"))
        .closes(Fact("interview_answers", {"party": party, "guide": str(guide)}))
        .hands_on(Fact("interactions", {"member": party, "direction": "out", "channel": "interview"}))
    )
