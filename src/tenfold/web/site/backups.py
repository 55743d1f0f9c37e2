"""A backup of the whole installation while it runs, and its way back into an empty database of either engine.

A backup is one zip file: `tables/NAME.jsonl`, a row a line in neutral form, and `backup.json`, written last: which
version's tables these are, how many rows each has with their SHA-256, and the head of every journal. The maps of sheets
that were confirmed, and sheets that wait, are in it as `files/PATH`. What passes by itself (sessions, leases,
questions) and the secret that signs sessions are not in it.
"""

import hashlib
import json
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.web.site.backup_files import damaged, put_files, take_files
from tenfold.web.site.upgrading import refuse_older
from tenfold.web.store.accounts import Account
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.journals import whole

FORMAT = 1
CONTENT = "backup.json"
AT_ONCE, LARGE_AT_ONCE = 2_000, 4  # rows in memory, and of a table whose rows hold whole files
# What Django makes by itself, or what is over with the next login; then what passes between pages and engines.
PASSING_APPS = frozenset({"auth", "contenttypes", "sessions", "messages", "staticfiles"})
PASSING = frozenset({"store.lease", "store.question", "store.letter"})
# Reading one moment of the database while others write on.
SNAPSHOT = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}

Node = tuple[str, str]
Model = type[models.Model]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself.

    changes   the tables' state, as the migrations that made it
    tables    label of a model → how many rows, and SHA-256 of its file
    heads     name of a community → sequence and hash of its newest journal entry
    files     path of a file below the home → its SHA-256
    """

    made_at: str
    version: str
    changes: tuple[Node, ...]
    tables: Mapping[str, tuple[int, str]]
    heads: Mapping[str, tuple[int, str]]
    files: Mapping[str, str]

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return sum(count for count, _ in self.tables.values())


def backup(file: Path) -> Backup:
    """Write everything that there is at one moment into a new file, readable by its owner alone.

    Raises
    ------
    Refused   the file is there already, or the tables are not this version's; nothing was written
    """
    if file.exists():
        raise Refused([Complaint("backup.exists", Place(str(file)))])
    refuse_older()
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive, _snapshot():
            made = _write(archive)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return made


def restore(file: Path) -> Backup:
    """Bring a backup back into an empty database, then bring its tables up to this version.

    Every row is there or none; each journal is read from its first entry, and ends in the head that it had.

    Raises
    ------
    Refused   it is no backup, it is damaged, a newer version made it, or the database is not empty
    """
    with _opened(file) as archive:
        found = _content(archive, file)
        _refuse_foreign(found, file)
        _refuse_full(found)
        _refuse_damaged(archive, found, file)
        executor = MigrationExecutor(connection)
        targets = _newest(executor, found.changes)
        executor.migrate(targets)
        state = executor.loader.project_state(targets).apps
        with transaction.atomic(durable=True):
            for label in found.tables:
                _load(archive, state.get_model(label), label)
        take_files(archive, found.files)
    call_command("migrate", verbosity=0)
    _refuse_other_heads(found, file)
    return found


def kept_models(registry: Apps = apps) -> dict[str, Model]:
    """Return label → model of every table that a backup holds."""
    every = [one for one in registry.get_models(include_auto_created=True) if one._meta.managed]
    labelled = {one._meta.label_lower: one for one in every if one._meta.app_label not in PASSING_APPS}
    return {label: one for label, one in sorted(labelled.items()) if label not in PASSING}


@contextmanager
def _snapshot() -> Iterator[None]:
    """See the database as it is at one moment; nobody waits for it."""
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write(archive: zipfile.ZipFile) -> Backup:
    tables = {label: _table(archive, label, model) for label, model in kept_models().items()}
    heads = Chain.objects.values_list("community__name", "sequence", "hash")
    made = Backup(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("tenfold"),
        changes=tuple(sorted(MigrationExecutor(connection).loader.applied_migrations)),
        tables=tables,
        heads={name: (sequence, hash) for name, sequence, hash in heads},
        files=put_files(archive),
    )
    content = {name: getattr(made, name) for name in Backup.__slots__} | {"format": FORMAT}
    archive.writestr(CONTENT, json.dumps(content, sort_keys=True, indent=1))
    return made


def _table(archive: zipfile.ZipFile, label: str, model: Model) -> tuple[int, str]:
    """Write one table; return how many rows it has, and the SHA-256 of what was written."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = models.QuerySet(model).order_by("pk").values_list(*names).iterator(_at_once(model))
    count, digest = 0, hashlib.sha256()
    with archive.open(_member(label), "w", force_zip64=True) as file:
        for row in rows:
            cells = dict(zip(names, row, strict=True))
            line = json.dumps(cells, ensure_ascii=False, default=_neutral).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    return count, digest.hexdigest()


