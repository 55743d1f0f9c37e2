"""The engine of one community: warm between commits, it computes after them and answers what pages ask.

It keeps the facts that it has read and reads only what is new; results are written down as `store/keeping.py` keeps
them. One engine lives per community, by a lease in the database.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic, sleep
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import polars as pl
from django.db import close_old_connections, connections

from tenfold.engine.community import Community as Known
from tenfold.engine.community import Moment
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.explain import explain
from tenfold.engine.registry import registry
from tenfold.engine.thread import thread
from tenfold.engine.trial import trial
from tenfold.facts.declaration import TABLES
from tenfold.facts.read import sort_rows
from tenfold.facts.store import FactStore
from tenfold.terms.days import local_day
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.store.append import ERASURE, clock_of
from tenfold.web.store.charters import rulebook_of, rulebook_with
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.keeping import keep, keep_failure
from tenfold.web.store.results import CycleRun
from tenfold.web.store.source import read_facts
from tenfold.web.store.work import Question, forget, open_questions, release, take

LOG = logging.getLogger(__name__)
LOOK_EVERY = 0.1  # seconds
RENEW_EVERY = 5.0  # seconds
IDLE_FOR = 600.0  # seconds without work after which an engine ends
BROKEN = Complaint("engine.broken")  # a fault of the program, not of the facts


class Engine:
    """One community's facts and newest cycle, in memory."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self._facts = FactStore.of({})
        self._sequence = 0
        self._cycle: Cycle | None = None

    def behind(self) -> bool:
        """Whether something was recorded, or a day began, that no finished cycle knows."""
        self.community.refresh_from_db()
        newest = CycleRun.rows.of(self.community).order_by("-pk").first()
        if newest is None or newest.sequence < self._newest().sequence:
            return True
        if self.community.clock is not None:
            return newest.as_of != self.community.clock
        zone = rulebook_of(self.community).newest.charter.timezone
        return local_day(newest.as_of, zone) < local_day(datetime.now(UTC), zone)

    def recompute(self) -> CycleRun:
        """Compute what the charter makes of everything recorded so far, and keep what it says.

        A failure keeps the numbers of the run before, and says why.
        """
        chain = self._newest()
        as_of = clock_of(self.community).replace(microsecond=0)
        try:
            self._cycle = run(self.known(chain.sequence), Moment(as_of, chain.recorded_at or as_of))
            return keep(self.community, self._cycle, chain.sequence)
        except Refused as refused:
            return keep_failure(self.community, chain.sequence, as_of, said(refused.complaints))
        except Exception:
            LOG.exception("a cycle of community %s failed", self.community.pk)
            return keep_failure(self.community, chain.sequence, as_of, said([BROKEN]))

    def known(self, sequence: int) -> Known:
        """Return the community as of a journal entry, reading only what is new."""
        since = JournalEntry.rows.of(self.community).filter(sequence__gt=self._sequence, sequence__lte=sequence)
        if since.filter(kind=ERASURE).exists():  # what was read may hold what was erased
            self._facts, self._sequence = FactStore.of({}), 0
        new = read_facts(self.community, until=sequence, after=self._sequence)
        self._facts, self._sequence = joined(self._facts, new), sequence
        return Known(rulebook_of(self.community), self._facts)

    def cycle(self) -> Cycle:
        """Return the newest cycle, computed now where this engine has none."""
        if self._cycle is None:
            chain = self._newest()
            as_of = clock_of(self.community).replace(microsecond=0)
            self._cycle = run(self.known(chain.sequence), Moment(as_of, chain.recorded_at or as_of))
        return self._cycle

    def answer(self, question: Question) -> None:
        """Answer a question, or write down why it cannot be answered."""
        try:
            question.answer = ANSWERS[question.kind](self, question.params)
        except Refused as refused:
            question.error = said(refused.complaints)
        except Exception:
            LOG.exception("a question of community %s failed", self.community.pk)
            question.error = said([BROKEN])
        question.answered_at = datetime.now(UTC)
        question.save()

    def _newest(self) -> Chain:
        return Chain.objects.get(pk=self.community.pk)


def joined(before: FactStore, new: FactStore) -> FactStore:
    """Return two sets of facts as one, in the order of files."""
    tables = {
        name: sort_rows(TABLES[name], pl.concat([rows, new.tables[name]])) if new.tables[name].height else rows
        for name, rows in before.tables.items()
    }
    return FactStore(tables)


def said(complaints: Sequence[Complaint]) -> list[dict[str, Any]]:
    """Return complaints as a database keeps them."""
    return [{"id": one.id, "place": str(one.place), "params": dict(one.params)} for one in complaints]


def _explain(engine: Engine, params: Mapping[str, Any]) -> Any:
    return explain(engine.cycle(), params["id"], params.get("page", 1))


def _thread(engine: Engine, params: Mapping[str, Any]) -> Any:
    return thread(engine.cycle(), params["id"])


def _trial(engine: Engine, params: Mapping[str, Any]) -> Any:
    """Compare a tried charter, given as its whole text, with the one in force."""
    now = engine.cycle()
    measures = {spec.id: spec for spec in registry().measures}
    other = Known(rulebook_with(engine.community, params["charter"].encode(), measures), now.community.facts)
    return trial(now, run(other, now.moment)).as_dict()


ANSWERS: Mapping[str, Callable[[Engine, Mapping[str, Any]], Any]] = MappingProxyType(
    {"explain": _explain, "thread": _thread, "trial": _trial}
)


def serve(community: Community, over: Event, idle_for: float = IDLE_FOR) -> None:
    """Be the engine of a community until told to end, idle for so many seconds, or replaced by another one."""
    holder = uuid4().hex
    if not take(community, holder):
        return
    renewing = Thread(target=_renew, args=(community, holder, over), daemon=True)
    renewing.start()
    engine, worked = Engine(community), monotonic()
    try:
        while not over.is_set() and monotonic() - worked < idle_for:
            if work(engine):
                worked = monotonic()
            else:
                close_old_connections()
                sleep(LOOK_EVERY)
    finally:
        over.set()
        renewing.join()
        release(community, holder)


def _renew(community: Community, holder: str, over: Event) -> None:
    """Say again and again that this engine lives, for a cycle may take longer than a lease."""
    while not over.wait(RENEW_EVERY):
        if not take(community, holder):
            over.set()
        connections.close_all()


def work(engine: Engine) -> bool:
    """Do what is to do, numbers first; return whether there was anything."""
    if engine.behind():
        engine.recompute()
        forget(engine.community)
        return True
    question = open_questions(engine.community).first()
    if question is None:
        return False
    engine.answer(question)
    return True
