"""Who is in a community and as what: invited, given an office, relieved of it, shut out."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from tenfold.report.words import LANGUAGES
from tenfold.terms.days import local_day
from tenfold.terms.durations import add
from tenfold.web.rights.acts import MAY, Act, require
from tenfold.web.rights.names import community_named, phrases, rules_of, today_of
from tenfold.web.rights.roles import of_class, of_role
from tenfold.web.rights.viewers import lasting_posts, offices, posts, runs_something
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
    _refuse_nobody_left(doing, party, posts(doing.community, party))
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


def forget(community: Community, party: str) -> None:
    """Forget how an erased person gets in: invitations and letters with their address, seats, accounts without any."""
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
    others = _appointers(doing.community, posts) - {doing.viewer.party}
    doing.forbid(party == doing.viewer.party and bool(others), "access.self", holders=", ".join(sorted(others)))
    doing.add("role_terms", party=party, role=role, until=until, because=because)


def _send(made: Invitation, address: str) -> None:
    assert made.community is not None
    by = phrases(made.community, made.language, [{"by": made.by}]).named(made.by)
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
    """Return the last day of an office of the charter: the one that is wanted, else that of its term."""
    known = {one.id: one for one in rules_of(doing.community).community.roles}
    if role not in known:
        refuse("acts.unknown")
    if wanted is not None:
        return wanted
    term = known[role].term
    if term is None:
        refuse("access.no_term")
    return add(today, term)


def _appointers(community: Community, held: Callable[[Community, str], frozenset[str]]) -> set[str]:
    """Return who can get in and give offices, by the posts that they hold."""
    seats = Seat.objects.filter(community=community, account__is_active=True).values_list("party", flat=True)
    return {party for party in seats if _appoints(community, held(community, party))}


def _appoints(community: Community, held: Iterable[str]) -> bool:
    """Whether some of these posts let their holder give offices."""
    own = community.policy.get("classes", {})
    return any((of_role(post) or of_class(post, own)) in MAY[Act.APPOINT] for post in held)


def _refuse_nobody_left(doing: Doing, party: str, lost: Collection[str]) -> None:
    """Refuse to take posts from somebody where nobody could give an office after this day."""
    kept = lasting_posts(doing.community, party) - set(lost)
    others = _appointers(doing.community, lasting_posts) - {party}
    doing.forbid(not others and not _appoints(doing.community, kept), "access.last")
