"""What a tried charter changes: the decisions that fall away, come or get another number, and what each pool pays.

The same facts judged twice, so behaviour is held fixed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tenfold.engine.changes import SHARES, Change, changes
from tenfold.engine.cycle import Cycle


@dataclass(frozen=True, slots=True)
class Trial:
    """Ids of decisions, and pool → what its parties are paid under either charter, for pools where somebody's moves."""

    gone: Sequence[str]
    come: Sequence[str]
    other: Sequence[str]
    pools: Mapping[str, Sequence[Change]]

    def as_dict(self) -> dict[str, Any]:
        """Return the trial as JSON holds it; amounts in minor units."""
        pools = {
            pool: [{"party": one.party, "before": one.before, "after": one.after} for one in moved]
            for pool, moved in self.pools.items()
        }
        return {"gone": [*self.gone], "come": [*self.come], "other": [*self.other], "pools": pools}


def trial(before: Cycle, after: Cycle) -> Trial:
    """Compare a cycle under the charter in force with one under a tried charter."""
    was, now = ({one.id: one.value for one in cycle.decisions} for cycle in (before, after))
    pools = {pool: changes(before.board, after.board, pool) for pool in sorted(_pools(before) | _pools(after))}
    return Trial(
        gone=sorted(was.keys() - now.keys()),
        come=sorted(now.keys() - was.keys()),
        other=sorted(id for id in was.keys() & now.keys() if was[id] != now[id]),
        pools={pool: moved for pool, moved in pools.items() if any(one.moved for one in moved)},
    )


def _pools(cycle: Cycle) -> set[str]:
    rows = cycle.board.results[SHARES].filter(pl.col("end") == cycle.board.ends.main)
    return {*rows["pool"]}
