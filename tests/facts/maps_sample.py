"""Small maps over small sources, written in place, for the tests of the importer."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from textwrap import dedent, indent

import polars as pl

from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES
from tenfold.facts.maps import Import, run_map
from tenfold.facts.store import FactStore
from tenfold.terms.money import Currencies

CONTEXT = Context("Asia/Shanghai", Currencies({"OP": 6}), None)
EMPTY = FactStore.of({})


def run(
    folder: Path,
    maps: str,
    sources: Mapping[str, str | bytes],
    store: FactStore = EMPTY,
    known_at: datetime | None = None,
) -> Import:
    """Write a map file and its sources into `folder` and run it."""
    for name, text in sources.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip().encode())
    path = folder / "shop.yaml"
    path.write_text(dedent(maps), encoding="utf-8")
    return run_map(path, folder, store, CONTEXT, known_at)


def cells(rows: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """Return some columns of rows, instants as text in the order of the rows."""
    shown = rows.select(pl.col(columns)).with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M"))
    return [tuple(row) for row in shown.rows()]


def filled(cell: str, source: str, target: str = "quantity", folder: Path | None = None, **more: str) -> Import:
    """Run a map of contributions whose `target` is filled by `cell` (YAML in one line) from a source of one column."""
    assert folder is not None
    words = {
        "party": "{value: shop, kind: organisation}",
        "type": "{value: sale}",
        "quantity": '{value: "1"}',
        "occurred_at": "{value: 2026-01-05}",
        **more,
        target: cell,
    }
    lines = "\n".join(f"{name}: {word}" for name, word in words.items())
    return run(
        folder,
        f"- table: contributions\n  from: s.csv\n  id: [$row]\n  set:\n{indent(lines, '    ')}\n",
        {"s.csv": source},
    )


def store_of(done: Import) -> FactStore:
    """Return the community after an import."""
    tables = done.store.tables
    return FactStore.of(
        {name: pl.concat([tables[name], rows]) for name, rows in done.merged().items()}
        | {name: rows for name, rows in tables.items() if name not in done.added}
    )


def said(done: Import) -> list[str]:
    """Return complaints as `place id`."""
    return [f"{complaint.place} {complaint.id}" for complaint in done.complaints()]


def empty(table: str) -> pl.DataFrame:
    """Return a table without rows."""
    return TABLES[table].empty()
