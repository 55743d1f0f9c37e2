"""Who is in a community and as what: invited, given an office, relieved of it, shut out."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tenfold.terms.days import local_day
from tenfold.terms.durations import add
from tenfold.web.rights.acts import MAY, Act, require
from tenfold.web.rights.names import community_named, phrases, rules_of, today_of
from tenfold.web.rights.roles import of_class, of_role
from tenfold.web.rights.viewers import offices, posts
from tenfold.web.services.acting import Doing, act, refuse
from tenfold.web.services.invitations import Wanted, invited
from tenfold.web.services.letters import post
from tenfold.web.services.people import new_party
from tenfold.web.store.accounts import Invitation, Seat
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
    """
    _checked_address(email)
    if party is None:
        doing.forbid(not name, "acts.field")
        party = new_party(doing, type="person", name=name)
    else:
        doing.one("parties", party)
    community = doing.community
    doing.forbid(_seat_of(community, party) is not None, "access.has_seat")
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
    seat = _seat_of(doing.community, party)
    invitations = Invitation.objects.filter(community=doing.community, party=party, used_at=None, withdrawn_at=None)
    doing.forbid(seat is None and not invitations.exists(), "acts.unknown")
    _refuse_nobody_left(doing, party, posts(doing.community, party))
    invitations.update(withdrawn_at=datetime.now(UTC))
    for role in sorted(offices(doing.community, party)):
        doing.add("role_terms", party=party, role=role, until=today_of(doing.community))
    doing.writer.note(ACCESS, {"act": "removed", "party": party})
    if seat is not None:
        account = seat.account
        seat.delete()
        account.is_active = account.seats.exists()
        account.save(update_fields=["is_active"])
        account.end_sessions()


def forget(community: Community, party: str) -> None:
    """Forget how an erased person gets in: invitations with their address, the seat, an account that leads nowhere."""
    Invitation.objects.filter(community=community, party=party).delete()
    seat = _seat_of(community, party)
    if seat is None:
        return
    account = seat.account
    seat.delete()
    if account.seats.exists():
        account.end_sessions()
    else:
        account.delete()


def _give(doing: Doing, party: str, role: str, until: date | None, because: str | None) -> None:
    today = today_of(doing.community)
    until = until or _end_of(doing, role, today)
    doing.forbid(until < today, "access.past", seen=until.isoformat())
    held = offices(doing.community, party) | {role}
    doing.forbid(held >= NEVER_TOGETHER, "access.both")
    others = _appointers(doing.community) - {doing.viewer.party}
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


def _seat_of(community: Community, party: str) -> Seat | None:
    return Seat.objects.filter(community=community, party=party).select_related("account").first()


def _end_of(doing: Doing, role: str, today: date) -> date:
    known = {one.id: one for one in rules_of(doing.community).community.roles}
    if role not in known:
        refuse("acts.unknown")
    term = known[role].term
    if term is None:
        refuse("access.no_term")
    return add(today, term)


def _appointers(community: Community) -> set[str]:
    """Return who can get in and give offices."""
    seats = Seat.objects.filter(community=community, account__is_active=True).values_list("party", flat=True)
    return {party for party in seats if _appoints(community, posts(community, party))}


def _appoints(community: Community, held: Iterable[str]) -> bool:
    """Whether some of these posts let their holder give offices."""
    own = community.policy.get("classes", {})
    return any((of_role(post) or of_class(post, own)) in MAY[Act.APPOINT] for post in held)


def _refuse_nobody_left(doing: Doing, party: str, lost: Collection[str]) -> None:
    """Refuse to take posts from somebody where nobody could give an office after that."""
    kept = posts(doing.community, party) - set(lost)
    others = _appointers(doing.community) - {party}
    doing.forbid(not others and not _appoints(doing.community, kept), "access.last")
