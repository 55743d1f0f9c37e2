"""Deciding: what a person makes of a proposal, where its why is shown."""

from collections.abc import Callable, Mapping
from datetime import time

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from tenfold.report.words import say
from tenfold.terms.days import instant_at
from tenfold.web.pages.parsing import given, local_day
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.deciding import deciding
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import decisions as services
from tenfold.web.services.acting import Actor, Done

MORNING = time(6)  # what is put off comes back before people start


@require_POST
@of_community(does=Act.DECIDE)
def decide(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Record what somebody makes of a proposal."""
    sent = request.POST
    pressed = BUTTONS.get(sent.get("do", ""))
    if pressed is None:
        raise Http404
    found = deciding(viewer, given(sent, "decision"))
    done = pressed(acting(viewer, sent), found.decision, sent)
    return recorded(request, viewer, done, say(viewer.language, f"decide.done.{sent['do']}"))


def _confirm(actor: Actor, decision: str, sent: QueryDict) -> Done:
    return services.confirm(actor, decision=decision, seen=given(sent, "seen"), reason=sent.get("reason") or None)


def _override(actor: Actor, decision: str, sent: QueryDict) -> Done:
    return services.override(actor, decision=decision, seen=given(sent, "seen"), reason=given(sent, "reason"))


def _execute(actor: Actor, decision: str, sent: QueryDict) -> Done:
    return services.execute(actor, decision=decision, reason=sent.get("reason") or None)


def _snooze(actor: Actor, decision: str, sent: QueryDict) -> Done:
    zone = actor.viewer.rules.charter.timezone
    until = instant_at(local_day(given(sent, "until")), MORNING, zone)
    return services.snooze(actor, decision=decision, until=until, reason=sent.get("reason") or None)


def _dismiss(actor: Actor, decision: str, sent: QueryDict) -> Done:
    return services.dismiss(actor, decision=decision, reason=given(sent, "reason"))


BUTTONS: Mapping[str, Callable[[Actor, str, QueryDict], Done]] = {
    "confirm": _confirm,
    "override": _override,
    "execute": _execute,
    "snooze": _snooze,
    "dismiss": _dismiss,
}
