"""Who looks: an account in one community, with what follows from its party's roles and classes."""

from dataclasses import dataclass
from functools import cached_property

from tenfold.web.rights.names import today_of
from tenfold.web.rights.policies import Data, Sight, sights
from tenfold.web.rights.roles import Role, of_class, of_role
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current

STAFF = frozenset({Role.FINANCE, Role.OPERATOR, Role.COMPLIANCE})
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
        set_here = self.community.policy.get("classes", {})
        held = {role for term in offices(self.community, self.party) if (role := of_role(term))}
        member = {of_class(one, set_here) for one in classes(self.community, self.party)}
        if held & STAFF:  # whoever runs the community sees what the office needs, and not what all founders see
            member.discard(Role.FOUNDER)
        return frozenset(held | member)

    @cached_property
    def posts(self) -> frozenset[str]:
        """What the viewer is in the charter's own words: its roles and classes."""
        return posts(self.community, self.party)

    @cached_property
    def own(self) -> frozenset[str]:
        """The parties that the viewer speaks for: itself, and organisations that it works for."""
        posts = current(self.community, "affiliations", party=[self.party])
        today = today_of(self.community)
        held = {post["organisation"] for post in posts if post["until"] is None or post["until"] >= today}
        return frozenset({self.party, *held})

    def sees(self, data: Data) -> frozenset[Sight]:
        """Return how much of a kind of data the viewer sees."""
        return sights(self.roles, data, self.community.policy.get("sights", {}))

    @cached_property
    def amounts(self) -> bool:
        """Whether the viewer may see amounts that are not its own."""
        return Sight.ALL in self.sees(Data.PIPELINE)


def posts(community: Community, party: str) -> frozenset[str]:
    """Return what a party is today in the charter's own words: the roles that it holds and the classes it is of."""
    return offices(community, party) | classes(community, party)


def offices(community: Community, party: str) -> frozenset[str]:
    """Return the charter's roles that a party holds today."""
    terms = current(community, "role_terms", party=[party])
    today = today_of(community)
    return frozenset(term["role"] for term in terms if term["until"] >= today)


def classes(community: Community, party: str) -> frozenset[str]:
    """Return the classes of members that a party is of today."""
    memberships = current(community, "memberships", party=[party])
    return frozenset(one["class"] for one in memberships if one["state"] in MEMBER_STATES)


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
