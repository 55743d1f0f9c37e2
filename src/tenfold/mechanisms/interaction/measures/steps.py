"""Contact history at many instants from one scan: each contact is put where it first counts, then summed up.

A row is read once and put into the step of the first end at which it counts; what holds at an end is the running sum
over the steps up to it. Rows that a later row corrects stop counting at some end, so these few meet every end alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.relations import visible
from tenfold.mechanisms.interaction.measures.contact import (
    CHANNELS,
    OF_BOTH,
    STYLE,
    both_sides,
    contact_frames,
    contacts,
)
from tenfold.terms.measure import Facts, reduction, view
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

INSTANT = pl.Datetime("us", "UTC")
TIMESTAMP = "timestamp('UTC', 6)"
BEFORE_ALL = date(1970, 1, 1)

STEPS = {
    "interaction_steps": {"day": "date", "after": TIMESTAMP, "upto": TIMESTAMP, "step": "int32"},
    "interaction_chain": {"first_day": "date", "tail": "int32", "tail_as_of": TIMESTAMP, "tail_known_at": TIMESTAMP},
    "interaction_apart": {"end": "int32", "as_of": TIMESTAMP, "known_at": TIMESTAMP, "today": "date"},
}
_POLARS: Mapping[str, Any] = {"date": pl.Date, TIMESTAMP: INSTANT, "int32": pl.Int32}


@dataclass(frozen=True, slots=True)
class Chain:
    """Ends at which knowledge only grows.

    grid    ends with `as_of` = `known_at`, oldest first
    tail    one more end after them that knows at least as much, if there is one
    apart   ends that fit nowhere: each looks for itself
    """

    grid: pl.DataFrame
    tail: pl.DataFrame
    apart: pl.DataFrame

    @property
    def steps(self) -> list[int]:
        """The ends of the chain, oldest first."""
        return [*self.grid["end"], *self.tail["end"]]


def chain(ends: pl.DataFrame) -> Chain:
    """Sort ends into a chain and the rest."""
    ordered = ends.sort("as_of", "end")
    at_once = ordered["as_of"] == ordered["known_at"]
    grid, rest = ordered.filter(at_once), ordered.filter(~at_once)
    newest = grid["as_of"].max()
    follows = rest.height == 1 and (
        newest is None or bool((rest["as_of"][0] >= newest) & (rest["known_at"][0] >= newest))
    )
    nobody = rest.clear()
    return Chain(grid, rest, nobody) if follows else Chain(grid, nobody, rest)


def intervals(grid: pl.DataFrame) -> list[tuple[date, datetime | None, datetime | None, int | None]]:
    """Cut every UTC day of the grid at its instants: (day, after, up to and with, end of that step).

    A row known at an instant meets exactly one interval of its day; what lies after the last instant has no step. Days
    make the join an equality, which every engine does fast.
    """
    rows: list[tuple[date, datetime | None, datetime | None, int | None]] = []
    before: datetime | None = None
    for end, instant in grid.select("end", "as_of").iter_rows():
        first = (before or instant).astimezone(UTC).date()
        for number in range((instant.astimezone(UTC).date() - first).days + 1):
            rows.append((first + timedelta(days=number), before, instant, end))
        before = instant
    if before is not None:
        rows.append((before.astimezone(UTC).date(), before, None, None))
    return rows


def steps_frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the parameter tables of a contact and of the steps."""
    links = chain(ends)
    cut = intervals(links.grid)
    tail = links.tail.row(0, named=True) if links.tail.height else {"end": None, "as_of": None, "known_at": None}
    first_day = cut[0][0] if cut else BEFORE_ALL
    rows: Mapping[str, list[Any]] = {
        "interaction_steps": cut,
        "interaction_chain": [(first_day, tail["end"], tail["as_of"], tail["known_at"])],
        "interaction_apart": links.apart.select("end", "as_of", "known_at", "today").rows(),
    }
    made = {
        name: pl.DataFrame(rows[name], schema={column: _POLARS[kind] for column, kind in columns.items()}, orient="row")
        for name, columns in STEPS.items()
    }
    return {**contact_frames(rules, ends), **made}


def stepped(tables: "Tables", rows: "ibis.Table") -> "ibis.Table":
    """Return uncorrected rows with `end`, the first end of the chain at which each counts."""
    import ibis

    known = rows.mutate(seen=ibis.greatest(rows.occurred_at, rows.recorded_at)).cross_join(tables["interaction_chain"])
    known = known.mutate(day=ibis.greatest(known.seen.date(), known.first_day))
    met = known.left_join(tables["interaction_steps"], "day")
    inside = (met.after.isnull() | (met.seen > met.after)) & (met.upto.isnull() | (met.seen <= met.upto))
    met = met.filter(inside)
    at_tail = (met.occurred_at <= met.tail_as_of) & (met.recorded_at <= met.tail_known_at)
    return met.mutate(end=ibis.coalesce(met.step, ibis.ifelse(at_tail, met.tail, None))).filter(
        lambda t: t.end.notnull()
    )


