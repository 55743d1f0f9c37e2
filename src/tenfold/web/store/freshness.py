"""How new the numbers are: up to which journal entry the last cycle knew, and whether one failed since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.results import CycleRun


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new a community's numbers are.

    recorded   the newest journal entry
    computed   the newest that the numbers know; 0 before the first cycle
    as_of      from when they are, what was known (`known_at`), and the charter version that judged
    error      why the last cycle failed, where it did: complaints as id, place, params
    moved      whether the community's own clock was moved since
    """

    recorded: int
    computed: int
    as_of: datetime | None
    known_at: datetime | None
    charter_version: int | None
    error: list[dict[str, Any]] | None
    moved: bool = False

    @property
    def stale(self) -> bool:
        """Whether something was recorded, or a day was passed, that the numbers do not know yet."""
        return self.moved or self.computed < self.recorded


def freshness(community: Community) -> Freshness:
    """Return how new a community's numbers are."""
    recorded = Chain.objects.values_list("sequence", flat=True).get(pk=community.pk)
    runs = CycleRun.rows.of(community).order_by("-pk")
    last = runs.first()
    error = None if last is None else last.error
    good = last if error is None else runs.filter(error__isnull=True).first()
    if good is None:
        return Freshness(recorded, 0, None, None, None, error)
    moved = community.clock is not None and community.clock != good.as_of
    return Freshness(recorded, good.sequence, good.as_of, good.known_at, good.charter_version, error, moved)
