"""Who looks: an account in one community, with what follows from its party's roles and classes."""

from dataclasses import dataclass
from functools import cached_property

from tenfold.web.rights.roles import Role, of_class, of_role
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author, clock_of
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current

MEMBER_STATES = frozenset({"probation", "active", "suspended", "exiting"})


class NotHere(Exception):
    """There is no such community, or nothing in it for this account: nobody is told which."""


@dataclass(frozen=True)
class Viewer:
    """An account as one party of one community."""

    account: Account
    community: Community
    party: str
    language: str

    @cached_property
    def roles(self) -> frozenset[Role]:
        """What the viewer is here, by the terms of office and the memberships that hold today."""
        today = clock_of(self.community).date()
        terms = current(self.community, "role_terms", party=[self.party])
        held = {role for term in terms if term["until"] >= today and (role := of_role(term["role"]))}
        memberships = current(self.community, "memberships", party=[self.party])
        held |= {of_class(one["class"]) for one in memberships if one["state"] in MEMBER_STATES}
        return frozenset(held)

    @property
    def author(self) -> Author:
        """The viewer as somebody who writes."""
        return Author(self.party)


def viewer(account: Account, community: str, language: str) -> Viewer:
    """Return an account's view of a community.

    Raises
    ------
    NotHere   no such community, or the account is nobody in it
    """
    seat = Seat.objects.filter(account=account, community__name=community).select_related("community").first()
    if seat is None:
        raise NotHere(community)
    return Viewer(account, seat.community, seat.party, language)
