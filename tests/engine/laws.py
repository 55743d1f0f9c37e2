"""The law of explanations, for any community: a value follows from the facts that explain it, and from no others."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import polars as pl

from tenfold.engine.cycle import Cycle
from tenfold.engine.explain import Explainer, Selection, merged
from tenfold.facts.declaration import TABLES
from tenfold.terms.measure import Spec

T = TypeVar("T")


def subjects_of(cycle: Cycle, spec: Spec) -> list[str]:
    rows = cycle.board.results[spec.id]
    return rows.filter(pl.col("end") == cycle.board.ends.main)["subject"].to_list()


def values_of(cycle: Cycle, spec: Spec, selection: Selection) -> dict[str, Any]:
    """The measure computed on the selected facts alone: subject → value."""
    facts = {table: frame["fact"].to_list() for table, frame in selection.items()}
    board = cycle.community.restricted(facts).board(cycle.moment).compute(only=[spec.id])
    rows = board.results[spec.id].filter(pl.col("end") == board.ends.main)
    return dict(rows.select("subject", "value").iter_rows())


def sample(things: Sequence[T], wanted: int) -> list[T]:
    """Evenly spread subjects or other things, the first and the last among them."""
    if len(things) <= wanted:
        return list(things)
    step = (len(things) - 1) / (wanted - 1)
    return [things[place] for place in sorted({round(number * step) for number in range(wanted)})]


def things(cycle: Cycle, table: str, selection: Selection) -> list[list[str]]:
    """The facts that a selection takes of a table, those of one thing (one deal, one payment) together."""
    rows = cycle.board.prepared[table].join(selection[table], on="fact", how="semi")
    by = TABLES[table].by or ("fact",)
    return rows.sort("fact").group_by(by, maintain_order=True).agg(facts=pl.col("fact"))["facts"].to_list()


def unmoved(cycle: Cycle, spec: Spec, subject: str, table: str, tried: int) -> list[list[str]]:
    """The things of a table without which a value stays what it was, of so many that are tried."""
    selection = Explainer(cycle.board).selection(spec, subject, cycle.board.ends.main)
    whole = values_of(cycle, spec, selection)[subject]
    kept = []
    for thing in sample(things(cycle, table, selection), tried):
        less = selection | {table: selection[table].filter(~pl.col("fact").is_in(thing))}
        if values_of(cycle, spec, less).get(subject) == whole:
            kept.append(thing)
    return kept


def parts(subjects: Sequence[str], wanted: int) -> list[Sequence[str]]:
    """All subjects, dealt into so many groups: neighbours come apart, so that none leans on the next one's facts."""
    return [subjects[start::wanted] for start in range(min(wanted, len(subjects)))]


def broken(
    cycle: Cycle, spec: Spec, explainer: Explainer, groups: Iterable[Sequence[str]]
) -> list[tuple[str, Any, Any]]:
    """The subjects whose value differs when only the facts that explain the group are there."""
    rows = cycle.board.results[spec.id].filter(pl.col("end") == cycle.board.ends.main)
    true = dict(rows.select("subject", "value").iter_rows())
    found = []
    for group in groups:
        selection = merged([explainer.selection(spec, one, cycle.board.ends.main) for one in group])
        seen = values_of(cycle, spec, selection)
        found += [
            (one, true[one], seen.get(one)) for one in group if true[one] is not None and true[one] != seen.get(one)
        ]
    return found
