"""What a cycle said, kept: a result that did not change is not written again, one that did keeps its past."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, TypeVar

import polars as pl
from django.db import transaction
from django.db.models import QuerySet

from tenfold.engine.cycle import Cycle
from tenfold.engine.json_lines import json_lines
from tenfold.engine.today import today
from tenfold.engine.written import NUMBERS, decision_object, line, texts
from tenfold.terms.decision import Decision
from tenfold.terms.measure import Spec
from tenfold.web.store.communities import Community
from tenfold.web.store.results import CycleRun, DecisionResult, Kept, MeasureResult

HERE = ""  # stands for the run's own instant, which moves while the result stays
AT_ONCE = 1_000
HELD = 200_000  # rows of measures that are in memory as text, unless one measure alone has more
AGAIN_AFTER = timedelta(hours=1)  # a failed cycle is tried again when something is recorded, or after so long

One = TypeVar("One")
Key = tuple[str, ...]
Cells = Mapping[str, Any]
Placed = tuple[Decision, int | None]  # a decision and its place on Today's list
Measured = tuple[Spec, pl.DataFrame]  # a measure and its rows
KEYS: Mapping[type[Kept], Key] = {DecisionResult: ("decision",), MeasureResult: ("measure", "subject")}
SAID: Mapping[type[Kept], Key] = {DecisionResult: ("rank", "content"), MeasureResult: ("content",)}


@dataclass(frozen=True)
class Change:
    """What results say otherwise than before: the keys of those that are over, and the cells of those that are new."""

    over: Sequence[Key]
    new: Mapping[Key, Cells]


Changes = Iterable[tuple[type[Kept], Change]]  # results that change together, one portion of them after the other


@dataclass(frozen=True)
class Told:
    """What a cycle told, as much of it as the next one is compared with.

    judged      the charter version that judged, which says how amounts are written
    decisions   id → the decision and its place on Today's list
    measures    id → rows at the cycle's own end
    """

    judged: str
    decisions: Mapping[str, Placed]
    measures: Mapping[str, pl.DataFrame]

    @classmethod
    def by(cls, cycle: Cycle) -> "Told":
        """Return what a cycle told."""
        board = cycle.board
        ranks = {one.id: rank for rank, one in enumerate(today(cycle))}
        return cls(
            judged=board.rules_at(board.ends.main).sha256,
            decisions={one.id: (one, ranks.get(one.id)) for one in cycle.decisions},
            measures={spec.id: board.found[spec.id].now for spec in board.registry.measures},
        )


class Keeper:
    """Writes down what the cycles of one community say, and remembers the last so that it compares only with that."""

    def __init__(self, community: Community) -> None:
        self._community = community
        self._last: tuple[int, Told] | None = None

    def keep(self, cycle: Cycle, sequence: int, stands_until: datetime) -> CycleRun:
        """Write down what a cycle said, all of it or nothing; return the run."""
        told = Told.by(cycle)
        with transaction.atomic(durable=True):
            changes = self._changes(cycle, told)
            run = CycleRun.rows.of(self._community).create(
                community=self._community,
                sequence=sequence,
                as_of=cycle.moment.as_of,
                known_at=cycle.moment.known_at,
                charter_version=cycle.board.main[0].charter.version,
                finished_at=datetime.now(UTC),
                stands_until=stands_until,
            )
            for model, change in changes:
                _write(run, model, change)
        self._last = (run.pk, told)
        return run

    def _changes(self, cycle: Cycle, told: Told) -> Changes:
        """Return what differs from the last cycle; from what the database holds where another process kept that."""
        newest = CycleRun.rows.of(self._community).filter(error__isnull=True).order_by("-pk").values_list("pk").first()
        if self._last is None or newest != (self._last[0],) or self._last[1].judged != told.judged:
            return differences(self._community, cycle)
        return _since(self._last[1], told, cycle)


def keep_failure(community: Community, sequence: int, at: datetime, error: Any) -> CycleRun:
    """Write down that a cycle failed and why; what the one before it said still stands."""
    return CycleRun.rows.of(community).create(
        community=community,
        sequence=sequence,
        as_of=at,
        known_at=at,
        charter_version=0,
        finished_at=datetime.now(UTC),
        stands_until=at + AGAIN_AFTER,
        error=error,
    )


def differences(community: Community, cycle: Cycle) -> Changes:
    """Yield what a cycle says otherwise than what stands in the database."""
    told = Told.by(cycle)
    decided: dict[Key, Cells] = {(id,): _cells(placed) for id, placed in told.decisions.items()}
    yield DecisionResult, _otherwise(DecisionResult, DecisionResult.rows.of(community), decided)
    standing = MeasureResult.rows.of(community)
    measures = [(spec, told.measures[spec.id]) for spec in cycle.board.registry.measures]
    for some in _few(measures):
        own = standing.filter(measure__in=[spec.id for spec, _ in some])
        yield MeasureResult, _otherwise(MeasureResult, own, _lines(cycle, some))
    dropped = standing.exclude(measure__in=[*told.measures])
    yield MeasureResult, _otherwise(MeasureResult, dropped, {})


def _few(measures: Sequence[Measured]) -> Iterator[Sequence[Measured]]:
    """Yield measures with their rows in their order, so many at a time as are held in memory."""
    some: list[Measured] = []
    held = 0
    for spec, rows in measures:
        held += rows.height
        if some and held > HELD:
            yield some
            some, held = [], rows.height
        some.append((spec, rows))
    if some:
        yield some


def _otherwise(model: type[Kept], standing: QuerySet[Any], found: Mapping[Key, Cells]) -> Change:
    """Return what results say otherwise than those of a model that stand in the database."""
    key, said = KEYS[model], SAID[model]
    rows = standing.filter(until=None).values_list(*key, *said)
    before = {tuple(row[: len(key)]): tuple(row[len(key) :]) for row in rows.iterator()}
    new = {one: cells for one, cells in found.items() if before.get(one) != tuple(cells[name] for name in said)}
    return Change([one for one in before if one in new or one not in found], new)


def _since(before: Told, now: Told, cycle: Cycle) -> Changes:
    """Yield what a cycle says otherwise than the last one."""
    yield DecisionResult, _decided_since(before.decisions, now.decisions)
    moved = [
        (spec, now.measures[spec.id])
        for spec in cycle.board.registry.measures
        if before.measures[spec.id] is not now.measures[spec.id]
    ]
    for some in _few(moved):
        yield MeasureResult, _measured_since(cycle, before.measures, some)


def _decided_since(before: Mapping[str, Placed], now: Mapping[str, Placed]) -> Change:
    new: dict[Key, Cells] = {(id,): _cells(placed) for id, placed in now.items() if before.get(id) != placed}
    return Change([(id,) for id in before if (id,) in new or id not in now], new)


def _cells(placed: Placed) -> Cells:
    """Return the cells of a decision's row."""
    decision, rank = placed
    return {
        "mechanism": decision.mechanism,
        "kind": decision.kind,
        "subject": decision.subject,
        "status": decision.status,
        "rank": rank,
        "content": line(decision_object(decision, HERE)),
    }


