"""What an import changes: each row of the source is new, changed, the same or gone, by origin and origin_key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from tenfold.facts.declaration import Table
from tenfold.facts.maps.keys import hashed, prefix_of
from tenfold.facts.maps.run import content_of

STATUS, KNOWN = "$status", "$known"
NEW, CHANGED, SAME, HELD = "new", "changed", "same", "held"


@dataclass(frozen=True)
class Compared:
    """The rows of one table that an import adds, and the state of every row it made."""

    added: pl.DataFrame  # rows in the table's columns
    states: pl.Series  # of every row as it was made: new, changed, same, held
    gone: pl.DataFrame  # living rows of this origin that the source no longer has


def compare(
    table: Table,
    made: pl.DataFrame,
    mentioned: Sequence[pl.Series],
    existing: pl.DataFrame,
    origin: str,
    known_at: datetime | None,
) -> Compared:
    """Compare rows that a source makes with those the community has from it.

    A changed row becomes a correction: a row with an id of its own, `corrects` the one before, recorded at `known_at`
    (never before that one). A row that somebody else corrected meanwhile is held back: a person's word stands.

    Parameters
    ----------
    made
        Typed rows of `table`, each with an origin_key of its own.
    mentioned
        Every origin_key that stands in the source, readable or not; the others are gone.
    existing
        The community's rows of `table`, of all origins.
    """
    mine = existing.filter(pl.col("origin") == origin)
    if mine.is_empty() and not existing["corrects"].count():
        states = pl.repeat(NEW, made.height, dtype=pl.String, eager=True)
        return Compared(made.select(list(table.schema)), states, mine)
    newest = mine.filter(~pl.col("fact").is_in(_corrected_by_source(mine).to_list()))
    newest = newest.sort("recorded_at", "fact").unique("origin_key", keep="last", maintain_order=True)
    stated = made.with_columns(_status(table, made, newest, existing))
    known = stated.join(
        newest.select("origin_key", was="fact", then="recorded_at"), on="origin_key", how="left", maintain_order="left"
    )
    changed = _corrections(table, known.filter(pl.col(STATUS) == CHANGED), origin, known_at)
    heads = _heads(known, changed, existing)
    new = known.filter(pl.col(STATUS) == NEW).with_columns(pl.col("corrects").replace(heads))
    new = _told_later(table, new, mine, known_at)
    added = pl.concat([new.select(list(table.schema)), changed.select(list(table.schema))])
    corrected = existing["corrects"].drop_nulls().to_list()
    living = mine.filter(~pl.col("fact").is_in(corrected) & ~pl.col("void").fill_null(value=False))
    gone = living.filter(~pl.col("origin_key").is_in(pl.concat(mentioned).implode()))
    return Compared(added, known[STATUS], gone)


def under_known_keys(made: pl.DataFrame, existing: pl.DataFrame, origin: str) -> pl.DataFrame:
    """Return rows under the origin_keys that the community has them by.

    Whether a key is kept as a digest follows from whether it names a person; a map that says so later, or not any more,
    corrects the row that it made before.
    """
    mine = existing.filter(pl.col("origin") == origin).select("fact", pl.col("origin_key").alias(KNOWN))
    if mine.is_empty():
        return made
    keyed = made.join(mine, on="fact", how="left", maintain_order="left")
    return keyed.with_columns(origin_key=pl.coalesce(KNOWN, "origin_key")).drop(KNOWN)


def _told_later(table: Table, new: pl.DataFrame, mine: pl.DataFrame, known_at: datetime | None) -> pl.DataFrame:
    """Date a new state of a thing, for the same time as one told before, as known from now: else both count alike."""
    if known_at is None or not table.by or new.is_empty():
        return new
    when = [*table.by, "occurred_at", "recorded_at"]
    before = mine.select(when).unique().with_columns(told=known_at)
    rows = new.join(before, on=when, how="left", nulls_equal=True, maintain_order="left")
    return rows.with_columns(pl.max_horizontal("recorded_at", pl.col("told").cast(new.schema["recorded_at"])))


def withdrawn(table: Table, gone: pl.DataFrame, known_at: datetime | None) -> pl.DataFrame:
    """Return void rows for facts that their source no longer has, for those who choose that."""
    recorded = pl.max_horizontal("recorded_at", pl.lit(known_at, dtype=pl.Datetime("us", "UTC")))
    return gone.with_columns(
        pl.col("fact").alias("corrects"),
        hashed(prefix_of(table), gone["fact"], "gone").alias("fact"),
        recorded.alias("recorded_at"),
        pl.lit(value=True).alias("void"),
    ).select(list(table.schema))


def _corrected_by_source(mine: pl.DataFrame) -> pl.Series:
    """Return the facts that a row with the same origin_key corrects: the source's own chain."""
    pairs = mine.select("corrects", "origin_key").drop_nulls()
    own = pairs.join(
        mine.select("fact", "origin_key"), left_on=["corrects", "origin_key"], right_on=["fact", "origin_key"]
    )
    return own["corrects"]


def _status(table: Table, made: pl.DataFrame, newest: pl.DataFrame, existing: pl.DataFrame) -> pl.Series:
    content = content_of(table)
    before = newest.select("origin_key", "fact", "void", *content)
    joined = made.join(before, on="origin_key", how="left", suffix="_was", maintain_order="left")
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_was")) for name in content) & ~pl.col(
        "void_was"
    ).fill_null(value=False)
    corrected = pl.col("fact_was").is_in(existing["corrects"].drop_nulls().to_list())
    status = (
        pl.when(pl.col("fact_was").is_null())
        .then(pl.lit(NEW))
        .when(same)
        .then(pl.lit(SAME))
        .when(corrected)
        .then(pl.lit(HELD))
        .otherwise(pl.lit(CHANGED))
    )
    return joined.select(status.alias(STATUS)).to_series()


def _corrections(table: Table, changed: pl.DataFrame, origin: str, known_at: datetime | None) -> pl.DataFrame:
    recorded = pl.max_horizontal("recorded_at", "then", pl.lit(known_at, dtype=pl.Datetime("us", "UTC")))
    ids = hashed(prefix_of(table), changed["was"], origin, "correction")
    return changed.with_columns(
        pl.col("was").alias("corrects"), recorded.alias("recorded_at"), pl.col("fact").alias("$base"), ids.alias("fact")
    )


def _heads(known: pl.DataFrame, changed: pl.DataFrame, existing: pl.DataFrame) -> dict[str, str]:
    """Return, for each row as the map made it, the latest row of its chain: a row is corrected once only."""
    if known["was"].null_count() == known.height and not existing["corrects"].count():
        return {}  # all are new
    heads = dict(zip(known["fact"].to_list(), known["was"].fill_null(known["fact"]).to_list(), strict=True))
    later = dict(existing.select("corrects", "fact").drop_nulls().iter_rows())
    later |= dict(zip(changed["corrects"].to_list(), changed["fact"].to_list(), strict=True))
    for fact, start in heads.items():
        head = start
        while head in later:
            head = later[head]
        heads[fact] = head
    return {fact: head for fact, head in heads.items() if head != fact}
