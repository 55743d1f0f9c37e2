"""Bringing the tables up to this version, and refusing a database that a newer version has written."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tenfold.terms.errors import Complaint, Refused


def upgrade() -> None:
    """Make every table and column that is not there yet.

    Raises
    ------
    Refused   the database belongs to a newer version; nothing was changed
    """
    refuse_newer()
    call_command("migrate", verbosity=0)


def refuse_newer() -> None:
    """Refuse a database that knows changes which this version does not: there is no way back but a backup.

    Raises
    ------
    Refused   names the first change that is unknown here
    """
    unknown = _unknown_changes()
    if unknown:
        raise Refused([Complaint("site.newer", params={"seen": unknown[0]})])


def refuse_older() -> None:
    """Refuse a database whose tables are not those of this version yet.

    Raises
    ------
    Refused   names the first change that is missing there
    """
    refuse_newer()
    missing = _missing_changes()
    if missing:
        raise Refused([Complaint("site.older", params={"seen": missing[0]})])


def _unknown_changes() -> list[str]:
    """Return the changes that the database has seen and this version does not know, as `app.name`."""
    loader = MigrationLoader(connection)
    known = {app for app, _ in loader.disk_migrations}
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in known and (app, name) not in loader.disk_migrations and (app, name) not in _replaced(loader)
    )


def _missing_changes() -> list[str]:
    """Return the changes that this version knows and the database has not seen, as `app.name`."""
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in set(loader.graph.nodes) - set(loader.applied_migrations))


def _replaced(loader: MigrationLoader) -> set[tuple[str, str]]:
    """Return what was joined into fewer changes since it was applied."""
    return {one for migration in loader.disk_migrations.values() for one in migration.replaces}
