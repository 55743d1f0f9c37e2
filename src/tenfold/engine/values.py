"""The values of one measure: at the moment asked for, or at every instant of the observation grid."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import polars as pl

from tenfold.engine.community import Community, Moment
from tenfold.engine.registry import registry
from tenfold.engine.written import written
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed
from tenfold.terms.measure import Spec

NEAR = 5  # ids that a refusal offers


def named(id: str, asked: str = "", others: Sequence[str] = ()) -> Spec:
    """Return the measure of that id; `asked` is what the user wrote, `others` the ids of what else it may have meant.

    Raises
    ------
    Refused   when the registry has none; the complaint names the nearest ids, if any is near
    """
    spec = registry().specs.get(id)
    if spec is None or spec.kind != "measure":
        known = [one.id for one in registry().measures]
        near = Listed(get_close_matches(asked or id, [*known, *others], NEAR))
        missing = "engine.no_measure" if near else "engine.no_measure.alone"
        raise Refused([Complaint(missing, params={"seen": asked or id, "near": near})])
    return spec


def values(community: Community, moment: Moment, id: str, *, series: bool = False) -> list[dict[str, Any]]:
    """Return the rows of a measure as `measures.jsonl` writes them, ordered by end and subject."""
    spec = named(id)
    board = community.board(moment).compute(only=[id], histories=[id] if series else [])
    rows = board.results[id]
    if not series:
        rows = rows.filter(pl.col("end") == board.ends.main)
    return written(board, spec, rows).to_dicts()
