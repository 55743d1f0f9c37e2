"""Somebody new, typed in by hand: who may be on record already is shown before anything is written."""

from collections.abc import Mapping
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tenfold.report.words import LANGUAGES, say
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.parsing import unread
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.adding import CANDIDATE, adding, doubles, met_before
from tenfold.web.rights.lookup import party_called
from tenfold.web.rights.policies import Data
from tenfold.web.rights.rows import facts_of
from tenfold.web.rights.viewers import Viewer
from tenfold.web.rights.words import sentences
from tenfold.web.services.acting import Done
from tenfold.web.services.people import add_party

PLACE = "page.people"
FIELDS = ("type", "name", "organisation", "class", "state", "email", "phone", "language")
KNOWN = frozenset({"adding.same", "adding.likely"})  # refused, because somebody on record may be meant


class Told(TypedDict):
    """What tells somebody from others; the organisation by its key."""

    name: str
    organisation: str | None
    email: str | None
    phone: str | None


@require_http_methods(["GET", "POST"])
@of_community(sees=Data.DIRECTORY, does=Act.ADD_PARTY)
def add(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add a person or an organisation, and go on to its page."""
    if request.method != "POST":
        return _form(request, viewer, {})
    said = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        done = _added(viewer, request.POST, said)
    except Refused as refused:
        return _form(request, viewer, said, refused)
    told = say(viewer.language, "adding.done", {"name": said["name"]})
    return recorded(request, viewer, done, told, _page(viewer, done))


def _page(viewer: Viewer, done: Done) -> str:
    """Return the address of the page of whoever was added; of everybody, where the viewer does not see them."""
    seen = [row["party"] for table, row in facts_of(viewer, done.facts).values() if table == "parties"]
    return reverse("pages:member" if seen else "pages:people", args=[viewer.community.name, *seen])


def _added(viewer: Viewer, sent: QueryDict, said: Mapping[str, str]) -> Done:
    """Add somebody as the form says. Raises Refused."""
    return add_party(
        acting(viewer, sent),
        type=said["type"],
        language=_language(said["language"]),
        member_class=said["class"] or None,
        state=said["state"] or CANDIDATE,
        others=sent.getlist("other"),
        **_told(viewer, said),
    )


def _told(viewer: Viewer, said: Mapping[str, str]) -> Told:
    """Return what tells somebody from others. Raises Refused where a field cannot be read."""
    organisation = said["organisation"]
    return {
        "name": said["name"],
        "organisation": party_called(viewer, organisation) if organisation else None,
        "email": _email(said["email"]),
        "phone": said["phone"] or None,
    }


def _form(
    request: HttpRequest, viewer: Viewer, said: Mapping[str, str], refused: Refused | None = None
) -> HttpResponse:
    """Show the form as it was filled in, and why it was refused."""
    wrong = () if refused is None else refused.complaints
    content = {"adding": adding(viewer), "said": said, "why": sentences(viewer, wrong), "place": PLACE}
    if any(one.id in KNOWN for one in wrong):
        found = met_before(viewer.community, said["type"], **_told(viewer, said))
        content |= {"doubles": doubles(viewer, found), "others": list(found.likely)}
    return render(request, "pages/adding.html", content, status=422 if wrong else 200)


def _email(text: str) -> str | None:
    """Return an address of mail, nothing where none is given. Raises Refused where it is none."""
    if not text:
        return None
    try:
        validate_email(text)
    except ValidationError:
        raise unread("adding.email", text) from None
    return text


def _language(text: str) -> str | None:
    if text and text not in LANGUAGES:
        raise Refused([Complaint("acts.unknown")])
    return text or None
