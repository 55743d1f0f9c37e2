"""Revisions: what is known of a table at each end, as one number.

A row counts from the first end at which it has happened and is known, its correction from the first at which that is
known. The revision is the sum of the hashes of both, so it depends on what is known and on nothing else: not on the
order of rows, not on when they came, not on what was recorded after the end. Equal numbers, equal facts.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tenfold.engine.due import named_instants
from tenfold.engine.instants import Ends

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

GRIDS_KEPT = 1_000  # of all tables together: a few moments look from grids of their own
NEVER = 2**63 - 1  # microseconds: after all instants
CORRECTED = 0x9E3779B97F4A7C15  # an odd factor: a row's correction weighs otherwise than the row


@dataclass(frozen=True)
class _Hashed:
    """A prepared table's rows as numbers: when each happened, was known and was corrected, and its hash.

    instants   all that its rows name, in order
    """

    rows: pl.DataFrame
    occurred: "NDArray[np.int64]"
    recorded: "NDArray[np.int64]"
    corrected: "NDArray[np.int64]"
    hashes: "Numbers"
    instants: "NDArray[np.int64]"


class Revisions:
    """The revisions of tables; the hashes of a table's rows are kept as long as the table is the same."""

    def __init__(self) -> None:
        self._hashed: dict[str, _Hashed] = {}
        self._grids: dict[tuple[str, bytes], tuple[_Hashed, Numbers]] = {}

    def at(self, name: str, rows: pl.DataFrame, ends: Ends) -> "Numbers":
        """Return the revision of a prepared table at every end.

        ends   in order: each as late and as knowing as those before it
        """
        import numpy as np

        found = self._of(name, rows)
        grid = self._grid(name, found, ends)
        as_of, known_at = ends.as_of[-1], ends.known_at[-1]
        counts = (found.occurred <= as_of) & (found.recorded <= known_at)
        gone = counts & (found.corrected <= known_at)
        weights = np.concatenate([found.hashes[counts], found.hashes[gone] * np.uint64(CORRECTED)])
        return np.append(grid, weights.sum(dtype=np.uint64))

    def passed(self, name: str, rows: pl.DataFrame, ends: Ends) -> "Numbers":
        """Return how many of the instants that rows of a prepared table name have come, at every end."""
        import numpy as np

        found = np.searchsorted(self._of(name, rows).instants, ends.as_of, side="right")
        return found.astype(np.uint64)

    def _grid(self, name: str, found: _Hashed, ends: Ends) -> "Numbers":
        """Return the revisions at the grid; kept, for the grid stays while the cycle's own end moves."""
        import numpy as np

        as_of, known_at = ends.as_of[:-1], ends.known_at[:-1]
        key = (name, as_of.tobytes() + known_at.tobytes())
        before = self._grids.get(key)
        if before is not None and before[0] is found:
            return before[1]
        known = np.searchsorted(known_at, found.recorded)
        counts = np.maximum(np.searchsorted(as_of, found.occurred), known)
        gone = np.maximum(np.searchsorted(known_at, found.corrected), counts)
        changes = np.zeros(len(as_of) + 1, dtype=np.uint64)
        np.add.at(changes, counts, found.hashes)
        np.add.at(changes, gone, found.hashes * np.uint64(CORRECTED))
        revisions = np.cumsum(changes[:-1], dtype=np.uint64)
        if len(self._grids) >= GRIDS_KEPT:
            self._grids.clear()
        self._grids[key] = (found, revisions)
        return revisions

    def _of(self, name: str, rows: pl.DataFrame) -> _Hashed:
        found = self._hashed.get(name)
        if found is None or found.rows is not rows:
            found = self._hashed[name] = _hashed(name, rows)
        return found


def _hashed(name: str, rows: pl.DataFrame) -> _Hashed:
    instants = ("occurred_at", "recorded_at", "corrected_at")
    moments = rows.select(pl.col(instants).to_physical().fill_null(NEVER))
    occurred, recorded, corrected = (moments[name].to_numpy() for name in instants)
    hashes = rows.drop("corrected_at").hash_rows() if rows.height else pl.Series(dtype=pl.UInt64)
    named = named_instants(name, rows).to_physical().to_numpy()
    return _Hashed(rows, occurred, recorded, corrected, hashes.to_numpy(), named)
