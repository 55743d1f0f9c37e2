"""Lists to take along: people, payments, promises, holdings, as far as the viewer may see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tenfold.exchange.lists.forms import forms_of, written
from tenfold.web.pages.handing import handed
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.exporting import WITH_AMOUNTS, held, purposes, sees_amounts
from tenfold.web.rights.policies import Data
from tenfold.web.rights.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Download:
    """A list to take along: its forms with their addresses, and the purposes that it may leave for."""

    name: str
    forms: tuple[tuple[str, str], ...]
    purposes: tuple[tuple[str, str], ...]


def downloads(viewer: Viewer, *names: str) -> list[Download]:
    """Return what a page offers its viewer of some lists."""
    offered = [name for name in names if name not in WITH_AMOUNTS or sees_amounts(viewer)]
    return [
        Download(name, _forms(viewer, name), tuple(purposes(viewer)) if name == "people" else ()) for name in offered
    ]


def _forms(viewer: Viewer, name: str) -> tuple[tuple[str, str], ...]:
    address = f"pages:export_{name}"
    return tuple((form, reverse(address, args=[viewer.community.name, form])) for form in forms_of(name))


def _given(name: str, data: Data, again: Sequence[str] = ()) -> Callable[..., HttpResponse]:
    """Return the page that hands out a list."""

    @require_GET
    @of_community(sees=data, again=again, often={"GET": "export"})
    def given(request: HttpRequest, viewer: Viewer, form: str) -> HttpResponse:
        forms = forms_of(name)
        if form not in forms:
            raise Http404
        content = written(name, form, held(viewer, name, request.GET.get("purpose") or None), viewer.language)
        return handed(content, f"{name}{forms[form].ending}", forms[form].kind)

    return given


people = _given("people", Data.DIRECTORY, ["GET"])
money = _given("money", Data.PIPELINE, ["GET"])
holdings = _given("holdings", Data.PIPELINE, ["GET"])
promises = _given("promises", Data.PROMISES)
