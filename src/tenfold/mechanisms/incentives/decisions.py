"""What follows from promises: the next step of a ladder, what was broken, what was earned. People decide."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tenfold.facts.standing import PEOPLE_DECIDE_FROM, Sanction
from tenfold.mechanisms.incentives.appealed import refused_appeals, undecided_sanctions
from tenfold.mechanisms.incentives.earned import releases, rewards, vesting
from tenfold.mechanisms.incentives.ladder import (
    Cause,
    by_party,
    causes,
    forgiven,
    late_days,
    level_of,
    next_step,
    waits,
)
from tenfold.mechanisms.incentives.promise import CAPITAL_CALL
from tenfold.mechanisms.incentives.scene import MECHANISM, Scene, kept_rate_of
from tenfold.mechanisms.incentives.slipping import slipping
from tenfold.terms.decision import Cure, Decision
from tenfold.terms.durations import add
from tenfold.terms.measure import Facts
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

# The project's own ladder (DOMAIN §2.5): a new date with an apology, a remedy agreed with the member, notice to the
# council; and from how many days late each is asked for [C].
PROJECT_ACTS = ("apologise_with_new_date", "agree_remedy", "notify_council")
PROJECT_LATE = (0, 30, 60)


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return what incentives proposes at the cycle's end."""
    scene = Scene(facts, rules, ends["today"][0])
    return [
        *_refused_verifications(scene),
        *_broken(scene),
        *_ladder(scene),
        *refused_appeals(scene),
        *undecided_sanctions(scene),
        *_project(scene),
        *_capital_calls(scene),
        *slipping(scene),
        *rewards(scene),
        *releases(scene),
        *vesting(scene),
    ]


def _refused_verifications(scene: Scene) -> Iterator[Decision]:
    """A promise verified by its own promisor: the verification does not count."""
    for row in scene.promises:
        if row["self_verified"] is None:
            continue
        id = f"{MECHANISM}.verification_refused:{row['promise']}:{row['self_verified']}"
        yield Decision(
            mechanism=MECHANISM,
            kind="verification_refused",
            subject=row["promise"],
            since=row["self_verified"],
            message=Reason("incentives.verification_refused", {"party": row["promisor"], "promise": row["promise"]}),
            proposal="verify_by_another",
            pointer="/incentives/commitment_rules/verifier_not_promisor",
            version=row["version"],
            status="executed" if row["kept"] or row["state"] == "kept_late" else "proposed",
            measures=kept_rate_of(row["promisor"]),
            facts=(row["fact"], row["self_verified"]),
            cure=Cure(Reason("incentives.cure_verify", {"promise": row["promise"]})),
            closes_when={"fact": "commitment_steps", "commitment": row["promise"], "step": "verified"},
            proposes={"table": "commitment_steps", "commitment": row["promise"], "step": "verified", "because": id},
        )


def _broken(scene: Scene) -> Iterator[Decision]:
    """Promises that were breached, with what was at stake."""
    for row in scene.promises:
        if not row["broken"]:
            continue
        worth = row["worth_minor"]
        params = {"party": row["promisor"], "promise": row["promise"], "on": str(row["closed_on"])}
        if worth is not None:
            params |= {"worth": scene.amount(worth, row["currency"]), "currency": row["currency"]}
        yield Decision(
            mechanism=MECHANISM,
            kind="broken_promise",
            subject=row["promise"],
            since=row["closing_fact"],
            message=Reason("incentives.broken_worth" if worth is not None else "incentives.broken", params),
            proposal="recover" if worth is not None else "record",
            pointer="/incentives/commitment_rules",
            version=row["version"],
            value=params.get("worth"),
            unit=params.get("currency"),
            measures=kept_rate_of(row["promisor"]),
            facts=(row["fact"], row["closing_fact"]),
            alternatives=("excuse", "waive"),
            cure=Cure(Reason("incentives.cure_broken", {"promise": row["promise"]})),
            closes_when={"fact": "commitment_steps", "commitment": row["promise"], "step": "excused"},
        )


