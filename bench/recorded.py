"""An engine in a process of its own: at each line it is sent, a fact is recorded and its numbers are computed and kept.

    python -m bench.recorded FOLDER     a community folder; its database is made beside it

It answers `ready`, then for each line the seconds of processor time that it has taken so far; to the line `compare`
whether what stands is what a whole cycle says: the number of results that differ. Facts come in turn from every table
in which a fact like the newest may be told again: each says of now what that said of its day.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.facts.declaration import TABLES, Table
from tenfold.terms.errors import Refused
from tenfold.web.site.serving import at_home

if TYPE_CHECKING:
    from tenfold.web.store.communities import Community

COMPARE = "compare"  # the line that asks whether what stands is what a whole cycle says
NAME = "measured"
WHO = "us"
HEADER = frozenset(TABLES["parties"].columns) & frozenset(TABLES["interactions"].columns)


def _again(table: Table) -> bool:
    """Whether a fact of a table may be told again without a name of anybody: it says what stands."""
    named = any(one.personal and one.required for one in table.columns.values())
    return bool(table.by) and not table.big and not named


AGAIN = tuple(name for name, table in TABLES.items() if _again(table))


def main(folder: Path) -> None:
    """Take the folder in, compute it once, then wait for lines."""
    at_home(folder / f"server-{os.getpid()}")  # its own: more than one may be made of a folder
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tenfold.web.jobs import nightly
    from tenfold.web.jobs.engine import Engine, work
    from tenfold.web.store.append import Author
    from tenfold.web.store.folders import take_in

    community = take_in(folder, NAME, Author("import:bench"))
    engine = Engine(community)
    work(engine)
    facts = cycle(_facts(community))
    _say("ready")
    for line in sys.stdin:
        if line.strip() == COMPARE:
            compared = nightly.compare(community)
            _say(str(compared and compared.otherwise))
            continue
        _record(community, facts)
        work(engine)
        _say(str(time.process_time()))


def _record(community: "Community", facts: Iterator[tuple[str, dict[str, Any]]]) -> None:
    """Record the next fact that may be told again: a talk may always."""
    from tenfold.web.store.append import Author, writing

    for table, cells in facts:
        with suppress(Refused):
            with writing(community, Author(WHO)) as writer:
                writer.add(table, **cells)
            return


def _facts(community: "Community") -> list[tuple[str, dict[str, Any]]]:
    """Return a talk, then the newest fact of each table of what stands: table, cells by their stored names."""
    from tenfold.web.store.current import current

    rows = {name: found for name in AGAIN if (found := current(community, name))}
    facts = [(name, {cell: found[-1][cell] for cell in _told(name)}) for name, found in rows.items()]
    talk = {"member": rows["memberships"][-1]["party"], "direction": "out", "channel": "call", "minutes": 20}
    return [("interactions", talk), *facts]


def _told(table: str) -> list[str]:
    """Return the columns of a table that say what was told: neither when, by whom nor from where, nor personal."""
    columns = TABLES[table].columns.values()
    return [one.stored for one in columns if one.name not in HEADER and not one.personal]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
