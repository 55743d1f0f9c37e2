"""The values of one measure: at the moment asked for, or at every instant of the observation grid."""

from typing import Any

import polars as pl

from tenfold.engine.community import Community, Moment
from tenfold.engine.files import written
from tenfold.engine.registry import registry
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.measure import Spec


def named(id: str) -> Spec:
    """Return the measure of that id.

    Raises
    ------
    Refused   when the registry has none; the complaint names the nearest ids
    """
    spec = registry().specs.get(id)
    if spec is None or spec.kind != "measure":
        room = id.split(".", maxsplit=1)[0]
        near = [one.id for one in registry().measures if one.id.startswith(room)] or [
            one.id for one in registry().measures
        ]
        raise Refused([Complaint("engine.no_measure", params={"seen": id, "near": ", ".join(near[:8])})])
    return spec


def values(community: Community, moment: Moment, id: str, *, series: bool = False) -> list[dict[str, Any]]:
    """Return the rows of a measure as `measures.jsonl` writes them, ordered by end and subject."""
    spec = named(id)
    board = community.board(moment).compute(only=[id], histories=[id] if series else [])
    rows = board.results[id]
    if not series:
        rows = rows.filter(pl.col("end") == board.ends.main)
    return written(board, spec, rows).to_dicts()
