"""Promises: who owes whom what, and what one records of each where it stands."""

from collections.abc import Callable, Mapping
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
from tenfold.web.rights.names import rules_of
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


def _extend(actor: Actor, promise: str, sent: QueryDict, papers: list[Paper]) -> Done:
    zone = rules_of(actor.viewer.community).charter.timezone
    due = instant_at(local_day(given(sent, "day")), END_OF_DAY, zone)
    return acts.extend(actor, commitment=promise, due_at=due, reason=given(sent, "reason"))


STEPS: Mapping[str, Callable[[Actor, str, QueryDict, list[Paper]], Done]] = {
    "accepted": lambda actor, promise, *_: acts.accept(actor, commitment=promise),
    "declined": lambda actor, promise, sent, _: acts.decline(actor, commitment=promise, reason=given(sent, "reason")),
    "delivered": lambda actor, promise, _, papers: acts.deliver(actor, commitment=promise, papers=papers),
    "verified": lambda actor, promise, _, papers: acts.verify(actor, commitment=promise, papers=papers),
    "rejected": lambda actor, promise, sent, _: acts.reject(actor, commitment=promise, reason=given(sent, "reason")),
    "extended": _extend,
    "excused": lambda actor, promise, sent, _: acts.excuse(actor, commitment=promise, reason=given(sent, "reason")),
    "waived": lambda actor, promise, sent, _: acts.waive(actor, commitment=promise, reason=given(sent, "reason")),
}