def _measured_since(cycle: Cycle, before: Mapping[str, pl.DataFrame], now: Sequence[Measured]) -> Change:
    changed: list[Measured] = []
    over: list[Key] = []
    for spec, rows in now:
        was = before[spec.id]
        other = otherwise(was, rows)
        gone = was.join(other, on="subject", how="semi") if other.height else was.clear()
        missing = was.join(rows, on="subject", how="anti")
        over += [(spec.id, subject) for subject in (*gone["subject"], *missing["subject"])]
        changed.append((spec, other))
    return Change(over, _lines(cycle, changed))


def otherwise(was: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a measure of which some written cell differs from the row of the same subject before."""
    cells = ("unit", "n", "because", *NUMBERS)
    if any(was.schema[name] != rows.schema[name] for name in cells):
        return rows
    if was.height == rows.height and all(was[name].equals(rows[name], null_equal=True) for name in ("subject", *cells)):
        return rows.clear()
    beside = rows.join(was, on="subject", how="left", suffix="_was", maintain_order="left")
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_was")) for name in cells)
    return rows.filter(beside.select(pl.col("end_was").is_null() | ~same).to_series())


def _lines(cycle: Cycle, measures: Iterable[Measured]) -> dict[Key, Cells]:
    """Return the rows of measures as lines, by measure and subject."""
    told = [
        texts(cycle.board, spec, rows).with_columns(id=pl.lit(spec.id), version=pl.lit(spec.version))
        for spec, rows in measures
        if rows.height
    ]
    if not told:
        return {}
    together = pl.concat(told)
    keys = together.select("id", "subject").iter_rows()
    numbers = together["value"].cast(pl.Float64, strict=False)  # where it is a word there is none
    *contents, _ = bytes(json_lines(together)).decode().split("\n")
    rows = zip(keys, contents, numbers, strict=True)
    return {key: {"content": content, "number": number} for key, content, number in rows}


def _write(run: CycleRun, model: type[Kept], change: Change) -> None:
    """Close what no longer stands, and add what is new."""
    *leading, last = KEYS[model]
    for group, keys in groupby(sorted(change.over), key=lambda key: key[:-1]):
        for some in _portions([key[-1] for key in keys]):
            same = dict(zip(leading, group, strict=True))
            model.rows.of(run.community).filter(until=None, **same, **{f"{last}__in": some}).update(until=run)
    for added in _portions([*change.new.items()]):
        rows = [
            model(community=run.community, run=run, **dict(zip(KEYS[model], key, strict=True)), **cells)
            for key, cells in added
        ]
        model.rows.of(run.community).bulk_create(rows)


def _portions(given: Sequence[One]) -> Iterator[Sequence[One]]:
    for start in range(0, len(given), AT_ONCE):
        yield given[start : start + AT_ONCE]