def _member(label: str) -> str:
    return f"tables/{label}.jsonl"


def _neutral(cell: Any) -> str:
    """Return a cell as both engines read it back: bytes in base64, everything else in its own words."""
    match cell:
        case bytes() | memoryview():
            return b64encode(cell).decode("ascii")
        case datetime() | date():
            return cell.isoformat()
        case _:
            return str(cell)


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except zipfile.BadZipFile:
        raise Refused([Complaint("backup.none", Place(str(file)))]) from None


def _content(archive: zipfile.ZipFile, file: Path) -> Backup:
    """Return what a backup says of itself."""
    try:
        content = json.loads(archive.read(CONTENT))
        written = content.pop("format")
        if written > FORMAT:
            raise Refused([Complaint("backup.newer", Place(str(file)), {"seen": content["version"]})])
        return Backup(
            made_at=content["made_at"],
            version=content["version"],
            changes=tuple((app, name) for app, name in content["changes"]),
            tables={label: (int(count), str(digest)) for label, (count, digest) in content["tables"].items()},
            heads={name: (int(sequence), str(hash)) for name, (sequence, hash) in content["heads"].items()},
            files={str(name): str(digest) for name, digest in content.get("files", {}).items()},
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Refused([Complaint("backup.none", Place(str(file)))]) from None


def _refuse_foreign(found: Backup, file: Path) -> None:
    """Refuse a backup of tables that this version does not know."""
    known = MigrationExecutor(connection).loader.disk_migrations
    if not set(found.changes) <= set(known):
        raise Refused([Complaint("backup.newer", Place(str(file)), {"seen": found.version})])


def _refuse_full(found: Backup) -> None:
    """Refuse a database with anybody in it, or whose tables are newer than the backup's."""
    applied = set(MigrationExecutor(connection).loader.applied_migrations)
    there = "community" in connection.introspection.table_names()
    if there and (Community.objects.exists() or Account.objects.exists()):
        raise Refused([Complaint("backup.not_empty")])
    if not applied <= set(found.changes):
        raise Refused([Complaint("backup.not_fresh")])


def _newest(executor: MigrationExecutor, changes: tuple[Node, ...]) -> list[Node]:
    """Return the changes that no other one follows; what came before them comes with them."""
    nodes = executor.loader.graph.node_map
    return [one for one in changes if not any(child.key in changes for child in nodes[one].children)]


def _refuse_damaged(archive: zipfile.ZipFile, found: Backup, file: Path) -> None:
    """Read every table once, before anything is touched, and compare it with what the backup says of it."""
    for label, (count, digest) in found.tables.items():
        try:
            with archive.open(_member(label)) as lines:
                seen, rows = hashlib.sha256(), 0
                for line in lines:
                    seen.update(line)
                    rows += 1
        except (KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            raise _damaged(file, label) from None
        if (rows, seen.hexdigest()) != (count, digest):
            raise _damaged(file, label)
    wrong = damaged(archive, found.files)
    if wrong is not None:
        raise _damaged(file, wrong)


def _damaged(file: Path, seen: str) -> Refused:
    return Refused([Complaint("backup.damaged", Place(str(file)), {"seen": seen})])


def _load(archive: zipfile.ZipFile, model: Model, label: str) -> None:
    """Insert the rows of one table, as its columns were when the backup was made."""
    fields: dict[str, Any] = {field.attname: field for field in model._meta.concrete_fields}
    for field in fields.values():  # what was written then stays as it was, whatever fills a new row
        if isinstance(field, models.DateField):
            field.auto_now = field.auto_now_add = False
    rows: models.QuerySet[models.Model] = models.QuerySet(model)
    with archive.open(_member(label)) as lines:
        for some in _portions(lines, _at_once(model)):
            made = [{name: fields[name].to_python(cell) for name, cell in json.loads(line).items()} for line in some]
            rows.bulk_create([model(**cells) for cells in made])
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def _portions(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    rest = iter(lines)
    while some := list(islice(rest, size)):
        yield some


def _at_once(model: Model) -> int:
    """Return how many rows of a table are in memory together."""
    files = any(isinstance(field, models.BinaryField) for field in model._meta.concrete_fields)
    return LARGE_AT_ONCE if files else AT_ONCE


def _refuse_other_heads(found: Backup, file: Path) -> None:
    """Read every journal, and compare its end with the head that the backup names."""
    for community in Community.objects.order_by("pk"):
        head = whole(community).head
        if (head.sequence, head.hash) != found.heads.get(community.name):
            raise Refused([Complaint("backup.head", Place(str(file)), {"seen": community.name})])
