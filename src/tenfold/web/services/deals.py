"""Deals and money: a deal moves by a new row, with evidence or as a claim; money is recorded as it was paid."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from tenfold.web.rights.acts import Act
from tenfold.web.rights.names import rules_of
from tenfold.web.rights.roles import Role
from tenfold.web.services.acting import Doing, act
from tenfold.web.services.papers import Paper, recorded
from tenfold.web.store.append import new_id
from tenfold.web.store.current import counting

WIRED = "wired"
KEPT = ("opportunity", "round", "party", "amount_minor", "currency", "instrument", "source", "introduced_by", "p")


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
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Record a new opportunity."""
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
        evidence=list(evidence),
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
    deal whose money has come moves no more.
    """
    deal = doing.one("opportunities", opportunity)
    doing.forbid(deal["stage"] == WIRED, "acts.deal_over")
    same = stage == deal["stage"] and amount_minor in (None, deal["amount_minor"]) and p is None
    doing.forbid(same and not evidence and not papers, "acts.nothing_new")
    known = {kind for one in rules_of(doing.community).goals.funnel.stages for kind in one.evidence}
    doing.forbid(any(paper.kind not in known for paper in papers), "acts.paper_kind")
    cells = {name: deal[name] for name in KEPT}
    cells["p"] = p if p is not None else _decimal(deal["p"])
    cells["amount_minor"] = deal["amount_minor"] if amount_minor is None else amount_minor
    doing.add(
        "opportunities",
        **cells,
        stage=stage,
        evidence=[*evidence, *(recorded(doing, paper) for paper in papers)],
        reason=reason,
        occurred_at=at,
        because=because,
    )


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
    restricted: bool | None = None,
    reference: str | None = None,
    evidence: Sequence[str] = (),
    at: datetime | None = None,
    because: str | None = None,
) -> None:
    """Record a payment that was made; Tenfold itself moves no money."""
    doing.forbid(amount_minor <= 0, "acts.amount")
    doing.forbid(payer == payee, "acts.to_oneself")
    doing.add(
        "cash_movements",
        payer=payer,
        payee=payee,
        amount_minor=amount_minor,
        currency=currency,
        purpose=purpose,
        round=round,
        opportunity=opportunity,
        pool=pool,
        restricted=restricted,
        reference=reference,
        evidence=list(evidence),
        occurred_at=at,
        because=because,
    )


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


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
