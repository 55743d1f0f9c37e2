"""No acknowledged fact is lost, whatever is killed, and an acknowledgement comes after the disk has it (promise 1)."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from time import sleep

import pytest
from django.db import connections
from tests.web.servers import Settings

from tenfold.journal.check import entries
from tenfold.journal.entry import Entry
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.declared import MODELS

KILLS = 20 if os.environ.get("TENFOLD_NIGHT") == "1" else 2
WRITERS = 2
ROOT = Path(__file__).parents[2]


def settings() -> Settings:
    default = connections.settings["default"]
    return {name: default[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}


def writer(*before: str) -> "subprocess.Popen[str]":
    """Start a writer, as the argument of another program where one is named."""
    command = [*before, sys.executable, "-m", "tests.web.writing", json.dumps(settings())]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment, start_new_session=True
    )


def whole(community: Community) -> int:
    """Check the chain from its first entry, and that rows, entries and head belong together; return its length."""
    rows = JournalEntry.rows.of(community).order_by("sequence").values_list("body", "hash")
    found = list(entries(Entry(0, body.encode(), hash).line for body, hash in rows))
    chain = Chain.objects.get(pk=community.pk)
    assert (chain.sequence, chain.hash) == (len(found), found[-1].hash)
    facts = sum(model.rows.of(community).count() for model in MODELS.values())
    assert facts == JournalEntry.rows.of(community).exclude(fact=None).count()
    return len(found)


def test_killed_writers_lose_nothing_that_was_acknowledged(community: Community) -> None:
    random = Random(7)
    for _ in range(KILLS):
        writers = [writer() for _ in range(WRITERS)]
        told = [one.stdout.readline() if one.stdout else "" for one in writers]
        sleep(random.uniform(0.05, 0.4))
        for one in writers:
            os.killpg(one.pid, signal.SIGKILL)
        told += [line for one in writers for line in one.communicate()[0].splitlines(keepends=True)]
        said = {line.strip() for line in told if line.endswith("\n")}
        kept = MODELS["interactions"].rows.of(community).filter(fact__in=said)
        assert said
        assert kept.count() == len(said)
        whole(community)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_an_acknowledgement_comes_after_the_disk_has_it(community: Community, database: str, tmp_path: Path) -> None:
    if database != "sqlite":
        pytest.skip("PostgreSQL's own process writes to the disk")
    trace = tmp_path / "trace"
    one = writer("strace", "-f", "-o", str(trace), "-e", "trace=fsync,fdatasync,write")
    assert one.stdout is not None
    for _ in range(3):
        one.stdout.readline()
    os.killpg(one.pid, signal.SIGTERM)
    one.communicate()
    calls = re.findall(r"(f(?:data)?sync)\(|write\(1, \"(interactions-)", trace.read_text("utf-8", "replace"))
    kinds = ["told" if told else "synced" for _, told in calls]
    acknowledged = [place for place, kind in enumerate(kinds) if kind == "told"]
    assert len(acknowledged) >= 3
    assert all(kinds[place - 1] == "synced" for place in acknowledged)
