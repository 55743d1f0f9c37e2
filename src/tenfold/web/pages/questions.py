"""Questions: what waits for an answer, to ask and to answer."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.words import say
from tenfold.web.pages.parsing import given, happened
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.asking import questions as waiting
from tenfold.web.rights.asking import speaks_for_project
from tenfold.web.rights.line import channel_of
from tenfold.web.rights.lookup import party_called
from tenfold.web.rights.people import choices
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.talks import answer as record_answer
from tenfold.web.services.talks import ask as record_question

PLACE = "page.people"
LONGEST = 80


@require_GET
@of_community(does=Act.ASK)
def questions(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List what waits for an answer."""
    who = request.GET.get("who", "").strip()[:LONGEST]
    content = {
        "questions": waiting(viewer, who),
        "who": who,
        "speaks": speaks_for_project(viewer),
        "channels": choices(viewer)[1],
        "usual": channel_of(viewer, None),
        "today": viewer.today,
        "place": PLACE,
        "tab": "questions",
    }
    return render(request, "pages/questions.html", content)


@require_POST
@of_community(does=Act.ASK)
def ask(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Record a question: a member's own, or one between the project and a member."""
    sent = request.POST
    speaks = speaks_for_project(viewer)
    done = record_question(
        acting(viewer, sent),
        member=party_called(viewer, given(sent, "member")) if speaks else viewer.party,
        channel=given(sent, "channel"),
        theirs=not speaks or given(sent, "asked") == "they",
        at=_at(viewer, sent),
    )
    return recorded(request, viewer, done, say(viewer.language, "question.asked"))


@require_POST
@of_community(does=Act.ANSWER)
def answer(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Record that a question was answered, and how."""
    sent = request.POST
    question, channel = given(sent, "question"), given(sent, "channel")
    done = record_answer(acting(viewer, sent), question=question, channel=channel, at=_at(viewer, sent))
    return recorded(request, viewer, done, say(viewer.language, "question.answered"))


def _at(viewer: Viewer, sent: QueryDict) -> datetime | None:
    return happened(sent.get("day", ""), viewer.today, viewer.rules.charter.timezone)
