"""Who has signed a pool, whose signature is still wanted, and who could give it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations

from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.report.words import say
from tenfold.terms.days import local_day as day_of
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.viewers import Viewer, holders, posts_of
from tenfold.web.store.append import clock_of
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Community
from tenfold.web.store.current import counting


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: whose, and on which day, in words."""

    name: str
    day: str


@dataclass(frozen=True, slots=True)
class Signing:
    """How far the signatures of a pool are.

    waits   whose signature is still wanted: each office with the names of those who hold it, in words
    mine    whether the viewer is one of them, and may sign now
    """

    signed: tuple[Signature, ...]
    wanted: int
    waits: tuple[str, ...]
    mine: bool

    @property
    def complete(self) -> bool:
        """Whether every signature is there."""
        return _complete(len(self.signed), self.wanted)


def signing(viewer: Viewer, pool: str) -> Signing:
    """Return how far the signatures of a pool are, in the viewer's words."""
    community = viewer.community
    wanted = offices_of(community, clock_of(community))
    rows = counting(community, "pools").filter(pool=pool, state="approved").exclude(by=None).order_by("occurred_at")
    when: dict[str, datetime] = {}
    for party, at in rows.values_list("by", "occurred_at"):
        when.setdefault(party, at)
    posts = posts_of(community, when)
    held = [posts[party] for party in sorted(when)]
    still = open_offices(held, wanted)
    open_to = {office: holders(community, office) for office in sorted(still)}
    speech = viewer.phrases(parties=[*when, *(p for some in open_to.values() for p in some)])
    today = local_day(viewer)
    return Signing(
        signed=tuple(
            Signature(speech.named(party), day_said(viewer.language, day_of(at, speech.zone), today))
            for party, at in when.items()
        ),
        wanted=len(wanted),
        waits=tuple(office_said(speech, office, names) for office, names in open_to.items()),
        mine=may(viewer, Act.APPROVE_POOL) and viewer.party not in when and fit([*held, viewer.posts], wanted),
    )


def signatures(community: Community, pool: str) -> set[str]:
    """Return who has signed a pool."""
    rows = counting(community, "pools").filter(pool=pool, state="approved")
    return {str(by) for by in rows.values_list("by", flat=True) if by is not None}


def is_signed(community: Community, pool: str) -> bool:
    """Whether every signature of a pool is there."""
    return _complete(len(signatures(community, pool)), len(offices_of(community, clock_of(community))))


def _complete(signed: int, wanted: int) -> bool:
    return signed >= wanted > 0


def offices_of(community: Community, now: datetime) -> frozenset[str]:
    """Return the offices whose holders sign, as the charter says; none where it does not say."""
    rule = rulebook_of(community).judging(now).distribution.approve
    return frozenset() if rule is None else frozenset(rule.dual_control)


def fit(people: Sequence[frozenset[str]], offices: frozenset[str]) -> bool:
    """Whether each of these people can stand for an office of their own; a person is given by what they hold."""
    orders = permutations(sorted(offices), len(people))
    return any(all(office in held for office, held in zip(order, people, strict=True)) for order in orders)


def open_offices(people: Sequence[frozenset[str]], offices: frozenset[str]) -> frozenset[str]:
    """Return the offices from which a signature is still wanted, after those of some people."""
    return frozenset(one for one in offices if fit([*people, frozenset({one})], offices))


def office_said(speech: Phrases, office: str, names: Sequence[str]) -> str:
    """Return an office with the names of its holders."""
    said = speech.listed(speech.named(party) for party in names)
    role = speech.word("role", office)
    return say(speech.language, "pool.waits.named", {"office": role, "names": said}) if said else role
