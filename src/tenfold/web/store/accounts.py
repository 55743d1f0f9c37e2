"""Accounts of this installation, and who they are in each community."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tenfold.web.store.bound import Bound
from tenfold.web.store.communities import Community


class Accounts(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """Make an account; without a password nobody can log in with one."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Somebody who can log in. Who they are, and what they may, follows from their seats."""

    email = models.EmailField(unique=True)
    language = models.CharField(max_length=10, default="zh-Hans")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = Accounts()

    class Meta:
        db_table = "account"


class Seat(models.Model):
    """An account is a party of a community: the one mapping between installation and communities.

    Keys of parties are each community's own, so that nobody is joined across communities by a key.

    filters   page → the ways in which this person likes to look at it, as the page's address says them
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="seats")
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    party = models.TextField()
    filters = models.JSONField(default=dict)

    objects = models.Manager["Seat"]()

    class Meta:
        db_table = "seat"
        constraints = [models.UniqueConstraint(fields=["account", "community"], name="seat_once")]


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
