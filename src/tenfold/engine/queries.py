"""Reductions compiled ahead: Ibis is the one source, `queries.json` what DuckDB runs.

Importing Ibis and compiling cost seconds, which nobody should wait for on a small community. `python -m
tenfold.engine.queries` writes the file; it carries the fingerprint of the sources it was made from, and where that does
not fit (an expression was changed since) the reduction is compiled on the spot. A test keeps the file fresh.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

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
def compiled() -> Mapping[str, str]:
    """Return reduction id → query, as far as the file is fresh."""
    if not FILE.is_file():
        return {}
    content = json.loads(FILE.read_text(encoding="utf-8"))
    queries: Mapping[str, str] = content["queries"] if content["fingerprint"] == fingerprint() else {}
    return queries


def compile_all(specs: Mapping[str, Spec]) -> dict[str, str]:
    """Return reduction or relation id → query, compiled now."""
    from tenfold.engine.reduce import build, schemas_of, sql
    from tenfold.facts.as_of import prepared
    from tenfold.facts.store import FactStore

    schemas = schemas_of(prepared(FactStore.of({}), "UTC"))
    wanted = (spec for _, spec in sorted(specs.items()) if spec.kind in {"reduction", "relation"})
    return {spec.id: sql(build(spec, specs, schemas, named=True)) for spec in wanted}


def main() -> None:
    """Write the file."""
    from tenfold.engine.registry import registry

    content = {"fingerprint": fingerprint(), "queries": compile_all(registry().specs)}
    FILE.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
