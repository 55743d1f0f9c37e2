"""The imports of a community: what each brought, and how it is taken back by rows that void it; nothing is deleted."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from tenfold.facts.commit import Change
from tenfold.facts.declaration import TABLES, Table
from tenfold.facts.maps.compare import withdrawn
from tenfold.facts.maps.keys import hashed, prefix_of
from tenfold.facts.maps.match import living
from tenfold.facts.store import FactStore
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed

FOLDER = "imports"
UNDONE = "undone"  # what the facts are called that say again what stood before a correction
FACTS = {"table": pl.String, "fact": pl.String}


@dataclass(frozen=True)
class Imported:
    """One import: its number, when and from which files, and the facts that it added."""

    id: str
    at: str
    files: tuple[str, ...]
    counts: Mapping[str, int]
    undone_at: str | None
    facts: pl.DataFrame  # table, fact

    def as_dict(self) -> dict[str, Any]:
        """Return what is known of the import, without its facts."""
        return {
            "id": self.id,
            "at": self.at,
            "files": list(self.files),
            "counts": dict(self.counts),
            "undone_at": self.undone_at,
        }


def imports_of(folder: Path) -> list[Imported]:
    """Return the imports of a community folder, in their order."""
    return [_read(path) for path in sorted((folder / FOLDER).glob("*.json"))]


def _read(path: Path) -> Imported:
    content = json.loads(path.read_text(encoding="utf-8"))
    facts = pl.read_parquet(path.with_suffix(".parquet"))
    return Imported(path.stem, content["at"], tuple(content["files"]), content["counts"], content["undone_at"], facts)


def note_import(change: Change, files: Sequence[Path], added: Mapping[str, pl.DataFrame], at: datetime) -> str:
    """Let a change of the folder keep what an import added; return the import's number."""
    known = sorted(path.stem for path in (change.folder / FOLDER).glob("*.json"))
    id = f"{int(known[-1]) + 1 if known else 1:04}"
    facts = [rows.select(pl.lit(name).alias("table"), "fact") for name, rows in added.items()]
    with change.place(f"{FOLDER}/{id}.parquet") as path:
        pl.concat([pl.DataFrame(schema=FACTS), *facts]).write_parquet(path, compression="zstd")
    content = {
        "at": at.isoformat(timespec="seconds"),
        "files": [path.name for path in files],
        "sha256": [hashlib.sha256(path.read_bytes()).hexdigest() for path in files],
        "counts": {name: rows.height for name, rows in added.items()},
        "undone_at": None,
    }
    _write(change, id, content)
    return id


def _write(change: Change, id: str, content: Mapping[str, Any]) -> None:
    with change.place(f"{FOLDER}/{id}.json") as path:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def find_import(folder: Path, id: str | None) -> Imported:
    """Return an import by its number, the last one that still stands without.

    Raises
    ------
    Refused   there is none, or it was undone already
    """
    known = imports_of(folder)
    standing = [one for one in known if one.undone_at is None]
    if id is None:
        if not standing:
            raise Refused([Complaint("reading.undo.none", Place(str(folder)))])
        return standing[-1]
    found = next((one for one in known if one.id == id.zfill(4)), None)
    if found is None:
        expected = Listed(one.id for one in standing)
        raise Refused([Complaint("reading.undo.unknown", Place(str(folder)), {"seen": id, "expected": expected})])
    if found.undone_at is not None:
        raise Refused([Complaint("reading.undo.twice", Place(str(folder)), {"seen": id, "when": found.undone_at})])
    return found


def undo(store: FactStore, imported: Imported, others: Sequence[Imported], now: datetime) -> dict[str, pl.DataFrame]:
    """Return the rows that take an import back: void rows, and for each correction the row that stood before.

    Raises
    ------
    Refused   later facts rest on what it brought
    """
    brought = {name: rows["fact"] for (name,), rows in imported.facts.group_by("table") if isinstance(name, str)}
    own = {name: _restated(TABLES[name], facts, store.tables[name]) for name, facts in brought.items()}
    _check_nothing_rests(store, own, others)
    added = {}
    for name, facts in own.items():
        table, rows = TABLES[name], store.tables[name]
        standing = living(rows).filter(pl.col("fact").is_in(facts.implode()))
        before = _stood_before(table, standing, facts, rows)
        corrections = standing.filter(pl.col("fact").is_in(list(before)))
        first = standing.filter(~pl.col("fact").is_in(list(before)))
        back = [withdrawn(table, first, now), _as_before(table, corrections, before, rows, now)]
        added[name] = pl.concat(back)
    return {name: rows for name, rows in added.items() if rows.height}


