"""What follows from promises: the next step of a ladder, what was broken, what was earned. People decide."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tenfold.facts.standing import PEOPLE_DECIDE_FROM, Sanction
from tenfold.mechanisms.incentives.appealed import appeal_refused, sanction_undecided
from tenfold.mechanisms.incentives.earned import holdback_release, reward, vesting
from tenfold.mechanisms.incentives.grounds import PROMISES, IncentiveGrounds, kept_rate_of
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
from tenfold.mechanisms.incentives.slipping import condition_slip
from tenfold.terms.decision import Cure
from tenfold.terms.draft import Draft, Fact, decision
from tenfold.terms.durations import add
from tenfold.terms.reason import Reason

# The project's own ladder (DOMAIN §2.5): a new date with an apology, a remedy agreed with the member, notice to the
# council; and from how many days late each is asked for [C].
PROJECT_ACTS = ("apologise_with_new_date", "agree_remedy", "notify_council")
PROJECT_LATE = (0, 30, 60)


@decision(
    "incentives.verification_refused",
    of=IncentiveGrounds,
    reads=(*PROMISES,),
    hands_on=("commitment_steps",),
    closes=("commitment_steps",),
)
def verification_refused(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """A promise verified by its own promisor: the verification does not count."""
    for row in grounds.promises:
        if row["self_verified"] is None:
            continue
        yield (
            Draft("verification_refused", row["promise"], row["self_verified"])
            .says("incentives.verification_refused", {"party": row["promisor"], "promise": row["promise"]})
            .asks_for("verify_by_another")
            .follows("/incentives/commitment_rules/verifier_not_promisor", row["version"])
            .rests_on(*kept_rate_of(row["promisor"]), facts=(row["fact"], row["self_verified"]))
            .stands("executed" if row["kept"] or row["state"] == "kept_late" else "proposed")
            .cured_by(Cure(Reason("incentives.cure_verify", {"promise": row["promise"]})))
            .closes(Fact("commitment_steps", {"commitment": row["promise"], "step": "verified"}))
            .hands_on(Fact("commitment_steps", {"commitment": row["promise"], "step": "verified"}))
        )


@decision(
    "incentives.broken_promise",
    of=IncentiveGrounds,
    reads=(*PROMISES,),
    closes=("commitment_steps",),
)
def broken_promise(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """Promises that were breached, with what was at stake."""
    for row in grounds.promises:
        if not row["broken"]:
            continue
        worth = row["worth_minor"]
        params = {"party": row["promisor"], "promise": row["promise"], "on": str(row["closed_on"])}
        if worth is not None:
            params |= {"worth": grounds.amount(worth, row["currency"]), "currency": row["currency"]}
        yield (
            Draft("broken_promise", row["promise"], row["closing_fact"])
            .says("incentives.broken_worth" if worth is not None else "incentives.broken", params)
            .asks_for("recover" if worth is not None else "record", "excuse", "waive")
            .follows("/incentives/commitment_rules", row["version"])
            .counts(params.get("worth"), params.get("currency"))
            .rests_on(*kept_rate_of(row["promisor"]), facts=(row["fact"], row["closing_fact"]))
            .cured_by(Cure(Reason("incentives.cure_broken", {"promise": row["promise"]})))
            .closes(Fact("commitment_steps", {"commitment": row["promise"], "step": "excused"}))
        )


@decision(
    "incentives.ladder_step",
    "reminder",
    "forgiveness",
    of=IncentiveGrounds,
    reads=(
        *PROMISES,
        "view.sanction",
        "incidents",
    ),
    clock="passed",
    hands_on=("sanctions",),
    closes=(
        "commitment_steps",
        "sanctions",
    ),
)
def ladder_step(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """For each party but the project: the one next step, or what a clean record forgives."""
    project = grounds.rules.community.project
    kept = [row for row in grounds.promises if row["promisor"] != project and row["source_kind"] != CAPITAL_CALL]
    owed: dict[str, list[dict[str, Any]]] = {}
    for row in kept:
        owed.setdefault(row["promisor"], []).append(row)
    incidents = by_party(_incidents(grounds), "party")
    for party in sorted({*owed, *incidents, *grounds.own} - {project}):
        promises, own = owed.get(party, []), grounds.own.get(party, [])
        found = list(causes(promises, own, incidents.get(party, []), grounds.rules, grounds.today))
        yield from _reminders(grounds, party, found)
        cause = next_step([one for one in found if one.level > 0], level_of(own))
        if cause is not None and not _taken(own, cause):
            yield _step(grounds, party, cause, level_of(own))
        elif not any(one.level > 0 for one in found):
            yield from _forgiveness(grounds, party, promises, own)


def _incidents(grounds: IncentiveGrounds) -> pl.DataFrame:
    rows = grounds.facts.rows("incidents").filter(pl.col("ended_at").is_null() | (pl.col("ended_at") > pl.col("as_of")))
    return rows.sort("party", "occurred_at", "fact")


def _taken(own: Sequence[Sanction], cause: Cause) -> bool:
    """Whether the step was taken already and waits: announced, or stayed by an appeal."""
    return any(one.level == cause.level and (one.stayed or one.announced) for one in own)


def _reminders(grounds: IncentiveGrounds, party: str, found: Sequence[Cause]) -> Iterator[Draft]:
    """A promise that falls due soon: level 0 is a reminder and no sanction."""
    for cause in found:
        if cause.level != 0 or cause.promise is None:
            continue
        step = cause.version.incentives.ladder[cause.index]
        row = cause.promise
        yield (
            Draft("reminder", row["promise"], row["fact"])
            .says(
                "incentives.reminder",
                {"party": party, "promise": row["promise"], "due": str(row["due_on"]), "days": str(cause.days)},
            )
            .asks_for(step.action, "extend")
            .follows(f"/incentives/ladder/{cause.index}", int(cause.version.charter.version))
            .counts(str(cause.days), "days")
            .rests_on(*kept_rate_of(party), facts=(row["fact"],))
            .cured_by(Cure(Reason("incentives.cure_deliver", {"promise": row["promise"]})))
            .closes(Fact("commitment_steps", {"commitment": row["promise"], "step": "delivered"}))
        )


def _step(grounds: IncentiveGrounds, party: str, cause: Cause, level: int) -> Draft:
    step = cause.version.incentives.ladder[cause.index]
    row = cause.promise
    promise = row["promise"] if row else None
    since = cause.fact
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
    until = add(grounds.today, step.max) if step.max else None
    cells = {"party": party, "level": str(step.level), "state": "noticed"}
    if promise:
        cells["commitment"] = promise
    if until:
        cells["until"] = str(until)
    kind = {"late": "late", "breach": "breach", "notices": "notices"}.get(cause.trigger, "incident")
    return (
        Draft("ladder_step", party, since)
        .says(f"incentives.step_{kind}{'_people' if people else ''}", params | {"decide": step.decide or ""})
        .asks_for(step.action, *(["private_word"] if word else []), "extend", "excuse")
        .follows(f"/incentives/ladder/{cause.index}", int(cause.version.charter.version))
        .counts(str(step.level))
        .rests_on(
            *kept_rate_of(party),
            facts=tuple(dict.fromkeys(fact for fact in (cause.fact, row["closing_fact"] if row else None) if fact)),
        )
        .cured_by(_step_cure(party, cause))
        .closes(
            Fact("commitment_steps", {"commitment": promise, "step": "verified"})
            if promise and cause.trigger == "late"
            else Fact("sanctions", {"party": party, "level": str(step.level), "state": "in_force"})
        )
        .hands_on(Fact("sanctions", cells))
    )


def _step_cure(party: str, cause: Cause) -> Cure:
    if cause.promise is not None and cause.trigger == "late":
        return Cure(Reason("incentives.cure_deliver", {"promise": cause.promise["promise"]}))
    return Cure(Reason("incentives.cure_appeal", {"party": party}))


def _forgiveness(
    grounds: IncentiveGrounds, party: str, promises: Sequence[Mapping[str, Any]], own: Sequence[Sanction]
) -> Iterator[Draft]:
    """A clean span takes one level back."""
    failures = [
        row["counted_on"] if row["broken"] else row["kept_until"] for row in promises if row["late"] or row["broken"]
    ]
    clean = forgiven(own, [day for day in failures if day], grounds.rules, grounds.today)
    if clean is None:
        return
    highest = max((one for one in own if one.standing), key=lambda one: (one.level, one.on, one.key))
    yield (
        Draft("forgiveness", party, highest.fact)
        .says(
            "incentives.forgiveness",
            {"party": party, "level": str(highest.level), "to": str(highest.level - 1), "since": str(clean)},
        )
        .asks_for("lift_one_level")
        .follows("/incentives/forgiveness")
        .counts(str(highest.level - 1))
        .rests_on(*kept_rate_of(party), facts=(highest.fact,))
        .closes(Fact("sanctions", {"sanction": highest.key, "state": "lifted"}))
        .hands_on(Fact("sanctions", {"sanction": highest.key, "party": party, "state": "lifted"}))
    )


@decision(
    "incentives.project_step",
    of=IncentiveGrounds,
    reads=(*PROMISES,),
    hands_on=("commitment_steps",),
    closes=("commitment_steps",),
)
def project_step(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """The project's late promises: its own ladder, one act at a time."""
    project = grounds.rules.community.project
    for row in grounds.promises:
        if row["promisor"] != project or project is None or not waits(row):
            continue
        days = late_days(row)
        if days <= 0:
            continue
        reached = sum(days >= max(1, limit) for limit in PROJECT_LATE)
        taken = 1 if row["extended"] or row["word_on"] else 0
        step = min(reached, taken + 1)
        yield (
            Draft("project_step", row["promise"], row["fact"])
            .says(
                f"incentives.project_{PROJECT_ACTS[step - 1]}",
                {
                    "promise": row["promise"],
                    "to": row["beneficiary"] or "–",
                    "days": str(days),
                    "due": str(row["due_on"]),
                },
            )
            .asks_for(PROJECT_ACTS[step - 1], "deliver_now")
            .follows("/incentives/ladder", row["version"])
            .counts(str(days), "days")
            .rests_on(*kept_rate_of(project), facts=(row["fact"],))
            .cured_by(Cure(Reason("incentives.cure_deliver", {"promise": row["promise"]})))
            .closes(Fact("commitment_steps", {"commitment": row["promise"], "step": "verified"}))
            .hands_on(Fact("commitment_steps", {"commitment": row["promise"], "step": "extended"}))
        )


