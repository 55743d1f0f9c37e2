"""Reductions compiled ahead: Ibis is the one source, `queries.json` what DuckDB runs.

Importing Ibis and compiling cost seconds, which nobody should wait for on a small community. `python -m
tenfold.engine.queries` writes the file; it carries the fingerprint of the sources it was made from, and where that does
not fit (an expression was changed since) the reduction is compiled on the spot. A test keeps the file fresh.

Beside the queries it holds what each reduction says of no facts at all, where that is nothing, and without which
tables it says nothing (`engine/needs.py`): most tables of a small community are empty, and planning a query over them
costs as much as over a few rows.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from tenfold.terms.days import first_instant
from tenfold.terms.measure import Spec

FILE = Path(__file__).with_name("queries.json")
_ROOT = Path(__file__).parent.parent


@cache
def fingerprint() -> str:
    """Return the SHA-256 over everything an expression is made of: the mechanisms, the relations, the schema."""
    sources = [
        *sorted((_ROOT / "mechanisms").rglob("*.py")),
        _ROOT / "facts" / "relations.py",
        _ROOT / "facts" / "schema.json",
    ]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.relative_to(_ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _content() -> Mapping[str, Any]:
    """Return what the file holds, as far as it is fresh."""
    if not FILE.is_file():
        return {}
    content: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content if content["fingerprint"] == fingerprint() else {}


def compiled() -> Mapping[str, str]:
    """Return reduction id → query, as far as the file is fresh."""
    queries: Mapping[str, str] = _content().get("queries", {})
    return queries


@cache
def nothing(id: str) -> pl.DataFrame | None:
    """Return what a reduction says of tables without a row: no rows, with its columns.

    None where it says something, and where the file does not know.
    """
    kept = _content().get("nothing", {}).get(id)
    return None if kept is None else pl.read_ipc(BytesIO(b64decode(kept)))


@cache
def needed(id: str) -> frozenset[str]:
    """Return the tables, of facts or of parameters, without whose rows a reduction has none; as far as is known."""
    return frozenset(_content().get("needs", {}).get(id, ()))


def compile_all(specs: Mapping[str, Spec]) -> dict[str, str]:
    """Return reduction or relation id → query, compiled now."""
    return {id: query_of(id, specs) for id in sorted(specs) if specs[id].kind in {"reduction", "relation"}}


def query_of(id: str, specs: Mapping[str, Spec]) -> str:
    """Return the query of one reduction or relation, compiled now."""
    from tenfold.engine.reduce import build, sql

    return sql(build(specs[id], specs, _schemas(), named=True))


@cache
def _schemas() -> Mapping[str, Any]:
    from tenfold.engine.reduce import schemas_of
    from tenfold.facts.as_of import prepared
    from tenfold.facts.store import FactStore

    return schemas_of(prepared(FactStore.of({}), "UTC"))


def of_nothing(specs: Mapping[str, Spec]) -> dict[str, pl.DataFrame]:
    """Return reduction id → its rows over tables without any, under a charter of the templates, computed now."""
    from tenfold.charter.document import Rulebook
    from tenfold.charter.load import read_charter
    from tenfold.charter.templates import render_template
    from tenfold.engine.community import Community, Moment
    from tenfold.facts.store import FactStore

    day = date(2026, 1, 1)
    at = first_instant(day, "UTC")
    charter = read_charter(render_template("venture", "small", effective_from=day).encode(), "venture")
    board = Community(Rulebook([charter]), FactStore.of({})).board(Moment(at, at))
    reductions = (spec for _, spec in sorted(specs.items()) if spec.kind == "reduction")
    return {spec.id: board.run(spec, *board.main) for spec in reductions}


def _packed(rows: pl.DataFrame) -> str:
    buffer = BytesIO()
    rows.write_ipc(buffer)
    return b64encode(buffer.getvalue()).decode()


def main() -> None:
    """Write the file."""
    from tenfold.engine.needs import needs_of
    from tenfold.engine.registry import registry

    specs = registry().specs
    empty = {id: _packed(rows) for id, rows in of_nothing(specs).items() if rows.is_empty()}
    needs = {id: sorted(tables) for id, tables in needs_of(specs, _schemas()).items()}
    content = {"fingerprint": fingerprint(), "queries": compile_all(specs), "nothing": empty, "needs": needs}
    FILE.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
