"""Who is in a community: with which office since when, who was invited and did not come yet, what waits for whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.mfa.models import Authenticator

from tenfold.facts.maps.keys import PERSON
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.lookup import Named, parties_like
from tenfold.web.rights.viewers import Viewer, classes_of, posts_of, runs_something
from tenfold.web.store.accounts import Invitation, Seat
from tenfold.web.store.current import Row, current, standing

SECOND = ("totp", "webauthn")  # kinds of second factors
MOST, LOOKED_AT = 20, 200  # people of a name that are shown, and looked at: of more, one types more of it


@dataclass(frozen=True, slots=True)
class Office:
    """An office that somebody holds: since when, until when."""

    role: str
    name: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an office or a seat.

    classes   what they are a member as, in words
    email     where they sign in with; nothing where they have no seat
    since     from when on they may sign in
    second    whether signing in takes a second factor
    """

    party: str
    name: str
    classes: str
    offices: tuple[Office, ...]
    email: str
    since: str
    second: bool
    self: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation that nobody used yet; `over` where its time has passed, `sent` where the letter left."""

    id: int
    party: str
    name: str
    email: str
    until: str
    over: bool
    sent: bool


@dataclass(frozen=True, slots=True)
class Access:
    """Who is in a community.

    invitable   people on record here who are called as was asked and have no seat, by key and name
    more        whether there are more of them
    roles       the charter's offices, by id and name
    vacant      offices that nobody holds, in words: what needs them waits
    """

    people: tuple[Person, ...]
    waiting: tuple[Waiting, ...]
    invitable: tuple[Named, ...]
    more: bool
    roles: tuple[tuple[str, str], ...]
    vacant: tuple[str, ...]
    invites: bool
    appoints: bool


def access(viewer: Viewer, who: str = "") -> Access:
    """Return who is in the viewer's community, and whom a text means that one may let in."""
    seats = {seat.party: seat for seat in Seat.objects.filter(community=viewer.community).select_related("account")}
    terms = _terms(viewer)
    open_ones = Invitation.objects.filter(community=viewer.community, used_at=None, withdrawn_at=None)
    invitations = list(open_ones.order_by("pk"))
    found = _invitable(viewer, who)
    free = found[:MOST]
    keys = [*seats, *terms, *(one.party for one in invitations), *free]
    speech = viewer.phrases(parties=keys)
    parties = dict.fromkeys((*seats, *terms))
    kinds, proven = classes_of(viewer.community, parties), _proven(seats.values())
    people = [
        _person(viewer, speech, _Here(party, kinds[party], seats.get(party), terms.get(party, ()), proven))
        for party in parties
    ]
    roles = [one.id for one in viewer.rules.community.roles]
    held = {row["role"] for rows in terms.values() for row in rows}
    return Access(
        people=tuple(sorted(people, key=lambda one: (not one.offices, one.name))),
        waiting=tuple(_waiting(viewer, speech, one) for one in invitations),
        invitable=tuple((party, speech.named(party)) for party in free),
        more=len(found) > MOST,
        roles=tuple((role, speech.word("role", role)) for role in roles),
        vacant=tuple(speech.word("role", role) for role in roles if role not in held),
        invites=may(viewer, Act.INVITE),
        appoints=may(viewer, Act.APPOINT),
    )


def _terms(viewer: Viewer) -> dict[str, list[Row]]:
    """Return party → the terms of office that it holds today."""
    found: dict[str, list[Row]] = {}
    for row in current(viewer.community, "role_terms"):
        if row["until"] >= viewer.today:
            found.setdefault(row["party"], []).append(row)
    return found


def _invitable(viewer: Viewer, who: str) -> list[str]:
    """Return the people without a seat whom a text means and the viewer may let in, some more than are shown."""
    community = viewer.community
    meant = parties_like(viewer, who)
    rows = standing(community, "parties").filter(party__in=meant, type=PERSON)
    seated = Seat.objects.filter(community=community).values("party")
    free = rows.exclude(party__in=seated).order_by("party").values_list("party", flat=True)
    some = list(free[:LOOKED_AT])
    if may(viewer, Act.APPOINT):
        return some
    held = posts_of(community, some)
    return [party for party in some if not runs_something(community, held[party])]


def _proven(seats: Collection[Seat]) -> frozenset[int]:
    """Return the accounts of those whose signing in takes a second factor."""
    accounts = [seat.account_id for seat in seats]
    found = Authenticator.objects.filter(user__in=accounts, type__in=SECOND)
    return frozenset(found.values_list("user", flat=True))


@dataclass(frozen=True, slots=True)
class _Here:
    """What is on record of somebody's place here; `proven` the accounts with a second factor."""

    party: str
    classes: frozenset[str]
    seat: Seat | None
    terms: Sequence[Row]
    proven: frozenset[int]


def _person(viewer: Viewer, speech: Phrases, one: _Here) -> Person:
    held = [Office(row["role"], speech.word("role", row["role"]), *_span(viewer, speech, row)) for row in one.terms]
    seat = one.seat
    return Person(
        party=one.party,
        name=speech.named(one.party),
        classes=speech.listed(speech.word("role", kind) for kind in sorted(one.classes)),
        offices=tuple(held),
        email=seat.account.email if seat else "",
        since=_day(viewer, speech, seat.since) if seat and seat.since else "",
        second=seat is not None and seat.account_id in one.proven,
        self=one.party == viewer.party,
    )


def _span(viewer: Viewer, speech: Phrases, term: Row) -> tuple[str, str]:
    """Return from which day on an office is held without a break, and its last day."""
    until = day_said(speech.language, term["until"], viewer.today)
    return _day(viewer, speech, term["occurred_at"]), until


def _waiting(viewer: Viewer, speech: Phrases, one: Invitation) -> Waiting:
    over = one.expires_at <= datetime.now(UTC)
    name, until = speech.named(one.party), _day(viewer, speech, one.expires_at)
    return Waiting(one.pk, one.party, name, one.email, until, over, one.sent)


def _day(viewer: Viewer, speech: Phrases, at: datetime) -> str:
    return day_said(speech.language, local_day(at, speech.zone), viewer.today)
