"""The files that come out of a cycle: `decisions.jsonl`, `measures.jsonl`, `cycle.json`. Same input, same bytes."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from tenfold import __version__
from tenfold.engine.community import Community
from tenfold.engine.cycle import Cycle
from tenfold.engine.json_lines import LINES_AT_ONCE, Chunk, ahead, json_lines, portions
from tenfold.engine.written import decision_object, instant_text, line, texts
from tenfold.facts.commit import Change, changing
from tenfold.facts.remembered import Read, digest_kept
from tenfold.terms.measure import Spec

DECISIONS_AT_ONCE = 1_000


def _measured(cycle: Cycle) -> Iterator[tuple[Spec, pl.DataFrame]]:
    """Yield every measure, by id, with its rows at the cycle's own end, by subject: the board keeps them so."""
    board = cycle.board
    for spec in board.registry.measures:
        yield spec, board.results[spec.id].filter(pl.col("end") == board.ends.main)


def _measure_texts(cycle: Cycle) -> Iterator[pl.DataFrame]:
    """Yield what the lines of every measure say, some rows at a time; a portion of it becomes text before the next."""
    end = pl.lit(instant_text(cycle.moment.as_of)).alias("end")
    for spec, rows in _measured(cycle):
        same = (pl.lit(spec.id).alias("id"), pl.lit(spec.version).alias("version"), end)
        for some in rows.iter_slices(LINES_AT_ONCE):
            yield texts(cycle.board, spec, some).with_columns(same)


def _measure_lines(cycle: Cycle) -> Iterator[Chunk]:
    """Yield the lines of all measures, two portions made at a time."""
    return ahead(json_lines, portions(_measure_texts(cycle)))


def _write(path: Path, chunks: Iterable[Chunk]) -> str:
    """Write a file; return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()


def write_measures(cycle: Cycle, path: Path) -> tuple[str, int]:
    """Write `measures.jsonl`; return its SHA-256 and its number of lines."""
    digest = _write(path, _measure_lines(cycle))
    return digest, sum(rows.height for _, rows in _measured(cycle))


def write_decisions(cycle: Cycle, path: Path) -> tuple[str, int]:
    """Write `decisions.jsonl`; return its SHA-256 and its number of lines."""
    return _write(path, _decision_lines(cycle)), len(cycle.decisions)


def _decision_lines(cycle: Cycle) -> Iterator[Chunk]:
    as_of = instant_text(cycle.moment.as_of)
    for first in range(0, len(cycle.decisions), DECISIONS_AT_ONCE):
        some = cycle.decisions[first : first + DECISIONS_AT_ONCE]
        yield "".join(f"{line(decision_object(one, as_of))}\n" for one in some).encode()


def write_cycle(cycle: Cycle, out: Path) -> dict[str, Any]:
    """Write the three files into `out`, as one change of their own, and return what `cycle.json` holds."""
    with changing(out, "cycle") as change:
        return put_cycle(cycle, change)


def put_cycle(cycle: Cycle, change: Change) -> dict[str, Any]:
    """Let a change of the folder that comes out write the three files; return what `cycle.json` holds."""
    as_of = instant_text(cycle.moment.as_of)
    with change.place("decisions.jsonl") as path:
        decisions_sha256, decided = write_decisions(cycle, path)
    with change.place("measures.jsonl") as path:
        measures_sha256, measured = write_measures(cycle, path)
    community = cycle.community
    rules = cycle.board.main[0]
    summary = {
        "as_of": as_of,
        "known_at": instant_text(cycle.moment.known_at),
        "charter": {
            "id": rules.charter.id,
            "version": rules.charter.version,
            "sha256": community.rulebook.judging(cycle.moment.as_of).sha256,
            "judges_older_facts": community.judges_older_facts,
        },
        "counts": {
            "facts": community.facts.count,
            "tables": {name: rows.height for name, rows in community.facts.tables.items() if rows.height},
            "decisions": decided,
            "measures": measured,
        },
        "facts": {"digest": _digest(community, change)},
        "refused": community.refused,
        "engine": __version__,
        "files": {"decisions.jsonl": decisions_sha256, "measures.jsonl": measures_sha256},
    }
    with change.place("cycle.json") as path:
        path.write_text(f"{json.dumps(summary, sort_keys=True, ensure_ascii=False, indent=2)}\n", encoding="utf-8")
    return summary


def _digest(community: Community, change: Change) -> str:
    """Return the digest of the facts; what their big files add to it is kept for the next cycle."""
    if community.folder is None:
        return community.digest
    charters = [charter.sha256 for charter in community.rulebook.charters]
    return digest_kept(community.facts, Read(community.folder, community.files, charters), change)
