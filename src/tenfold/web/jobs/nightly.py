"""The whole cycle of a night, beside what the increments of the day had left standing: a difference is an incident."""

import logging
from datetime import UTC, datetime
from time import monotonic

from tenfold.engine.community import Moment
from tenfold.engine.cycle import run
from tenfold.terms.days import local_day
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.keeping import Changes, differences
from tenfold.web.store.results import Comparison, CycleRun
from tenfold.web.store.source import known

LOG = logging.getLogger(__name__)
FAILED = "engine.broken"  # stands for all results where the whole cycle could not be computed
LISTED = 20  # results of an incident that are named


def due(community: Community) -> bool:
    """Whether numbers stand that were made since the last comparison, and a local day has begun since then.

    The night is the machine's, in the community's time zone: a clock of its own may stand still.
    """
    runs = CycleRun.rows.of(community).filter(error__isnull=True)
    newest = runs.order_by("-pk").first()
    compared = Comparison.rows.of(community).order_by("-pk").first()
    if newest is None or (compared is not None and compared.run_id == newest.pk):
        return False
    since = runs.order_by("pk")[0].finished_at if compared is None else compared.at
    zone = rulebook_of(community).newest.charter.timezone
    return local_day(since, zone) < local_day(datetime.now(UTC), zone)


def compare(community: Community) -> Comparison | None:
    """Compute the whole cycle of the numbers that stand, from facts read anew, and write down what it says otherwise.

    A whole cycle that fails is an incident like a difference. None where something was recorded meanwhile.
    """
    standing = CycleRun.rows.of(community).filter(error__isnull=True).latest("pk")
    begun = monotonic()
    try:
        whole = run(known(community, standing.sequence), Moment(standing.as_of, standing.known_at))
        keys = named(differences(community, whole))
    except Exception:
        LOG.exception("the whole cycle of community %s failed", community.pk)
        keys = [FAILED]
    if Chain.objects.get(pk=community.pk).sequence != standing.sequence:
        return None
    comparison = Comparison.rows.of(community).create(
        community=community,
        run=standing,
        at=datetime.now(UTC),
        seconds=monotonic() - begun,
        otherwise=len(keys),
        results=keys[:LISTED],
    )
    if keys:
        LOG.error("incident: %s results of community %s differ from a whole cycle", len(keys), community.pk)
    return comparison


def named(changes: Changes) -> list[str]:
    """Return the results that changes are about: decisions by id, measures by id and subject."""
    keys = {key for _, change in changes for key in (*change.over, *change.new)}
    return sorted(":".join(key) for key in keys)
