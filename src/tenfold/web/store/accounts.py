"""Accounts of this installation, and who they are in each community."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from tenfold.web.store.bound import Bound
from tenfold.web.store.communities import Community

MARK = "tenfold.web.store.accounts.session"


class Accounts(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """Make an account; without a password nobody can log in with one."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Somebody who can sign in. Who they are, and what they may, follows from their seats.

    timezone   in which it reads times; empty for each community's own
    epoch      rises when every session of the account ends: a session holds a mark that is made of it
    """

    email = models.EmailField(unique=True)
    language = models.CharField(max_length=10, default="zh-Hans")
    timezone = models.CharField(max_length=64, default="")
    is_active = models.BooleanField(default=True)
    epoch = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = Accounts()

    class Meta:
        db_table = "account"

    def get_session_auth_hash(self) -> str:
        """Return the mark that this account's sessions hold: another password or epoch ends them all."""
        return salted_hmac(MARK, f"{self.password}/{self.epoch}", algorithm="sha256").hexdigest()

    def end_sessions(self) -> None:
        """End every session of the account, wherever it is: the next request of each is nobody's."""
        self.epoch += 1
        self.save(update_fields=["epoch"])


class Seat(models.Model):
    """An account is a party of a community: the one mapping between installation and communities.

    Keys of parties are each community's own, so that nobody is joined across communities by a key.

    filters   page → the ways in which this person likes to look at it, as the page's address says them
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="seats")
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    party = models.TextField()
    filters = models.JSONField(default=dict)
    since = models.DateTimeField(null=True, auto_now_add=True)

    objects = models.Manager["Seat"]()

    class Meta:
        db_table = "seat"
        constraints = [models.UniqueConstraint(fields=["account", "community"], name="seat_once")]


class Invitation(models.Model):
    """A link by which somebody gets an account, or a seat for the one that they have: once, and not for ever.

    community  where they will be `party`; neither for the first account of an installation
    token      SHA-256 of what stands in the link, which is kept nowhere
    by         the party that invites; nobody where the machine's own command does
    sent       whether a mail server took the message; the outbox takes every one
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", null=True)
    party = models.TextField(default="")
    email = models.EmailField()
    token = models.CharField(max_length=64, unique=True)
    by = models.TextField(default="")
    language = models.CharField(max_length=10)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    sent = models.BooleanField(default=False)

    objects = models.Manager["Invitation"]()

    class Meta:
        db_table = "invitation"


class Letter(models.Model):
    """A mail that no server was named for: whoever sits at the machine reads it in the outbox."""

    at = models.DateTimeField(auto_now_add=True)
    to = models.TextField()
    subject = models.TextField()
    body = models.TextField()

    objects = models.Manager["Letter"]()

    class Meta:
        db_table = "letter"


class Once(models.Model):
    """An act that was done under a key: the same request again has no second effect.

    asked   SHA-256 of the request
    facts   the facts that it wrote
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)
    facts = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    rows = Bound["Once"]()

    class Meta:
        db_table = "once"
        constraints = [models.UniqueConstraint(fields=["community", "account", "key"], name="once_key")]
