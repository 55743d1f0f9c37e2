"""Accounts by the machine's own command: the first one, a link where mail does not reach, the end of one."""

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from tenfold.terms.errors import Complaint, Refused
from tenfold.web.services.invitations import Wanted, invited
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current

HERE = "http://localhost:8000"  # passkeys work under this name, and not under 127.0.0.1


@dataclass(frozen=True, slots=True)
class User:
    """An account: whether it may sign in, whether that takes a second factor, the communities that it leads into."""

    email: str
    active: bool
    second: bool
    communities: tuple[str, ...]


def add(email: str, language: str, community: str | None = None, party: str | None = None) -> str:
    """Return a link with which an account begins, once; where a community is named, as a party of it.

    Raises
    ------
    Refused   the address is none or has an account; there is no such community, or party in it
    """
    try:
        validate_email(email)
    except ValidationError:
        raise Refused([Complaint("user.address", params={"seen": email})]) from None
    if Account.objects.filter(email=email.lower(), is_active=True).exists():
        raise Refused([Complaint("user.known", params={"seen": email})])
    place = None if community is None else community_named(community)
    if place is not None and not current(place, "parties", party=[party or ""]):
        raise Refused([Complaint("user.party", params={"seen": party or "–", "community": place.name})])
    _, token = invited(Wanted(email, language, place, party or "" if place else ""))
    return _address("invitation", token)


def link(email: str, *, forget: bool = False) -> str:
    """Return a link with which an account gets a new password; `forget` takes its second factors away.

    Raises
    ------
    Refused   there is no such account
    """
    account = _account(email)
    if forget:
        Authenticator.objects.filter(user=account).delete()
        account.end_sessions()
    return _address("account_reset_password_from_key", user_pk_to_url_str(account), _token(account))


def close(email: str) -> None:
    """End an account: nobody signs in with it, and its sessions are over at once. What it recorded stays.

    Raises
    ------
    Refused   there is no such account
    """
    account = _account(email)
    account.is_active = False
    account.save(update_fields=["is_active"])
    account.end_sessions()


def listed() -> list[User]:
    """Return every account of the installation, by address."""
    seats: dict[int, list[str]] = {}
    for owner, name in Seat.objects.order_by("community__name").values_list("account", "community__name"):
        seats.setdefault(owner, []).append(name)
    second = set(Authenticator.objects.values_list("user", flat=True))
    return [
        User(one.email, one.is_active, one.pk in second, tuple(seats.get(one.pk, ())))
        for one in Account.objects.order_by("email")
    ]


def _token(account: Account) -> str:
    return str(default_token_generator.make_token(account))


def _address(name: str, *parts: str) -> str:
    return f"{settings.ORIGIN or HERE}{reverse(name, args=parts)}"


def _account(email: str) -> Account:
    found = Account.objects.filter(email=email.lower()).first()
    if found is None:
        raise Refused([Complaint("user.unknown", params={"seen": email})])
    return found


def community_named(name: str) -> Community:
    """Return a community of this installation. Raises Refused where there is none of that name."""
    found = Community.objects.filter(name=name).first()
    if found is None:
        raise Refused([Complaint("user.community", params={"seen": name})])
    return found