def _history(rows: "ibis.Table", running: bool) -> "ibis.Table":
    import ibis

    return rows.group_by("member", "end").aggregate(
        n=rows.substantive.cast("int64").sum(),
        first_on=rows.on.min(where=rows.substantive),
        last_on=rows.on.max(where=rows.substantive),
        last_in_on=rows.on.max(where=rows.direction == "in"),
        met_on=rows.on.min(),
        running=ibis.literal(running),
    )


@reduction(
    "interaction.steps",
    reads=("interactions",),
    params=CHANNELS | STYLE | STEPS,
    frames=steps_frames,
    facts=OF_BOTH,
    subject="member",
    passing=True,
)
def steps(tables: "Tables") -> "ibis.Table":
    """Return what each step adds to a member's history; `view.rhythm` sums it up.

    Columns: member, end, n (substantive contacts), first_on, last_on (days of them), last_in_on, met_on (first day of
    any contact), running (false: rows that count at this end only). A contact known only as "before" some day is no
    reason that nothing is due, and left out (FACTS.md §2).
    """
    rows = both_sides(tables["interactions"]).filter(lambda t: t.precision.isnull() | (t.precision != "before"))
    corrected = rows.corrected_at.notnull()
    alone = visible(rows.filter(corrected), tables["ends"]).union(
        visible(rows.filter(~corrected), tables["interaction_apart"])
    )
    growing = stepped(tables, contacts(tables, rows.filter(~corrected)))
    return _history(growing, running=True).union(_history(contacts(tables, alone), running=False))


@view(
    "interaction.rhythm",
    subject="member",
    reads=("interaction.steps",),
    source="DOMAIN §2.4; [C] contacts of known day",
    clock="order",
)
def rhythm(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return each member's contact history at each end.

    Columns: member, end, n (substantive contacts so far), first_on, last_on (their first and last day), last_in_on
    (last day of a contact that the member started). No row where there was no contact yet that says any of it.
    """
    telling = pl.col("last_on").is_not_null() | pl.col("last_in_on").is_not_null()
    added = facts.read("interaction.steps").filter(telling)
    links = chain(ends)
    growing = _running(added.filter("running"), links.steps)
    alone = added.filter(~pl.col("running")).select(growing.columns)
    if alone.is_empty():
        return growing
    return (
        pl.concat([growing, alone])
        .group_by("member", "end")
        .agg(pl.col("n").sum(), pl.col("first_on").min(), pl.col("last_on").max(), pl.col("last_in_on").max())
        .sort("member", "end")
    )


def _running(added: pl.DataFrame, ends: list[int]) -> pl.DataFrame:
    """Sum the steps up: one row per member and end of the chain from its first contact on."""
    columns = ("member", "end", "n", "first_on", "last_on", "last_in_on")
    if len(ends) == 1:
        return added.select(columns).sort("member", "end")
    every = pl.DataFrame({"end": pl.Series(ends, dtype=pl.Int32)})
    grid = added.select("member").unique().sort("member").join(every, how="cross", maintain_order="left_right")
    return (
        grid.join(added, on=["member", "end"], how="left", maintain_order="left")
        .with_columns(
            pl.col("n").fill_null(0).cum_sum().over("member"),
            pl.col("first_on").cum_min().forward_fill().over("member"),
            pl.col("last_on", "last_in_on").cum_max().forward_fill().over("member"),
        )
        .filter(pl.col("last_on").is_not_null() | pl.col("last_in_on").is_not_null())
        .select(columns)
    )


@view(
    "interaction.record",
    subject="community",
    reads=("interaction.steps",),
    source="MEASURES (settled 2026-11-29); [C] contacts of known day",
    clock="order",
)
def record(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what the community records of contacts with anybody, at each end; no row where it records none.

    Columns: end, begun (the first day of any), substantive (whether any was), inbound (whether a member started any).
    """
    added = facts.read("interaction.steps").group_by("end", "running").agg(*_FIRST_OF_ALL)
    chained = pl.DataFrame({"end": pl.Series(chain(ends).steps, dtype=pl.Int32)})
    growing = chained.join(added.filter("running"), on="end", how="left", maintain_order="left").select(
        "end",
        pl.col("met_on").cum_min().forward_fill(),
        pl.col("n").fill_null(0).cum_sum(),
        pl.col("last_in_on").cum_max().forward_fill(),
    )
    alone = added.filter(~pl.col("running")).select(growing.columns)
    found = pl.concat([growing, alone]).group_by("end").agg(*_FIRST_OF_ALL).drop_nulls("met_on").sort("end")
    inbound = pl.col("last_in_on").is_not_null()
    return found.select("end", begun="met_on", substantive=pl.col("n") > 0, inbound=inbound)


_FIRST_OF_ALL = (pl.col("met_on").min(), pl.col("n").sum(), pl.col("last_in_on").max())
