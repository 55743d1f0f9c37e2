"""Promises in both directions: made, accepted, kept or not, and judged by somebody else (DOMAIN.md §2.5, §12b)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.promising import REASONED, against, state_of
from tenfold.web.services.acting import Doing, act
from tenfold.web.services.papers import Paper, recorded
from tenfold.web.store.append import new_id
from tenfold.web.store.current import Row, counting


@act(Act.MAKE_PROMISE)
def make_promise(
    doing: Doing,
    *,
    party: str,
    what: str,
    to_party: str | None = None,
    due_at: datetime | None = None,
    source_kind: str = "own",
    verifier: str | None = None,
    accept_test: str | None = None,
    consequence: str | None = None,
    worth_minor: int | None = None,
    currency: str | None = None,
    weight: Decimal | None = None,
    points: Decimal | None = None,
    offer: str | None = None,
    opportunity: str | None = None,
    agreement: str | None = None,
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Record what a party promises; whoever is not of the project promises for itself alone."""
    own = party in doing.viewer.own
    doing.forbid(not own and not may(doing.viewer, Act.LOG_TALK), "acts.only_own")
    doing.forbid(not what.strip(), "acts.what")
    doing.forbid(to_party == party, "acts.to_oneself")
    doing.forbid(verifier is not None and verifier == party, "acts.verifier_is_promisor")
    doing.add(
        "commitments",
        commitment=new_id("promise"),
        party=party,
        to_party=to_party,
        source_kind=source_kind,
        what=what.strip(),
        due_at=due_at,
        verifier=verifier,
        accept_test=accept_test,
        consequence=consequence,
        worth_minor=worth_minor,
        currency=currency,
        weight=weight,
        points=points,
        offer=offer,
        opportunity=opportunity,
        agreement=agreement,
        occurred_at=at,
        because=because,
    )


@act(Act.STEP_PROMISE)
def accept(doing: Doing, *, commitment: str, at: datetime | None = None, because: str | None = None) -> None:
    """Record that the promisor stands by a promise."""
    _following(doing, commitment, "accepted")
    _step(doing, commitment, "accepted", at, because)


@act(Act.STEP_PROMISE)
def decline(doing: Doing, *, commitment: str, reason: str, because: str | None = None) -> None:
    """Record that the promisor never promised that."""
    _following(doing, commitment, "declined")
    _step(doing, commitment, "declined", None, because, reason=reason)


@act(Act.STEP_PROMISE)
def deliver(
    doing: Doing,
    *,
    commitment: str,
    papers: Sequence[Paper] = (),
    reason: str | None = None,
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Record that a promise was delivered, with what shows it; that it was is for somebody else to say."""
    _following(doing, commitment, "delivered")
    evidence = [recorded(doing, paper) for paper in papers]
    _step(doing, commitment, "delivered", at, because, evidence=evidence, reason=reason)


@act(Act.JUDGE_PROMISE)
def extend(doing: Doing, *, commitment: str, due_at: datetime, reason: str, because: str | None = None) -> None:
    """Give a promise a later date; nobody moves the date of their own promise."""
    promise = _following(doing, commitment, "extended")
    doing.forbid(promise["due_at"] is not None and due_at <= promise["due_at"], "acts.not_later")
    _step(doing, commitment, "extended", None, because, due_at=due_at, reason=reason)


@act(Act.JUDGE_PROMISE)
def private_word(doing: Doing, *, commitment: str, because: str | None = None) -> None:
    """Record the private word before any notice; it stops the clock once."""
    _following(doing, commitment, "private_word")
    had = _steps(doing, commitment).filter(step="private_word").exists()
    doing.forbid(had, "acts.word_had")
    _step(doing, commitment, "private_word", None, because)


@act(Act.JUDGE_PROMISE)
def use(doing: Doing, *, commitment: str, at: datetime | None = None, because: str | None = None) -> None:
    """Record that what was delivered is used."""
    _following(doing, commitment, "used")
    _step(doing, commitment, "used", at, because)


@act(Act.JUDGE_PROMISE)
def verify(
    doing: Doing,
    *,
    commitment: str,
    quality: Decimal | None = None,
    papers: Sequence[Paper] = (),
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Confirm that a promise was kept: its verifier does, never its promisor."""
    _following(doing, commitment, "verified")
    evidence = [recorded(doing, paper) for paper in papers]
    _step(doing, commitment, "verified", at, because, quality=quality, evidence=evidence)


@act(Act.JUDGE_PROMISE)
def reject(doing: Doing, *, commitment: str, reason: str, because: str | None = None) -> None:
    """Send a delivery back with a reason; it may be delivered again."""
    _following(doing, commitment, "rejected")
    _step(doing, commitment, "rejected", None, because, reason=reason)


@act(Act.RELEASE_PROMISE)
def excuse(doing: Doing, *, commitment: str, reason: str, because: str | None = None) -> None:
    """Release a promisor from a promise for a good reason: it counts neither as kept nor as broken."""
    _end(doing, commitment, "excused", reason, because)


@act(Act.RELEASE_PROMISE)
def waive(doing: Doing, *, commitment: str, reason: str, because: str | None = None) -> None:
    """Give up a promise that nobody needs any more."""
    _end(doing, commitment, "waived", reason, because)


@act(Act.RELEASE_PROMISE)
def breach(doing: Doing, *, commitment: str, reason: str, because: str | None = None) -> None:
    """Record that a promise was broken."""
    _end(doing, commitment, "breached", reason, because)


def _end(doing: Doing, commitment: str, step: str, reason: str, because: str | None) -> None:
    _following(doing, commitment, step)
    _step(doing, commitment, step, None, because, reason=reason)


def _steps(doing: Doing, commitment: str) -> "QuerySet[Any]":
    return counting(doing.community, "commitment_steps").filter(commitment=commitment)


def _following(doing: Doing, commitment: str, step: str) -> Row:
    """Return a promise for which a step is next, and the viewer's to record."""
    promise = doing.one("commitments", commitment)
    doing.heed(against(doing.viewer, promise, state_of(doing.community, commitment), step))
    return promise


def _step(doing: Doing, commitment: str, step: str, at: datetime | None, because: str | None, **cells: object) -> None:
    doing.forbid(step in REASONED and not str(cells["reason"]).strip(), "acts.reason")
    doing.add(
        "commitment_steps", commitment=commitment, step=step, by=doing.party, occurred_at=at, because=because, **cells
    )
