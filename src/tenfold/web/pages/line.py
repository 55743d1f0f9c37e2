"""The one line: chips while somebody types, facts when they press Enter; and taking back what was just recorded."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from tenfold.exchange.line import Line, Promise
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.report.words import say
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.line import channel_of, understood
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Done
from tenfold.web.services.lines import Talk, record_talk
from tenfold.web.services.undoing import undo as withdraw

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A line in words: names, everything else as chips, and names that fit several as choices (key, name)."""

    who: tuple[str, ...]
    chips: tuple[str, ...]
    unsure: tuple[tuple[tuple[str, str], ...], ...]


@require_http_methods(["GET", "POST"])
@of_community(does=Act.LOG_TALK)
def line(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what a line is understood as; record it when it is sent."""
    sent = request.POST if request.method == "POST" else request.GET
    text = sent.get("line", "")[:LONGEST]
    if not text.strip():
        return HttpResponse("")
    found = understood(viewer, text)
    chosen = tuple(key for names in found.unsure for key in names if key in sent.getlist("who"))
    who = (*found.who, *chosen)
    told = _told(viewer, found)
    problem = _problem(found, who)
    if request.method == "GET" or problem:
        status = 422 if request.method == "POST" else 200
        return render(request, "pages/_chips.html", {"line": told, "problem": problem}, status=status)
    done = record_talk(acting(viewer, sent), talk=_talk(viewer, found, who))
    summary = " · ".join((*told.who, *told.chips))
    return recorded(request, viewer, done, say(viewer.language, "line.recorded", {"what": summary}))


@require_POST
@of_community(does=Act.UNDO)
def undo(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take back what was recorded a moment ago."""
    withdraw(acting(viewer, request.POST), facts=request.POST.getlist("fact"))
    return recorded(request, viewer, Done(()), say(viewer.language, "undo.done"))


def _problem(found: Line, who: tuple[str, ...]) -> str | None:
    """Return what keeps a line from being recorded, as a message id."""
    if found.ahead:
        return "line.ahead"
    if not who and not found.unsure:
        return "line.needs_who"
    if len(who) < len(found.who) + len(found.unsure):
        return "line.unsure"
    return None


def _talk(viewer: Viewer, found: Line, who: tuple[str, ...]) -> Talk:
    return Talk(
        members=who,
        channel=channel_of(viewer, found.channel),
        on=found.on,
        at=found.at,
        direction=found.direction,
        minutes=found.minutes,
        flags=tuple(sorted(found.flags)),
        they=tuple((one.what, one.due) for one in found.they),
        we=tuple((one.what, one.due) for one in found.we),
        they_ask=len(found.they_ask),
        we_ask=len(found.we_ask),
    )


def _told(viewer: Viewer, found: Line) -> Told:
    keys = [*found.who, *(key for names in found.unsure for key in names)]
    speech = viewer.phrases(parties=keys)
    unsure = tuple(tuple((key, speech.named(key)) for key in names) for names in found.unsure)
    return Told(tuple(speech.named(key) for key in found.who), tuple(_chips(speech, found, viewer.today)), unsure)


def _chips(speech: Phrases, found: Line, today: date) -> list[str]:
    """Return what was understood beside the names; days are said as pages say them."""
    language = speech.language
    day = day_said(language, found.on, today)
    chips = [say(language, "day.time", {"day": day, "time": f"{found.at:%H:%M}"}) if found.at else day]
    if found.channel:
        chips.append(say(language, f"channel.{found.channel}"))
    if found.minutes:
        chips.append(say(language, "line.minutes", {"minutes": found.minutes}))
    if found.direction == "in":
        chips.append(say(language, "line.in"))
    chips += [_promised(language, "line.they_promise", one, today) for one in found.they]
    chips += [_promised(language, "line.we_promise", one, today) for one in found.we]
    chips += [say(language, "line.they_ask", {"what": what}) for what in found.they_ask]
    chips += [say(language, "line.we_ask", {"what": what}) for what in found.we_ask]
    return chips + [speech.word("flags", flag) for flag in sorted(found.flags)]


def _promised(language: str, id: str, promise: Promise, today: date) -> str:
    told = say(language, id, {"what": promise.what})
    if promise.due is None:
        return told
    due = say(language, "line.by", {"day": day_said(language, promise.due, today)})
    return f"{told} · {due}"
