"""Leaving: who should be asked whether to go, and what an exit hands on to needs, vesting and offers.

An exit is never a deletion: what was vested and what the law grants stays.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from operator import eq, ge, gt, le, lt
from typing import Any

import polars as pl

from tenfold.facts.consents import said_no
from tenfold.mechanisms.adjustment.scene import MECHANISM, Scene
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.durations import add_months
from tenfold.terms.measure import DIGITS, write_number, write_told
from tenfold.terms.reason import Reason

COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq}
TURNED = {">=": "<", ">": "<=", "<=": ">", "<": ">="}  # what ends a condition
SANCTION_LEVEL, REQUEST, GATE_EXPIRED = "sanction_level_4", "member_request", "gate_expired"
OF_TALKS = "rel."  # the measures of a relation
LEFT = ("exiting", "alumni")
HOLDS = 0.5  # level from which somebody holds a need [C]
Found = tuple[str, dict[str, str], dict[str, Any]]  # since, parameters of the sentence, further parts of the decision


def exits(scene: Scene) -> Iterator[Decision]:
    """One for each member on whom a condition of the charter has come true, the first that did."""
    conditions = scene.rules.adjustment.exit.propose_if
    met = [_measured(scene, one) if one.event is None else _happened(scene, one.event) for one in conditions]
    for party in scene.members:
        for index, found in enumerate(met):
            if party in found:
                yield _exit(scene, party, index, found[party])
                break


def _exit(scene: Scene, party: str, index: int, found: Found) -> Decision:
    since, params, parts = found
    row = scene.members[party][0]
    locked = _locked_until(scene, party)
    kind, word = ("exit", "exit") if locked is None else ("exit_locked", "exit_locked")
    if locked is not None:
        params = params | {"until": str(locked[1] or "?"), "after": locked[0]}
    id = f"{MECHANISM}.{kind}:{party}:{since}"
    event = params["event"]
    proposes = {"table": "memberships", "party": party, "class": row["class"], "state": "exiting", "because": id}
    return Decision(
        mechanism=MECHANISM,
        kind=kind,
        subject=party,
        since=since,
        message=Reason(f"adjustment.{word}.{event}", {"party": party, **params}),
        proposal="adjustment.ask_to_leave" if locked is None else "adjustment.wait",
        pointer=f"/adjustment/exit/propose_if/{index}",
        version=scene.version,
        alternatives=("adjustment.keep", "snooze"),
        proposes=proposes if locked is None else None,
        **parts,
    )


def _locked_until(scene: Scene, party: str) -> tuple[str, date | None] | None:
    """Return the incident that a lock-in counts from and its last day (None while it has not happened)."""
    for row in scene.members[party]:
        lock = scene.rules.adjustment.exit.lock_in.get(row["class"])
        if lock is None:
            continue
        days = scene.facts.rows("incidents", ("kind",), pl.col("kind") == lock.after)["on"].sort()
        until = add_months(days[0], lock.months) if len(days) else None
        if until is None or scene.today < until:
            return lock.after, until
    return None


def _measured(scene: Scene, condition: Any) -> dict[str, Found]:
    """Return the members of whom the last `for` observations all hold; an unknown one holds nothing.

    A measure of talks says nothing of those whom nobody has to talk to, such as founders: they are not silent, they are
    the ones who ring up.
    """
    asked = scene.talked_with if condition.metric.startswith(OF_TALKS) else frozenset(scene.members)
    now = scene.facts.read(condition.metric)
    history = scene.facts.history(condition.metric) if condition.for_ > 1 else now
    seen: dict[str, list[bool]] = {}
    for subject, value in history.select("subject", "value").iter_rows():
        seen.setdefault(subject, []).append(_holds(condition, value))
    contacts = dict(scene.facts.read("interaction.last_substantive").select("member", "fact").iter_rows())
    found: dict[str, Found] = {}
    for row in now.iter_rows(named=True):
        party = row["subject"]
        last = seen.get(party, [])[-condition.for_ :]
        if party in scene.members and party in asked and len(last) == condition.for_ and all(last):
            found[party] = _observed(scene, condition, row, contacts.get(party))
    return found


def _holds(condition: Any, value: Any) -> bool:
    return value is not None and COMPARE[condition.op](float(value), float(condition.value))


def _observed(scene: Scene, condition: Any, row: Mapping[str, Any], contact: str | None) -> Found:
    party = row["subject"]
    since = contact or scene.members[party][0]["fact"]
    value = write_number(row["value"], DIGITS.get(row["unit"]))
    params = {
        "event": "measure",
        "measure": condition.metric,
        "value": write_told(value, row["unit"], condition.value),
        "op": condition.op,
        "limit": write_told(condition.value, row["unit"], row["value"]),
        "times": str(condition.for_),
    }
    return since, params, {
        "value": value,
        "unit": row["unit"],
        "measures": (MeasureRef(condition.metric, party),),
        "facts": (since,),
        "cure": Cure(Reason("adjustment.cure.contact", {"party": party}), "1", "count"),
        "closes_when": {
            "metric": condition.metric,
            "subject": party,
            "op": TURNED.get(condition.op, "!="),
            "value": str(condition.value),
        },
    }  # fmt: skip


def _happened(scene: Scene, event: str) -> dict[str, Found]:
    if event == SANCTION_LEVEL:
        return _sanctioned(scene)
    if event == GATE_EXPIRED:
        return _expired(scene)
    rows = scene.facts.rows("incidents", ("kind", "party", "ended_at"), pl.col("kind") == event)
    open_rows = rows.filter(pl.col("ended_at").is_null() | (pl.col("ended_at") > pl.col("as_of")))
    found: dict[str, Found] = {}
    for party, fact, on in open_rows.sort("occurred_at", "fact").select("party", "fact", "on").iter_rows():
        begun = [row["admitted_on"] for row in scene.members.get(party, ())]
        if begun and on >= min(begun):  # a request of an earlier membership was settled with it
            params = {"event": event if event == REQUEST else "incident", "incident": event, "on": str(on)}
            parts: dict[str, Any] = {
                "facts": (fact,),
                "cure": Cure(Reason("adjustment.cure.withdrawn", {"party": party})),
            }
            found[party] = (fact, params, parts | {"closes_when": _decided(party)})
    return found


def _decided(party: str) -> dict[str, str]:
    return {"fact": "memberships", "party": party, "state": "exiting"}


def _sanctioned(scene: Scene) -> dict[str, Found]:
    """Return the members under a sanction of level 4 that stands; a stayed or reversed one has no effect."""
    rows = scene.facts.read("view.sanction").filter("standing", pl.col("level") >= 4)
    found: dict[str, Found] = {}
    for party, fact, on in rows.sort("at", "fact").select("party", "fact", "on").iter_rows():
        parts: dict[str, Any] = {"facts": (fact,), "measures": (MeasureRef("inc.kept_rate", party),)}
        parts["cure"] = Cure(Reason("adjustment.cure.appeal", {"party": party}))
        found[party] = (fact, {"event": SANCTION_LEVEL, "on": str(on)}, parts | {"closes_when": _decided(party)})
    return found


def _expired(scene: Scene) -> dict[str, Found]:
    rows = scene.facts.read("scr.gate").filter(pl.col("value") == "expired")
    found: dict[str, Found] = {}
    for subject, because in rows.sort("subject").select("subject", "because").iter_rows():
        party, _, gate = subject.partition("@")
        if party in scene.members and party not in found:
            since = because[0] if because else scene.members[party][0]["fact"]
            parts: dict[str, Any] = {"facts": (since,), "measures": (MeasureRef("scr.gate", subject),)}
            parts["cure"] = Cure(Reason("adjustment.cure.gate", {"party": party, "gate": gate}), "1", "count")
            parts["closes_when"] = {"metric": "scr.gate", "subject": subject, "op": "==", "value": "pass"}
            found[party] = (since, {"event": GATE_EXPIRED, "gate": gate}, parts)
    return found


def handed_on(scene: Scene) -> Iterator[Decision]:
    """What exits hand on: needs that lost their holder, grants to settle, offers and roles to end, the last talk."""
    rows = scene.facts.now("memberships").sort("party", "occurred_at", "fact")
    last = rows.unique("party", keep="last", maintain_order=True).filter(pl.col("state").is_in(LEFT))
    for row in last.iter_rows(named=True):
        if row["party"] not in scene.members or row["state"] == "exiting":
            yield from _needs(scene, row)
            yield from _vesting(scene, row)
            yield from _offers(scene, row)
            yield from _interview(scene, row)


def _needs(scene: Scene, row: Mapping[str, Any]) -> Iterator[Decision]:
    """8 → 2: a need that the leaver held and that has fewer holders than wanted; confirmed once it is open again."""
    party = row["party"]
    wanted = {need.id: int(need.redundancy) for need in scene.rules.screening.needs}
    opened = {*scene.facts.now("needs").filter(pl.col("state") == "open")["capability"]}
    held = scene.facts.read("view.capability").filter(pl.col("party") == party, pl.col("level") >= HOLDS)
    for need, fact in held.sort("need").select("need", "fact").iter_rows():
        voices = scene.levels.get(need, {})
        left = sum(level >= HOLDS for group, level in voices.items() if group != scene.group(party))
        if need not in wanted or left >= wanted[need]:
            continue
        id = f"{MECHANISM}.reopen_need:{need}:{row['fact']}"
        params = {"party": party, "need": need, "left": str(left), "wanted": str(wanted[need])}
        yield Decision(
            mechanism=MECHANISM,
            kind="reopen_need",
            subject=need,
            since=row["fact"],
            message=Reason("adjustment.reopen_need", params),
            proposal="adjustment.open_need",
            pointer="/screening/needs",
            version=scene.version,
            value=str(left),
            unit="count",
            status="confirmed" if need in opened else "proposed",
            measures=(MeasureRef("scr.coverage", "community"), MeasureRef("scr.redundancy", need)),
            facts=(row["fact"], fact),
            cure=Cure(Reason("adjustment.cure.holder", params), str(wanted[need] - left), "count"),
            closes_when={"metric": "scr.redundancy", "subject": need, "op": ">=", "value": "0.5"},
            proposes={"table": "needs", "capability": need, "state": "open", "because": id},
        )


def _vesting(scene: Scene, row: Mapping[str, Any]) -> Iterator[Decision]:
    """8 → 6: grants of a leaver, settled by the leaver rule."""
    party = row["party"]
    grants = scene.facts.rows("vesting_grants", only=pl.col("party") == party)
    units = dict(scene.facts.read("inc.vested").select("subject", "value").iter_rows())
    done = scene.facts.rows("holdings", only=pl.col("party") == party).filter(
        pl.col("action").is_in(["cancel", "repurchase"]), pl.col("on") >= row["on"]
    )
    for grant in grants.sort("fact").iter_rows(named=True):
        lost = grant["units"] - int(units.get(grant["fact"], 0))
        if lost <= 0 or grant["security"] in {*done["security"]}:
            continue
        leaver = row["leaver"] or "neutral"
        id = f"{MECHANISM}.settle_vesting:{grant['fact']}:{row['fact']}"
        params = {
            "party": party,
            "security": grant["security"],
            "kept": str(grant["units"] - lost),
            "lost": str(lost),
            "leaver": leaver,
        }
        yield Decision(
            mechanism=MECHANISM,
            kind="settle_vesting",
            subject=grant["fact"],
            since=row["fact"],
            message=Reason("adjustment.settle_vesting", params),
            proposal="adjustment.settle",
            pointer="/distribution/leaver",
            version=scene.version,
            value=str(lost),
            unit="units",
            measures=(MeasureRef("inc.vested", grant["fact"]),),
            facts=(row["fact"], grant["fact"]),
            cure=Cure(Reason("adjustment.cure.settle", params)),
            closes_when={"fact": "holdings", "party": party, "security": grant["security"], "action": "cancel"},
            proposes={
                "table": "holdings",
                "party": party,
                "security": grant["security"],
                "units": str(lost),
                "action": "cancel",
                "because": id,
            },
        )


def _offers(scene: Scene, row: Mapping[str, Any]) -> Iterator[Decision]:
    """8 → 3: offers still promised to a leaver, and roles that run on: both end, and access with them."""
    party = row["party"]
    promised = scene.facts.read("view.promise").filter(
        pl.col("source_kind") == "offer", pl.col("beneficiary") == party, pl.col("open") | pl.col("late")
    )
    roles = [one for one in scene.terms if one["party"] == party and one["until"] >= scene.today]
    if promised.is_empty() and not roles:
        return
    names = sorted(promised["promise"])
    id = f"{MECHANISM}.stop_offers:{party}:{row['fact']}"
    params = {"party": party, "offers": str(len(names)), "roles": ", ".join(sorted(one["role"] for one in roles))}
    first: dict[str, Any] = (
        {"table": "commitment_steps", "commitment": names[0], "step": "waived"}
        if names
        else {"table": "role_terms", "party": party, "role": roles[0]["role"], "until": str(row["on"])}
    )
    closes = {key: value for key, value in first.items() if key not in ("table", "until")}
    yield Decision(
        mechanism=MECHANISM,
        kind="stop_offers",
        subject=party,
        since=row["fact"],
        message=Reason("adjustment.stop_offers" if not roles else "adjustment.stop_offers.roles", params),
        proposal="adjustment.end_access",
        pointer="/adjustment/exit/alumni",
        version=scene.version,
        value=str(len(names)),
        unit="count",
        facts=(row["fact"], *sorted(promised["fact"]), *(one["fact"] for one in roles))[:8],
        cure=Cure(Reason("adjustment.cure.end_access", params)),
        closes_when={"fact": first["table"], **closes},
        proposes=first | {"because": id},
    )


def _interview(scene: Scene, row: Mapping[str, Any]) -> Iterator[Decision]:
    """The talk that the charter wants with everybody who leaves."""
    guide, party = scene.rules.adjustment.exit.interview, row["party"]
    if guide is None or party in said_no(scene.facts):
        return
    talked = scene.facts.rows("interview_answers", only=pl.col("party") == party)
    if not talked.filter(pl.col("guide").is_in([str(guide), str(guide).removeprefix("guide:")])).is_empty():
        return
    id = f"{MECHANISM}.exit_interview:{party}:{row['fact']}"
    params = {"party": party, "guide": str(guide), "on": str(row["on"])}
    yield Decision(
        mechanism=MECHANISM,
        kind="exit_interview",
        subject=party,
        since=row["fact"],
        message=Reason("adjustment.exit_interview", params),
        proposal="adjustment.interview",
        pointer="/adjustment/exit/interview",
        version=scene.version,
        facts=(row["fact"],),
        alternatives=("dismiss",),
        cure=Cure(Reason("adjustment.cure.interview", params), "1", "count"),
        closes_when={"fact": "interview_answers", "party": party, "guide": str(guide)},
        proposes={"table": "interactions", "member": party, "direction": "out", "channel": "interview", "because": id},
    )
