"""Rows known by what they say: a thing that the community knows is the same, has changed, or is new, in any file.

A state of a thing (a deal, a membership) that differs becomes its next state; an event (a payment, a talk) that differs
is corrected; equal events are counted, so that two equal payments are two. A blank cell says nothing: it takes nothing
back. An older state that comes again is held, for a list of last month is no news; people may say that it is so again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from tenfold.facts.declaration import Table
from tenfold.facts.maps.fill import ROW
from tenfold.facts.maps.join import Joiner, Record
from tenfold.facts.maps.keys import SEPARATOR, hex_of, hexed, prefix_of
from tenfold.facts.maps.language import Joins, Match

THING, NTH, STATE, WAS = "$thing", "$nth", "$state", "$was"
ECHO = "$echo"  # an earlier saying of an event that another source has proved since
NEW, CHANGED, SAME, OLDER, LEFT, JOINED = "new", "changed", "same", "older", "left", "joined"
WHEN = ("occurred_at", "precision")
ALWAYS_SAID = frozenset({"amount_to_minor"})  # an amount that is no range any more has no upper end
SAID_SCHEMA = {ROW: pl.Int64, STATE: pl.String, "fact": pl.String, WAS: pl.String}
Row = dict[str, Any]


@dataclass
class Matched:
    """What the rows of one map change.

    added
        Rows in the table's columns.
    told
        What became of each row that was made: `$row`, `$state` (new, changed, same, older, left), the fact that says it
        now, and `$was`, the fact that said it before.
    renamed
        Key that a row made for itself → key of the thing that it turned out to be.
    less
        Rows whose total is less than what is known already, with that total in minor units.
    """

    added: pl.DataFrame
    told: pl.DataFrame
    things: pl.Series
    renamed: dict[str, str] = field(default_factory=dict)
    less: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Matcher:
    """Compares the rows of one map with those that the community has."""

    table: Table
    match: Match
    said: Sequence[str]  # the stored columns that the map fills
    origin: str
    known_at: datetime
    living: pl.DataFrame  # the community's rows that count, and those added before in this run
    taken: set[str]  # ids of facts that exist, void and corrected ones included
    joiner: Joiner | None = None  # where the map says which records of other sources tell of the same event
    before: pl.DataFrame | None = None  # the community's rows that were corrected, for such a map
    again: bool = False  # whether an older state that comes again is so now

    def __post_init__(self) -> None:
        self.is_state = self.table.kind == "state"
        self.by = [self._stored(name) for name in self.match.by]
        self.content = [name for name in self.said if name not in (*WHEN, "evidence", "recorded_at")]
        self.added: list[Row] = []
        self.told: list[tuple[int, str, str | None, str | None]] = []
        self.renamed: dict[str, str] = {}
        self.less: list[tuple[int, int]] = []
        self.waiting: list[Row] = []  # new events of known things, which another source may tell of

    def _stored(self, name: str) -> str:
        return self.table.columns[name].stored

    def run(self, rows: pl.DataFrame) -> Matched:
        """Compare rows in the table's columns, with `$row`."""
        known = self._known()
        made = self._with_thing(rows)
        if self.match.known:
            is_known = made[THING].is_in(known[THING].implode())
            self._tell_all(made.filter(~is_known), LEFT)
            made = made.filter(is_known)
        fresh, others = made, made.clear()
        if known.height:
            is_known = made[THING].is_in(known[THING].implode())
            fresh, others = made.filter(~is_known), made.filter(is_known)
        if others.height:
            before = known.filter(known[THING].is_in(others[THING].implode()))
            self._compare(others, before)
        new = self._all_new(fresh)
        added = pl.concat([new, self._frame(self.added)])
        told = pl.DataFrame(self.told, schema=SAID_SCHEMA, orient="row").sort(ROW, maintain_order=True)
        return Matched(added, told, made[THING].unique(), self.renamed, self.less)

    def unlisted(self, before: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of `before` whose thing is in none of the rows that were made."""
        listed = self._with_thing(made)[THING]
        return self._with_thing(before).filter(~pl.col(THING).is_in(listed.implode())).drop(THING)

    def _with_thing(self, rows: pl.DataFrame) -> pl.DataFrame:
        parts = [pl.col(name).cast(pl.String).fill_null("") for name in self.by]
        return rows.with_columns(pl.concat_str(parts, separator=SEPARATOR).alias(THING))

    def _frame(self, rows: Sequence[Row]) -> pl.DataFrame:
        return pl.DataFrame(rows, schema=self.table.schema, orient="row") if rows else self.table.empty()

    def _tell_all(self, rows: pl.DataFrame, state: str) -> None:
        self.told += [(row, state, None, None) for row in rows[ROW].to_list()]

    # ---- things that nobody knew --------------------------------------------------------------------------------

    def _all_new(self, made: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of new things: each state that differs from the one before it, each event, totals parted."""
        if made.height and self.match.fills:
            made = self._together(made)
        elif made.height and self.is_state:
            made = self._history(made)
        elif made.height and self.match.total:
            made = self._parted(made)
        if self.joiner is not None:
            made = self._joined(made, self.joiner)
        if made.is_empty():
            return self.table.empty()
        made = made.with_columns(pl.int_range(pl.len()).over(THING).alias(NTH))
        facts = self._ids(made)
        self.told += [(row, NEW, fact, None) for row, fact in zip(made[ROW].to_list(), facts.to_list(), strict=True)]
        return self._enveloped(made, facts)

    def _history(self, made: pl.DataFrame) -> pl.DataFrame:
        """Keep of each thing its first state and those that differ from the one before; one key for one thing."""
        ordered = made.sort(THING, "occurred_at", ROW, maintain_order=True)
        if self.table.key:
            first = pl.col(self.table.key).first().over(THING)
            ordered = ordered.with_columns(first.alias("$key"))
            pairs = ordered.select(self.table.key, "$key").unique()
            self.renamed |= {own: one for own, one in pairs.iter_rows() if own != one}
            ordered = ordered.with_columns(pl.col("$key").alias(self.table.key)).drop("$key")
        content = [name for name in self.content if name != self.table.key]
        same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1).over(THING)) for name in content)
        is_first = pl.int_range(pl.len()).over(THING) == 0
        kept = ordered.with_columns((is_first | ~same).alias("$kept"))
        self._tell_all(kept.filter(~pl.col("$kept")), SAME)
        return kept.filter("$kept").drop("$kept").sort(ROW)

    def _together(self, made: pl.DataFrame) -> pl.DataFrame:
        """Make one row of all that is said of a thing: of each column what is said first."""
        others = [name for name in made.columns if name not in (THING, ROW)]
        ordered = made.sort(ROW)
        first = [pl.col(name).drop_nulls().first() for name in others]
        one = ordered.group_by(THING, maintain_order=True).agg(pl.col(ROW).first(), *first)
        self._tell_all(ordered.filter(~ordered[ROW].is_in(one[ROW].implode())), SAME)
        return one.with_columns(pl.col("evidence").fill_null([])).select(made.columns)

    def _parted(self, made: pl.DataFrame) -> pl.DataFrame:
        """Turn totals so far into what each adds; one that adds nothing is the same, one that is less is told."""
        total = self._stored(self.match.total or "")
        ordered = made.sort(THING, "occurred_at", ROW, maintain_order=True)
        parted = ordered.with_columns((pl.col(total) - pl.col(total).shift(1).over(THING).fill_null(0)).alias("$more"))
        before = (parted[total] - parted["$more"]).to_list()
        less = parted["$more"] < 0
        self.less += [(row, was) for row, was, bad in zip(parted[ROW], before, less, strict=True) if bad]
        self._tell_all(parted.filter(pl.col("$more") == 0), SAME)
        kept = parted.filter(pl.col("$more") > 0)
        return kept.with_columns(pl.col("$more").alias(total)).drop("$more").sort(ROW)

    def _ids(self, made: pl.DataFrame) -> pl.Series:
        """Return ids that follow from what the rows say; one that is void now is not used again."""
        names = [name for name in (*self.content, *WHEN, NTH) if name in made.columns]
        parts = [_as_text(name, made.schema[name]) for name in names]
        cells = made.select(pl.concat_str(THING, *parts, separator=SEPARATOR)).to_series()
        ids = (f"{prefix_of(self.table)}-" + hexed(cells, f"match{SEPARATOR}", 12)).to_list()
        for place, id in enumerate(ids):
            number = 1
            while ids[place] in self.taken:
                number += 1
                ids[place] = f"{id}.{number}"
            self.taken.add(ids[place])
        return pl.Series(ids, dtype=pl.String)

    def _enveloped(self, made: pl.DataFrame, facts: pl.Series) -> pl.DataFrame:
        rows = made.with_columns(facts.alias("fact"), facts.alias("origin_key"), pl.lit(self.origin).alias("origin"))
        return rows.select(list(self.table.schema))

    # ---- things that are known ----------------------------------------------------------------------------------

    def _compare(self, made: pl.DataFrame, before: pl.DataFrame) -> None:
        """Compare thing by thing: few differ, and those are looked at closely."""
        order = ["occurred_at", "recorded_at", "fact"]
        known: dict[str, list[Row]] = {}
        for row in before.sort(order).iter_rows(named=True):
            known.setdefault(row[THING], []).append(row)
        groups: dict[str, list[Row]] = {}
        for row in made.sort("occurred_at", ROW).iter_rows(named=True):
            groups.setdefault(row[THING], []).append(row)
        for thing, rows in groups.items():
            if self.is_state:
                self._next_states(rows, known[thing])
            elif self.match.total:
                self._totals(rows, known[thing])
            else:
                self._events(rows, known[thing])

    def _next_states(self, rows: Sequence[Row], known: list[Row]) -> None:
        """Take the latest row as what is so now, the earlier ones as history."""
        key = self.table.key
        if key:
            known = [row for row in known if row[key] == known[-1][key]]
            self.renamed |= {row[key]: known[-1][key] for row in rows if row[key] != known[-1][key]}
            rows = [{**row, key: known[-1][key]} for row in rows]
        for row in rows[:-1]:
            self._past(row, known)
        self._present(rows[-1], known)

    def _past(self, row: Row, known: Sequence[Row]) -> None:
        """Take an earlier row of the same list: known then, or learnt now."""
        then = [one for one in known if one["occurred_at"] <= row["occurred_at"]]
        if then and not self._differs(row, then[-1]):
            self._tell(row, SAME, then[-1]["fact"])
        elif any(not self._differs(row, one) for one in known):
            self._tell(row, SAME, next(one["fact"] for one in known if not self._differs(row, one)))
        elif self.match.fills:
            self._tell(row, SAME, known[-1]["fact"])
        else:
            self._add(row, {**row, "recorded_at": self._now(row)}, NEW, None)

    def _present(self, row: Row, known: Sequence[Row]) -> None:
        current = known[-1]
        if not self._differs(row, current):
            self._tell(row, SAME, current["fact"])
            return
        earlier = [one for one in known[:-1] if not self._differs(row, one)]
        is_older = bool(earlier) and row["occurred_at"] <= current["occurred_at"] and not self.match.fills
        if is_older and not self.again:
            self._tell(row, OLDER, earlier[-1]["fact"], current["fact"])
            return
        state = {**row, **{name: current[name] for name in self._kept(row, current)}}
        if row["occurred_at"] < current["occurred_at"] or self.match.fills:
            state |= {name: current[name] for name in WHEN}  # what the list says now is so now, whenever they last met
        state["evidence"] = _together_evidence(current, row)
        state["recorded_at"] = max(self._now(row), current["recorded_at"])
        self._add(row, state, CHANGED, current["fact"])

    def _differs(self, row: Row, known: Row) -> bool:
        """Whether a row says something else than a known one; what it leaves open says nothing."""
        for name in self.content:
            if name == self.table.key or name in self.by:
                continue
            if row[name] is None and name not in ALWAYS_SAID:
                continue
            if self.match.fills and known[name] is not None:
                continue
            if row[name] != known[name]:
                return True
        return False

    def _kept(self, row: Row, current: Row) -> list[str]:
        """Return the columns of a state that go on as they were."""
        kept = []
        for name in self.table.schema:
            filled = self.match.fills and current[name] is not None
            silent = name not in self.content or (row[name] is None and name not in ALWAYS_SAID)
            if (silent or filled) and name not in _ENVELOPE:
                kept.append(name)
        return kept

    def _events(self, rows: Sequence[Row], known: Sequence[Row]) -> None:
        """Pair events one by one; what is over is new, what differs is corrected."""
        for number, row in enumerate(rows):
            if number >= len(known):
                self._new_event({**row, NTH: number})
            elif known[number].get(ECHO):
                self._tell(row, SAME, known[number]["fact"])
            elif self._differs(row, known[number]):
                was = known[number]
                state = {**row, **{name: was[name] for name in self._kept(row, was)}}
                self._correct(row, state, was)
            else:
                self._tell(row, SAME, known[number]["fact"])

    def _totals(self, rows: Sequence[Row], known: Sequence[Row]) -> None:
        """Take each total so far as what it adds to what is known; on the same day it corrects the last."""
        name = self._stored(self.match.total or "")
        so_far, last = sum(row[name] for row in known), known[-1]
        for number, row in enumerate(rows):
            more = row[name] - so_far
            corrects = row["occurred_at"] == last["occurred_at"] and last["fact"] in {one["fact"] for one in known}
            if more == 0:
                self._tell(row, SAME, last["fact"])
            elif corrects and last[name] + more > 0:
                self._correct(row, {**row, name: last[name] + more}, last)
                so_far = row[name]
            elif more > 0:
                self._new_event({**row, NTH: number, name: more, "recorded_at": self._now(row)})
                so_far = row[name]
            else:
                self.less.append((row[ROW], so_far))

    def _new_event(self, row: Row) -> None:
        """Add one more event of a known thing, unless another source may tell of it."""
        if self.joiner is None:
            self._add(row, row, NEW, None)
        else:
            self.waiting.append(row)

    def _correct(self, row: Row, state: Row, was: Row) -> None:
        recorded = max(self._now(row), was["recorded_at"])
        self._add(row, {**state, "corrects": was["fact"], "recorded_at": recorded}, CHANGED, was["fact"])

    def _now(self, row: Row) -> datetime:
        recorded: datetime = row["recorded_at"]
        return max(self.known_at, recorded)

    def _add(self, row: Row, state: Row, how: str, was: str | None) -> None:
        one = self._frame([{name: state.get(name) for name in self.table.schema}])
        numbered = one.with_columns(pl.lit(row[THING]).alias(THING), pl.lit(row.get(NTH, 0)).alias(NTH))
        fact = self._ids(numbered)[0]
        self.added.append({**self._enveloped(numbered, pl.Series([fact])).row(0, named=True)})
        self.told.append((row[ROW], how, fact, was))

    def _tell(self, row: Row, state: str, fact: str, was: str | None = None) -> None:
        self.told.append((row[ROW], state, fact, was))

    # ---- events that another source tells of --------------------------------------------------------------------

    def _known(self) -> pl.DataFrame:
        """Return what is known, each with its thing; of joined events also under what they were before.

        A record that proves an event is the same as one that does so already, or as one of its own source.
        """
        known = self._with_thing(self.living)
        if self.joiner is None or self.before is None or self.table.kind != "event":
            return known
        known = known.with_columns(pl.lit(value=False).alias(ECHO))
        if self.joiner.joins.proof:
            known = known.filter(_proven() | pl.col("origin").eq_missing(pl.lit(self.origin)))
        if not self.match.total:
            known = pl.concat([known, self._echoes(known)])
        return known

    def _echoes(self, known: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that count now, under the things that the rows they corrected were."""
        assert self.before is not None
        then = self._with_thing(self.before).select("fact", THING).rename({THING: "$then"})
        step = known.filter(pl.col("corrects").is_not_null()).with_columns(pl.col("corrects").alias("$link"))
        links = self.before.select(pl.col("fact").alias("$link"), pl.col("corrects").alias("$next"))
        found = [known.clear()]
        while step.height:
            named = step.join(then, left_on="$link", right_on="fact", how="inner", maintain_order="left")
            echoed = named.filter(pl.col("$then") != pl.col(THING))
            found.append(echoed.with_columns(pl.col("$then").alias(THING), pl.lit(value=True).alias(ECHO)))
            step = step.join(links, on="$link", how="inner", maintain_order="left")
            step = step.with_columns(pl.col("$next").alias("$link")).drop("$next").drop_nulls("$link")
        return pl.concat([one.select(known.columns) for one in found])

    def _joined(self, made: pl.DataFrame, joiner: Joiner) -> pl.DataFrame:
        """Join the events that other sources tell of already; return those of `made` that are new."""
        made = made.with_columns(pl.int_range(pl.len()).over(THING).alias(NTH))
        same = [name for name in joiner.by if name != joiner.joins.parts]
        keys = pl.concat([made.select(same), self._frame(self.waiting).select(same)])
        others = self._others(joiner).join(keys, on=same, how="semi")
        close = made.join(others, on=same, how="semi", maintain_order="left")
        rows = [*close.iter_rows(named=True), *self.waiting]
        records = [Record(row, row[ROW], self._digest(row)) for row in rows]
        known = list(others.iter_rows(named=True))
        pairs = joiner.pairs(records, known)
        for place, other in pairs.items():
            self._join(rows[place], other, joiner.joins)
        shared = joiner.shared(records, known, pairs)
        for one in shared:
            self._join_parts([rows[place] for place in one.places], one.rows, joiner.joins)
        done = {*pairs, *(place for one in shared for place in one.places)}
        for place, row in enumerate(self.waiting, close.height):
            if place not in done:
                self._add(row, row, NEW, None)
        joined = {(rows[place][THING], rows[place][NTH]) for place in done if place < close.height}
        return made.filter([one not in joined for one in made.select(THING, NTH).iter_rows()]) if joined else made

    def _join_parts(self, made: Sequence[Row], known: Sequence[Mapping[str, Any]], joins: Joins) -> None:
        """Write that several records share out one known event, or that one record is the sum of several."""
        if len(known) > 1:
            for other in known:
                self._join({**made[0], joins.parts or "": other[joins.parts or ""]}, other, joins)
            return
        whole = known[0]
        self._join(made[0], whole, joins)
        for row in made[1:]:
            rest = {name: row[name] if row[name] is not None else whole[name] for name in self.table.schema}
            rest |= {name: whole[name] for name in (*joins.agree, *joins.apart) if whole[name] is not None}
            self._add(row, {**rest, "corrects": None}, NEW, None)

    def _others(self, joiner: Joiner) -> pl.DataFrame:
        """Return the events that other sources tell of; of two that prove theirs, none is the other's."""
        others = self.living.filter(pl.col("origin").ne_missing(pl.lit(self.origin)))
        return others.filter(~_proven()) if joiner.joins.proof else others

    def _digest(self, row: Row) -> str:
        """Return what an answer about a record is remembered by: what it says, and which of several alike it is."""
        said = [row[THING], *(str(row[name]) for name in (*self.content, *WHEN)), str(row[NTH])]
        return hex_of(f"join{SEPARATOR}{SEPARATOR.join(said)}", 16)

    def _join(self, row: Row, other: Mapping[str, Any], joins: Joins) -> None:
        """Write that a record tells of a known event: it fills what is open.

        By what names it in its source it must be found again, so that stands, unless the known one is proven.
        """
        stands = bool(joins.proof) or not other["evidence"]
        state = {name: other[name] if other[name] is not None else row[name] for name in self.content}
        if stands:
            names = [name for name in (*self.by, *(WHEN if "occurred_at" in self.by else ())) if name in row]
            state |= {name: row[name] for name in names if row[name] is not None or name == "precision"}
        evidence = _together_evidence(other, row)
        if evidence == (other["evidence"] or []) and all(other[name] == value for name, value in state.items()):
            self._tell(row, SAME, other["fact"])
            return
        recorded = max(self._now(row), other["recorded_at"])
        state |= {"evidence": evidence, "corrects": other["fact"], "recorded_at": recorded}
        self._add(row, {**other, **state}, JOINED, other["fact"])
        if not stands:
            self.added[-1]["origin"] = other["origin"]


def _together_evidence(*rows: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(document for row in rows for document in row["evidence"] or ()))


def _proven() -> pl.Expr:
    return pl.col("evidence").list.len().fill_null(0) > 0


_ENVELOPE = frozenset(
    {"fact", "recorded_at", "recorded_by", "corrects", "because", "origin", "origin_key", "void", *WHEN}
)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Return a column's cells as text that tells different ones apart."""
    if isinstance(dtype, pl.List):
        return pl.col(name).list.eval(pl.element().cast(pl.String)).list.join(";").fill_null("")
    return pl.col(name).cast(pl.String).fill_null("")


def living(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that count: not corrected, not void."""
    if all(rows[name].null_count() == rows.height for name in ("corrects", "void")):
        return rows
    corrected = rows["corrects"].drop_nulls()
    return rows.filter(~pl.col("fact").is_in(corrected.implode()) & ~pl.col("void").fill_null(value=False))


def newest(rows: pl.DataFrame, by: str | Sequence[str]) -> pl.DataFrame:
    """Return the last row of each thing, of rows that count."""
    return rows.sort("occurred_at", "recorded_at", "fact").unique(by, keep="last", maintain_order=True)


def renamed(table: Table, rows: pl.DataFrame, names: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Return rows whose references say the keys that things turned out to have."""
    for column in table.refs:
        known = names.get((column.item or column).target or "", {})
        if known and not column.item and rows[column.name].is_in(list(known)).any():
            rows = rows.with_columns(pl.col(column.name).replace(dict(known)))
    return rows
