"""What people make of proposals: confirm, override, snooze or dismiss them; and what they do about alerts."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from tenfold.terms.listed import Listed
from tenfold.web.rights.acts import Act
from tenfold.web.rights.deciding import EXECUTE, against, against_executing, digest_of, for_others, proposal
from tenfold.web.rights.results import Result, Results
from tenfold.web.services.acting import Doing, act, refuse
from tenfold.web.store.current import counting


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
def execute(doing: Doing, *, decision: str, reason: str | None = None) -> None:
    """Say that what was decided is done, where nothing that is recorded shows it by itself."""
    doing.heed(for_others(doing.viewer, decision))
    doing.heed(against_executing(doing.viewer, standing(doing, decision)))
    doing.add("decision_acts", decision=decision, act=EXECUTE, by=doing.party, reason=reason, because=decision)


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


def standing(doing: Doing, decision: str) -> Result:
    """Return a decision as it stands, or refuse: what is no longer proposed, or is not shown, needs no answer."""
    found = proposal(doing.community, decision)
    if found is None or not Results(doing.viewer).sees_decision(found):
        refuse("acts.gone")
    return found


def _decide(doing: Doing, decision: str, kind: str, seen: str | None, **cells: object) -> None:
    doing.heed(for_others(doing.viewer, decision))  # first: whose it is says nothing about whether there is one
    proposed = standing(doing, decision)
    doing.heed(against(doing.viewer, proposed))
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
    doing.forbid(state not in AFTER[step], "acts.alert_state", act=state, acts=Listed(sorted(AFTER[step])))
    doing.forbid(step in ("shelve", "clear", "false") and not (reason or "").strip(), "acts.reason")
    doing.forbid(step == "shelve" and (until is None or until <= doing.now), "acts.not_later")
    doing.add("alert_acts", alert=alert, act=step, by=doing.party, until=until, reason=reason, because=because or alert)


def _alert_state(doing: Doing, alert: str) -> str:
    acts = counting(doing.community, "alert_acts").filter(alert=alert).order_by("occurred_at", "recorded_at", "fact")
    last = acts.values_list("act", flat=True).last()
    return "raised" if last is None else str(last)
