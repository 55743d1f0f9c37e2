"""An import: what the sources make, what that changes in the community, and the writing of it, all or nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import polars as pl

from tenfold.facts.cells import filled_columns
from tenfold.facts.check import check
from tenfold.facts.commit import Change, changing
from tenfold.facts.complaints import Complaints, joined
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES
from tenfold.facts.maps.check import check_maps
from tenfold.facts.maps.compare import Compared, compare, under_known_keys, withdrawn
from tenfold.facts.maps.fill import ROW
from tenfold.facts.maps.keys import PERSON, Parties, digests, fact_ids
from tenfold.facts.maps.known import Outcome, Run
from tenfold.facts.maps.language import MapFile, read_maps
from tenfold.facts.maps.run import Made, Runner
from tenfold.facts.maps.sources import Sources
from tenfold.facts.rejects import put_rejects
from tenfold.facts.store import FactStore
from tenfold.facts.write import add_facts
from tenfold.terms.days import local_day
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import BETWEEN

TOLD = ("row", "column", "id", "seen")  # what makes a complaint another one
PIECE = 10_000  # complaints put into words at a time
EXPECTED_AT_MOST = 200  # characters of what was expected that a parked copy repeats
STATES = ("new", "changed", "same", "held")


@dataclass(frozen=True)
class Report:
    """One map, counted: every record of its source is elsewhere, repeated, skipped, unread or made into rows."""

    table: str
    name: str | None
    source: str
    read: int  # records of the source
    elsewhere: int  # not this map's business
    repeated: int  # told again what was told
    skipped: Mapping[str, int]  # by reason
    unread: int  # records that something is wrong with
    made: int  # rows
    states: Mapping[str, int]  # of the rows: new, changed, same, held (somebody else corrected it meanwhile)

    def as_dict(self) -> dict[str, object]:
        """Return the report as JSON can hold it."""
        counts = {"read": self.read, "elsewhere": self.elsewhere, "repeated": self.repeated, "unread": self.unread}
        rows = {"made": self.made, "rows": dict(self.states), "skipped": dict(self.skipped)}
        return {"table": self.table, "name": self.name, "source": self.source, **counts, **rows}


@dataclass(frozen=True)
class Import:
    """The result of running a map file; nothing is written before `write`.

    added     rows that the community does not have yet, corrections included, by table
    gone      living rows from this origin that the source no longer has, by table
    problems  complaints about records, by source; empty when everything fits
    rejects   records left out on purpose: source, row, table, reason
    """

    origin: str
    reports: tuple[Report, ...]
    added: Mapping[str, pl.DataFrame]
    gone: Mapping[str, pl.DataFrame]
    problems: Mapping[str, pl.DataFrame]
    rejects: pl.DataFrame
    parties: int  # new ones, named by no map of their own
    store: FactStore = field(repr=False)
    context: Context = field(repr=False)
    sources: Sources = field(repr=False)
    known_at: datetime | None = None
    run: Run | None = field(default=None, repr=False)  # of a file whose rows are known by what they say
    lines: Mapping[tuple[str, str, str], str] = field(default_factory=dict, repr=False)  # source, column, id: map:line

    @property
    def unread(self) -> int:
        """Number of records that something is wrong with."""
        return sum(found["row"].n_unique() for found in self.problems.values())

    def complaints(self) -> tuple[Complaint, ...]:
        """Return the first complaints about records, each with the line of the map, and a count of the rest."""
        complaints = Complaints()
        for source, found in self.problems.items():
            complaints.take(found, source)
        rest = complaints.count - len(complaints.listed)
        more = [Complaint("facts.more", params={"count": rest, "listed": len(complaints.listed)})] if rest else []
        return (*map(self._with_line, complaints.listed), *more)

    def _with_line(self, one: Complaint) -> Complaint:
        """Add where the map says how the cell is read, if the map is a file of somebody's."""
        line = self.lines.get((one.place.file, one.place.column or "", one.id))
        return replace(one, place=replace(one.place, rule=line)) if line else one

    def parked(self, words: Callable[[Complaint], str], header: str) -> dict[str, pl.DataFrame]:
        """Return a copy of each source that holds unreadable records, with a last column saying why.

        The copy keeps every record in its place, so that it can be put right there and imported again: what entered
        before is then the same, and what was put right is new.

        Parameters
        ----------
        words
            Puts a complaint into words.
        header
            Name of the last column, 原因 or reason.
        """
        return {
            source: _parked(self.sources.named(source), found, source, words, header)
            for source, found in self.problems.items()
        }

    def merged(self, without_gone: bool = False) -> dict[str, pl.DataFrame]:
        """Return the rows to be added by table, void rows for what is gone included if chosen; checked as a whole.

        Raises
        ------
        Refused   when the community would not load any more
        """
        added = dict(self.added)
        for name, gone in self.gone.items() if without_gone else ():
            added[name] = pl.concat(
                [added.get(name, TABLES[name].empty()), withdrawn(TABLES[name], gone, self.known_at)]
            )
        complaints = Complaints()
        tables = self.store.tables
        check(
            {name: pl.concat([tables[name], added[name]]) if name in added else tables[name] for name in tables},
            complaints,
        )
        complaints.settle()
        return added

    def write(self, folder: Path, without_gone: bool = False, without_unread: bool = False) -> list[Path]:
        """Write the rows as `put` does, as one change of their own.

        Whoever read the community before this has to hold its folder since then (`commit.changing`), and to use `put`.
        """
        with changing(folder, "import") as change:
            return self.put(change, without_gone, without_unread)

    def put(self, change: Change, without_gone: bool = False, without_unread: bool = False) -> list[Path]:
        """Let a change of the community folder write the rows, and `rejects.csv` beside its facts.

        Parameters
        ----------
        without_gone
            Withdraw what the source no longer has.
        without_unread
            The user agrees that everything enters but the unreadable records, which are parked.

        Raises
        ------
        Refused   when a record is unreadable and the user did not agree, or the whole would not load
        """
        if self.problems and not without_unread:
            raise Refused(self.complaints())
        written = add_facts(change, self.store, self.merged(without_gone), self.context.currencies)
        put_rejects(change, self.rejects, {report.source for report in self.reports})
        return written