def _ladder(scene: Scene) -> Iterator[Decision]:
    """For each party but the project: the one next step, or what a clean record forgives."""
    project = scene.rules.community.project
    kept = [row for row in scene.promises if row["promisor"] != project and row["source_kind"] != CAPITAL_CALL]
    owed: dict[str, list[dict[str, Any]]] = {}
    for row in kept:
        owed.setdefault(row["promisor"], []).append(row)
    incidents = by_party(_incidents(scene), "party")
    for party in sorted({*owed, *incidents, *scene.own} - {project}):
        promises, own = owed.get(party, []), scene.own.get(party, [])
        found = list(causes(promises, own, incidents.get(party, []), scene.rules, scene.today))
        yield from _reminders(scene, party, found)
        cause = next_step([one for one in found if one.level > 0], level_of(own))
        if cause is not None and not _taken(own, cause):
            yield _step(scene, party, cause, level_of(own))
        elif not any(one.level > 0 for one in found):
            yield from _forgiveness(scene, party, promises, own)


def _incidents(scene: Scene) -> pl.DataFrame:
    rows = scene.facts.rows("incidents").filter(pl.col("ended_at").is_null() | (pl.col("ended_at") > pl.col("as_of")))
    return rows.sort("party", "occurred_at", "fact")


def _taken(own: Sequence[Sanction], cause: Cause) -> bool:
    """Whether the step was taken already and waits: announced, or stayed by an appeal."""
    return any(one.level == cause.level and (one.stayed or one.announced) for one in own)


def _reminders(scene: Scene, party: str, found: Sequence[Cause]) -> Iterator[Decision]:
    """A promise that falls due soon: level 0 is a reminder and no sanction."""
    for cause in found:
        if cause.level != 0 or cause.promise is None:
            continue
        step = cause.version.incentives.ladder[cause.index]
        row = cause.promise
        yield Decision(
            mechanism=MECHANISM,
            kind="reminder",
            subject=row["promise"],
            since=row["fact"],
            message=Reason(
                "incentives.reminder",
                {"party": party, "promise": row["promise"], "due": str(row["due_on"]), "days": str(cause.days)},
            ),
            proposal=step.action,
            pointer=f"/incentives/ladder/{cause.index}",
            version=int(cause.version.charter.version),
            value=str(cause.days),
            unit="days",
            measures=kept_rate_of(party),
            facts=(row["fact"],),
            alternatives=("extend",),
            cure=Cure(Reason("incentives.cure_deliver", {"promise": row["promise"]})),
            closes_when={"fact": "commitment_steps", "commitment": row["promise"], "step": "delivered"},
        )


def _step(scene: Scene, party: str, cause: Cause, level: int) -> Decision:
    step = cause.version.incentives.ladder[cause.index]
    row = cause.promise
    promise = row["promise"] if row else None
    since = cause.fact
    id = f"{MECHANISM}.ladder_step:{party}:{since}"
    params = {
        "party": party,
        "level": str(step.level),
        "below": str(level),
        "action": step.action,
        "days": str(cause.days),
    }
    if promise:
        params["promise"] = promise
    people = step.level >= PEOPLE_DECIDE_FROM
    word = row is not None and row["word_on"] is None and level == 0
    until = add(scene.today, step.max) if step.max else None
    proposes = {"table": "sanctions", "party": party, "level": str(step.level), "state": "noticed", "because": id}
    if promise:
        proposes["commitment"] = promise
    if until:
        proposes["until"] = str(until)
    kind = {"late": "late", "breach": "breach", "notices": "notices"}.get(cause.trigger, "incident")
    return Decision(
        mechanism=MECHANISM,
        kind="ladder_step",
        subject=party,
        since=since,
        message=Reason(f"incentives.step_{kind}{'_people' if people else ''}", params | {"decide": step.decide or ""}),
        proposal=step.action,
        pointer=f"/incentives/ladder/{cause.index}",
        version=int(cause.version.charter.version),
        value=str(step.level),
        measures=kept_rate_of(party),
        facts=tuple(dict.fromkeys(fact for fact in (cause.fact, row["closing_fact"] if row else None) if fact)),
        alternatives=(*(["private_word"] if word else []), "extend", "excuse"),
        cure=_step_cure(party, cause),
        closes_when={"fact": "commitment_steps", "commitment": promise, "step": "verified"}
        if promise and cause.trigger == "late"
        else {"fact": "sanctions", "party": party, "level": str(step.level), "state": "in_force"},
        proposes=proposes,
    )


def _step_cure(party: str, cause: Cause) -> Cure:
    if cause.promise is not None and cause.trigger == "late":
        return Cure(Reason("incentives.cure_deliver", {"promise": cause.promise["promise"]}))
    return Cure(Reason("incentives.cure_appeal", {"party": party}))


