"""Invitations: a link that works once and not for ever, sent to one address; with it somebody gets in."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from tenfold.terms.days import days_later, last_instant, local_day
from tenfold.web.services.acting import refuse
from tenfold.web.store.accounts import Account, Invitation, Seat
from tenfold.web.store.append import ACCESS, Author, writing
from tenfold.web.store.communities import Community

DAYS = 7  # that a link works: until the end of the same weekday, by the clocks of the community
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to get in: an address, in which language; as which party of which community, and who invites.

    zone   whose days are counted
    """

    email: str
    language: str
    community: Community | None = None
    party: str = ""
    by: str = ""
    zone: str = "UTC"


def invited(wanted: Wanted) -> tuple[Invitation, str]:
    """Make an invitation, in place of any that is open for the same party or address; return it with its token."""
    earlier = Invitation.objects.filter(used_at=None, withdrawn_at=None, community=wanted.community)
    same = earlier.filter(party=wanted.party) if wanted.party else earlier.filter(email=wanted.email)
    now = datetime.now(UTC)
    same.update(withdrawn_at=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = Invitation.objects.create(
        community=wanted.community,
        party=wanted.party,
        email=wanted.email.lower(),
        token=_hash(token),
        by=wanted.by,
        language=wanted.language,
        expires_at=last_instant(days_later(local_day(now, wanted.zone), DAYS), wanted.zone),
    )
    return made, token


def open_invitation(token: str) -> Invitation | None:
    """Return the invitation of a link; nothing where it was used or withdrawn, is over, or never was."""
    found = Invitation.objects.filter(token=_hash(token), used_at=None, withdrawn_at=None)
    return found.filter(expires_at__gt=datetime.now(UTC)).select_related("community").first()


def account_of(invitation: Invitation) -> Account | None:
    """Return the account that the invited address has already, and may sign in with."""
    return Account.objects.filter(email=invitation.email, is_active=True).first()


def begin(token: str, password: str) -> Account:
    """Make the account of an invitation, with its seat; the address is theirs, for the link came there.

    Raises
    ------
    Refused   the link does not work any more; the address has an account: its owner signs in and joins; or that was
              closed by the machine's own command, which alone opens it again
    """

    def make(invitation: Invitation) -> Account:
        if account_of(invitation) is not None:
            refuse("entrance.has_account")
        account = Account.objects.filter(email=invitation.email).first()  # was shut out, and is invited again
        if account is not None and invitation.by and account.seats.exists():  # was closed for more than one community
            refuse("entrance.closed")
        account = account or _made(invitation)
        account.set_password(password)
        account.is_active = True
        account.save()
        address = {"verified": True, "primary": True}
        EmailAddress.objects.update_or_create(user=account, email=account.email, defaults=address)
        return account

    return _used(token, make)


def _made(invitation: Invitation) -> Account:
    """Make an account for an address; somebody may be doing that for another community at this moment."""
    try:
        with transaction.atomic():
            return Account.objects.create_user(invitation.email, language=invitation.language)
    except IntegrityError:
        refuse("entrance.has_account")


def join(token: str, account: Account) -> Account:
    """Use an invitation with the account that its address has already.

    Raises
    ------
    Refused   the link does not work any more, or is for another address
    """

    def same(invitation: Invitation) -> Account:
        if account.email != invitation.email:
            refuse("entrance.other_account")
        return account

    return _used(token, same)


def _used(token: str, account_for: Callable[[Invitation], Account]) -> Account:
    """Use an invitation once, however many ask at the same moment."""
    found = open_invitation(token)
    if found is None:
        refuse("entrance.over")
    if found.community is None:
        with transaction.atomic():
            return _seat(found, account_for)
    with writing(found.community, Author(found.party)) as writer:
        account = _seat(found, account_for)
        writer.note(ACCESS, {"act": "joined", "party": found.party})
    return account


def _seat(found: Invitation, account_for: Callable[[Invitation], Account]) -> Account:
    now = datetime.now(UTC)
    taken = Invitation.objects.filter(pk=found.pk, used_at=None, withdrawn_at=None).update(used_at=now)
    if not taken:
        refuse("entrance.over")
    account = account_for(found)
    if found.community is not None:
        _refuse_taken(found.community, found.party, account)
        seat, made = Seat.objects.get_or_create(
            account=account, community=found.community, defaults={"party": found.party}
        )
        if not made and seat.party != found.party:
            refuse("entrance.other_party")
    return account


def _refuse_taken(community: Community, party: str, account: Account) -> None:
    """Refuse a second way in to one person; that of an account which was closed makes room."""
    others = Seat.objects.filter(community=community, party=party).exclude(account=account)
    if others.filter(account__is_active=True).exists():
        refuse("entrance.party_taken")
    others.delete()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
