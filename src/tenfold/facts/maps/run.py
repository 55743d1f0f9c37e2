"""Runs a map file: the rows that its sources make, with every record accounted for.

Rows are made column-wise, map after map: maps into `parties` first, for they name those whom the others mention.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from tenfold.facts.cells import ROW as CAST_ROW
from tenfold.facts.cells import cast
from tenfold.facts.cleaning import clean
from tenfold.facts.complaints import joined, problems
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES, Table
from tenfold.facts.distinct import all_different
from tenfold.facts.maps.fill import ROW, Filling, source_text
from tenfold.facts.maps.keys import LETTERS, PERSON, Parties, digests, entity_keys, fact_ids
from tenfold.facts.maps.language import Cell, Map, MapFile, Who
from tenfold.facts.maps.shape import AT, FACT, FIRST, GONE, MOMENT, NTH, WHOLE, Shaped, identity, numbered, shape
from tenfold.facts.maps.sources import SHEET, Sources
from tenfold.facts.maps.who import Likely, Mention, People, find, mentions_of
from tenfold.terms.listed import BETWEEN, Listed

KEY, PLACE = "$key", "$place"
PEOPLE = "$who:"  # before the name of a column: the parties that it names
DATE = r"^[0-9]{4}($|-)"
Told = tuple[str, str]  # column and id of complaints
ENVELOPE = ("fact", "recorded_at", "recorded_by", "corrects", "because", "origin", "origin_key", "void")


@dataclass
class Made:
    """What one map made of its source."""

    table: Table
    one: Map
    shaped: Shaped
    rows: pl.DataFrame  # typed, in the table's columns, and `$row`
    problems: pl.DataFrame
    told: pl.DataFrame  # complaints about cells that were left empty; the rows are taken
    by: pl.Series | None = None  # what each row repeats, where the source rescores
    lines: Mapping[Told, str] = field(default_factory=dict)  # where the map says how such cells are read

    @property
    def source(self) -> str:
        """What complaints call the source: its file, and the sheet of a workbook."""
        return f"{self.one.from_}{SHEET}{self.one.sheet}" if self.one.sheet else self.one.from_

    def readable(self, unread: pl.Series) -> pl.DataFrame:
        """Return the rows whose records are not among `unread`; a later score corrects the one before."""
        good = ~self.rows[ROW].is_in(unread.implode()) if unread.len() else None
        rows = self.rows if good is None else self.rows.filter(good)
        if self.by is None:
            return rows.drop(ROW)
        kept = _rescored(self.table, rows.drop(ROW), self.by if good is None else self.by.filter(good))
        self.shaped.repeated += rows.height - kept.height
        return kept


@dataclass
class Runner:
    """One run of a map file over its sources."""

    maps: MapFile
    sources: Sources
    parties: Parties
    context: Context
    today: str = ""  # the local day of the import
    people: People | None = None  # everybody known, where the maps say `who`
    likely: list[Likely] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    _found: dict[str, pl.DataFrame] = field(default_factory=dict)  # column of a name: $row, its party

    def find_people(self) -> None:
        """Find the party of everybody whom the records mention; organisations first, for persons belong to them."""
        if self.people is None or not self.maps.content.who:
            return
        one = self.maps.maps[0]
        frame = self._source(one)
        for who in self.maps.content.who:
            frame = self._with_people(frame)
            kinds = self._filling(TABLES["parties"]).value(who.kind, "kind", frame)
            given = mentions_of(frame, kinds, self._columns_of(who), self.maps.content.country)
            given = given.filter(pl.col("kind").is_in(list(LETTERS)))
            told = self.parties.told(given["digest"].unique(), self.people.living)
            found = find(self.people, given, told, lambda new: self.parties.number(new.name, new.kind, new.digest))
            self._found[who.name] = found.rows.rename({"party": f"{PEOPLE}{who.name}"})
            self.likely += found.likely
            self.mentions += found.mentions

    def _columns_of(self, who: Who) -> dict[str, str]:
        """Return the fields of a mention and the columns that they stand in."""
        fields = ("name", "email", "phone", "registration", "account")
        columns = {field: getattr(who, field) for field in fields if getattr(who, field)}
        if who.organisation:
            found = who.organisation in self._found
            columns["organisation"] = f"{PEOPLE}{who.organisation}" if found else who.organisation
        return columns

    def _with_people(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add the party of each name that was looked for, as columns of their own, where the frame lacks them."""
        for name, found in self._found.items():
            if f"{PEOPLE}{name}" not in frame.columns:
                frame = frame.join(found, on=ROW, how="left", maintain_order="left")
        return frame

    def _source(self, one: Map) -> pl.DataFrame:
        """Return the source of a map with the columns that the file makes for all of its maps."""
        source = self.sources.frame(one.from_, one.sheet)
        filling = self._filling(TABLES[one.table])
        for name, cell in self.maps.content.columns.items():
            source = source.with_columns(filling.value(cell, name, source).alias(name))
        return source

    def _filling(self, table: Table) -> Filling:
        content = self.maps.content
        make_key = partial(self._keys, table)
        return Filling(self.sources.frame, make_key, self.today, content.country, answered=content.reading is not None)

    def run(self) -> list[Made]:
        """Make the rows of every map, in the order of the file."""
        numbers = sorted(range(len(self.maps.maps)), key=lambda n: self.maps.maps[n].table != "parties")
        made = {}
        for place, n in enumerate(numbers):
            one = self.maps.maps[n]
            later = {(self.maps.maps[m].from_, self.maps.maps[m].sheet) for m in numbers[place + 1 :]}
            made[n] = self._make(n, one, last=(one.from_, one.sheet) not in later)
        return [made[n] for n in sorted(made)]

    def _make(self, n: int, one: Map, last: bool) -> Made:
        """Make the rows of a map; the cells of its source are let go when no map after it reads them."""
        table = TABLES[one.table]
        own = [name for name in self.sources.frame(one.from_, one.sheet).columns if name != ROW]
        source = self._with_people(self._source(one))
        filling = self._filling(table)
        for name, cell in one.columns.items():
            source = source.with_columns(filling.value(cell, name, source).alias(name))
        if NTH in one.id:
            source = numbered(source, one.id)
        shaped = shape(one, source, self.sources.frame, lambda frame: self._dates(one, filling, frame))
        del source
        if last:
            self.sources.forget(one.from_, one.sheet)
        frame = self._identified(table, one, filling, shaped.frame)
        text = self._filled(one, filling, frame)
        typed, unread = cast(table, text, self.context, f"import:{self.maps.origin}")
        unvalued = self.sources.unvalued(one.from_, one.sheet)
        found = joined([*filling.found, *_twice(frame, own), *_unvalued(one, frame[ROW], unvalued)])
        # A cell that could not be filled is empty for that reason: saying so again helps nobody.
        known = unread.filter(pl.col("id") == "facts.cell.required").join(found, on=["row", "column"], how="semi")
        if known.height:
            unread = unread.join(known, on=["row", "column", "id"], how="anti", maintain_order="left")
        found, told = joined([found, unread]), joined(filling.told)
        lines = lines_of(self.maps, n, joined([found, told]))
        by = identity(frame, one.rescored.by) if one.rescored is not None else None
        rows = typed.with_columns(frame[ROW])
        return Made(table, one, shaped, rows, in_own_words(one, found), in_own_words(one, told), by, lines)

    def _dates(self, one: Map, filling: Filling, frame: pl.DataFrame) -> pl.Series:
        """Return the dates of a panel's lists as text that sorts."""
        if one.snapshots is None:
            return pl.Series(dtype=pl.String)
        at = filling.value(one.snapshots.at, AT, frame)
        undated = ~at.str.contains(DATE).fill_null(value=False)
        filling.complain(frame, one.snapshots.at.column or AT, "maps.not_a_date", at, undated)
        return at.set(undated, None)

    def _identified(self, table: Table, one: Map, filling: Filling, frame: pl.DataFrame) -> pl.DataFrame:
        """Add `$fact`, `$key` (the row's origin_key) and the place of each row."""
        if table.name == "parties" and one.match is None:
            return self._named_as_parties(table, one, filling, frame)
        cells = identity(frame, one.id)
        facts = fact_ids(table, self.maps.origin, one.name, cells)
        shown = digests(self.maps.origin, cells) if personal_columns(table, one) & set(one.id) else cells
        keys = f"{one.name}: " + shown if one.name else shown
        return frame.with_row_index(PLACE).with_columns(facts.alias(FACT), keys.alias(KEY))

    def _named_as_parties(self, table: Table, one: Map, filling: Filling, frame: pl.DataFrame) -> pl.DataFrame:
        """Name the rows of a map into `parties` as other maps name those parties, so that they find them."""
        party = one.set["party"]
        cells = _named(party, frame)
        filling.complain(frame, "party", "facts.cell.required", cells, cells.is_null())
        kinds = Filling(filling.read, filling.keys).value(party.kind or party, "kind", frame)
        keys = cells.zip_with((kinds != PERSON).fill_null(value=True), self.parties.digests(cells))
        facts = fact_ids(table, self.maps.origin, None, cells)
        return frame.with_row_index(PLACE).with_columns(facts.alias(FACT), keys.alias(KEY))

    def _filled(self, one: Map, filling: Filling, frame: pl.DataFrame) -> pl.DataFrame:
        """Fill the target columns; a panel's first and gone rows have cells of their own."""
        cells = {WHOLE: one.set}
        if one.snapshots is not None:
            first, gone = one.snapshots.first, one.snapshots.gone or {}
            cells = {FIRST: {**one.set, **first}, **cells, GONE: {**one.set, **gone}}
        recorded = one.rescored.order if one.rescored is not None else one.recorded_at
        parts = []
        for moment, filled in cells.items():
            part = frame.filter(frame[MOMENT] == moment) if one.snapshots is not None else frame
            wanted = filled if recorded is None else {**filled, "recorded_at": recorded}
            own = (part[PLACE], part[FACT].alias("fact"), part[KEY].alias("origin_key"), part[ROW].alias(CAST_ROW))
            made = filling.fill({target: cell for target, cell in wanted.items() if cell.of is None}, part)
            made = made.with_columns(
                self._made_of(one, target, cell, made) for target, cell in wanted.items() if cell.of
            )
            parts.append(made.with_columns(*own))
        text = pl.concat(parts, how="diagonal").sort(PLACE) if len(parts) > 1 else parts[0]
        text = text.drop(PLACE)
        return text.with_columns(pl.lit(self.maps.origin).alias("origin"))

    def _made_of(self, one: Map, target: str, cell: Cell, made: pl.DataFrame) -> pl.Series:
        """Make a key of what other columns of a row hold: the same for the same things, whatever file names them."""
        table = TABLES[one.table]
        column = table.columns[target]
        names = cell.of or []
        cells = identity(made, names).set(made.select(pl.any_horizontal(pl.col(names).is_null())).to_series(), None)
        return entity_keys(TABLES[(column.item or column).target or table.name], "", cells).alias(target)

    def _keys(self, table: Table, filling: Filling, cell: Cell, target: str, frame: pl.DataFrame) -> pl.Series:
        """Make the entity keys of a `key` cell; what kind of key follows from the target column."""
        if cell.who is not None:
            return frame[f"{PEOPLE}{cell.who}"]
        named = _named(cell, frame)
        column = table.columns[target]
        aimed = TABLES[(column.item or column).target or table.name]
        if aimed.name != "parties":
            return entity_keys(aimed, self.maps.origin, named)
        kinds = filling.value(cell.kind, "kind", frame) if cell.kind is not None else None
        if kinds is not None:
            unknown = named.is_not_null() & ~kinds.is_in(list(LETTERS)).fill_null(value=False)
            filling.complain(frame, target, "maps.kind", kinds, unknown, Listed(LETTERS))
        keys = self.parties.keys(named, kinds)
        if kinds is None:
            filling.complain(frame, target, "maps.party_unknown", named, named.is_not_null() & keys.is_null())
        return keys


