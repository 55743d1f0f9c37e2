"""Who looks: an account in one community, with what follows from its party's roles and classes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from tenfold.charter.document import Rulebook
from tenfold.facts.declaration import TABLES
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day
from tenfold.web.rights.names import phrases, today_of
from tenfold.web.rights.policies import Data, Sight, sights
from tenfold.web.rights.roles import Role, of_class, of_role
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import clock_of
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Community
from tenfold.web.store.current import counting, current
from tenfold.web.store.freshness import Freshness, freshness

PARTIES = "parties"
KEYED = ("opportunities", "commitments", "agreements", "vesting_grants")  # whose keys are subjects of results
STAFF = frozenset({Role.FINANCE, Role.OPERATOR, Role.COMPLIANCE})
LEADING = frozenset({Role.FINANCE, Role.COUNCIL})  # offices that give offices, as a founder does
MEMBERS = frozenset({Role.INVESTOR, Role.PARTNER, Role.SUPPORTER})  # who may for themselves alone
MEMBER_STATES = frozenset({"probation", "active", "suspended", "exiting"})


class NotHere(Exception):
    """There is no such community, or nothing in it for this account: nobody is told which."""


@dataclass(frozen=True)
class Viewer:
    """An account as one party of one community, while one request is answered: what was asked once is known."""

    account: Account
    community: Community
    party: str
    language: str
    seen: set[tuple[str, str]] = field(default_factory=set, compare=False, repr=False)  # data of others that was given
    _keys: dict[str, frozenset[str]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """What the viewer is here, by the terms of office and the memberships that hold today."""
        return _roles(self.community, self.party, self.offices, self.classes, self.today)

    @cached_property
    def offices(self) -> frozenset[str]:
        """The charter's roles that the viewer holds today."""
        return frozenset(role for _, role in _terms(self.community, self.today, party=[self.party]))

    @cached_property
    def classes(self) -> frozenset[str]:
        """The classes of members that the viewer is of today."""
        return classes(self.community, self.party)

    @property
    def posts(self) -> frozenset[str]:
        """What the viewer is in the charter's own words: its roles and classes."""
        return self.offices | self.classes

    @cached_property
    def rulebook(self) -> Rulebook:
        """The charters of the community."""
        return rulebook_of(self.community)

    @cached_property
    def rules(self) -> Any:
        """The charter that is in force."""
        return self.rulebook.judging(clock_of(self.community))

    @cached_property
    def numbers(self) -> Freshness:
        """How new the community's numbers are."""
        return freshness(self.community)

    @cached_property
    def today(self) -> date:
        """The community's local day."""
        return local_day(clock_of(self.community), self.rulebook.newest.charter.timezone)

    @cached_property
    def zone(self) -> str:
        """The zone whose clocks the viewer reads times by; which day something was on is the community's to say."""
        return self.account.timezone or self.rulebook.newest.charter.timezone

    @cached_property
    def own(self) -> frozenset[str]:
        """The parties that the viewer speaks for: itself, and organisations that it works for."""
        posts = current(self.community, "affiliations", ("until",), party=[self.party])
        held = {post["organisation"] for post in posts if post["until"] is None or post["until"] >= self.today}
        return frozenset({self.party, *held})

    def phrases(self, said: Iterable[Mapping[str, Any]] = (), parties: Iterable[str] = ()) -> Phrases:
        """Return how a page speaks to the viewer of what was kept, and of some parties."""
        return phrases(self.community, self.rules, self.language, said, parties)

    def keys(self, table: str) -> frozenset[str]:
        """Return the keys of a table's things that name the viewer."""
        if table not in self._keys:
            self._keys[table] = keys_of(self.community, table, self.own)
        return self._keys[table]

    @cached_property
    def named(self) -> frozenset[str]:
        """Every key that names the viewer, or a thing of the viewer's, as subjects of results do."""
        return self.own.union(*(self.keys(table) for table in KEYED))

    def sees(self, data: Data) -> frozenset[Sight]:
        """Return how much of a kind of data the viewer sees."""
        return sights(self.roles, data, self.community.policy.get("sights", {}))

    @cached_property
    def amounts(self) -> bool:
        """Whether the viewer may see amounts that are not its own."""
        return Sight.ALL in self.sees(Data.PIPELINE)


def keys_of(community: Community, table: str, parties: Collection[str]) -> frozenset[str]:
    """Return the keys of a table's things that name one of some parties."""
    declared = TABLES[table]
    keys: set[str] = set()
    # One question a column: asked for one or the other, a database reads the whole table by time.
    for name in (column.name for column in declared.refs if column.target == PARTIES and not column.item):
        rows = counting(community, table).filter(**{f"{name}__in": parties})
        keys.update(rows.values_list(declared.identity, flat=True))
    return frozenset(keys)


def posts(community: Community, party: str) -> frozenset[str]:
    """Return what a party is today in the charter's own words: the roles that it holds and the classes it is of."""
    return offices(community, party) | classes(community, party)


