"""The ladder: which step a party stands on, which one what happened asks for, and the one step that may come next.

One step at a time: a step is proposed only while the one below is in force. A stayed sanction has no effect, a reversed
one never had; each clean span forgives one level.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from tenfold.facts.standing import Sanction
from tenfold.terms.durations import Duration, add
from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules

MATERIAL = "material_breach"  # the kind of incident by which people call a breach material


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that asks for a step: the level, its place in the ladder, the fact it rests on and its version."""

    level: int
    index: int
    fact: str
    version: Rules
    promise: Mapping[str, Any] | None = None
    trigger: str = ""
    days: int = 0


def sanctions(facts: Facts) -> list[Sanction]:
    """Return the sanctions as they stand today, by key."""
    rows = facts.read("view.sanction").drop("end").sort("key")
    return [Sanction(**row) for row in rows.iter_rows(named=True)]


def level_of(own: Sequence[Sanction]) -> int:
    """Return the highest level in force: L(n) counts only as a step from which L(n + 1) may follow."""
    return max((one.level for one in own if one.standing), default=0)


def late_days(promise: Mapping[str, Any]) -> int:
    """Return the days a promise is late after its grace; one private word stops the clock for as long as the grace."""
    days = (promise["today"] - promise["deadline"]).days
    word: date | None = promise["word_on"]
    if word is None:
        return int(days)
    begun = max(word, promise["deadline"])
    stopped = min(max((promise["today"] - begun).days, 0), promise["grace_days"])
    return int(days - stopped)


def waits(promise: Mapping[str, Any]) -> bool:
    """Whether a promise is late and its promisor has still to act: not delivered by the deadline, not released."""
    overdue: bool = promise["late"] and promise["deadline"] < promise["today"]  # a new date may lie ahead
    if not overdue or promise["state"] not in {"late", "rejected"}:
        return False
    delivered: date | None = promise["delivered_on"]
    again = promise["closed_on"] is not None and delivered is not None and delivered <= promise["closed_on"]
    return delivered is None or again


def causes(
    promises: Sequence[Mapping[str, Any]],
    own: Sequence[Sanction],
    incidents: Sequence[Mapping[str, Any]],
    rules: Rules,
    today: date,
) -> Iterator[Cause]:
    """Yield every step of a ladder that something of one party asks for."""
    versions = {int(version.charter.version): version for _, version in rules.versions}
    for promise in promises:
        version = versions[promise["version"]]
        for index, step in enumerate(version.incentives.ladder):
            for trigger in step.when:
                days = _asks(trigger, promise, today)
                if days is not None:
                    yield Cause(step.level, index, promise["fact"], version, promise, _name(trigger), days)
    for incident in incidents:
        version = rules.judging(incident["occurred_at"])
        for index, step in enumerate(version.incentives.ladder):
            kinds = {trigger.incident for trigger in step.when} | {
                MATERIAL for t in step.when if t.breach == "material"
            }
            if incident["kind"] in kinds:
                yield Cause(step.level, index, incident["fact"], version, None, "incident")
    yield from _noticed(own, rules, today)


def _name(trigger: Any) -> str:
    return next(
        name for name in ("due_in", "late", "breach", "incident", "notices") if getattr(trigger, name) is not None
    )


def _asks(trigger: Any, promise: Mapping[str, Any], today: date) -> int | None:
    """Return by how many days a promise meets a trigger, or None."""
    if trigger.due_in is not None and promise["open"] and promise["due_on"] is not None:
        left = (promise["due_on"] - today).days
        return left if left >= 0 and today >= _before(promise["due_on"], trigger.due_in) else None
    if trigger.late is not None and waits(promise):
        late = late_days(promise)
        reached = add(promise["deadline"], trigger.late)
        return late if late >= max(1, (reached - promise["deadline"]).days) else None
    if trigger.breach == "any" and promise["broken"]:
        return 0
    return None


def _before(day: date, span: Duration) -> date:
    return add(day, Duration(-span.count, span.unit))


def _noticed(own: Sequence[Sanction], rules: Rules, today: date) -> Iterator[Cause]:
    """Yield the step that so many notices within a span ask for."""
    notices = sorted((one for one in own if one.level == 1 and (one.standing or one.stayed)), key=lambda one: one.on)
    for index, step in enumerate(rules.incentives.ladder):
        for trigger in step.when:
            if trigger.notices is None:
                continue
            recent = [one for one in notices if add(one.on, trigger.within) > today]
            if len(recent) >= trigger.notices:
                yield Cause(step.level, index, recent[-1].fact, rules, None, "notices", len(recent))


def next_step(found: Sequence[Cause], level: int) -> Cause | None:
    """Return the step to propose: the lowest one above the level in force, if anything asks for it or a higher one."""
    above = [cause for cause in found if cause.level > level]
    if not above:
        return None
    highest = max(above, key=lambda cause: (cause.level, cause.days))
    ladder = highest.version.incentives.ladder
    index, step = next((index, step) for index, step in enumerate(ladder) if step.level > level)
    same = [cause for cause in above if cause.level == step.level]
    cause = max(same, key=lambda cause: (cause.days, cause.fact)) if same else highest
    return Cause(step.level, index, cause.fact, highest.version, cause.promise, cause.trigger, cause.days)


def forgiven(own: Sequence[Sanction], failures: Sequence[date], rules: Rules, today: date) -> date | None:
    """Return the day from which one level is forgiven: a clean span since the last sanction or failure; else None."""
    rule = rules.incentives.forgiveness
    standing = [one for one in own if one.standing]
    if rule is None or not standing:
        return None
    last = max([one.on for one in standing] + list(failures))
    clean = add(last, rule.one_level_after_clean)
    return clean if clean <= today else None


def by_party(rows: pl.DataFrame, column: str) -> dict[str, list[Mapping[str, Any]]]:
    """Return rows as mappings by one column, in their order."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        if row[column] is not None:
            found.setdefault(row[column], []).append(row)
    return found