def columns_of(cell: Cell) -> list[str]:
    """Return the source columns that a cell reads, in the order in which it does, without `$row` and its like."""
    found: list[str] = []
    link: Cell | None = cell
    while link is not None:
        names = (link.column, link.who, *(link.key or []), *(link.join or []))
        found += [name for name in names if name and not name.startswith("$")]
        link = link.else_
    return list(dict.fromkeys(found))


def personal_columns(table: Table, one: Map) -> set[str]:
    """Return the source columns that name persons, or hold what was typed by or about them.

    An origin_key is never made of these: it stays when names are erased.
    """
    found: set[str] = set()
    for target, cell in one.set.items():
        kind = cell.kind
        person = kind is not None and PERSON in (kind.value, kind.default, *(kind.map or {}).values())
        if person or table.columns[target.removesuffix("_minor")].personal:
            found.update(cell.key or [], [cell.column] if cell.column else [])
    return found


def _named(cell: Cell, frame: pl.DataFrame) -> pl.Series:
    """Return the cells that name a party or thing; null where all of them are empty."""
    sources = [{"column": name} for name in cell.key] if cell.key else [{"value": cell.value}]
    parts = [cell.model_copy(update={"key": None, **source}) for source in sources]
    cells = pl.DataFrame([clean(source_text(part, frame)).alias(str(n)) for n, part in enumerate(parts)])
    empty = cells.select(pl.all_horizontal(pl.all().is_null())).to_series()
    return identity(cells, cells.columns).set(empty, None)


