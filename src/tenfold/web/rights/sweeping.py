"""Whom the sweep asks about: members with the last talk that is known of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from tenfold.report.days import day_said
from tenfold.terms.days import local_day
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import MEMBER_STATES, Viewer
from tenfold.web.store.communities import Community
from tenfold.web.store.current import Row, counting, current

SWEEP = "sweep"  # the origin of what was tapped there
WHEN = ("week", "month", "quarter", "longer")


@dataclass(frozen=True, slots=True)
class Swept:
    """Somebody in the sweep.

    tapped   one of WHEN, else nothing
    last     the day of the last talk that is recorded, in words; nothing where there was none
    """

    party: str
    name: str
    tapped: str
    last: str


def sweep(viewer: Viewer) -> list[Swept]:
    """Return every member but the viewer, by name, with what is known of the last talk."""
    members = members_of(viewer)
    tapped = swept(viewer.community, members)
    last = _last(viewer.community, members)
    speech = viewer.phrases(parties=members)
    found = [
        Swept(
            party=party,
            name=speech.named(party),
            tapped=_tap(tapped.get(party)),
            last=day_said(viewer.language, local_day(last[party], speech.zone), viewer.today) if party in last else "",
        )
        for party in members
    ]
    return sorted(found, key=lambda one: one.name)


def members_of(viewer: Viewer) -> list[str]:
    """Return the members beside the viewer."""
    rows = current_rows(viewer, "memberships")
    return list({row["party"]: None for row in rows if row["state"] in MEMBER_STATES and row["party"] != viewer.party})


def swept(community: Community, members: Collection[str]) -> dict[str, Row]:
    """Return member → the talk that was tapped for them and still counts."""
    return {row["member"]: row for row in current(community, "interactions", member=members, origin=[SWEEP])}


def _tap(row: Row | None) -> str:
    return "" if row is None else str(row["origin_key"]).rpartition(":")[2]


def _last(community: Community, members: Collection[str]) -> dict[str, datetime]:
    rows = counting(community, "interactions").filter(member__in=members).values("member")
    return dict(rows.annotate(last=Max("occurred_at")).values_list("member", "last"))
