"""Who looked at what: as the person concerned sees it, and compliance sees all of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenfold.report.speech import PARTS
from tenfold.web.rights.policies import Data, data_of_row
from tenfold.web.rights.roles import Role
from tenfold.web.rights.times import time_said
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.looks import Look

SHOWN = 200
# Tables whose rows are looked at, and the column of each that names whom they are about.
WATCHED: Mapping[str, tuple[Data, str]] = {
    "gate_checks": (Data.GATE_EVIDENCE, "party"),
    "interactions": (Data.INTERACTIONS, "member"),
    "interview_answers": (Data.INTERACTIONS, "party"),
    "payouts": (Data.PAYOUTS, "party"),
}
WRITTEN = {"interactions": "topic"}  # rows without what people wrote are no notes


@dataclass(frozen=True, slots=True)
class Looked:
    """One look in words: when, who, at what, about whom."""

    at: str
    by: str
    data: str
    about: str


def saw_row(viewer: Viewer, table: str, row: Mapping[str, Any]) -> None:
    """Remember that a viewer was given a row of somebody else's, whole."""
    if table in WATCHED and row.get(WRITTEN.get(table, "fact")):
        data, column = WATCHED[table]
        saw(viewer, data, [row[column]])
    elif data_of_row(table, row) is Data.PAYOUTS and "payee" in row:
        saw(viewer, Data.PAYOUTS, [row["payee"]])


def saw(viewer: Viewer, data: Data, parties: Iterable[str]) -> None:
    """Remember that a viewer was given data of a kind about others; one's own are nobody's business."""
    viewer.seen.update((data.value, party) for party in parties if party not in viewer.own)


def saw_result(viewer: Viewer, id: str, subject: str) -> None:
    """Remember that a viewer was given a decision or number about what somebody is paid."""
    if id.startswith(("distribution.payout", "dis.entitlement")):
        saw(viewer, Data.PAYOUTS, PARTS.split(subject))


def sees_all_looks(viewer: Viewer) -> bool:
    """Whether a viewer is given every look: compliance is."""
    return Role.COMPLIANCE in viewer.roles


def looks(viewer: Viewer) -> list[Looked]:
    """Return the newest looks at data about the viewer; for compliance, about everybody."""
    rows = Look.rows.of(viewer.community)
    if not sees_all_looks(viewer):
        rows = rows.filter(about__in=viewer.own)
    found = list(rows.order_by("-at", "-pk")[:SHOWN])
    keys = {one.by for one in found} | {one.about for one in found}
    speech = viewer.phrases(parties=sorted(keys))
    return [
        Looked(
            at=time_said(viewer, one.at),
            by=speech.named(one.by),
            data=speech.words[f"looks.{one.data}"],
            about=speech.named(one.about),
        )
        for one in found
    ]