def _twice(frame: pl.DataFrame, own: list[str]) -> Iterator[pl.DataFrame]:
    """Complain of records that the same cells name; of one that repeats another cell by cell, that it does."""
    if all_different(frame[FACT]):
        return
    again = frame.filter(frame[FACT].is_duplicated()).select(FACT, KEY, ROW, pl.struct(own).alias("cells"))
    first = pl.col(ROW).min().over(FACT, "cells")
    again = again.with_columns(first=first).filter(~again[FACT].is_first_distinct())
    copied = again["first"] < again[ROW]
    yield problems(again[ROW], "fact", "maps.same_id", again[KEY], ~copied)
    copies = problems(again[ROW], "", "maps.same_record", again[KEY], copied)
    yield copies.with_columns(seen=pl.lit(""), expected=again["first"].filter(copied).cast(pl.String))


def lines_of(maps: MapFile, n: int, found: pl.DataFrame) -> dict[Told, str]:
    """Return where a map says how the cells are read that are complained of, for each column and id.

    found   complaints under the names of target columns
    """
    if found.is_empty():
        return {}
    one = maps.maps[n]
    pairs = found.unique(("column", "id"), keep="first", maintain_order=True)
    own = in_own_words(one, pairs)["column"]
    lines: dict[Told, str] = {}
    for target, id, column in zip(pairs["column"], pairs["id"], own, strict=True):
        line = maps.line(f"/{n}{_pointer(one, target)}")
        if line is not None:
            lines.setdefault((column, id), line)
    return lines


