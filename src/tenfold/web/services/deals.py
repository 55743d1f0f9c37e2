"""Deals and money: a deal moves by a new row, with evidence or as a claim; money is recorded as it was paid."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tenfold.web.rights.acts import Act
from tenfold.web.rights.names import rules_of
from tenfold.web.rights.roles import Role
from tenfold.web.services.acting import Doing, act
from tenfold.web.services.papers import Paper, recorded
from tenfold.web.store.append import new_id
from tenfold.web.store.current import Row, counting

WIRED, OPEN = "wired", "open"
# Of a deal that goes on; how well its amount is known goes with the amount.
KEPT = ("opportunity", "round", "party", "amount_minor", "currency", "instrument", "source", "introduced_by", "p")
HOW_WELL = ("amount_known", "amount_to_minor")


@act(Act.MOVE_DEAL)
def open_deal(
    doing: Doing,
    *,
    round: str,
    party: str,
    amount_minor: int,
    currency: str,
    stage: str,
    source: str | None = None,
    introduced_by: str | None = None,
    evidence: Sequence[str] = (),
    papers: Sequence[Paper] = (),
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Record a new opportunity, at the stage where its papers prove it or as a claim.

    evidence   papers that are recorded already; `papers` those that are recorded with it
    """
    doing.forbid(amount_minor <= 0, "acts.amount")
    doing.forbid(doing.one("rounds", round)["state"] != OPEN, "acts.round_over")
    doing.add(
        "opportunities",
        opportunity=new_id("deal"),
        round=round,
        party=party,
        amount_minor=amount_minor,
        currency=currency,
        stage=stage,
        source=source,
        introduced_by=introduced_by,
        evidence=[*evidence, *_proving(doing, papers)],
        occurred_at=at,
        because=because,
    )


@act(Act.MOVE_DEAL)
def move_deal(
    doing: Doing,
    *,
    opportunity: str,
    stage: str,
    amount_minor: int | None = None,
    p: Decimal | None = None,
    evidence: Sequence[str] = (),
    papers: Sequence[Paper] = (),
    reason: str | None = None,
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Move a deal to a stage, or give the one where it stands its evidence.

    evidence   papers that are recorded already; `papers` those that are recorded with the move

    Without the evidence that the charter asks for, it counts at the last stage that has it. Moves back are facts too; a
    deal whose money has come moves no more. A move names the state before it as its cause, so that both are one thread.
    """
    deal = doing.one("opportunities", opportunity)
    doing.forbid(deal["stage"] == WIRED, "acts.deal_over")
    doing.forbid(amount_minor is not None and amount_minor <= 0, "acts.amount")
    same = stage == deal["stage"] and amount_minor in (None, deal["amount_minor"]) and p is None
    doing.forbid(same and not evidence and not papers, "acts.nothing_new")
    changed: dict[str, Any] = {} if amount_minor is None else {"amount_minor": amount_minor}
    if p is not None:
        changed["p"] = p
    proof = [*evidence, *_proving(doing, papers)]
    told = {"reason": reason, "occurred_at": at, "because": because or deal["fact"]}
    _go_on(doing, deal, **changed, **told, stage=stage, evidence=proof)


@act(Act.RECORD_MONEY)
def record_money(
    doing: Doing,
    *,
    payer: str,
    payee: str,
    amount_minor: int,
    currency: str,
    purpose: str,
    round: str | None = None,
    opportunity: str | None = None,
    pool: str | None = None,
    reference: str | None = None,
    evidence: Sequence[str] = (),
    papers: Sequence[Paper] = (),
    completes: bool = False,
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Record a payment that was made; Tenfold itself moves no money.

    opportunity   the deal that it pays: its round is the payment's, and its state before is the cause
    papers        what shows the payment, recorded with it
    completes     whether with it all the money of the deal is there: the deal then is at its last stage
    """
    doing.forbid(amount_minor <= 0, "acts.amount")
    doing.forbid(payer == payee, "acts.to_oneself")
    deal = _paid(doing, opportunity, round, completes)
    proof = [*evidence, *(recorded(doing, paper) for paper in papers)]
    cause = because or (None if deal is None else deal["fact"])
    doing.add(
        "cash_movements",
        payer=payer,
        payee=payee,
        amount_minor=amount_minor,
        currency=currency,
        purpose=purpose,
        round=round if deal is None else deal["round"],
        opportunity=opportunity,
        pool=pool,
        reference=reference,
        evidence=proof,
        occurred_at=at,
        because=cause,
    )
    if completes and deal is not None:
        after = at is not None and at > deal["occurred_at"]  # what was recorded late does not go behind the last state
        _go_on(doing, deal, stage=WIRED, evidence=proof, occurred_at=at if after else None, because=cause)


@act(Act.PROPOSE_LINK)
def propose_link(
    doing: Doing,
    *,
    party: str,
    other: str,
    relation: str,
    share: Decimal | None = None,
    papers: Sequence[Paper] = (),
    because: str | None = None,
) -> None:
    """Say that two parties belong to one group; it counts once somebody in charge of compliance confirms it."""
    doing.forbid(party == other, "acts.to_oneself")
    doing.add(
        "group_links",
        party=party,
        other=other,
        relation=relation,
        share=share,
        evidence=[recorded(doing, paper) for paper in papers],
        because=because,
    )


@act(Act.CONFIRM_LINK)
def confirm_link(doing: Doing, *, link: str, reason: str | None = None) -> None:
    """Confirm a proposed link between two parties; whoever proposed it does not confirm it."""
    rows = counting(doing.community, "group_links").filter(fact=link)
    proposed = rows.values_list("recorded_by", flat=True).first()
    doing.forbid(proposed is None, "acts.unknown")
    doing.forbid(Role.OPERATOR in doing.viewer.roles, "acts.compliance_alone")
    doing.forbid(proposed in doing.viewer.own, "acts.own_proposal")
    acts = counting(doing.community, "decision_acts").filter(decision=link, act="confirm")
    doing.forbid(acts.exists(), "acts.confirmed")
    doing.add("decision_acts", decision=link, act="confirm", by=doing.party, reason=reason, because=link)


def _paid(doing: Doing, opportunity: str | None, round: str | None, completes: bool) -> Row | None:
    """Return the deal that a payment is for, or refuse what does not fit it."""
    if opportunity is None:
        doing.forbid(completes, "acts.no_deal")
        return None
    deal = doing.one("opportunities", opportunity)
    doing.forbid(round not in (None, deal["round"]), "acts.other_round")
    doing.forbid(completes and deal["stage"] == WIRED, "acts.deal_over")
    return deal


def _go_on(doing: Doing, deal: Row, **changed: Any) -> None:
    """Add the next state of a deal: what is not changed stays as it was."""
    kept = KEPT if "amount_minor" in changed else (*KEPT, *HOW_WELL)
    cells = {name: deal[name] for name in kept} | {"p": _decimal(deal["p"])}
    doing.add("opportunities", **cells | changed)


def _proving(doing: Doing, papers: Sequence[Paper]) -> list[str]:
    """Record papers that prove a stage of the funnel; return their keys."""
    known = {kind for one in rules_of(doing.community).goals.funnel.stages for kind in one.evidence}
    doing.forbid(any(paper.kind not in known for paper in papers), "acts.paper_kind")
    return [recorded(doing, paper) for paper in papers]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