def run_map(
    map_file: Path,
    files: Path | Mapping[str, Path],
    store: FactStore,
    context: Context,
    known_at: datetime | None = None,
) -> Import:
    """Run a map file over its sources and compare the rows with those of the community.

    Parameters
    ----------
    map_file
        YAML in the words of `language`.
    files
        The folder of the sources, or the sources by name.
    store
        The community's facts: its keys are used again, and what it has is not doubled.
    context
        Time zone, currencies and ids of its charter.
    known_at
        When the community learnt of what the source changed; None dates a correction like the row it corrects.

    Raises
    ------
    Refused   when the map does not fit its sources or the declaration; never for single records (see `problems`)
    """
    maps = read_maps(map_file)
    return run_maps(maps, Sources(_named(files, maps)), store, context, known_at)


def run_maps(
    maps: MapFile,
    sources: Sources,
    store: FactStore,
    context: Context,
    known_at: datetime | None = None,
    again: bool = False,
) -> Import:
    """Run a map file that was read over sources that were opened, as `run_map` does.

    Parameters
    ----------
    again
        Whether older states that a source of a map with `match` says are so now: else they are held.
    """
    check_maps(maps, sources)
    now = known_at or datetime.now(UTC)
    if maps.maps[0].match is not None:
        return _known_import(Run(maps, sources, store, context, now, again).run())
    parties = Parties.of(store.tables["parties"], maps.origin)
    made = Runner(maps, sources, parties, context, local_day(now, context.timezone).isoformat()).run()
    for one in made:
        one.rows = under_known_keys(one.rows, store.tables[one.table.name], maps.origin)
    unread = _by_source(made)
    kept = _described_once([_taken(one, _left_out(one, unread)) for one in made], made)
    new = _new_parties(kept, made, parties, maps.origin)
    compared = _compared(made, kept, new, parties, store, maps.origin, known_at)
    return Import(
        maps.origin,
        tuple(
            _report(one, rows.height, states, unread)
            for one, rows, states in zip(made, kept, _states(made, kept, compared), strict=True)
        ),
        {name: one.added for name, one in compared.items() if one.added.height},
        {name: one.gone for name, one in compared.items() if one.gone.height},
        _told(made, unread),
        _rejects(made),
        new.height,
        store,
        context,
        sources,
        known_at,
        lines=_lines(made),
    )


def _known_import(run: Run) -> Import:
    """Return what a file came to whose rows are known by what they say."""
    made = [outcome.made for outcome in run.outcomes]
    by_source: dict[str, list[pl.DataFrame]] = {}
    for outcome in run.outcomes:
        by_source.setdefault(outcome.made.source, []).append(outcome.told)
    unread = {source: joined(found).unique(maintain_order=True) for source, found in by_source.items()}
    return Import(
        run.maps.origin,
        tuple(_known_report(outcome) for outcome in run.outcomes),
        {name: pl.concat(rows) for name, rows in run.added.items()},
        run.gone(),
        {source: found for source, found in unread.items() if found.height},
        _rejects(made),
        run.added_parties,
        run.store,
        run.context,
        run.sources,
        run.known_at,
        run,
        _lines(made),
    )