def _restated(table: Table, facts: pl.Series, rows: pl.DataFrame) -> pl.Series:
    """Return facts with those that say them again, since what corrected them was taken back."""
    step = facts
    while step.len():
        step = rows.filter(pl.col("fact").is_in(list(_again(table, rows, step))))["fact"]
        facts = facts.append(step)
    return facts


def _again(table: Table, rows: pl.DataFrame, facts: pl.Series) -> dict[str, str]:
    """Return fact → the one of `facts` that it would say again if that one's correction was taken back."""
    corrections = rows.filter(pl.col("corrects").is_in(facts.implode()))
    ids = hashed(prefix_of(table), corrections["fact"], UNDONE)
    return dict(zip(ids.to_list(), corrections["corrects"].to_list(), strict=True))


def _stood_before(table: Table, standing: pl.DataFrame, own: pl.Series, rows: pl.DataFrame) -> dict[str, str]:
    """Return fact → the fact of another import that stood before it, for those which corrected one."""
    again = _again(table, rows, own)
    corrected = dict(rows.filter(pl.col("fact").is_in(own.implode())).select("fact", "corrects").iter_rows())
    before = {}
    for fact in standing.filter(pl.col("corrects").is_not_null())["fact"].to_list():
        base = fact
        while base in again or corrected.get(base) in corrected:
            base = again[base] if base in again else corrected[base]
        if corrected[base] is not None:
            before[fact] = corrected[base]
    return before


def _as_before(
    table: Table, corrections: pl.DataFrame, before: Mapping[str, str], rows: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    """Return rows that say again what was corrected, each as the correction of its correction."""
    was = corrections.select(
        pl.col("fact").alias("$by"),
        pl.col("fact").replace_strict(dict(before), return_dtype=pl.String),
        later="recorded_at",
    )
    stood = was.join(rows, on="fact", how="inner", maintain_order="left")
    recorded = pl.max_horizontal("later", pl.lit(now, dtype=pl.Datetime("us", "UTC")))
    facts = hashed(prefix_of(table), stood["$by"], UNDONE)
    return stood.with_columns(
        facts.alias("fact"), facts.alias("origin_key"), pl.col("$by").alias("corrects"), recorded.alias("recorded_at")
    ).select(list(table.schema))


def _check_nothing_rests(store: FactStore, own: Mapping[str, pl.Series], others: Sequence[Imported]) -> None:
    """Refuse where a fact of somebody else corrects one of the import's, or names a thing that only it brought."""
    found = []
    gone = {name: _only_there(TABLES[name], store.tables[name], mine) for name, mine in own.items()}
    for name, rows in store.tables.items():
        mine = own.get(name, pl.Series([], dtype=pl.String))
        other = living(rows).filter(~pl.col("fact").is_in(mine.implode()))
        resting = other.filter(pl.col("corrects").is_in(mine.implode()))["fact"]
        for column in TABLES[name].refs if other.height else ():
            aimed = gone.get((column.item or column).target or name)
            if aimed is not None and aimed.len():
                cells = other.select("fact", pl.col(column.name).alias("aimed"))
                cells = cells.explode("aimed") if column.item else cells
                resting = resting.append(cells.filter(pl.col("aimed").is_in(aimed.implode()))["fact"])
        if resting.len():
            found.append(_resting(name, resting.unique(), others))
    if found:
        raise Refused(found)


def _only_there(table: Table, rows: pl.DataFrame, mine: pl.Series) -> pl.Series:
    """Return the keys of things of which every row is the import's."""
    standing = living(rows)
    own = pl.col("fact").is_in(mine.implode())
    kept = standing.filter(~own)[table.identity]
    brought = standing.filter(own)[table.identity].unique()
    return brought.filter(~brought.is_in(kept.implode()))


def _resting(table: str, facts: pl.Series, others: Sequence[Imported]) -> Complaint:
    """Say how many facts rest on the import, and from which imports they are."""
    theirs = [one.id for one in others if one.facts.filter(pl.col("fact").is_in(facts.implode())).height]
    params = {"table": table, "rows": facts.len(), "imports": Listed(theirs)}
    return Complaint("reading.undo.resting_import" if theirs else "reading.undo.resting", Place(), params)


def note_undone(change: Change, imported: Imported, now: datetime) -> None:
    """Let a change of the folder keep that an import was undone."""
    path = change.folder / FOLDER / f"{imported.id}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    _write(change, imported.id, {**content, "undone_at": now.isoformat(timespec="seconds")})
