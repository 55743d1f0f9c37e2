"""What a cycle said, kept: a result that did not change is not written again, one that did keeps its past."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from tenfold.engine.cycle import Cycle
from tenfold.engine.files import measure_frames
from tenfold.engine.today import today
from tenfold.engine.written import decision_object, line
from tenfold.web.store.communities import Community
from tenfold.web.store.results import CycleRun, DecisionResult, Kept, MeasureResult

HERE = ""  # stands for the run's own instant, which moves while the result stays
AT_ONCE = 1_000

Key = tuple[str, ...]
Found = Mapping[Key, dict[str, Any]]


def keep(community: Community, cycle: Cycle, sequence: int) -> CycleRun:
    """Write down what a cycle said, all of it or nothing; return the run."""
    with transaction.atomic(durable=True):
        run = CycleRun(
            community=community,
            sequence=sequence,
            as_of=cycle.moment.as_of,
            known_at=cycle.moment.known_at,
            charter_version=cycle.board.main[0].charter.version,
            finished_at=datetime.now(UTC),
        )
        run.save()
        _replace(run, DecisionResult, ("decision",), _decisions(cycle))
        _replace(run, MeasureResult, ("measure", "subject"), _measures(cycle))
    return run


def keep_failure(community: Community, sequence: int, at: datetime, error: Any) -> CycleRun:
    """Write down that a cycle failed and why; what the one before it said still stands."""
    run = CycleRun(
        community=community,
        sequence=sequence,
        as_of=at,
        known_at=at,
        charter_version=0,
        finished_at=datetime.now(UTC),
        error=error,
    )
    run.save()
    return run


def _decisions(cycle: Cycle) -> dict[Key, dict[str, Any]]:
    ranks = {one.id: rank for rank, one in enumerate(today(cycle))}
    return {
        (one.id,): {
            "mechanism": one.mechanism,
            "kind": one.kind,
            "subject": one.subject,
            "status": one.status,
            "rank": ranks.get(one.id),
            "content": line(decision_object(one, HERE)),
        }
        for one in cycle.decisions
    }


def _measures(cycle: Cycle) -> dict[Key, dict[str, Any]]:
    return {(row["id"], row["subject"]): {"content": line(row)} for row in _rows(cycle)}


def _rows(cycle: Cycle) -> Iterator[dict[str, Any]]:
    for frame in measure_frames(cycle):
        yield from frame.drop("end").iter_rows(named=True)


def _replace(run: CycleRun, model: type[Kept], key: tuple[str, ...], found: Found) -> None:
    """Close what no longer stands, and add what is new."""
    said = ("rank", "content") if model is DecisionResult else ("content",)
    standing = model.rows.of(run.community).filter(until=None).values_list("pk", *key, *said)
    before = {tuple(row[1 : 1 + len(key)]): (row[0], tuple(row[1 + len(key) :])) for row in standing.iterator()}
    changed = {one: cells for one, cells in found.items() if _differs(before.get(one), cells, said)}
    over = [pk for one, (pk, _) in before.items() if one not in found or one in changed]
    for some in _portions(over):
        model.rows.of(run.community).filter(pk__in=some).update(until=run)
    new = (
        model(community=run.community, run=run, **dict(zip(key, one, strict=True)), **cells)
        for one, cells in changed.items()
    )
    model.rows.of(run.community).bulk_create(new, batch_size=AT_ONCE)


def _differs(before: tuple[int, tuple[Any, ...]] | None, cells: Mapping[str, Any], said: tuple[str, ...]) -> bool:
    return before is None or before[1] != tuple(cells[name] for name in said)


def _portions(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = list(keys)
    for start in range(0, len(rest), AT_ONCE):
        yield rest[start : start + AT_ONCE]
