"""What became of a pool's payouts once they were handed over, and what may be said of each next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tenfold.report.phrases import Phrases
from tenfold.terms.money import from_minor
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.current import Row, current

HANDED_OVER = ("exported", "receipted")  # pools of whose payouts one can say what became of them
# What a payout becomes → what it must be before: a payment that arrived may still be sent back by its bank.
AFTER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"receipted": ("exported",), "returned": ("exported", "receipted"), "exported": ("returned",)}
)
PAID = "receipted"
OWED = "required"  # an invoice that is not here yet: until it is, its payee is not paid
UNPAID = ("approved", "exported", "returned")  # payouts of which one can still say whether an invoice is needed


@dataclass(frozen=True, slots=True)
class Settling:
    """One payout: whose, how much, how it stands in words, and what may be said of it next.

    owes   whether its payee owes an invoice: until that is here, it is not paid
    """

    party: str
    name: str
    amount: str
    state: str
    next: frozenset[str]
    owes: bool

    @property
    def to_pay(self) -> bool:
        """Whether it was handed over, and nothing is known of it yet."""
        return PAID in self.next

    @property
    def waits(self) -> bool:
        """Whether it came back, and waits to be handed over once more."""
        return "exported" in self.next


def settling(viewer: Viewer, pool: str) -> tuple[Settling, ...]:
    """Return the payouts of a pool of which the viewer may say what became of them, by name; none before that."""
    handed_over = [row for row in current(viewer.community, "pools", pool=[pool]) if row["state"] in HANDED_OVER]
    if not handed_over or not may(viewer, Act.EXPORT_POOL):
        return ()
    payouts = current_rows(viewer, "payouts", pool=[pool])
    speech = viewer.phrases([dict(one) for one in payouts])
    return tuple(sorted((_of(speech, one) for one in payouts), key=lambda one: (one.name, one.party)))


@dataclass(frozen=True, slots=True)
class Invoicing:
    """One payout that is not paid yet: whose, and how its invoice stands, in words where somebody said."""

    party: str
    name: str
    said: str


def invoicing(viewer: Viewer, pool: str) -> tuple[Invoicing, ...]:
    """Return the payouts of a pool of whose invoices the viewer may say how they stand, by name."""
    if not may(viewer, Act.EXPORT_POOL):
        return ()
    payouts = [one for one in current_rows(viewer, "payouts", pool=[pool]) if one["state"] in UNPAID]
    speech = viewer.phrases([dict(one) for one in payouts])
    found = (Invoicing(one["party"], speech.named(one["party"]), _paper(speech, one)) for one in payouts)
    return tuple(sorted(found, key=lambda one: (one.name, one.party)))


def _paper(speech: Phrases, payout: Row) -> str:
    return speech.word("paper", payout["paper"]) if payout["paper"] else ""


def state_after(payouts: Iterable[Row]) -> str:
    """Return how a pool stands whose payouts stand like this: paid once all of them arrived."""
    arrived = all(one["state"] == PAID for one in payouts)
    return PAID if arrived else "exported"


def _of(speech: Phrases, payout: Row) -> Settling:
    digits = speech.rules.currencies.digits(payout["currency"]) or 0
    return Settling(
        party=payout["party"],
        name=speech.named(payout["party"]),
        amount=speech.money(from_minor(payout["amount_minor"], digits), payout["currency"]),
        state=speech.word("payout_state", payout["state"]),
        next=frozenset(state for state, before in AFTER.items() if payout["state"] in before),
        owes=payout["paper"] == OWED,
    )
