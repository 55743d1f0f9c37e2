"""Between pages and engines, through the database alone: who computes for a community, and what pages ask of it."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

from django.db import models

from tenfold.web.store.bound import Bound
from tenfold.web.store.communities import Community
from tenfold.web.store.requests import asked_now
from tenfold.web.store.results import CycleRun

LEASE = timedelta(seconds=20)  # an engine that does not say for so long that it lives is dead
LOOK_EVERY = 0.05  # seconds between two looks at whether an answer has come
FORGOTTEN_AFTER = timedelta(minutes=10)
SHEET = "sheet"  # a kind of question that no engine answers: a process of its own reads a file
SHEETS_FORGOTTEN_AFTER = timedelta(hours=1)  # like the files that they are about
WAITING, TAKEN, WRITING = "", "taken", "writing"  # steps of a question about a file beside those of its reading
# A reading that says nothing for so long is dead: its process says every few seconds that it lives, and on a machine
# that is busy with a large file some of that comes late. While it writes, SQLite, of one writer, takes no word of it.
SILENCE, SILENCE_WRITING = timedelta(seconds=60), timedelta(minutes=10)


class Lease(models.Model):
    """Which process computes for a community, and until when it said so."""

    community = models.OneToOneField(Community, models.CASCADE, primary_key=True, related_name="+")
    holder = models.CharField(max_length=64)
    until = models.DateTimeField()

    class Meta:
        db_table = "engine_lease"


class Question(models.Model):
    """What a page asks of a community's engine, and the answer once there is one.

    kind     explain, thread, ties, trial, voices, or SHEET
    request  the request that asks about a file: what is brought comes from there
    step     how far a file is
    until    until when the process that reads the file has said that it lives
    error    complaints as id, place, params, where it could not be answered
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="+", db_index=False)
    kind = models.TextField()
    params = models.JSONField()
    request = models.JSONField(null=True)
    step = models.CharField(max_length=16, default=WAITING)
    until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.JSONField(null=True)
    error = models.JSONField(null=True)

    rows = Bound["Question"]()

    class Meta:
        db_table = "engine_question"
        indexes = [
            models.Index(fields=["community", "id"], condition=models.Q(answered_at=None), name="question_open"),
        ]


def take(community: Community, holder: str) -> bool:
    """Become, or stay, the one engine of a community; False while another one lives."""
    now = datetime.now(UTC)
    mine_or_dead = models.Q(holder=holder) | models.Q(until__lt=now)
    lease = Lease.objects.filter(mine_or_dead, pk=community.pk)
    if lease.update(holder=holder, until=now + LEASE):
        return True
    _, made = Lease.objects.get_or_create(community=community, defaults={"holder": holder, "until": now + LEASE})
    return made


def release(community: Community, holder: str) -> None:
    """Give a community's engine up, so that another one need not wait."""
    Lease.objects.filter(pk=community.pk, holder=holder).delete()


def led(community: Community) -> bool:
    """Whether some engine lives for a community."""
    return Lease.objects.filter(pk=community.pk, until__gte=datetime.now(UTC)).exists()


def ask(community: Community, kind: str, params: dict[str, Any], wait: float) -> Question:
    """Ask a community's engine and wait some seconds for the answer; the question stays open where none came.

    What was asked before is not asked again until there are new numbers.
    """
    question = _asked(community, kind, params)
    if question is None:
        asked = asked_now() if kind == SHEET else None
        question = Question.rows.of(community).create(
            community=community, kind=kind, params=params, request=None if asked is None else asdict(asked)
        )
    until = monotonic() + wait
    while question.answered_at is None and monotonic() < until:
        sleep(LOOK_EVERY)
        question.refresh_from_db()
    return question


def answered(community: Community, kind: str, params: dict[str, Any]) -> Question | None:
    """Return a question that was answered from the newest numbers; None where it was not asked, or not answered yet."""
    before = _asked(community, kind, params)
    return before if before is not None and before.answered_at is not None and before.error is None else None


def _asked(community: Community, kind: str, params: dict[str, Any]) -> Question | None:
    """Return the same question where it still waits, or was answered from the newest numbers."""
    before = Question.rows.of(community).filter(kind=kind, params=params).order_by("-pk").first()
    if before is None or before.answered_at is None:
        return before
    newest = CycleRun.rows.of(community).order_by("-pk").values_list("finished_at", flat=True).first()
    return None if newest is not None and newest >= before.asked_at else before


def open_questions(community: Community) -> "models.QuerySet[Question]":
    """Return what was asked of an engine and not answered, oldest first."""
    return Question.rows.of(community).filter(answered_at=None).exclude(kind=SHEET).order_by("pk")


def sheets(community: Community) -> "models.QuerySet[Question]":
    """Return what was asked about files, oldest first."""
    return Question.rows.of(community).filter(kind=SHEET).order_by("pk")


def claim(question: Question) -> bool:
    """Take a question about a file, so that nobody else reads it; False where somebody has."""
    waiting = sheets(question.community).filter(pk=question.pk, step=WAITING, answered_at=None)
    return bool(waiting.update(step=TAKEN, until=datetime.now(UTC) + SILENCE))


def tell(question: Question, step: str) -> None:
    """Say how far a file is."""
    silence = SILENCE_WRITING if step == WRITING else SILENCE
    sheets(question.community).filter(pk=question.pk).update(step=step, until=datetime.now(UTC) + silence)


def renew(question: Question) -> bool:
    """Say that a file is still being read; False where it was taken for dead meanwhile."""
    until = datetime.now(UTC) + SILENCE
    mine = sheets(question.community).filter(pk=question.pk, answered_at=None).exclude(step=WAITING)
    mine.filter(until__lt=until).update(until=until)
    return mine.exists()


def silent(community: Community) -> "models.QuerySet[Question]":
    """Return what was asked about files whose processes died without a word, oldest first."""
    return sheets(community).filter(_unheard(), answered_at=None).exclude(step=WAITING)


def again(question: Question) -> None:
    """Let a file wait to be read once more, where its reading failed or fell silent."""
    ended = models.Q(error__isnull=False) | ~models.Q(step=WAITING) & models.Q(answered_at=None) & _unheard()
    sheets(question.community).filter(ended, pk=question.pk).update(
        step=WAITING, until=None, error=None, answered_at=None
    )


def _unheard() -> models.Q:
    return models.Q(until=None) | models.Q(until__lt=datetime.now(UTC))


def forget(community: Community) -> None:
    """Drop what was asked long ago."""
    now, asked = datetime.now(UTC), Question.rows.of(community)
    asked.filter(asked_at__lt=now - FORGOTTEN_AFTER).exclude(kind=SHEET).delete()
    asked.filter(asked_at__lt=now - SHEETS_FORGOTTEN_AFTER).delete()
