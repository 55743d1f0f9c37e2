"""What the database itself refuses: to change or remove a row that is only ever added."""

from collections.abc import Iterable, Iterator

MESSAGE = "append-only: a correction is a new row"
FUNCTION = f"""
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def statements(vendor: str, tables: Iterable[str]) -> Iterator[str]:
    """Yield the SQL that makes tables append-only.

    Raises
    ------
    ValueError   the database is neither SQLite nor PostgreSQL
    """
    match vendor:
        case "sqlite":
            for table in tables:
                for act in ("UPDATE", "DELETE"):
                    name = f"{table}_no_{act.lower()}"
                    yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        case "postgresql":
            yield FUNCTION
            for table in tables:
                act = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                yield f"CREATE TRIGGER {table}_append_only {act} FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        case _:
            raise ValueError(vendor)
