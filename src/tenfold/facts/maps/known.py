"""Runs a map file whose rows are known by what they say (`match`): whom they mean, what is new, changed, the same.

Unlike a map that knows its rows by their source, each map leaves out only the records that it cannot read itself; what
rests on something that was left out is left out too, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from tenfold.facts.complaints import joined, problems
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.facts.maps.fill import ROW
from tenfold.facts.maps.join import Joiner, Meeting
from tenfold.facts.maps.keys import Parties, digests, fact_ids
from tenfold.facts.maps.language import Map, MapFile
from tenfold.facts.maps.match import NEW, Matched, Matcher, living, renamed
from tenfold.facts.maps.run import Made, Runner, in_own_words, lines_of
from tenfold.facts.maps.sources import Sources
from tenfold.facts.maps.who import Likely, Mention, People
from tenfold.facts.store import FactStore
from tenfold.terms.days import local_day
from tenfold.terms.money import from_minor

PARTIES, DOCUMENTS = "parties", "documents"
# Who or what a list no longer names goes on, and a paper stays: what a file says of them beside is no list of them.
KEEP = frozenset({PARTIES, DOCUMENTS, "rounds", "events", "memberships", "affiliations"})


@dataclass
class Outcome:
    """What one map of a file came to."""

    made: Made
    kept: int  # rows that could be read
    matched: Matched
    problems: pl.DataFrame

    @property
    def told(self) -> pl.DataFrame:
        """All complaints: about rows that were left out, and about cells that were left empty."""
        return joined([self.problems, self.made.told])


@dataclass
class Run:
    """One run of a map file over its source.

    again    whether older states that the source says are so now; else they are held
    """

    maps: MapFile
    sources: Sources
    store: FactStore
    context: Context
    known_at: datetime
    again: bool = False
    outcomes: list[Outcome] = field(default_factory=list)
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # table: key made → key meant
    added: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    likely: list[Likely] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    def run(self) -> "Run":
        """Make the rows of every map and compare them with those of the community."""
        tables = self.store.tables
        self.living = {name: living(rows) for name, rows in tables.items()}
        self.taken = {name: set(tables[name]["fact"].to_list()) for name in self._names()}
        parties = Parties.of(tables[PARTIES], self.maps.origin)
        self.people = people = People.of(
            tables[PARTIES], tables["affiliations"], self.maps.content.country, self.maps.content.same
        )
        today = local_day(self.known_at, self.context.timezone).isoformat()
        runner = Runner(self.maps, self.sources, parties, self.context, today, people)
        runner.find_people()
        self.likely, self.mentions = runner.likely, runner.mentions
        for n, made in enumerate(runner.run()):
            self._take(n, made)
        self._unnamed(parties)
        self._drop_unused_papers()
        return self

    def gone(self) -> dict[str, pl.DataFrame]:
        """Return the living rows from this source of things that it no longer lists: states only, events are over.

        Where several maps fill a table, a thing is gone that none of them lists.
        """
        left: dict[str, pl.DataFrame] = {}
        for outcome in self.outcomes:
            table, match = outcome.made.table, outcome.made.one.match
            if match is None or table.kind == "event" or table.name in KEEP:
                continue
            if table.name not in left:
                left[table.name] = living(self.store.tables[table.name]).filter(pl.col("origin") == self.maps.origin)
            left[table.name] = self._matcher(outcome.made).unlisted(left[table.name], outcome.made.rows)
        return {name: rows for name, rows in left.items() if rows.height}

    @property
    def added_parties(self) -> int:
        """Number of those who are new."""
        known = self.store.tables[PARTIES]["party"]
        rows = pl.concat([TABLES[PARTIES].empty(), *self.added.get(PARTIES, [])])
        return rows.filter(~pl.col("party").is_in(known.implode()))["party"].n_unique()

    def _names(self) -> list[str]:
        return list(dict.fromkeys([PARTIES, *(one.table for one in self.maps.maps)]))

    def _take(self, n: int, made: Made) -> None:
        """Compare the readable rows of one map, and let the next maps find what it added."""
        rows = renamed(made.table, made.rows, self.names)
        resting = self._resting(made.table, rows)
        found = joined([made.problems, in_own_words(made.one, resting)])
        good = rows.filter(~pl.col(ROW).is_in(found["row"].implode())) if found.height else rows
        matcher = self._matcher(made)
        matched = matcher.run(good)
        if matcher.joiner is not None:
            self.meetings += matcher.joiner.meetings
        less = _less(made, good, matched, self.context)
        if made.table.name == PARTIES:
            matched.added = self._remembered(matched.added, matched.told)
        self._add(made.table, matched.added)
        if made.table.key and matched.renamed:
            self.names.setdefault(made.table.name, {}).update(matched.renamed)
        made.lines = {**made.lines, **lines_of(self.maps, n, joined([resting, less]))}
        self.outcomes.append(Outcome(made, good.height, matched, joined([found, in_own_words(made.one, less)])))

    def _matcher(self, made: Made) -> Matcher:
        name = made.table.name
        assert made.one.match is not None
        said = [made.table.columns[target.removesuffix("_minor")].stored for target in made.one.set]
        return Matcher(
            made.table,
            made.one.match,
            said,
            self.maps.origin,
            self.known_at,
            self.living[name],
            self.taken[name],
            self._joiner(made.one, made.table),
            self.store.tables[name],
            self.again,
        )

    def _joiner(self, one: Map, table: Table) -> Joiner | None:
        joins = one.match.joins if one.match is not None else None
        if joins is None:
            return None
        words = ("by", "agree", "apart")
        stored: dict[str, object] = {
            word: [table.columns[name].stored for name in getattr(joins, word)] for word in words
        }
        stored["parts"] = table.columns[joins.parts].stored if joins.parts else None
        return Joiner(joins.model_copy(update=stored), self.context.timezone, self.maps.content.same)

    def _remembered(self, added: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
        """Call new parties by the digest under which the next file of this source finds them again."""
        new = told.filter(pl.col("$state") == NEW)["fact"]
        digest = {one.party: one.digest for one in reversed(self.mentions)}
        keys = digests(self.maps.origin, added["party"].replace_strict(digest, default=None, return_dtype=pl.String))
        known = added["fact"].is_in(new.implode()) & keys.is_not_null()
        return added.with_columns(keys.zip_with(known, added["origin_key"]).alias("origin_key"))

    def _add(self, table: Table, rows: pl.DataFrame) -> None:
        if not rows.height:
            return
        self.added.setdefault(table.name, []).append(rows)
        self.living[table.name] = living(pl.concat([self.living[table.name], rows]))

    def _resting(self, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
        """Complain of rows that speak of a thing which was left out, or which nobody knows."""
        found = []
        for column in table.refs:
            aimed = TABLES[column.target or table.name]
            if column.item or aimed.name in (PARTIES, table.name):
                continue
            known = self.living[aimed.name][aimed.identity]
            lost = rows[column.name].is_not_null() & ~rows[column.name].is_in(known.implode())
            nothing = pl.repeat("", rows.height, dtype=pl.String, eager=True)  # a key says nothing to people
            found.append(problems(rows[ROW], column.name, "maps.rests", nothing, lost, aimed.name))
        return joined(found)

    def _unnamed(self, parties: Parties) -> None:
        """Add those whom facts mention and no map describes: known from the first fact that mentions them."""
        uses = [use for name, rows in self.added.items() for row in rows for use in _uses(TABLES[name], row)]
        if not uses or not parties.new.height:
            return
        first = pl.concat(uses).group_by("party").agg(pl.all().min())
        described = self.living[PARTIES]["party"]
        new = parties.new.filter(~pl.col("party").is_in(described.implode()))
        rows = new.join(first, on="party", how="inner", maintain_order="left")
        self._add(TABLES[PARTIES], _party_rows(rows, self.maps.origin, self.taken[PARTIES]))

    def _drop_unused_papers(self) -> None:
        """Leave out new documents that prove nothing: a statement whose lines are all known adds none."""
        if DOCUMENTS not in self.added:
            return
        used = [row["evidence"].explode() for rows in self.added.values() for row in rows]
        named = pl.concat([pl.Series([], dtype=pl.String), *used])
        rows = [one.filter(pl.col("document").is_in(named.implode())) for one in self.added[DOCUMENTS]]
        self.added[DOCUMENTS] = [one for one in rows if one.height]
        kept = pl.concat([TABLES[DOCUMENTS].empty(), *rows])["fact"]
        if not self.added[DOCUMENTS]:
            del self.added[DOCUMENTS]
        for outcome in self.outcomes:
            if outcome.made.table.name == DOCUMENTS:
                told = outcome.matched.told
                lost = (told["$state"] == NEW) & ~told["fact"].is_in(kept.implode())
                outcome.matched.told = told.filter(~lost)


def _less(made: Made, rows: pl.DataFrame, matched: Matched, context: Context) -> pl.DataFrame:
    """Complain of totals that are less than what is recorded already."""
    if not matched.less or made.one.match is None:
        return joined([])
    known = dict(matched.less)
    less = rows.filter(pl.col(ROW).is_in(list(known)))
    column = made.table.columns[made.one.match.total or ""]
    seen = pl.Series([_major(row, column, context) for row in less.iter_rows(named=True)], dtype=pl.String)
    return problems(less[ROW], column.name, "maps.total_less", seen, pl.Series([True] * less.height))


def _major(row: Mapping[str, Any], column: Column, context: Context) -> str:
    """Return an amount as people write it: in its currency's larger unit."""
    value = row[column.stored]
    if column.kind != "money" or not row.get("currency"):
        return str(value)
    return f"{from_minor(value, context.currencies.digits(row['currency']) or 0)} {row['currency']}"


def _uses(table: Table, rows: pl.DataFrame) -> list[pl.DataFrame]:
    found = []
    for column in table.refs:
        if (column.item or column).target == PARTIES:
            used = rows.select(pl.col(column.name).alias("party"), "occurred_at", "recorded_at")
            found.append((used.explode("party") if column.item else used).drop_nulls("party"))
    return found


def _party_rows(new: pl.DataFrame, origin: str, taken: set[str]) -> pl.DataFrame:
    table = TABLES[PARTIES]
    facts = fact_ids(table, origin, None, new["mention"])
    ids = [_unused(id, taken) for id in facts.to_list()]
    rows = new.with_columns(
        pl.Series(ids, dtype=pl.String).alias("fact"),
        digests(origin, new["mention"]).alias("origin_key"),
        pl.lit(origin).alias("origin"),
        pl.lit(f"import:{origin}").alias("recorded_by"),
    ).drop("mention")
    return pl.concat([table.empty(), rows], how="diagonal_relaxed").with_columns(pl.col("evidence").fill_null([]))


def _unused(id: str, taken: set[str]) -> str:
    number, one = 1, id
    while one in taken:
        number += 1
        one = f"{id}.{number}"
    taken.add(one)
    return one
