"""Money: the payments that were recorded last, as far as one may see them, and what the form for one offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from markupsafe import Markup, escape

from tenfold.facts.declaration import TABLES
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day as day_of
from tenfold.terms.money import from_minor
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.lookup import Named, project_of
from tenfold.web.rights.papers import Shown, papers_of
from tenfold.web.rights.policies import PAID_TO_PEOPLE, Data, Sight
from tenfold.web.rights.rows import allowed, current_rows
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.current import Row, counting, with_personal

MONEY = "cash_movements"
PURPOSES = TABLES[MONEY].columns["purpose"].values
RECEIPT = "bank_receipt"  # what shows a payment, where the funnel asks for nothing at its end
LATEST = 30
CHOICES = 200  # deals in one list
OPEN = "open"
PAYABLE = ("approved", "exported", "receipted")  # pools of which money may have been paid


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment: who paid whom, how much (nothing where the viewer sees no amounts), what for, what shows it."""

    fact: str
    day: str
    payer: Named
    payee: Named
    amount: Markup | None
    purpose: str
    about: str
    reference: str
    papers: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Paying:
    """What the form for a payment offers.

    deal       the deal that it is about, where it was opened from one; `payer` is then whoever the deal is with
    project    who is paid where nobody else is named
    purpose    the one that is likeliest: what the round's instrument says
    """

    deal: Named | None
    payer: Named | None
    project: Named | None
    currency: str
    purpose: str
    purposes: tuple[Named, ...]
    rounds: tuple[Named, ...]
    deals: tuple[Named, ...]
    pools: tuple[Named, ...]


def payments(viewer: Viewer) -> tuple[Payment, ...]:
    """Return the payments that were made last, the newest first."""
    rows = list(_between(viewer).order_by("-occurred_at", "-fact").values()[:LATEST])
    seen = allowed(viewer, MONEY, with_personal(viewer.community, MONEY, rows))
    speech = viewer.phrases(seen)
    papers = papers_of(viewer, speech, [(MONEY, row) for row in seen])
    return tuple(_told(viewer, speech, row, papers.get(row["fact"], ())) for row in seen)


def paying(viewer: Viewer, deal: str | None = None) -> Paying:
    """Return what the form offers, opened from a deal or from none.

    Raises
    ------
    NotHere   there is no such deal, or none for this viewer
    """
    rules = viewer.rules
    about = None if deal is None else _deal(viewer, deal)
    rounds = [row for row in current_rows(viewer, "rounds") if row["state"] == OPEN]
    deals = _deals(viewer, rounds)
    pools = [row for row in current_rows(viewer, "pools") if row["state"] in PAYABLE]
    said = [*rounds, *deals, *pools, *([] if about is None else [about])]
    speech = viewer.phrases(said)
    instrument = _instrument(viewer, rounds, about)
    return Paying(
        deal=None if about is None else _named(speech, about["opportunity"]),
        payer=None if about is None else _named(speech, about["party"]),
        project=project_of(viewer),
        currency=rules.charter.currency if about is None else about["currency"],
        purpose=instrument if instrument in PURPOSES else PURPOSES[0],
        purposes=tuple((id, speech.word("purpose", id)) for id in PURPOSES),
        rounds=tuple(_named(speech, row["round"]) for row in rounds),
        deals=tuple(sorted((_named(speech, row["opportunity"]) for row in deals), key=lambda one: one[1])),
        pools=tuple(_named(speech, row["pool"]) for row in pools),
    )


def receipt(viewer: Viewer) -> str:
    """Return what the paper is called that shows a payment: what the funnel asks for at its end."""
    stages = viewer.rules.goals.funnel.stages
    asked = stages[-1].evidence if stages else ()
    return str(asked[0]) if asked else RECEIPT


def _between(viewer: Viewer) -> "QuerySet[Any]":
    """Return the payments; of whoever sees only their own, those, and of money to people too."""
    rows = counting(viewer.community, MONEY)
    own = Q(payer__in=viewer.own) | Q(payee__in=viewer.own)
    to_people = Q(pool__isnull=False) | Q(purpose__in=PAID_TO_PEOPLE)
    if not viewer.sees(Data.PIPELINE) - {Sight.OWN}:
        return rows.filter(own)
    return rows if viewer.sees(Data.PAYOUTS) - {Sight.OWN} else rows.filter(own | ~to_people)


def _told(viewer: Viewer, speech: Phrases, row: Row, papers: tuple[Shown, ...]) -> Payment:
    return Payment(
        fact=row["fact"],
        day=day_said(speech.language, day_of(row["occurred_at"], speech.zone), local_day(viewer)),
        payer=_named(speech, row["payer"]),
        payee=_named(speech, row["payee"]),
        amount=_amount(speech, row),
        purpose=speech.word("purpose", row["purpose"]),
        about=" · ".join(_about(speech, row)),
        reference=row.get("reference") or "",
        papers=papers,
    )


def _about(speech: Phrases, row: Row) -> Iterator[str]:
    """Yield what a payment is about: its round, which its deal would name again, and its pool."""
    if row["round"] is not None:
        yield speech.named(row["round"])
    if row["pool"] is not None:
        yield speech.named(row["pool"])


def _amount(speech: Phrases, row: Row) -> Markup | None:
    """Return what was paid, to the last digit: the list is checked against the bank's."""
    if row.get("amount_minor") is None:
        return None
    digits = speech.rules.currencies.digits(row["currency"]) or 0
    return escape(speech.money(from_minor(row["amount_minor"], digits), row["currency"]))


def _deal(viewer: Viewer, key: str) -> Row:
    found = current_rows(viewer, "opportunities", opportunity=[key])
    if not found:
        raise NotHere(key)
    return found[0]


def _deals(viewer: Viewer, rounds: list[Row]) -> list[Row]:
    """Return the deals of the rounds that are open, as many as one list holds."""
    keys = [row["round"] for row in rounds]
    return current_rows(viewer, "opportunities", round=keys)[:CHOICES] if keys else []


def _instrument(viewer: Viewer, rounds: list[Row], about: Row | None) -> str:
    """Return the instrument of the deal's round, or of the one that is open: it says what money is for."""
    wanted = rounds if about is None else current_rows(viewer, "rounds", round=[about["round"]])
    return str(wanted[-1]["instrument"]) if wanted else ""


def _named(speech: Phrases, key: str) -> Named:
    return key, speech.named(key)
