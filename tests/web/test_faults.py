"""No acknowledged fact is lost, whatever is killed, and an acknowledgement comes after the disk has it (promise 1)."""

import os
import re
import shutil
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from tests.night import NIGHT
from tests.web.killing import Killing, rotation, whole, writer
from tests.web.servers import killed_and_started

from tenfold.web.jobs.engine import Engine, work
from tenfold.web.jobs.nightly import compare
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.talks import ask, log_talk
from tenfold.web.store.communities import Community
from tenfold.web.store.declared import MODELS

VICTIMS = {
    "sqlite": (*("web",) * 9, "two", "worker"),
    "postgresql": (*("web",) * 4, "server", *("web",) * 4, "two", "worker"),
}
CYCLES = 100 if NIGHT else 25  # on each engine; `python -m bench --only Kills --full` does 1,000


def test_whatever_is_killed_no_acknowledged_fact_is_lost(
    community: Community, viewer_of: Callable[[str], Viewer], database: str
) -> None:
    viewer_of("op")
    restart = killed_and_started(database)
    with Killing(community, restart) as killing:
        for victim in rotation(VICTIMS[database], CYCLES):
            killing.cycle(victim)
    assert len(killing.said) >= CYCLES
    assert not killing.lost()
    whole(community)
    engine = Engine(community)
    while work(engine):
        pass
    compared = compare(community)
    assert compared is not None
    assert compared.otherwise == 0


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_an_acknowledgement_comes_after_the_disk_has_it(
    community: Community, viewer_of: Callable[[str], Viewer], database: str, tmp_path: Path
) -> None:
    if database != "sqlite":
        pytest.skip("PostgreSQL's own process writes to the disk")
    trace = tmp_path / "trace"
    viewer_of("op")
    one = writer("strace", "-f", "-o", str(trace), "-e", "trace=fsync,fdatasync,write")
    assert one.stdout is not None
    assert one.stdin is not None
    one.stdin.write(b"web\n")
    for _ in range(5):  # ready, a number, three facts
        one.stdout.readline()
    os.killpg(one.pid, signal.SIGTERM)
    one.communicate()
    calls = re.findall(r"(f(?:data)?sync)\(|write\(1, \"(interactions-)", trace.read_text("utf-8", "replace"))
    kinds = ["told" if told else "synced" for _, told in calls]
    acknowledged = [place for place, kind in enumerate(kinds) if kind == "told"]
    assert len(acknowledged) >= 3
    assert all(kinds[place - 1] == "synced" for place in acknowledged)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # how full a file may be can be said to SQLite
def test_on_a_full_disk_an_act_is_whole_or_not_at_all(
    community: Community, viewer_of: Callable[[str], Viewer], client_of: Callable[[str], Client]
) -> None:
    many = ["lin"] * 80
    actor, client, before = Actor(viewer_of("op")), client_of("op"), whole(community)
    assert client.get("/c/small/promises").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(OperationalError, match="full"):
        log_talk(actor, members=many, channel="call")
    assert whole(community) == before
    assert client.get("/c/small/promises").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count={pages * 2}")
    log_talk(actor, members=many, channel="call")
    assert whole(community) == before + len(many)


def test_a_clock_that_goes_back_changes_no_order(community: Community, viewer_of: Callable[[str], Viewer]) -> None:
    ask(Actor(viewer_of("zhou")), member="zhou", channel="call")
    community.clock -= timedelta(days=100)
    community.save()
    ask(Actor(viewer_of("zhou")), member="zhou", channel="message")
    rows = MODELS["interactions"].rows.of(community).order_by("-sequence")[:2]
    later, earlier = (row.recorded_at for row in rows)
    assert later > earlier
    whole(community)
