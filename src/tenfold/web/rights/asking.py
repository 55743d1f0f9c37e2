"""Questions: which wait for whose answer, until when, and who may ask and answer (DOMAIN.md §2.4)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from tenfold.charter.calendar import calendar_of
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.terms.days import days_later, first_instant
from tenfold.terms.days import local_day as day_of
from tenfold.terms.errors import Complaint
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.lookup import Named, parties_like
from tenfold.web.rights.policies import Data, Sight
from tenfold.web.rights.results import Results
from tenfold.web.rights.rows import allowed
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.communities import Community
from tenfold.web.store.current import Row, counting

ASKED, ANSWERED = "question_asked", "question_answered"
TALKS = "interactions"
THEIRS, OURS = "in", "out"  # who asked: the member, the project
WINDOW = 90  # days in which questions are looked for; older ones stand here where their answer is late
LISTED = 200
IN_ORDER = ("occurred_at", "fact")


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    theirs    whether the member asked, not the project
    due       until when it is to be answered, in words, where the charter says; `tone` how that stands
    mine      whether the viewer may record its answer
    """

    fact: str
    member: Named
    theirs: bool
    channel: str
    day: str
    due: str
    tone: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions that wait, the oldest first; `unknown` when the filter's text means nobody."""

    waiting: tuple[Question, ...]
    unknown: bool


def speaks_for_project(viewer: Viewer) -> bool:
    """Whether the viewer records talks of the project with others."""
    return may(viewer, Act.LOG_TALK)


def against_answer(viewer: Viewer, question: Row) -> Complaint | None:
    """Return what stands against an answer of the viewer: whoever was asked answers, the project for itself."""
    if speaks_for_project(viewer):
        return None
    if question["member"] not in viewer.own:
        return Complaint("acts.only_own")
    return Complaint("acts.own_question") if question["direction"] == THEIRS else None


def answered(community: Community, question: str) -> "QuerySet[Any]":
    """Return the answers to a question."""
    return _flagged(community, ANSWERED).filter(replies_to=question)


def questions(viewer: Viewer, who: str = "") -> Questions:
    """Return the questions that the viewer may see; `who` is a text that means somebody."""
    parties = parties_like(viewer, who) if who else None
    rows = allowed(viewer, TALKS, _waiting(viewer, parties))
    speech = viewer.phrases(rows)
    return Questions(tuple(_told(viewer, speech, rows)), parties == [])


def _waiting(viewer: Viewer, parties: Collection[str] | None) -> list[Row]:
    """Return the first questions without an answer, the oldest first: of late, and older ones whose answer is late.

    Each kind is a query of its own, for no database finds two kinds in one by an index of each.
    """
    rows = _unanswered(viewer.community)
    if parties is not None:
        rows = rows.filter(member__in=parties)
    if not viewer.sees(Data.INTERACTIONS) - {Sight.OWN}:
        return _first(rows.filter(member__in=viewer.own))
    since = first_instant(days_later(viewer.today, -WINDOW), viewer.rules.charter.timezone)
    late = Results(viewer).decisions(mechanism="interaction", kind="question_unanswered")
    older = rows.filter(fact__in=[fact for one in late for fact in one["facts"]]).values()
    # Put in order here, for asked for an order SQLite reads the whole table by time to find a few.
    found = {row["fact"]: row for row in (*_first(rows.filter(occurred_at__gte=since)), *older)}
    return sorted(found.values(), key=itemgetter(*IN_ORDER))[:LISTED]


def _first(rows: "QuerySet[Any]") -> list[Row]:
    return list(rows.order_by(*IN_ORDER).values()[:LISTED])


def _unanswered(community: Community) -> "QuerySet[Any]":
    """Return the questions without an answer; what was answered is looked up once for all of them."""
    answers = _flagged(community, ANSWERED).filter(replies_to__isnull=False)
    return _flagged(community, ASKED).exclude(fact__in=answers.values("replies_to"))


def _flagged(community: Community, flag: str) -> "QuerySet[Any]":
    """Return the talks that carry a flag: lists are JSON, which not every database looks into."""
    rows: QuerySet[Any] = counting(community, TALKS).annotate(said=Cast("flags", TextField()))
    return rows.filter(said__contains=f'"{flag}"')


def _told(viewer: Viewer, speech: Phrases, rows: Iterable[Row]) -> Iterable[Question]:
    answers = may(viewer, Act.ANSWER)
    for row in rows:
        day = day_of(row["occurred_at"], speech.zone)
        due = _due(viewer, row, day)
        yield Question(
            fact=row["fact"],
            member=(row["member"], speech.named(row["member"])),
            theirs=row["direction"] == THEIRS,
            channel=speech.word("channel", row["channel"]),
            day=day_said(speech.language, day, viewer.today),
            due="" if due is None else day_said(speech.language, due, viewer.today),
            tone=_tone(due, viewer.today),
            mine=answers and against_answer(viewer, row) is None,
        )


def _due(viewer: Viewer, row: Row, day: date) -> date | None:
    """Return the last day on which an answer is in time, by the charter that was in force when it was asked."""
    rules = viewer.rulebook.judging(row["occurred_at"])
    within = rules.interaction.respond_within.question
    return None if within is None else calendar_of(rules.charter.calendar).add(day, within)


def _tone(due: date | None, today: date) -> str:
    """Return how a day is coloured: late, today, or still to come."""
    if due is None or due > today:
        return ""
    return "bad" if due < today else "warn"
