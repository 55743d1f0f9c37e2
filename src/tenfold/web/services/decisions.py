"""What people make of proposals: confirm, override, snooze or dismiss them; and what they do about alerts."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from tenfold.terms.canonical import canonical
from tenfold.web.rights.acts import Act
from tenfold.web.rights.results import Result
from tenfold.web.rights.roles import Role
from tenfold.web.services.acting import Doing, act, refuse
from tenfold.web.store.current import counting
from tenfold.web.store.results import DecisionResult

# Some decisions are for a few alone, whatever the charter says (DOMAIN.md §14); others for whoever may decide.
RESERVED: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "screening.admit": frozenset({Role.COUNCIL, Role.FOUNDER}),
        "screening.decline": frozenset({Role.COUNCIL, Role.FOUNDER}),
        "adjustment.exit": frozenset({Role.COUNCIL}),
        "incentives.ladder_step": frozenset({Role.COUNCIL, Role.COMPLIANCE}),
        "distribution.payout": frozenset(),  # a pool is approved as a whole, by two
        "distribution.pool": frozenset(),
    }
)
SETTLED = ("confirm", "override", "execute")


@act(Act.DECIDE)
def confirm(doing: Doing, *, decision: str, seen: str, reason: str | None = None) -> None:
    """Say yes to a proposal. `seen` is the digest of what the page showed (`digest_of`)."""
    _decide(doing, decision, "confirm", seen, reason=reason)


@act(Act.DECIDE)
def override(doing: Doing, *, decision: str, seen: str, reason: str) -> None:
    """Decide otherwise than proposed, with a reason."""
    doing.forbid(not reason.strip(), "acts.reason")
    _decide(doing, decision, "override", seen, reason=reason)


@act(Act.DECIDE)
def snooze(doing: Doing, *, decision: str, until: datetime, reason: str | None = None) -> None:
    """Put a proposal off until an instant that is still to come."""
    doing.forbid(until <= doing.now, "acts.not_later")
    _decide(doing, decision, "snooze", None, until=until, reason=reason)


@act(Act.DECIDE)
def dismiss(doing: Doing, *, decision: str, reason: str) -> None:
    """Put a proposal away, with a reason."""
    doing.forbid(not reason.strip(), "acts.reason")
    _decide(doing, decision, "dismiss", None, reason=reason)


def digest_of(decision: Result) -> str:
    """Return the digest of what a decision proposes: a page sends it back, so that nobody confirms what has changed."""
    said = {name: decision[name] for name in ("id", "proposal", "value", "unit", "proposes")}
    return hashlib.sha256(canonical(said)).hexdigest()


def standing(doing: Doing, decision: str) -> Result:
    """Return a decision as it stands, or refuse: what is no longer proposed needs no answer."""
    rows = DecisionResult.rows.of(doing.community).filter(until=None, decision=decision)
    content = rows.values_list("content", flat=True).first()
    if content is None:
        refuse("acts.gone")
    found: Result = json.loads(str(content))
    return found


def _decide(doing: Doing, decision: str, kind: str, seen: str | None, **cells: object) -> None:
    proposed = standing(doing, decision)
    reserved = RESERVED.get(decision.partition(":")[0])
    if reserved is not None:
        doing.forbid(not reserved, "acts.pool_whole")
        doing.forbid(doing.viewer.roles.isdisjoint(reserved), "acts.not_allowed", who=", ".join(sorted(reserved)))
    doing.forbid(proposed["subject"] in doing.viewer.own, "acts.about_oneself")
    settled = counting(doing.community, "decision_acts").filter(decision=decision, act__in=SETTLED)
    doing.forbid(settled.exists(), "acts.settled")
    digest = digest_of(proposed)
    doing.forbid(seen is not None and seen != digest, "acts.superseded")
    doing.add(
        "decision_acts",
        decision=decision,
        act=kind,
        by=doing.party,
        proposal_sha256=digest if seen is not None else None,
        because=decision,
        **cells,
    )


# Alerts: raised → owned → acted → cleared, shelved until a date, or false (DOMAIN.md §12b).
AFTER: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "own": frozenset({"raised", "shelve", "own", "act"}),
        "act": frozenset({"own", "act"}),
        "shelve": frozenset({"raised", "own", "act"}),
        "clear": frozenset({"act", "own"}),
        "false": frozenset({"raised", "own", "act"}),
    }
)


@act(Act.HANDLE_ALERT)
def handle_alert(
    doing: Doing,
    *,
    alert: str,
    step: str,
    until: datetime | None = None,
    reason: str | None = None,
    because: str | None = None,
) -> None:
    """Own an alert, act on it, shelve it until a date, clear it or call it false; the last three say why."""
    standing(doing, alert)
    doing.forbid(step not in AFTER, "acts.unknown")
    state = _alert_state(doing, alert)
    doing.forbid(state not in AFTER[step], "acts.alert_state", act=state, acts=", ".join(sorted(AFTER[step])))
    doing.forbid(step in ("shelve", "clear", "false") and not (reason or "").strip(), "acts.reason")
    doing.forbid(step == "shelve" and (until is None or until <= doing.now), "acts.not_later")
    doing.add("alert_acts", alert=alert, act=step, by=doing.party, until=until, reason=reason, because=because or alert)


def _alert_state(doing: Doing, alert: str) -> str:
    acts = counting(doing.community, "alert_acts").filter(alert=alert).order_by("occurred_at", "recorded_at", "fact")
    last = acts.values_list("act", flat=True).last()
    return "raised" if last is None else str(last)
