"""The cycle that follows a commit: one at a time per community, several commits folded into one."""

from tenfold.engine.community import Moment
from tenfold.engine.cycle import run
from tenfold.terms.errors import Refused
from tenfold.web.store.append import clock_of
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.keeping import keep, keep_failure
from tenfold.web.store.results import CycleRun
from tenfold.web.store.source import known


def recompute(community: Community) -> CycleRun:
    """Compute what the charter makes of everything recorded so far, and keep what it says.

    A failure keeps the numbers of the run before, and says why.
    """
    chain = Chain.objects.get(pk=community.pk)
    as_of = clock_of(community).replace(microsecond=0)
    try:
        cycle = run(known(community, chain.sequence), Moment(as_of, chain.recorded_at or as_of))
    except Refused as refused:
        complaints = [{"id": one.id, "place": str(one.place), "params": one.params} for one in refused.complaints]
        return keep_failure(community, chain.sequence, as_of, complaints)
    return keep(community, cycle, chain.sequence)


def behind(community: Community) -> bool:
    """Whether something was recorded that no finished cycle knows."""
    newest = CycleRun.rows.of(community).order_by("-pk").values_list("sequence", flat=True).first()
    sequence = Chain.objects.values_list("sequence", flat=True).get(pk=community.pk)
    return newest is None or newest < sequence