@decision(
    "incentives.capital_call_default",
    of=IncentiveGrounds,
    reads=(*PROMISES,),
    closes=("commitment_steps",),
)
def capital_call_default(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """Capital calls in default: the statutory way, not the ladder."""
    for row in grounds.promises:
        if row["source_kind"] != CAPITAL_CALL or not waits(row):
            continue
        rule = grounds.version(row).incentives.capital_call_default
        worth = grounds.amount(row["worth_minor"], row["currency"]) if row["worth_minor"] is not None else None
        params = {
            "party": row["promisor"],
            "promise": row["promise"],
            "due": str(row["due_on"]),
            "deadline": str(row["deadline"]),
            "worth": f"{worth} {row['currency']}" if worth else "–",
        }
        yield (
            Draft("capital_call_default", row["promise"], row["fact"])
            .says("incentives.capital_call_default", params)
            .asks_for(rule.then if rule else "resolution", "waive")
            .follows("/incentives/capital_call_default", row["version"])
            .counts(worth, row["currency"] if worth else None)
            .rests_on(*kept_rate_of(row["promisor"]), facts=(row["fact"],))
            .cured_by(Cure(Reason("incentives.cure_pay_call", {"promise": row["promise"], "worth": params["worth"]})))
            .closes(Fact("commitment_steps", {"commitment": row["promise"], "step": "verified"}))
        )


DECISIONS = (
    verification_refused,
    broken_promise,
    ladder_step,
    appeal_refused,
    sanction_undecided,
    project_step,
    capital_call_default,
    condition_slip,
    reward,
    holdback_release,
    vesting,
)