def _forgiveness(
    scene: Scene, party: str, promises: Sequence[Mapping[str, Any]], own: Sequence[Sanction]
) -> Iterator[Decision]:
    """A clean span takes one level back."""
    failures = [
        row["counted_on"] if row["broken"] else row["kept_until"] for row in promises if row["late"] or row["broken"]
    ]
    clean = forgiven(own, [day for day in failures if day], scene.rules, scene.today)
    if clean is None:
        return
    highest = max((one for one in own if one.standing), key=lambda one: (one.level, one.on, one.key))
    id = f"{MECHANISM}.forgiveness:{party}:{highest.fact}"
    yield Decision(
        mechanism=MECHANISM,
        kind="forgiveness",
        subject=party,
        since=highest.fact,
        message=Reason(
            "incentives.forgiveness",
            {"party": party, "level": str(highest.level), "to": str(highest.level - 1), "since": str(clean)},
        ),
        proposal="lift_one_level",
        pointer="/incentives/forgiveness",
        version=int(scene.rules.charter.version),
        value=str(highest.level - 1),
        measures=kept_rate_of(party),
        facts=(highest.fact,),
        closes_when={"fact": "sanctions", "sanction": highest.key, "state": "lifted"},
        proposes={"table": "sanctions", "sanction": highest.key, "party": party, "state": "lifted", "because": id},
    )


def _project(scene: Scene) -> Iterator[Decision]:
    """The project's late promises: its own ladder, one act at a time."""
    project = scene.rules.community.project
    for row in scene.promises:
        if row["promisor"] != project or project is None or not waits(row):
            continue
        days = late_days(row)
        if days <= 0:
            continue
        reached = sum(days >= max(1, limit) for limit in PROJECT_LATE)
        taken = 1 if row["extended"] or row["word_on"] else 0
        step = min(reached, taken + 1)
        id = f"{MECHANISM}.project_step:{row['promise']}:{row['fact']}"
        yield Decision(
            mechanism=MECHANISM,
            kind="project_step",
            subject=row["promise"],
            since=row["fact"],
            message=Reason(
                f"incentives.project_{PROJECT_ACTS[step - 1]}",
                {
                    "promise": row["promise"],
                    "to": row["beneficiary"] or "–",
                    "days": str(days),
                    "due": str(row["due_on"]),
                },
            ),
            proposal=PROJECT_ACTS[step - 1],
            pointer="/incentives/ladder",
            version=row["version"],
            value=str(days),
            unit="days",
            measures=kept_rate_of(project),
            facts=(row["fact"],),
            alternatives=("deliver_now",),
            cure=Cure(Reason("incentives.cure_deliver", {"promise": row["promise"]})),
            closes_when={"fact": "commitment_steps", "commitment": row["promise"], "step": "verified"},
            proposes={"table": "commitment_steps", "commitment": row["promise"], "step": "extended", "because": id},
        )


def _capital_calls(scene: Scene) -> Iterator[Decision]:
    """Capital calls in default: the statutory way, not the ladder."""
    for row in scene.promises:
        if row["source_kind"] != CAPITAL_CALL or not waits(row):
            continue
        rule = scene.version(row).incentives.capital_call_default
        worth = scene.amount(row["worth_minor"], row["currency"]) if row["worth_minor"] is not None else None
        params = {
            "party": row["promisor"],
            "promise": row["promise"],
            "due": str(row["due_on"]),
            "deadline": str(row["deadline"]),
            "worth": f"{worth} {row['currency']}" if worth else "–",
        }
        yield Decision(
            mechanism=MECHANISM,
            kind="capital_call_default",
            subject=row["promise"],
            since=row["fact"],
            message=Reason("incentives.capital_call_default", params),
            proposal=rule.then if rule else "resolution",
            pointer="/incentives/capital_call_default",
            version=row["version"],
            value=worth,
            unit=row["currency"] if worth else None,
            measures=kept_rate_of(row["promisor"]),
            facts=(row["fact"],),
            alternatives=("waive",),
            cure=Cure(Reason("incentives.cure_pay_call", {"promise": row["promise"], "worth": params["worth"]})),
            closes_when={"fact": "commitment_steps", "commitment": row["promise"], "step": "verified"},
        )
