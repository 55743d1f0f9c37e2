"""The engine of one community: warm between commits, it computes after them and answers what pages ask.

It keeps in memory what it has read and computed, takes in only what is new, and writes down only what that changes. One
engine lives per community, by a lease in the database.
"""

import logging
from datetime import UTC, datetime
from functools import partial
from threading import Event
from time import monotonic, sleep
from uuid import uuid4

from django.db import close_old_connections

from tenfold.terms.errors import Complaint, Refused
from tenfold.web.jobs import nightly
from tenfold.web.jobs.answers import ANSWERS
from tenfold.web.jobs.intake import Intake
from tenfold.web.jobs.renewing import renewed
from tenfold.web.store.append import clock_of
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.complaints import kept
from tenfold.web.store.heads import head_due, sign_head
from tenfold.web.store.keeping import Keeper, keep_failure
from tenfold.web.store.results import CycleRun
from tenfold.web.store.work import Question, forget, open_questions, release, take

LOG = logging.getLogger(__name__)
LOOK_EVERY = 0.1  # seconds
IDLE_FOR = 8 * 3600.0  # seconds without work after which an engine ends: a working day
BROKEN = Complaint("engine.broken")  # a fault of the program, not of the facts


def behind(community: Community) -> bool:
    """Whether something was recorded, or an instant has come, that the newest cycle does not know."""
    community.refresh_from_db()
    newest = CycleRun.rows.of(community).order_by("-pk").first()
    if newest is None or newest.sequence != Chain.objects.get(pk=community.pk).sequence:
        return True
    if community.clock is not None and newest.as_of != community.clock:
        return True
    return newest.stands_until is None or newest.stands_until <= clock_of(community)


class Engine:
    """One community's facts and newest cycle, in memory."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self._forget()

    def _forget(self) -> None:
        """Know nothing of before: neither what was recorded nor what was kept."""
        self._intake = Intake(self.community)
        self._keeper = Keeper(self.community)

    def recompute(self) -> CycleRun:
        """Compute what the charter makes of everything recorded so far, and keep what it says.

        What was computed before may be at fault where that fails, so it is tried once more from nothing. A failure
        keeps the numbers of the run before, and says why.
        """
        try:
            if self._intake.warm is None:
                return self._computed()
            return self._from_memory()
        except Refused as refused:
            error = kept(refused.complaints)
        except Exception:
            LOG.exception("a cycle of community %s failed", self.community.pk)
            error = kept([BROKEN])
        self._forget()
        sequence = Chain.objects.get(pk=self.community.pk).sequence
        return keep_failure(self.community, sequence, clock_of(self.community), error)

    def _from_memory(self) -> CycleRun:
        try:
            return self._computed()
        except Refused:
            raise
        except Exception:
            LOG.exception("community %s is read whole: its increment failed", self.community.pk)
        self._forget()
        return self._computed()

    def _computed(self) -> CycleRun:
        warm = self._intake.catch_up()
        return self._keeper.keep(warm.cycle(), self._intake.sequence, warm.stands_until)

    def compare(self) -> None:
        """Compare what stands with a whole cycle; where that says otherwise, its numbers stand from now on."""
        found = nightly.compare(self.community)
        if found is not None and found.otherwise:
            self._forget()
            self.recompute()

    def answer(self, question: Question) -> None:
        """Answer a question, or write down why it cannot be answered."""
        try:
            warm = self._intake.warm or self._intake.catch_up()
            question.answer = ANSWERS[question.kind](self.community, warm.cycle(), question.params)
        except Refused as refused:
            question.error = kept(refused.complaints)
        except Exception:
            LOG.exception("a question of community %s failed", self.community.pk)
            question.error = kept([BROKEN])
        question.answered_at = datetime.now(UTC)
        question.save()


def serve(community: Community, over: Event, idle_for: float = IDLE_FOR) -> None:
    """Be the engine of a community until told to end, idle for so many seconds, or replaced by another one."""
    holder = uuid4().hex
    if not take(community, holder):
        return
    engine, worked = Engine(community), monotonic()
    try:
        with renewed(partial(take, community, holder), over):
            while not over.is_set() and monotonic() - worked < idle_for:
                if work(engine):
                    worked = monotonic()
                else:
                    close_old_connections()
                    sleep(LOOK_EVERY)
    finally:
        release(community, holder)


def wanted(community: Community) -> bool:
    """Whether there is work for a community's engine."""
    return behind(community) or open_questions(community).exists() or nightly.due(community) or head_due(community)


def work(engine: Engine) -> bool:
    """Do what is to do, numbers first, then questions, then what a new day asks; return whether there was anything."""
    if behind(engine.community):
        engine.recompute()
        return True
    question = open_questions(engine.community).first()
    if question is not None:
        engine.answer(question)
        forget(engine.community)
        return True
    if nightly.due(engine.community):
        engine.compare()
        return True
    if head_due(engine.community):
        sign_head(engine.community)
        return True
    return False
