"""Who is in a community and as what: invited, given an office, relieved of it, shut out."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from tenfold.report.words import LANGUAGES
from tenfold.terms.days import days_later, local_day
from tenfold.terms.durations import add
from tenfold.terms.listed import Listed
from tenfold.web.rights.acts import MAY, Act, able, require
from tenfold.web.rights.names import community_named, phrases, rules_of, today_of
from tenfold.web.rights.viewers import offices, posts, roles_of, runs_something
from tenfold.web.services.acting import Doing, act, refuse
from tenfold.web.services.invitations import Wanted, invited
from tenfold.web.services.letters import post
from tenfold.web.services.people import new_party
from tenfold.web.store.accounts import Invitation, Letter, Seat
from tenfold.web.store.append import ACCESS
from tenfold.web.store.communities import Community

NEVER_TOGETHER = frozenset({"compliance", "operator"})  # the product's constitution (DOMAIN.md §14, no. 4)


@act(Act.INVITE)
def invite(
    doing: Doing,
    *,
    email: str,
    language: str,
    link: str,
    party: str | None = None,
    name: str | None = None,
    role: str | None = None,
) -> None:
    """Invite somebody: a person who is recorded here, or a new one by name; with an office where one is given.

    link   the address in the letter, up to its token; the letter leaves once everything is written down

    Whoever is let in may what the person may, and the address is of the inviter's choice: somebody who runs something
    here is let in by those who may give offices.
    """
    _checked_address(email)
    doing.forbid(language not in LANGUAGES, "acts.unknown")
    if party is None:
        doing.forbid(not name, "acts.field")
        party = new_party(doing, type="person", name=name)
    else:
        doing.one("parties", party)
        if runs_something(doing.community, posts(doing.community, party)):
            require(doing.viewer, Act.APPOINT)
    community = doing.community
    doing.forbid(_seats_of(community, party).filter(account__is_active=True).exists(), "access.has_seat")
    taken = Seat.objects.filter(community=community, account__email=email.lower()).exists()
    doing.forbid(taken, "access.address_taken")
    if role is not None:
        require(doing.viewer, Act.APPOINT)
        _give(doing, party, role, None, None)
    made, token = invited(Wanted(email, language, community, party, doing.party, _zone(community)))
    doing.writer.note(ACCESS, {"act": "invited", "party": party})
    transaction.on_commit(partial(_send, made, link + token))


@act(Act.INVITE)
def withdraw(doing: Doing, *, invitation: int) -> None:
    """Take an invitation back before it was used."""
    open_ones = Invitation.objects.filter(community=doing.community, pk=invitation, used_at=None, withdrawn_at=None)
    found = open_ones.first()
    if found is None:
        refuse("acts.unknown")
    found.withdrawn_at = datetime.now(UTC)
    found.save(update_fields=["withdrawn_at"])
    doing.writer.note(ACCESS, {"act": "withdrawn", "party": found.party})


@act(Act.APPOINT)
def appoint(doing: Doing, *, party: str, role: str, until: date | None = None, because: str | None = None) -> None:
    """Give an office to somebody, until a day; where none is named, for as long as the charter gives it."""
    doing.one("parties", party)
    _give(doing, party, role, until, because)


@act(Act.APPOINT)
def relieve(doing: Doing, *, party: str, role: str, because: str | None = None) -> None:
    """End an office with the end of this day."""
    doing.forbid(role not in offices(doing.community, party), "acts.unknown")
    _refuse_nobody_left(doing, party, {role})
    doing.add("role_terms", party=party, role=role, until=today_of(doing.community), because=because)


@act(Act.APPOINT)
def shut_out(doing: Doing, *, party: str) -> None:
    """Take somebody's seat: their sessions are over at once, their offices with this day; what they recorded stays."""
    taken = list(_seats_of(doing.community, party))
    invitations = Invitation.objects.filter(community=doing.community, party=party, used_at=None, withdrawn_at=None)
    doing.forbid(not taken and not invitations.exists(), "acts.unknown")
    _refuse_nobody_left(doing, party)
    invitations.update(withdrawn_at=datetime.now(UTC))
    for role in sorted(offices(doing.community, party)):
        doing.add("role_terms", party=party, role=role, until=today_of(doing.community))
    doing.writer.note(ACCESS, {"act": "removed", "party": party})
    for seat in taken:
        account = seat.account
        seat.delete()
        account.is_active = account.is_active and account.seats.exists()
        account.save(update_fields=["is_active"])
        account.end_sessions()


def forget(doing: Doing, party: str) -> None:
    """Forget how an erased person gets in: invitations and letters with their address, seats, accounts without any.

    Raises
    ------
    Refused   nobody could give an office any more
    """
    _refuse_nobody_left(doing, party)
    community = doing.community
    invitations = Invitation.objects.filter(community=community, party=party)
    Letter.objects.filter(to__in=invitations.values("email")).delete()
    invitations.delete()
    for seat in _seats_of(community, party):
        account = seat.account
        seat.delete()
        if account.seats.exists():
            account.end_sessions()
        else:
            Letter.objects.filter(to=account.email).delete()
            account.delete()


def _give(doing: Doing, party: str, role: str, until: date | None, because: str | None) -> None:
    today = today_of(doing.community)
    until = _end_of(doing, role, today, until)
    doing.forbid(until < today, "access.past", seen=until.isoformat())
    held = offices(doing.community, party) | {role}
    doing.forbid(held >= NEVER_TOGETHER, "access.both")
    others = set(able(doing.community, Act.APPOINT)) - {doing.viewer.party}
    doing.forbid(party == doing.viewer.party and bool(others), "access.self", holders=Listed(sorted(others)))
    doing.add("role_terms", party=party, role=role, until=until, because=because)


def _send(made: Invitation, address: str) -> None:
    assert made.community is not None
    by = phrases(made.community, rules_of(made.community), made.language, [{"by": made.by}]).named(made.by)
    community = community_named(made.community, made.language)
    last = local_day(made.expires_at, _zone(made.community)).isoformat()
    said = {"by": by, "community": community, "url": address, "until": last}
    made.sent = post(made.email, made.language, "invitation", **said)
    made.save(update_fields=["sent"])


def _zone(community: Community) -> str:
    return str(rules_of(community).charter.timezone)


def _checked_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        refuse("access.address", seen=email)


def _seats_of(community: Community, party: str) -> "QuerySet[Seat]":
    return Seat.objects.filter(community=community, party=party).select_related("account")


def _end_of(doing: Doing, role: str, today: date, wanted: date | None) -> date:
    """Return the last day of an office of the charter: the one that is wanted within its term, else the term's."""
    known = {one.id: one for one in rules_of(doing.community).community.roles}
    if role not in known:
        refuse("acts.unknown")
    term = known[role].term
    if term is None:
        doing.forbid(wanted is None, "access.no_term")
        return wanted or today
    longest = add(today, term)
    beyond = wanted is not None and wanted > longest
    doing.forbid(beyond, "access.beyond_term", expected=longest.isoformat())
    return wanted or longest


def _refuse_nobody_left(doing: Doing, party: str, lost: Collection[str] | None = None) -> None:
    """Refuse to take offices, or the way in, from the only one who could give an office after this day."""
    tomorrow = days_later(today_of(doing.community), 1)
    if able(doing.community, Act.APPOINT, tomorrow) != [party]:
        return
    kept = roles_of(doing.community, [party], day=tomorrow, without=lost)[party] if lost is not None else frozenset()
    doing.forbid(kept.isdisjoint(MAY[Act.APPOINT]), "access.last")
