"""Revisions: what is known of a table at each end, as one number.

A row counts from the first end at which it has happened and is known, its correction from the first at which that is
known. The revision is the sum of the hashes of both, so it depends on what is known and on nothing else: not on the
order of rows, not on when they came, not on what was recorded after the end. Equal numbers, equal facts.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tenfold.engine.ends import Ends

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

NEVER = 2**63 - 1  # microseconds: after all instants
CORRECTED = 0x9E3779B97F4A7C15  # an odd factor: a row's correction weighs otherwise than the row


@dataclass(frozen=True)
class _Hashed:
    """A prepared table's rows as numbers: when each happened, was known and was corrected, and its hash."""

    rows: pl.DataFrame
    occurred: "NDArray[np.int64]"
    recorded: "NDArray[np.int64]"
    corrected: "NDArray[np.int64]"
    hashes: "Numbers"


class Revisions:
    """The revisions of tables; the hashes of a table's rows are kept as long as the table is the same."""

    def __init__(self) -> None:
        self._hashed: dict[str, _Hashed] = {}

    def at(self, name: str, rows: pl.DataFrame, ends: Ends) -> "Numbers":
        """Return the revision of a prepared table at every end.

        ends   in order: each as late and as knowing as those before it
        """
        import numpy as np

        found = self._hashed.get(name)
        if found is None or found.rows is not rows:
            found = self._hashed[name] = _hashed(rows)
        as_of = ends.frame["as_of"].to_physical().to_numpy()
        known_at = ends.frame["known_at"].to_physical().to_numpy()
        known = np.searchsorted(known_at, found.recorded)
        counts = np.maximum(np.searchsorted(as_of, found.occurred), known)
        gone = np.maximum(np.searchsorted(known_at, found.corrected), counts)
        changes = np.zeros(ends.frame.height + 1, dtype=np.uint64)
        np.add.at(changes, counts, found.hashes)
        np.add.at(changes, gone, found.hashes * np.uint64(CORRECTED))
        return np.cumsum(changes[:-1], dtype=np.uint64)


def _hashed(rows: pl.DataFrame) -> _Hashed:
    instants = ("occurred_at", "recorded_at", "corrected_at")
    moments = rows.select(pl.col(instants).to_physical().fill_null(NEVER))
    occurred, recorded, corrected = (moments[name].to_numpy() for name in instants)
    hashes = rows.drop("corrected_at").hash_rows() if rows.height else pl.Series(dtype=pl.UInt64)
    return _Hashed(rows, occurred, recorded, corrected, hashes.to_numpy())