def runs_something(community: Community, held: Iterable[str]) -> bool:
    """Whether somebody with these posts may more here than a member may for themselves."""
    own = community.policy.get("classes", {})
    return any((of_role(post) or of_class(post, own)) not in MEMBERS for post in held)


def posts_of(community: Community, parties: Collection[str], day: date | None = None) -> dict[str, frozenset[str]]:
    """Return party → what it is today, of several at once; `day` where somebody knows which day that is."""
    held: dict[str, set[str]] = {party: set() for party in parties}
    for party, post in (
        *_terms(community, day or today_of(community), party=parties),
        *_memberships(community, party=parties),
    ):
        held[party].add(post)
    return {party: frozenset(some) for party, some in held.items()}


def roles_of(
    community: Community, parties: Collection[str], *, day: date | None = None, without: Collection[str] = ()
) -> dict[str, frozenset[Role]]:
    """Return party → what it is here, by the terms of office and the memberships that hold today.

    day      a later day instead, as far as is on record today: an office ends with its last day
    without  offices that are left out
    """
    held: dict[str, set[str]] = {party: set() for party in parties}
    today = today_of(community)
    for party, term in _terms(community, day or today, party=parties):
        if term not in without:
            held[party].add(term)
    member = classes_of(community, parties)
    return {party: _roles(community, party, held[party], member[party], today) for party in parties}


def _roles(
    community: Community, party: str, offices: Iterable[str], classes: Iterable[str], today: date
) -> frozenset[Role]:
    """Return what a party is here by the offices that it holds and the classes that it is of."""
    held = {role for office in offices if (role := of_role(office))}
    own = community.policy.get("classes", {})
    member = {of_class(one, own) for one in classes}
    # Whoever runs the community sees what the office needs, not what all founders see, once another one leads it.
    if held & STAFF and Role.FOUNDER in member and _others_lead(community, party, today):
        member.discard(Role.FOUNDER)
    return frozenset(held | member)


def _others_lead(community: Community, party: str, today: date) -> bool:
    """Whether somebody else who can sign in may give offices, so that one person need not be everything."""
    seats = Seat.objects.filter(community=community, account__is_active=True).exclude(party=party)
    own = community.policy.get("classes", {})
    others = list(seats.values_list("party", flat=True))
    for posts in posts_of(community, others, today).values():
        held = {role for post in posts if (role := of_role(post))}
        founds = any(of_class(post, own) is Role.FOUNDER for post in posts)
        if held & LEADING or (founds and not held & STAFF):
            return True
    return False


def holders(community: Community, post: str) -> list[str]:
    """Return who holds a post today: by a term of office, or as a member of that class."""
    found = (*_terms(community, today_of(community), role=[post]), *_memberships(community, **{"class": [post]}))
    return list(dict.fromkeys(party for party, _ in found))


def leading(community: Community) -> list[str]:
    """Return those who run a community, who see most of it first and people before others; else somebody in it."""
    rows = sorted(current(community, "parties"), key=lambda row: (row["type"] != "person", row["party"]))
    parties = [row["party"] for row in rows]
    roles = roles_of(community, parties)
    first = (Role.FINANCE, Role.FOUNDER, Role.COUNCIL, Role.OPERATOR, Role.COMPLIANCE, Role.AUDITOR)
    found = [party for role in first for party in parties if role in roles[party]]
    return list(dict.fromkeys(found)) or parties[:1]


def offices(community: Community, party: str) -> frozenset[str]:
    """Return the charter's roles that a party holds today."""
    return frozenset(role for _, role in _terms(community, today_of(community), party=[party]))


def classes(community: Community, party: str) -> frozenset[str]:
    """Return the classes of members that a party is of today."""
    return classes_of(community, [party])[party]


def classes_of(community: Community, parties: Collection[str]) -> dict[str, frozenset[str]]:
    """Return party → the classes of members that it is of today, of several at once."""
    held: dict[str, set[str]] = {party: set() for party in parties}
    for party, one in _memberships(community, party=parties):
        held[party].add(one)
    return {party: frozenset(some) for party, some in held.items()}


def _terms(community: Community, day: date, **wanted: Collection[str]) -> list[tuple[str, str]]:
    """Return who holds which role until this day or longer."""
    terms = current(community, "role_terms", ("role", "until"), **wanted)
    return [(term["party"], term["role"]) for term in terms if term["until"] >= day]


def _memberships(community: Community, **wanted: Collection[str]) -> list[tuple[str, str]]:
    """Return who is of which class today."""
    rows = current(community, "memberships", ("state",), **wanted)
    return [(one["party"], one["class"]) for one in rows if one["state"] in MEMBER_STATES]


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


def as_now(seen: Viewer) -> Viewer:
    """Return a viewer as they are now: what was asked of them before may be over.

    Raises
    ------
    NotHere   somebody took their seat meanwhile
    """
    seats = Seat.objects.filter(account=seen.account, account__is_active=True, party=seen.party)
    if not seats.filter(community=seen.community).exists():
        raise NotHere(seen.community.name)
    return replace(seen)
