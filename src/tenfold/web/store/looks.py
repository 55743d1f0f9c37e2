"""The log of looks: who looked at what about whom, beside the facts and never among them (DOMAIN.md §12a)."""

from collections.abc import Collection
from datetime import UTC, datetime

from django.db import models

from tenfold.web.store.bound import Appended, AppendOnly
from tenfold.web.store.communities import Community
from tenfold.web.store.declared import MODELS

Seen = tuple[str, str]  # a kind of data, and the party that it is about


class Look(AppendOnly):
    """Somebody (`by`, a party) saw data of a kind about somebody else (`about`)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.TextField()
    about = models.TextField()
    data = models.CharField(max_length=20)

    rows = Appended["Look"]()

    class Meta:
        db_table = "look"
        indexes = [
            models.Index(fields=["community", "about", "-at"], name="look_about"),
            models.Index(fields=["community", "by", "-at"], name="look_by"),
        ]


def keep_looks(community: Community, by: str, seen: Collection[Seen]) -> None:
    """Write down what somebody saw: once an hour of the clock for each kind of data about each person."""
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    known = Look.rows.of(community).filter(by=by, at__gte=hour).values_list("data", "about")
    new = set(seen) - set(known)
    if not new:
        return
    about = {party for _, party in new}
    real = set(MODELS["parties"].rows.of(community).filter(party__in=about).values_list("party", flat=True))
    made = [
        Look(community=community, at=now, by=by, about=party, data=data) for data, party in sorted(new) if party in real
    ]
    Look.rows.of(community).bulk_create(made)
