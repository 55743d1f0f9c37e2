"""What may be wrong with an installation, each finding with what to do about it."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from tenfold.terms.errors import Complaint, Refused
from tenfold.web.site.secret import FILE as SECRET
from tenfold.web.site.upgrading import refuse_older
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.freshness import freshness
from tenfold.web.store.heads import FILE as KEY
from tenfold.web.store.journals import whole
from tenfold.web.store.outbox import PATH as OUTBOX

OTHERS = 0o077  # what may be permitted to nobody but the owner
SPACE = 512 * 1024**2  # bytes that ought to be free
WEAK = 32  # a secret shorter than this can be guessed
FULL = 2  # PRAGMA synchronous: every commit is on the disk


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, and what is wrong with it; nothing where all is well.

    checked   what was looked at, as a message id
    problem   a warning where the application works and somebody should look
    """

    checked: str
    problem: Complaint | None = None


def examined() -> list[Finding]:
    """Look at everything that there is to look at, the ground first."""
    found = [*_home(), *_secret(), *_key(), *_settings(), *_mail(), *_assets()]
    database = _database()
    found.append(database)
    if database.problem is not None:
        return found
    tables = _tables()
    found.append(tables)
    if tables.problem is not None:
        return found
    return [*found, *_durable(), *(one for community in _communities() for one in _community(community))]


def _home() -> Iterator[Finding]:
    home = Path(settings.HOME)
    if not home.is_dir():
        yield Finding("doctor.home", Complaint("doctor.home.none", params={"seen": str(home)}))
        return
    open_to_others = home.stat().st_mode & OTHERS
    yield Finding(
        "doctor.home",
        Complaint("doctor.home.open", params={"seen": str(home)}, warning=True) if open_to_others else None,
    )
    free = shutil.disk_usage(home).free
    mib = str(free // 1024**2)
    yield Finding("doctor.space", Complaint("doctor.space.low", params={"seen": mib}) if free < SPACE else None)


def _secret() -> Iterator[Finding]:
    path = Path(settings.HOME) / SECRET
    weak = len(settings.SECRET_KEY) < WEAK
    readable = "TENFOLD_SECRET" not in os.environ and path.exists() and path.stat().st_mode & OTHERS
    if weak:
        yield Finding("doctor.secret", Complaint("doctor.secret.weak"))
    elif readable:
        yield Finding("doctor.secret", Complaint("doctor.secret.open", params={"seen": str(path)}))
    else:
        yield Finding("doctor.secret")


def _key() -> Iterator[Finding]:
    """Whether nobody else may sign the heads of journals; a key is made when it is first needed."""
    path = Path(settings.HOME) / KEY
    open_to_others = path.exists() and path.stat().st_mode & OTHERS
    yield Finding("doctor.key", Complaint("doctor.key.open", params={"seen": str(path)}) if open_to_others else None)


def _mail() -> Iterator[Finding]:
    """Whether letters reach people, where others than this machine are served."""
    reached = settings.ORIGIN and settings.EMAIL_BACKEND == OUTBOX
    yield Finding("doctor.mail", Complaint("doctor.mail.none", warning=True) if reached else None)


def _settings() -> Iterator[Finding]:
    """What is safe for this machine alone, and was left so for everybody."""
    yield Finding("doctor.debug", Complaint("doctor.debug.on") if settings.DEBUG else None)
    reached = set(settings.ALLOWED_HOSTS) - {"127.0.0.1", "localhost", "[::1]"}
    plain = reached and not settings.SESSION_COOKIE_SECURE
    yield Finding("doctor.tls", Complaint("doctor.tls.none", warning=True) if plain else None)
    shown = reached and settings.DEMO
    yield Finding("doctor.demo", Complaint("doctor.demo.open") if shown else None)


def _assets() -> Iterator[Finding]:
    built = any((Path(folder) / "tenfold" / "tenfold.css").is_file() for folder in settings.STATICFILES_DIRS)
    yield Finding("doctor.assets", None if built else Complaint("doctor.assets.none"))


def _database() -> Finding:
    try:
        connection.ensure_connection()
    except Error as error:
        reason = str(error).strip().partition("\n")[0]
        return Finding("doctor.database", Complaint("doctor.database.none", params={"reason": reason}))
    return Finding("doctor.database")


def _tables() -> Finding:
    return Finding("doctor.tables", _first(refuse_older))


def _durable() -> Iterator[Finding]:
    """Whether an acknowledged fact is on the disk, and the database is whole in itself."""
    match connection.vendor:
        case "sqlite":
            safe = _asked("PRAGMA journal_mode") == "wal" and _asked("PRAGMA synchronous") == FULL
            yield Finding("doctor.durable", None if safe else Complaint("doctor.durable.none"))
            said = _asked("PRAGMA quick_check")
            broken = Complaint("doctor.whole.none", params={"reason": str(said)})
            yield Finding("doctor.whole", None if said == "ok" else broken)
        case _:
            safe = _asked("SHOW fsync") == "on" and _asked("SHOW synchronous_commit") != "off"
            yield Finding("doctor.durable", None if safe else Complaint("doctor.durable.none"))


def _asked(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None


def _communities() -> Iterator[Community]:
    yield from Community.objects.order_by("name")


def _community(community: Community) -> Iterator[Finding]:
    """A journal that is whole, numbers that follow, and a clock that does not lag behind what was recorded."""
    named = {"community": community.name}
    problem = _first(lambda: whole(community))
    yield Finding("doctor.journal", problem and Complaint("doctor.journal.broken", params=named | _said(problem)))
    numbers = freshness(community)
    failed = Complaint("doctor.numbers.failed", params=named) if numbers.error else None
    yield Finding("doctor.numbers", failed or (_behind(named) if numbers.stale else None))
    latest = Chain.objects.values_list("recorded_at", flat=True).get(pk=community.pk)
    back = latest is not None and community.clock is None and latest > datetime.now(UTC)
    yield Finding("doctor.clock", Complaint("doctor.clock.back", params=named, warning=True) if back else None)


def _behind(named: dict[str, str]) -> Complaint:
    return Complaint("doctor.numbers.behind", params=named, warning=True)


def _first(look: Callable[[], object]) -> Complaint | None:
    try:
        look()
    except Refused as refused:
        return refused.complaints[0]
    return None


def _said(problem: Complaint) -> dict[str, object]:
    return {"entry": problem.params.get("entry", "–")}
