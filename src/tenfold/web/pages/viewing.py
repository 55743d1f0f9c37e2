"""Who asks for a page, what it says to who may not see it, and how an act that was refused says why."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial, wraps
from types import MappingProxyType
from typing import Concatenate, ParamSpec, cast

from allauth.core.internal.ratelimit import consume
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import get_language

from tenfold.report.words import language_of
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.again import ask, ask_second, lately, showed_second, sign_in
from tenfold.web.pages.demo import is_demo
from tenfold.web.pages.recorded import came_from
from tenfold.web.pages.refusing import Why, mark
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.policies import SECOND_FACTOR, Data
from tenfold.web.rights.viewers import NotHere, Viewer, viewer
from tenfold.web.rights.words import sentences
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.looks import keep_looks

Parameters = ParamSpec("Parameters")
TOO_OFTEN = "acts.too_often"
NEVER: Mapping[str, str] = MappingProxyType({})
COUNTED = "allauth.account"  # whose settings say how often
LOGGED: Mapping[str, Why] = MappingProxyType(
    {"acts.not_allowed": "rights", "importing.not_yours": "rights", TOO_OFTEN: "too_often"}
)
STATUSES = {"acts.not_allowed": 403, TOO_OFTEN: 429}  # of a page that says why; others are 422


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may open an address: `public` everybody; else whoever has a seat, sees this data, or may do this act.

    own     whoever is signed in, about nothing but their own account
    again   the methods for which somebody must have shown lately who they are
    often   method → what is counted of each person, by its name in the settings, and refused where it is too much
    """

    public: bool = False
    own: bool = False
    sees: Data | None = None
    does: Act | None = None
    again: frozenset[str] = frozenset()
    often: Mapping[str, str] = field(default_factory=dict)

    def lets(self, viewer: Viewer) -> bool:
        """Whether somebody with a seat may open it."""
        if self.sees is not None and not viewer.sees(self.sees):
            return False
        return self.does is None or may(viewer, self.does)


class Viewed(HttpRequest):
    """A request for a page of a community: the frame of the page is made from its viewer."""

    viewer: Viewer


def viewer_of(request: HttpRequest) -> Viewer | None:
    """Return who looks; nobody where no community is looked at."""
    return cast("Viewed", request).viewer if hasattr(request, "viewer") else None


# Every view with what it declares; an address whose view is not here fails the build.
_DECLARED: dict[Callable[..., object], Policy] = {}


def public(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Declare that a page is for everybody: the login page is."""
    _DECLARED[page] = Policy(public=True)
    return page


def own(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Declare that a page is for whoever is signed in, about their own account."""

    @wraps(page)
    def view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return page(request, *args, **kwargs) if isinstance(request.user, Account) else sign_in(request)

    _DECLARED[view] = Policy(own=True)
    return view


def needs_second(viewer: Viewer) -> bool:
    """Whether somebody holds an office that decides over money, so that a password is not enough.

    Whoever is alone in a community decides over nobody's money yet: a payment takes two.
    """
    if viewer.roles.isdisjoint(SECOND_FACTOR):
        return False
    return Seat.objects.filter(community=viewer.community).exclude(account=viewer.account).exists()


def policy_of(view: Callable[..., object]) -> Policy | None:
    """Return what a view declares, through whatever is wrapped around it."""
    while view not in _DECLARED and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return _DECLARED.get(view)


def of_community(
    *, sees: Data | None = None, does: Act | None = None, again: Collection[str] = (), often: Mapping[str, str] = NEVER
) -> Callable[[Callable[Concatenate[HttpRequest, Viewer, Parameters], HttpResponse]], Callable[..., HttpResponse]]:
    """Give a page the viewer in the community that its address names; foreign and missing look alike, there and in it.

    sees   the data that the page is about: who sees none of it is told that the page is not for them
    does   the act that it does
    again  the methods for which who somebody is is asked again, unless it was lately; the demo asks nobody
    often  method → the limit of what costs much (`ACCOUNT_RATE_LIMITS`): to look at the form of an act costs nothing
    """
    policy = Policy(sees=sees, does=does, again=frozenset(again), often=often)

    def made(
        page: Callable[Concatenate[HttpRequest, Viewer, Parameters], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(page)
        def view(
            request: HttpRequest, community: str, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponse:
            if not isinstance(request.user, Account):
                return sign_in(request, community)
            try:
                seen = viewer(request.user, community, language_of(get_language()))
            except NotHere:
                mark(request, "not_here")
                raise Http404 from None
            cast("Viewed", request).viewer = seen
            if not policy.lets(seen):
                mark(request, "rights")
                return render(request, "pages/refused.html", {"viewer": seen, "sentences": []}, status=403)
            if not (showed_second(request) or is_demo(request)) and needs_second(seen):
                return ask_second(request)
            if request.method in policy.again and not (lately(request) or is_demo(request)):
                return ask(request, community)
            if _too_often(request, policy):
                return refusal(request, seen, Refused([Complaint(TOO_OFTEN)]))
            return _logged(seen, _answered(request, seen, partial(page, request, seen, *args, **kwargs)))

        _DECLARED[view] = policy
        return view

    return made


def _too_often(request: HttpRequest, policy: Policy) -> bool:
    """Whether somebody asked for too much of what costs much."""
    counting = policy.often.get(str(request.method))
    if counting is None:
        return False
    counted = consume(request, app=COUNTED, action=counting, user=request.user, limit_get=True)
    return counted is None


def _answered(request: HttpRequest, seen: Viewer, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Return what a page says, or why what it was asked cannot be."""
    try:
        return page()
    except NotHere:
        raise Http404 from None
    except Refused as refused:
        return refusal(request, seen, refused)
    except MultiValueDictKeyError:  # a form without one of its fields
        return refusal(request, seen, Refused([Complaint("acts.field")]))


def _logged(seen: Viewer, answer: HttpResponse) -> HttpResponse:
    """Write down whose data somebody was given, before they are given it."""
    if seen.seen:
        keep_looks(seen.community, seen.party, seen.seen)
    return answer


def beside(said: HttpResponse) -> HttpResponse:
    """Let the browser show an answer beside what was recorded, and leave the page as it is."""
    said["HX-Retarget"], said["HX-Reswap"], said["HX-Reselect"] = "#toasts", "afterbegin", "unset"
    return said


def refusal(request: HttpRequest, viewer: Viewer, refused: Refused) -> HttpResponse:
    """Say why an act was refused: not theirs to do, or not possible now."""
    for complaint in refused.complaints:
        if complaint.id in LOGGED:
            mark(request, LOGGED[complaint.id])
    content = {"viewer": viewer, "sentences": sentences(viewer, refused.complaints)}
    if request.headers.get("HX-Request"):  # the page stays as it is, and says it beside what was recorded
        return beside(render(request, "pages/_refused.html", content, status=422))
    ids = {complaint.id for complaint in refused.complaints}
    status = next((status for id, status in STATUSES.items() if id in ids), 422)
    back = came_from(request, viewer) if request.method == "POST" else ""
    return render(request, "pages/refused.html", content | {"back": back}, status=status)