def _lines(made: Sequence[Made]) -> dict[tuple[str, str, str], str]:
    """Return where the maps say how cells are read: of two maps of a source that read a column, the first."""
    lines: dict[tuple[str, str, str], str] = {}
    for one in made:
        for (column, id), line in one.lines.items():
            lines.setdefault((one.source, column, id), line)
    return lines


def _known_report(outcome: Outcome) -> Report:
    made, told = outcome.made, outcome.matched.told["$state"]
    return Report(
        made.table.name,
        made.one.name,
        made.source,
        made.shaped.read,
        made.shaped.elsewhere,
        made.shaped.repeated,
        made.shaped.skipped,
        outcome.problems["row"].n_unique(),
        outcome.kept,
        {state: int((told == state).sum()) for state in (*STATES, "older", "left")},
    )


def _named(files: Path | Mapping[str, Path], maps: MapFile) -> Path | Mapping[str, Path]:
    """Return the files by the names in the map; one file for a map of one source needs no name of its own."""
    names = {one.from_ for one in maps.maps}
    if isinstance(files, Mapping) and len(files) == len(names) == 1:
        return dict(zip(names, files.values(), strict=True))
    return files


def _by_source(made: list[Made]) -> dict[str, pl.DataFrame]:
    """Join the complaints of all maps by source: a record that one map cannot read is left out of all."""
    names = dict.fromkeys(one.source for one in made)
    return {
        name: joined(one.problems for one in made if one.source == name).unique(TOLD, maintain_order=True)
        for name in names
    }


