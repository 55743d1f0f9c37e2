"""A3: one fact and its journal entry, durable before it is acknowledged, in SQLite with `synchronous=FULL`."""

import os
import sqlite3
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bench import installed
from bench.apart import Apart, Doings
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial

MEMBERS = 100
MEMBER = "m-0000007"
MODULE = "bench.a3_acts"
ROW = {"member": MEMBER, "direction": "out", "channel": "call"}


def prepare(folder: Path, size: int) -> None:
    """Write a community; the size is how many acts are done."""
    installed.prepare(folder, MEMBERS)


class Acts:
    """The same fact written in different ways, so many times; each returns by how many rows its table grew."""

    def __init__(self, folder: Path) -> None:
        from tenfold.web.rights.viewers import viewer
        from tenfold.web.services.acting import Actor
        from tenfold.web.store.accounts import Account

        self.community = installed.taken_in(folder)
        self.actor = Actor(viewer(Account.objects.get(email=installed.EMAIL), installed.NAME, "en"))
        self.bare = sqlite3.connect(folder / f"bare-{os.getpid()}.sqlite3", isolation_level=None)
        self.bare.executescript("PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;")
        self.bare.execute("CREATE TABLE facts (id INTEGER PRIMARY KEY, fact TEXT, at TEXT, member TEXT, channel TEXT)")

    def act(self, count: str) -> int:
        """Log talks by the act that pages call."""
        from tenfold.web.services.talks import log_talk

        return self._grown(lambda: [log_talk(self.actor, members=[MEMBER], channel="call") for _ in range(int(count))])

    def group(self, count: str) -> int:
        """Log as many talks by one act."""
        from tenfold.web.services.talks import log_talk

        return self._grown(lambda: log_talk(self.actor, members=[MEMBER] * int(count), channel="call"))

    def store(self, count: str) -> int:
        """Append rows by the store's one way, each in a transaction of its own, without asking who may."""
        from tenfold.web.store.append import Author, writing

        def appended() -> None:
            for _ in range(int(count)):
                with writing(self.community, Author(installed.WHO)) as writer:
                    writer.add("interactions", **ROW)

        return self._grown(appended)

    def orm(self, count: str) -> int:
        """Save a row and its entry as Django does, unchecked."""
        from datetime import UTC, datetime

        from django.db import transaction

        from tenfold.web.store.append import new_id
        from tenfold.web.store.communities import Chain, JournalEntry
        from tenfold.web.store.declared import MODELS

        def saved() -> None:
            for _ in range(int(count)):
                with transaction.atomic():
                    chain = Chain.objects.select_for_update().get(pk=self.community.pk)
                    chain.sequence += 1
                    now, fact = datetime.now(UTC), new_id("interactions")
                    header: dict[str, Any] = {"fact": fact, "occurred_at": now, "recorded_at": now, "recorded_by": "op"}
                    own = {"community_id": self.community.pk, "sequence": chain.sequence}
                    MODELS["interactions"](**own, **header, **ROW).save()
                    said = {"kind": "interactions", "fact": fact, "at": now, "body": "{}", "hash": chain.hash}
                    JournalEntry(community=self.community, sequence=chain.sequence, **said).save()
                    chain.save()

        return self._grown(saved)

    def limit(self, count: str) -> int:
        """Insert rows of five columns alone."""
        before = self.bare.execute("SELECT count(*) FROM facts").fetchone()[0]
        for _ in range(int(count)):
            self.bare.execute("INSERT INTO facts (fact, at, member, channel) VALUES ('f', '2026', ?, 'call')", [MEMBER])
        return int(self.bare.execute("SELECT count(*) FROM facts").fetchone()[0]) - int(before)

    def _grown(self, does: Any) -> int:
        from tenfold.web.store.declared import MODELS

        rows = MODELS["interactions"].rows.of(self.community)
        before = rows.count()
        does()
        return int(rows.count() - before)


def ready(folder: Path) -> Doings:
    """Return what is done by name."""
    acts = Acts(folder)
    return {name: getattr(acts, name) for name in ("act", "group", "store", "orm", "limit")}


def alone(folder: Path) -> None:
    """Log ten talks."""
    apart = Apart(MODULE, folder)
    apart.ask("act", 10)
    apart.end()


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""
    apart = Apart(MODULE, folder)
    whos = {
        PRODUCT: "act",
        f"{LIMIT}: SQLite insert of a row alone": "limit",
        "tenfold, the store's append alone": "store",
        "tenfold, all in one act": "group",
        "Django save() of row and entry, unchecked": "orm",
    }

    def check(answers: Mapping[str, object]) -> None:
        """Each wrote so many rows."""
        assert set(answers.values()) == {size}

    contenders = [Contender(who, partial(apart.ask, name, size), apart.cpu) for who, name in whos.items()]
    return Trial(contenders, check, "talks, one after the other, each durable; SQLite, synchronous=FULL", apart.end)


SUBJECT = Subject(
    "A3",
    "acts",
    {"smallest": (3,), "quick": (50,), "full": (50, 500)},
    prepare,
    trial,
    "bench.a3_acts:alone",
)