def in_own_words(one: Map, found: pl.DataFrame) -> pl.DataFrame:
    """Name in complaints the source's own columns where the map reads some, for those are what its reader sees."""
    if found.is_empty():
        return found
    filled = {**one.set}
    for other in (one.snapshots.first, one.snapshots.gone or {}) if one.snapshots is not None else ():
        filled = {**other, **filled}
    order = one.rescored.order if one.rescored is not None else one.recorded_at
    read = {
        target: _columns_behind(cell, filled)
        for target, cell in {**filled, **({"recorded_at": order} if order else {})}.items()
    }
    read |= {target.removesuffix("_minor"): names for target, names in read.items() if target.endswith("_minor")}
    read["fact"] = [name for name in one.id if not name.startswith("$")]
    named = {target: BETWEEN.join(names) for target, names in read.items() if names}
    kinds = {target: BETWEEN.join(columns_of(cell.kind)) or target for target, cell in filled.items() if cell.kind}
    of_kind = pl.col("id") == "maps.kind"
    said = pl.when(of_kind).then(pl.col("column").replace(kinds)).otherwise(pl.col("column").replace(named))
    return found.with_columns(said.alias("column"))


def _columns_behind(cell: Cell, filled: Mapping[str, Cell]) -> list[str]:
    """Return the source columns that a cell reads, or those behind the cells that it is made of."""
    behind = [filled[name] for name in cell.of or [] if name in filled]
    return list(dict.fromkeys(name for one in (cell, *behind) for name in columns_of(one)))


def _pointer(one: Map, target: str) -> str:
    """Return where a map says how a column is filled or made, or how its rows are named."""
    stands = next((name for name in (target, f"{target}_minor") if name in one.set), None)
    match target:
        case "":
            return ""
        case "fact":
            return "/id"
        case "recorded_at":
            return "/rescored/order" if one.rescored is not None else "/recorded_at"
        case _ if stands is not None:
            return f"/set/{stands}"
        case _ if target in one.columns:
            return f"/columns/{target}"
        case _:
            return "/snapshots" if one.snapshots is not None else ""


def _unvalued(one: Map, rows: pl.Series, found: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Complain of formulas without a value in the columns of a map: in its rows, and where `only` asks for one."""
    asked = pl.col("row").is_in(rows.implode())
    for condition in one.only or ():
        asked |= pl.col("column") == condition.column
    found = found.filter(asked)
    for target, cell in one.set.items() if found.height else ():
        link: Cell | None = cell
        while link is not None:
            named = pl.col("column").is_in([link.column, *(link.key or [])])
            yield found.filter(named).with_columns(pl.lit(target).alias("column"))
            link = link.else_


def content_of(table: Table) -> list[str]:
    """Return the columns that say what a row tells, without who recorded it when and under which id."""
    return [name for name in table.schema if name not in ENVELOPE]


def _rescored(table: Table, rows: pl.DataFrame, by: pl.Series) -> pl.DataFrame:
    """Let each repetition of a fact correct the one before; one that tells the same again is dropped."""
    rows = rows.with_columns(by.alias(KEY), pl.int_range(pl.len()).alias(PLACE)).sort("recorded_at", PLACE)
    unchanged = (pl.col(name).eq_missing(pl.col(name).shift(1).over(KEY)) for name in content_of(table))
    first = pl.int_range(pl.len()).over(KEY) == 0
    kept = rows.filter(first | ~pl.all_horizontal(unchanged))
    return kept.with_columns(pl.col("fact").shift(1).over(KEY).alias("corrects")).sort(PLACE).drop(KEY, PLACE)
