"""An engine in a process of its own: at each line it is sent, a talk is recorded and its numbers are computed and kept.

    python -m bench.recorded FOLDER     a community folder; its database is made beside it

It answers `ready`, then for each line the seconds of processor time that it has taken so far; at the end of its input,
whether what stands is what a whole cycle says: the number of results that differ.
"""

import sys
import time
from itertools import cycle
from pathlib import Path

from tenfold.web.site.serving import at_home

NAME = "measured"
WHO = "us"


def main(folder: Path) -> None:
    """Take the folder in, compute it once, then wait for lines."""
    at_home(folder / "server")
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tenfold.web.jobs import nightly
    from tenfold.web.jobs.engine import Engine, work
    from tenfold.web.store.append import Author, writing
    from tenfold.web.store.current import current
    from tenfold.web.store.folders import take_in

    community = take_in(folder, NAME, Author("import:bench"))
    engine = Engine(community)
    work(engine)
    members = cycle(sorted(row["party"] for row in current(community, "memberships")))
    _say("ready")
    for _ in sys.stdin:
        with writing(community, Author(WHO)) as writer:
            writer.add("interactions", member=next(members), direction="out", channel="call", minutes=20)
        work(engine)
        _say(str(time.process_time()))
    compared = nightly.compare(community)
    _say(str(compared and compared.otherwise))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
