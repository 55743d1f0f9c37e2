"""Promises: who owes whom what, and what one records of each where it stands."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.words import say
from tenfold.terms.days import instant_at
from tenfold.web.pages.exporting import downloads
from tenfold.web.pages.filters import keep as keep_filter
from tenfold.web.pages.filters import kept
from tenfold.web.pages.parsing import given, local_day, proof
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.lookup import called, party_called, project_of
from tenfold.web.rights.policies import Data
from tenfold.web.rights.promises import Side, ledger
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import promises as acts
from tenfold.web.services.acting import Actor, Done
from tenfold.web.services.lines import END_OF_DAY
from tenfold.web.services.papers import PROOF, Paper

PLACE = "page.promises"
LONGEST = 80


@require_GET
@of_community(sees=Data.PROMISES)
def promises(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List what is owed, what is late first."""
    who, side = _filter(request.GET)
    held = kept(viewer, PLACE)
    content = {
        "ledger": ledger(viewer, who, side),
        "downloads": downloads(viewer, "promises"),
        "place": PLACE,
        "who": who,
        "side": side,
        "sides": [("", "promise.side.both"), *((each.value, f"promise.side.{each}") for each in Side)],
        "query": _query(who, side),
        "kept": [(one, _address(viewer, one)) for one in held],
        "making": may(viewer, Act.MAKE_PROMISE),
        "speaks": may(viewer, Act.LOG_TALK),
        "project": project_of(viewer),
        "may_keep": bool(who) and who not in held,
    }
    return render(request, "pages/promises.html", content)


@require_POST
@of_community(sees=Data.PROMISES)
def step(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Record what happened with a promise."""
    sent = request.POST
    taken = STEPS.get(sent.get("step", ""))
    if taken is None:
        raise Http404
    done = taken(acting(viewer, sent), given(sent, "promise"), sent, proof(request, PROOF))
    return recorded(request, viewer, done, say(viewer.language, f"promise.done.{sent['step']}"))


@require_POST
@of_community(sees=Data.PROMISES, does=Act.MAKE_PROMISE)
def make(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Record a promise: a member's own to the project, or one between the project and somebody."""
    sent = request.POST
    speaks = may(viewer, Act.LOG_TALK)
    party = called(viewer, sent.get("party", ""), project_of(viewer)) if speaks else viewer.party
    done = acts.make_promise(
        acting(viewer, sent),
        party=party,
        to_party=_to(viewer, party, sent.get("to", "") if speaks else ""),
        what=given(sent, "what"),
        due_at=_end_of(viewer, sent["due"]) if sent.get("due") else None,
        verifier=_verifier(viewer, sent.get("verifier", "") if speaks else ""),
        accept_test=sent.get("accept_test") or None,
        consequence=sent.get("consequence") or None,
    )
    return recorded(request, viewer, done, say(viewer.language, "promise.made"))


@require_POST
@of_community(sees=Data.PROMISES)
def keep(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Keep a person to filter by, or forget one."""
    who, _ = _filter(request.POST)
    forget = "forget" in request.POST
    keep_filter(viewer, PLACE, who, forget=forget)
    return redirect(_address(viewer, "" if forget else who))


def _filter(sent: QueryDict) -> tuple[str, Side | None]:
    """Return what a form or an address filters by: a text that means somebody, and who owes."""
    side = sent.get("side", "")
    return sent.get("who", "").strip()[:LONGEST], Side(side) if side in set(Side) else None


def _query(who: str, side: Side | None) -> str:
    given = {"who": who, "side": side.value if side else ""}
    return urlencode({name: text for name, text in given.items() if text})


def _address(viewer: Viewer, who: str) -> str:
    address = reverse("pages:promises", args=[viewer.community.name])
    query = _query(who, None)
    return f"{address}?{query}" if query else address


def _end_of(viewer: Viewer, day: str) -> datetime:
    """Return until when something is owed that is owed until a typed day."""
    return instant_at(local_day(day), END_OF_DAY, viewer.rules.charter.timezone)


def _to(viewer: Viewer, party: str, text: str) -> str | None:
    """Return to whom a party promises: whom a text means, else the project, which promises nothing to itself."""
    if text.strip():
        return called(viewer, text, project_of(viewer))
    project = viewer.rules.community.project
    return None if project is None or party == project else str(project)


def _verifier(viewer: Viewer, text: str) -> str | None:
    return party_called(viewer, text) if text.strip() else None


def _extend(actor: Actor, promise: str, sent: QueryDict, papers: list[Paper]) -> Done:
    due = _end_of(actor.viewer, given(sent, "day"))
    return acts.extend(actor, commitment=promise, due_at=due, reason=given(sent, "reason"))


STEPS: Mapping[str, Callable[[Actor, str, QueryDict, list[Paper]], Done]] = {
    "accepted": lambda actor, promise, *_: acts.accept(actor, commitment=promise),
    "declined": lambda actor, promise, sent, _: acts.decline(actor, commitment=promise, reason=given(sent, "reason")),
    "delivered": lambda actor, promise, _, papers: acts.deliver(actor, commitment=promise, papers=papers),
    "verified": lambda actor, promise, _, papers: acts.verify(actor, commitment=promise, papers=papers),
    "rejected": lambda actor, promise, sent, _: acts.reject(actor, commitment=promise, reason=given(sent, "reason")),
    "extended": _extend,
    "excused": lambda actor, promise, sent, _: acts.excuse(actor, commitment=promise, reason=given(sent, "reason")),
    "private_word": lambda actor, promise, *_: acts.private_word(actor, commitment=promise),
    "breached": lambda actor, promise, sent, _: acts.breach(actor, commitment=promise, reason=given(sent, "reason")),
    "used": lambda actor, promise, *_: acts.use(actor, commitment=promise),
    "waived": lambda actor, promise, sent, _: acts.waive(actor, commitment=promise, reason=given(sent, "reason")),
}
