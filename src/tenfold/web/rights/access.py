"""Who is in a community: with which office since when, who was invited and did not come yet, what waits for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.mfa.models import Authenticator

from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.names import phrases, rules_of
from tenfold.web.rights.viewers import Viewer, classes, posts_of, runs_something
from tenfold.web.store.accounts import Invitation, Seat
from tenfold.web.store.current import Row, current

SECOND = ("totp", "webauthn")  # kinds of second factors


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

    invitable   people that are recorded here and have no seat, by key and name
    roles       the charter's offices, by id and name
    vacant      offices that nobody holds, in words: what needs them waits
    """

    people: tuple[Person, ...]
    waiting: tuple[Waiting, ...]
    invitable: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]
    vacant: tuple[str, ...]
    invites: bool
    appoints: bool


def access(viewer: Viewer) -> Access:
    """Return who is in the viewer's community."""
    seats = {seat.party: seat for seat in Seat.objects.filter(community=viewer.community).select_related("account")}
    terms = _terms(viewer)
    open_ones = Invitation.objects.filter(community=viewer.community, used_at=None, withdrawn_at=None)
    invitations = list(open_ones.order_by("pk"))
    free = _invitable(viewer, seats)
    keys = [*seats, *terms, *(one.party for one in invitations), *free]
    speech = phrases(viewer.community, viewer.language, [{"parties": keys}])
    parties = dict.fromkeys((*seats, *terms))
    people = [_person(viewer, speech, party, seats.get(party), terms.get(party, ())) for party in parties]
    roles = [one.id for one in rules_of(viewer.community).community.roles]
    held = {row["role"] for rows in terms.values() for row in rows}
    return Access(
        people=tuple(sorted(people, key=lambda one: (not one.offices, one.name))),
        waiting=tuple(_waiting(viewer, speech, one) for one in invitations),
        invitable=tuple(sorted(((party, speech.named(party)) for party in free), key=lambda one: one[1])),
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


def _invitable(viewer: Viewer, seats: Mapping[str, Seat]) -> list[str]:
    """Return the people without a seat whom the viewer may let in."""
    community = viewer.community
    rows = current(community, "parties", type=["person"])
    free = [row["party"] for row in rows if row["party"] not in seats and row["merged_into"] is None]
    if may(viewer, Act.APPOINT):
        return free
    held = posts_of(community, free)
    return [party for party in free if not runs_something(community, held[party])]


def _person(viewer: Viewer, speech: Phrases, party: str, seat: Seat | None, terms: Any) -> Person:
    held = [Office(row["role"], speech.word("role", row["role"]), *_span(viewer, speech, row)) for row in terms]
    kinds = sorted(classes(viewer.community, party))
    account = None if seat is None else seat.account
    second = Authenticator.objects.filter(user=account, type__in=SECOND).exists() if account else False
    return Person(
        party=party,
        name=speech.named(party),
        classes=speech.listed(speech.word("role", kind) for kind in kinds),
        offices=tuple(held),
        email=account.email if account else "",
        since=_day(viewer, speech, seat.since) if seat and seat.since else "",
        second=second,
        self=party == viewer.party,
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
