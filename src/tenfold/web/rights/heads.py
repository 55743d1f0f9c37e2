"""The newest signed head of a community's journal, as every member may keep it: there is nobody's name in it."""

from dataclasses import dataclass

from tenfold.report.days import day_said
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.heads import newest_head


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed head in words; `line` is what one keeps."""

    day: str
    iso: str
    sequence: int
    hash: str
    key: str
    line: bytes


def signed_head(viewer: Viewer) -> Signed | None:
    """Return the newest signed head; nothing before the first."""
    found = newest_head(viewer.community)
    if found is None:
        return None
    day = day_said(viewer.language, found.day, viewer.today)
    return Signed(day, found.day.isoformat(), found.sequence, found.hash, found.key, found.signed.line)
