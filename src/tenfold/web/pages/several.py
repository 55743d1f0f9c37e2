"""Several members at once: chosen in the list, one act for all, looked at before, taken back together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tenfold.report.days import day_said
from tenfold.report.words import say
from tenfold.terms.days import instant_at
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.parsing import given, local_day, whole
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act, require
from tenfold.web.rights.lookup import party_called
from tenfold.web.rights.policies import Data
from tenfold.web.rights.several import Change, Chosen
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor, Done
from tenfold.web.services.lines import END_OF_DAY, Talk, record_talk
from tenfold.web.services.several import promise_each, set_membership

PLACE = "page.people"
FIELDS = ("do", "channel", "minutes", "day", "what", "due", "tier", "sponsor")  # that the preview sends again


@dataclass(frozen=True, slots=True)
class Way:
    """One act for several: who may do it, what it would change, and the act itself."""

    act: Act
    changes: Callable[[Chosen, QueryDict], list[Change]]
    done: Callable[[Actor, Chosen, QueryDict], Done]


@require_POST
@of_community(sees=Data.DIRECTORY, does=Act.LOG_TALK)
def several(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what an act would change for those who were chosen; do it once that is confirmed."""
    sent = request.POST
    way = WAYS.get(sent.get("do", ""))
    if way is None:
        raise Http404
    require(viewer, way.act)
    chosen = Chosen(viewer, sent.getlist("party"))
    if "confirm" in sent:
        done = way.done(acting(viewer, sent), chosen, sent)
        told = say(viewer.language, "several.done", {"count": len(chosen.parties)})
        return recorded(request, viewer, done, told, reverse("pages:people", args=[viewer.community.name]))
    content = {
        "changes": way.changes(chosen, sent),
        "parties": chosen.parties,
        "fields": [(name, sent[name]) for name in FIELDS if name in sent],
        "do": sent["do"],
        "place": PLACE,
    }
    page = "pages/_several.html" if request.headers.get("HX-Request") else "pages/several.html"
    return render(request, page, content)


def _talk(chosen: Chosen, sent: QueryDict) -> Talk:
    return Talk(
        members=tuple(chosen.parties),
        channel=given(sent, "channel"),
        on=_day(chosen.viewer, sent.get("day", "")) or chosen.viewer.today,
        minutes=whole(sent.get("minutes")),
    )


def _talk_changes(chosen: Chosen, sent: QueryDict) -> list[Change]:
    talk, speech = _talk(chosen, sent), chosen.speech()
    said = [speech.word("channel", talk.channel), day_said(speech.language, talk.on, chosen.viewer.today)]
    if talk.minutes is not None:
        said.append(say(speech.language, "line.minutes", {"minutes": talk.minutes}))
    return chosen.alike(speech, " · ".join(said))


def _promise_changes(chosen: Chosen, sent: QueryDict) -> list[Change]:
    speech, due = chosen.speech(), _day(chosen.viewer, sent.get("due", ""))
    told = say(speech.language, "line.we_promise", {"what": _text(sent, "what")})
    by = [] if due is None else [say(speech.language, "line.by", {"day": due})]
    return chosen.alike(speech, " · ".join([told, *by]))


def _promise(actor: Actor, chosen: Chosen, sent: QueryDict) -> Done:
    due = _day(actor.viewer, sent.get("due", ""))
    zone = actor.viewer.rules.charter.timezone
    due_at = None if due is None else instant_at(due, END_OF_DAY, zone)
    return promise_each(actor, parties=chosen.parties, what=_text(sent, "what"), due_at=due_at)


def _sponsor(viewer: Viewer, sent: QueryDict) -> str:
    return party_called(viewer, _text(sent, "sponsor"))


def _sponsor_changes(chosen: Chosen, sent: QueryDict) -> list[Change]:
    sponsor = _sponsor(chosen.viewer, sent)
    return chosen.cells(chosen.speech(sponsor), "sponsor", sponsor)


def _text(sent: QueryDict, name: str) -> str:
    text = given(sent, name).strip()
    if not text:
        raise Refused([Complaint("acts.field")])
    return text


def _day(viewer: Viewer, text: str) -> date | None:
    return local_day(text) if text else None


WAYS: Mapping[str, Way] = {
    "talk": Way(Act.LOG_TALK, _talk_changes, lambda actor, chosen, sent: record_talk(actor, talk=_talk(chosen, sent))),
    "promise": Way(Act.MAKE_PROMISE, _promise_changes, _promise),
    "tier": Way(
        Act.ADD_PARTY,
        lambda chosen, sent: chosen.cells(chosen.speech(), "tier", _text(sent, "tier")),
        lambda actor, chosen, sent: set_membership(actor, parties=chosen.parties, tier=_text(sent, "tier")),
    ),
    "sponsor": Way(
        Act.ADD_PARTY,
        _sponsor_changes,
        lambda actor, chosen, sent: set_membership(actor, parties=chosen.parties, sponsor=_sponsor(actor.viewer, sent)),
    ),
}