def _told(made: list[Made], unread: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return all complaints by source: about records that are left out, and about cells that are left empty."""
    told = {name: joined([found, *(one.told for one in made if one.source == name)]) for name, found in unread.items()}
    return {name: found.unique(TOLD, maintain_order=True) for name, found in told.items() if found.height}


def _left_out(made: Made, unread: Mapping[str, pl.DataFrame]) -> pl.Series:
    """Return the unreadable records of a map; a `distinct` row stands for many, so that it may itself be readable."""
    return (unread[made.source] if made.one.distinct is None else made.problems)["row"]


def _taken(made: Made, unread: pl.Series) -> pl.DataFrame:
    """Return a map's readable rows; of the others only what they are called is still asked for."""
    rows = made.readable(unread)
    made.rows = made.rows.select("origin_key")
    made.shaped.frame = made.shaped.frame.select(ROW)
    return rows


def _described_once(kept: list[pl.DataFrame], made: list[Made]) -> list[pl.DataFrame]:
    """Let the first map into `parties` that names somebody describe them; the others tell it again."""
    known = pl.Series(dtype=pl.String)
    for number, one in enumerate(made):
        if one.table.name == "parties":
            rows = kept[number].filter(~pl.col("fact").is_in(known.implode())) if known.len() else kept[number]
            one.shaped.repeated += kept[number].height - rows.height
            kept[number] = rows
            known = known.append(rows["fact"])
    return kept


def _new_parties(kept: list[pl.DataFrame], made: list[Made], parties: Parties, origin: str) -> pl.DataFrame:
    """Return the rows of parties that are new and that no map into `parties` describes.

    A party is known from the first fact that mentions it.
    """
    table = TABLES["parties"]
    uses = [_uses(one, rows) for one, rows in zip(made, kept, strict=True)]
    described = [rows["party"] for one, rows in zip(made, kept, strict=True) if one.table is table]
    if not any(uses):
        return table.empty()
    first = pl.concat([u for use in uses for u in use]).group_by("party").agg(pl.all().min())
    new = parties.new.join(first, on="party", how="inner", maintain_order="left")
    new = new.filter(~pl.col("party").is_in(pl.concat(described).implode())) if described else new
    rows = new.with_columns(
        fact_ids(table, origin, None, new["name"]).alias("fact"),
        digests(origin, new["name"]).zip_with(new["type"] == PERSON, new["name"]).alias("origin_key"),
        pl.lit(origin).alias("origin"),
        pl.lit(f"import:{origin}").alias("recorded_by"),
    ).drop("mention")
    return pl.concat([table.empty(), rows], how="diagonal_relaxed").with_columns(pl.col("evidence").fill_null([]))


def _uses(made: Made, rows: pl.DataFrame) -> list[pl.DataFrame]:
    found = []
    filled = filled_columns(rows)
    for column in made.table.refs:
        if (column.item or column).target == "parties" and column.name in filled:
            used = rows.select(pl.col(column.name).alias("party"), "occurred_at", "recorded_at")
            found.append((used.explode("party") if column.item else used).drop_nulls("party"))
    return found


def _compared(
    made: list[Made],
    kept: list[pl.DataFrame],
    new: pl.DataFrame,
    parties: Parties,
    store: FactStore,
    origin: str,
    known_at: datetime | None,
) -> dict[str, Compared]:
    names = dict.fromkeys(["parties", *(one.table.name for one in made)])
    compared = {}
    for name in names:
        table = TABLES[name]
        mapped = [number for number, one in enumerate(made) if one.table is table]
        rows = pl.concat([table.empty(), *(kept[number] for number in mapped), *([new] if name == "parties" else [])])
        keys = [made[number].rows["origin_key"] for number in mapped]
        if name == "parties":
            keys += parties.mentioned  # asked for membership alone
        one = compare(table, rows, keys, store.tables[name], origin, known_at)
        compared[name] = one if mapped else Compared(one.added, one.states, one.gone.clear())
    return compared


def _states(made: list[Made], kept: list[pl.DataFrame], compared: Mapping[str, Compared]) -> list[pl.Series]:
    """Return the states of each map's rows; those of one table were compared in the order of the maps."""
    begins = dict.fromkeys(compared, 0)
    found = []
    for one, rows in zip(made, kept, strict=True):
        name = one.table.name
        found.append(compared[name].states.slice(begins[name], rows.height))
        begins[name] += rows.height
    return found


def _report(made: Made, rows: int, states: pl.Series, unread: Mapping[str, pl.DataFrame]) -> Report:
    records = made.shaped.frame[ROW]
    bad = records.filter(records.is_in(_left_out(made, unread).implode())).n_unique()
    return Report(
        made.table.name,
        made.one.name,
        made.source,
        made.shaped.read,
        made.shaped.elsewhere,
        made.shaped.repeated,
        made.shaped.skipped,
        bad,
        rows,
        {state: int((states == state).sum()) for state in STATES},
    )


def _rejects(made: list[Made]) -> pl.DataFrame:
    frames = [
        one.shaped.rejects.select(
            pl.lit(one.source).alias("source"), "row", pl.lit(one.table.name).alias("table"), "reason"
        )
        for one in made
    ]
    return pl.concat(frames)


def _parked(
    source: pl.DataFrame, found: pl.DataFrame, file: str, words: Callable[[Complaint], str], header: str
) -> pl.DataFrame:
    pieces = (_reasons(piece, file, words, header) for piece in _pieces(found.sort("row", maintain_order=True)))
    reasons = pl.concat(pieces)
    cells = source.drop(header, strict=False).join(reasons, on=ROW, how="left", maintain_order="left")
    last = cells.select(pl.col(ROW).max()).item() or 1  # records without any cell were not read, but keep their place
    places = pl.DataFrame({ROW: pl.int_range(2, last + 1, dtype=pl.Int64, eager=True)})
    return places.join(cells, on=ROW, how="left", maintain_order="left").drop(ROW)


def _pieces(found: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield complaints, sorted by row, in pieces that end where a row does: words of all at once take much memory."""
    starts = found["row"].search_sorted(found["row"][::PIECE].unique().sort(), side="left").to_list()
    for first, last in pairwise([*starts, found.height]):
        yield found[first:last]


def _reasons(found: pl.DataFrame, file: str, words: Callable[[Complaint], str], header: str) -> pl.DataFrame:
    """Return each row's complaints in words, joined to one text."""
    said = [
        (row, words(Complaint(id, Place(file, row, column or None), {"seen": seen, "expected": _brief(expected)})))
        for row, column, id, seen, expected in found.iter_rows()
    ]
    reasons = pl.DataFrame(said, schema={ROW: pl.Int64, header: pl.String}, orient="row")
    return reasons.group_by(ROW, maintain_order=True).agg(pl.col(header).unique(maintain_order=True).str.join(BETWEEN))


def _brief(expected: str) -> str:
    """Return what was expected, a long list cut: it stands in the copy once a bad cell."""
    return expected if len(expected) <= EXPECTED_AT_MOST else f"{expected[:EXPECTED_AT_MOST]}…"
