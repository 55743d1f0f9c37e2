"""Who asks for a page, and what it says to who may not see it: that there is nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from tenfold.report.words import language_of
from tenfold.web.rights.viewers import NotHere, Viewer, viewer
from tenfold.web.store.accounts import Account

Parameters = ParamSpec("Parameters")
Page = Callable[Concatenate[HttpRequest, Viewer, Parameters], HttpResponse]


def of_community(page: Page[Parameters]) -> Callable[..., HttpResponse]:
    """Give a page the viewer in the community that its address names; foreign and missing look alike."""

    @login_required
    @wraps(page)
    def view(request: HttpRequest, community: str, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        assert isinstance(request.user, Account)
        try:
            seen = viewer(request.user, community, language_of(get_language()))
        except NotHere:
            raise Http404 from None
        return page(request, seen, *args, **kwargs)

    return view
