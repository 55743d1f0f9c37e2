"""Pools: declared, previewed, approved by two over one preview, handed over, receipted (DOMAIN.md §2.6, §12b)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tenfold.terms.listed import Listed
from tenfold.terms.money import to_minor
from tenfold.web.rights.acts import Act
from tenfold.web.rights.results import Result
from tenfold.web.rights.settling import AFTER, HANDED_OVER, UNPAID, state_after
from tenfold.web.rights.signing import fit, offices_of, open_offices, signatures
from tenfold.web.rights.viewers import posts
from tenfold.web.services.acting import Doing, act, refuse
from tenfold.web.services.papers import Paper, recorded
from tenfold.web.store.append import new_id
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Community
from tenfold.web.store.current import Row, counting, current
from tenfold.web.store.freshness import freshness
from tenfold.web.store.results import DecisionResult

SIGN = "confirm"
KEPT = ("pool", "layer", "amount_minor", "currency", "period_start", "period_end")
KEPT_OF_PAYOUT = ("pool", "party", "amount_minor", "currency", "payee_kind", "paper")


@act(Act.DECLARE_POOL)
def declare(
    doing: Doing,
    *,
    layer: str,
    amount_minor: int,
    currency: str,
    period_start: date,
    period_end: date,
    evidence: Sequence[str] = (),
    because: str | None = None,
) -> None:
    """Declare what is to be distributed, by which layer, for which period."""
    doing.forbid(amount_minor <= 0, "acts.amount")
    doing.add(
        "pools",
        pool=new_id("pool"),
        layer=layer,
        amount_minor=amount_minor,
        currency=currency,
        period_start=period_start,
        period_end=period_end,
        state="declared",
        by=doing.party,
        evidence=list(evidence),
        because=because,
    )


@act(Act.DECLARE_POOL)
def preview(doing: Doing, *, pool: str, because: str | None = None) -> None:
    """Show everybody in a pool what they would be paid; the time for disputes begins."""
    _next(doing, pool, "previewed", ("declared",), because)


@act(Act.APPROVE_POOL)
def approve(doing: Doing, *, pool: str, seen: str, because: str | None = None) -> None:
    """Sign a pool. `seen` is the digest of the preview that was looked at: `proposal_sha256` of the pool's decision.

    Two different people sign over the same preview, between them holding every office that the charter asks for; each
    signature names it, and the last makes each payout a fact, in the amount that both saw.
    """
    row = doing.one("pools", pool)
    doing.forbid(
        row["state"] not in ("previewed", "approved"), "acts.pool_state", state=row["state"], states="previewed"
    )
    doing.forbid(freshness(doing.community).stale, "acts.numbers_follow")
    proposed = proposed_of(doing.community, pool)
    if proposed is None or seen != proposed.get("proposal_sha256"):
        refuse("acts.superseded")
    signed = signatures(doing.community, pool)
    doing.forbid(doing.viewer.party in signed, "acts.signed_already")
    doing.forbid(not _previews(doing, proposed["id"], signed) <= {seen}, "acts.other_preview")
    offices = _offices(doing)
    doing.forbid(not doing.viewer.posts & offices, "acts.offices", offices=_named(offices))
    have = _posts(doing, signed)
    waiting = _named(open_offices(have, offices))
    doing.forbid(not fit([*have, doing.viewer.posts], offices), "acts.other_office", offices=waiting)
    _add(doing, row, "approved", because)
    doing.add(
        "decision_acts", decision=proposed["id"], act=SIGN, by=doing.party, proposal_sha256=seen, because=proposed["id"]
    )
    if len(signed) + 1 == len(offices):
        for one in payouts_of(doing.community, pool):
            doing.add("payouts", **_payout(doing, one, "approved"))


@act(Act.EXPORT_POOL)
def export(doing: Doing, *, pool: str, because: str | None = None) -> None:
    """Hand an approved pool over to be paid, once."""
    row = _next(doing, pool, "exported", ("approved",), because)
    signed = signatures(doing.community, pool)
    offices = _offices(doing)
    waiting = _named(open_offices(_posts(doing, signed), offices))
    doing.forbid(len(signed) < len(offices), "acts.signature_missing", offices=waiting)
    for one in counting(doing.community, "payouts").filter(pool=row["pool"], state="approved").values():
        _go_on(doing, one, state="exported")


@act(Act.EXPORT_POOL)
def settle(
    doing: Doing,
    *,
    pool: str,
    state: str,
    parties: Sequence[str],
    papers: Sequence[Paper] = (),
    at: datetime | None = None,
) -> None:
    """Say what became of payouts that were handed over; the pool is paid once all of them arrived.

    One that comes back later opens its pool again: it waits to be handed over once more.

    state     what they become: `receipted` (the money arrived), `returned` (it came back), `exported` (once more)
    parties   whose payouts
    papers    what shows it
    """
    row = doing.one("pools", pool)
    open_to = Listed(HANDED_OVER)
    doing.forbid(row["state"] not in HANDED_OVER, "acts.pool_state", state=row["state"], states=open_to)
    doing.forbid(not parties, "acts.no_payout")
    payouts = {str(one["party"]): one for one in current(doing.community, "payouts", pool=[pool])}
    for party in parties:
        _may_become(doing, payouts, party, state)
    proof = [recorded(doing, paper) for paper in papers]
    said = {party: payouts[party] for party in parties}
    for one in said.values():
        _go_on(doing, one, state=state, evidence=proof, occurred_at=_since(one, at))
    after = state_after({**payouts, **{party: {"state": state} for party in said}}.values())
    if after != row["state"]:
        _add(doing, row, after, payouts[parties[-1]]["fact"])


@act(Act.EXPORT_POOL)
def invoice(doing: Doing, *, pool: str, paper: str, parties: Sequence[str], papers: Sequence[Paper] = ()) -> None:
    """Say whether payees owe an invoice: it is `required`, was `received`, or is `not_needed`.

    Who owes one is in no payment file until it is here; of what is paid nothing more is said.
    """
    doing.one("pools", pool)
    doing.forbid(not parties, "acts.no_payout")
    payouts = {str(one["party"]): one for one in current(doing.community, "payouts", pool=[pool])}
    for party in parties:
        _waits(doing, payouts, party, UNPAID)
    proof = [recorded(doing, one) for one in papers]
    for one in [payouts[party] for party in dict.fromkeys(parties)]:
        _go_on(doing, one, state=one["state"], paper=paper, evidence=proof)


@act(Act.DECLARE_POOL)
def cancel(doing: Doing, *, pool: str, because: str | None = None) -> None:
    """Take a pool back before anything is exported."""
    _next(doing, pool, "cancelled", ("declared", "previewed", "approved"), because)


def proposed_of(community: Community, pool: str) -> Result | None:
    """Return the decision about a pool that stands, as the last cycle left it: a signature is recorded about it."""
    rows = DecisionResult.rows.of(community).filter(until=None, mechanism="distribution", kind="pool", subject=pool)
    content = rows.values_list("content", flat=True).first()
    return None if content is None else json.loads(str(content))


def payouts_of(community: Community, pool: str) -> list[dict[str, Any]]:
    """Return what a pool would pay, as the last cycle proposes it, by party."""
    rows = DecisionResult.rows.of(community).filter(until=None, mechanism="distribution", kind="payout")
    found = [json.loads(content)["proposes"] for content in rows.values_list("content", flat=True)]
    return sorted((one for one in found if one["pool"] == pool), key=lambda one: str(one["party"]))


def _payout(doing: Doing, proposed: dict[str, Any], state: str) -> dict[str, Any]:
    currencies = rulebook_of(doing.community).newest.currencies
    amount = to_minor(Decimal(proposed["amount"]), currencies.digits(proposed["currency"]) or 0)
    return {
        "pool": proposed["pool"],
        "party": proposed["party"],
        "amount_minor": amount,
        "currency": proposed["currency"],
        "state": state,
        "because": proposed["because"],
    }


def _may_become(doing: Doing, payouts: Mapping[str, Row], party: str, state: str) -> None:
    """Refuse what cannot be said of a payout: there is none, or it is not where that could follow."""
    _waits(doing, payouts, party, AFTER[state])


def _waits(doing: Doing, payouts: Mapping[str, Row], party: str, states: Sequence[str]) -> None:
    """Refuse a payout that is not there, or in none of these states."""
    one = payouts.get(party)
    if one is None:
        refuse("acts.unknown")
    doing.forbid(
        one["state"] not in states, "acts.payout_state", party=party, state=one["state"], states=Listed(states)
    )


def _since(payout: Row, at: datetime | None) -> datetime | None:
    """Return when something became of a payout: what is recorded late does not go behind what was said of it last."""
    return None if at is None else max(at, payout["occurred_at"])


def _go_on(doing: Doing, payout: Row, **changed: Any) -> None:
    """Add the next state of a payout: what is not changed stays as it was."""
    kept = {name: payout[name] for name in KEPT_OF_PAYOUT}
    doing.add("payouts", **kept | changed, because=payout["fact"])


def _next(doing: Doing, pool: str, state: str, after: tuple[str, ...], because: str | None) -> Row:
    row = doing.one("pools", pool)
    doing.forbid(row["state"] not in after, "acts.pool_state", state=row["state"], states=Listed(after))
    _add(doing, row, state, because)
    return row


def _add(doing: Doing, row: Row, state: str, because: str | None) -> None:
    doing.add("pools", **{name: row[name] for name in KEPT}, state=state, by=doing.party, because=because)


def _previews(doing: Doing, decision: str, signed: set[str]) -> set[str]:
    """Return the digests of the previews that those who have signed named."""
    acts = counting(doing.community, "decision_acts").filter(decision=decision, act=SIGN, by__in=signed)
    return {str(sha256) for sha256 in acts.values_list("proposal_sha256", flat=True)}


def _offices(doing: Doing) -> frozenset[str]:
    """Return the offices whose holders sign; an act that needs them is refused where the charter names none."""
    offices = offices_of(doing.community, doing.now)
    doing.forbid(not offices, "acts.no_signers")
    return offices


def _posts(doing: Doing, signed: Iterable[str]) -> list[frozenset[str]]:
    return [posts(doing.community, party) for party in sorted(signed)]


def _named(offices: Iterable[str]) -> str:
    return Listed(sorted(offices))
