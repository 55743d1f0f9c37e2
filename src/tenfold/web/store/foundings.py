"""Answers of somebody who is making a community and is not done yet."""

from typing import Any

from django.db import models

from tenfold.web.store.accounts import Account, Invitation


class Founding(models.Model):
    """One unfinished community of an account: it is nothing yet but these answers.

    answers   as `charter/answers.py` writes them down
    """

    account = models.OneToOneField(Account, models.CASCADE, related_name="founding")
    answers = models.JSONField(default=dict)

    objects = models.Manager["Founding"]()

    class Meta:
        db_table = "founding"


def awaits_first() -> bool:
    """Whether nobody has an account here yet."""
    return not Account.objects.exists()


def by_machine(account: Account) -> bool:
    """Whether an account was let in by the machine itself and not by people of a community."""
    return Invitation.objects.filter(email=account.email, community=None, used_at__isnull=False).exists()


def answers_of(account: Account) -> dict[str, Any]:
    """Return what an account has answered so far, nothing where it has not begun."""
    found = Founding.objects.filter(account=account).first()
    return {} if found is None else dict(found.answers)


def keep_answers(account: Account, answers: dict[str, Any]) -> None:
    """Keep what an account has answered so far."""
    Founding.objects.update_or_create(account=account, defaults={"answers": answers})
