"""A sheet is dropped, looked at before anything is written, confirmed as a whole, and taken back as a whole."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenfold.exchange.lists.forms import FORMS
from tenfold.exchange.reading.file import open_file
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.handing import handed
from tenfold.web.pages.parsing import given, whole
from tenfold.web.pages.recorded import acting
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.importing import brought, check_tables, died, newest_entry, read, sheet_asked, step_of
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.importing import Errand, copy_of, run, take_back
from tenfold.web.store import uploads
from tenfold.web.store.complaints import complaints_of
from tenfold.web.store.work import SHEET, again, ask

PLACE = "page.people"
MEGABYTE = 1 << 20
MOST = 20  # megabytes of a file
LARGE = MEGABYTE  # bytes from which a file is read by a process of its own: a page would wait too long
NOW = 0.0  # seconds that a page waits for it
TAKEN = (
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".vcf", ".ics", ".xml", ".sta", ".mt940",
    ".ocf", ".zip", ".gz", ".beancount", ".journal", ".hledger", ".mbox",
)  # fmt: skip
XLSX = FORMS["xlsx"].kind
ANSWER, PROPOSED, TYPED = "answer.", "proposed.", "typed."  # what the fields of one question begin with
BEGINNING = "beginning"  # what follows a sheet that was dropped while a community begins


@require_http_methods(["GET", "POST"])
@of_community(does=Act.IMPORT, often={"POST": "import"})
def sheet(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take a file and show what it would do; list the imports so far."""
    if request.method == "POST":
        file = request.FILES["file"]
        assert isinstance(file, UploadedFile)
        return preview_of(viewer, _kept(viewer, file), after=request.POST.get("after", ""))
    left = request.GET.get("left", "")
    if left and uploads.find(viewer.community, viewer.account, left) is None:
        left = ""
    content = {"brought": brought(viewer), "left": left, "taken": ",".join(TAKEN), "most": MOST, "place": PLACE}
    return render(request, "pages/import.html", content)


def preview_of(viewer: Viewer, upload: str, *, after: str) -> HttpResponse:
    """Go on to what a file that waits would do, and after that to where one came from."""
    return redirect(_address(viewer, upload, after=after if after == BEGINNING else ""))


@require_http_methods(["GET", "POST"])
@of_community(does=Act.IMPORT)
def look(request: HttpRequest, viewer: Viewer, upload: str) -> HttpResponse:
    """Show what a file would do with these answers, or do it; a large one is read by a process of its own."""
    path, sent = _found(viewer, upload), request.POST
    if sent.get("do") == "leave":
        return _ended(request, viewer, upload, "")
    if sent.get("do") == "parked":
        return _handed(_copy(viewer, path, _answers(sent)))
    if sent.get("do") == "retry":
        return _retried(request, viewer, upload)
    if path.stat().st_size <= LARGE:
        errand = _errand(viewer, sent)
        return _said(request, viewer, upload, errand.do, run(viewer, path, errand))
    if request.method == "POST" or "asked" not in request.GET:
        asked = ask(viewer.community, SHEET, _params(viewer, upload, _errand(viewer, sent)), NOW)
        return redirect(_address(viewer, upload, asked=str(asked.pk), after=_after(request)))
    return _by_process(request, viewer, upload)


def _retried(request: HttpRequest, viewer: Viewer, upload: str) -> HttpResponse:
    """Let a large file whose reading stopped be read once more."""
    asked = sheet_asked(viewer, upload, whole(request.GET.get("asked", "")) or 0)
    if asked is None:
        return redirect(_address(viewer, upload, after=_after(request)))
    again(asked)
    return redirect(_address(viewer, upload, asked=str(asked.pk), after=_after(request)))


def _by_process(request: HttpRequest, viewer: Viewer, upload: str) -> HttpResponse:
    """Say what the reading of a large file came to, or how far it is; the page asks again while it lasts."""
    asked = sheet_asked(viewer, upload, whole(request.GET["asked"]) or 0)
    if asked is None:
        return redirect(_address(viewer, upload, after=_after(request)))
    here = _address(viewer, upload, asked=str(asked.pk), after=_after(request))
    if asked.answered_at is None or died(asked):
        content = {"step": step_of(asked.step), "stopped": died(asked), "here": here, "place": PLACE}
        return render(request, "pages/import_waits.html", content | {"file": _found(viewer, upload).name})
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": here})
    if asked.error is not None:
        raise Refused(complaints_of(asked.error))
    do, came = asked.params["errand"]["do"], asked.answer or {}
    if do == "look":  # who may see it now, not when it was asked
        check_tables(viewer, came["tables"])
    return _said(request, viewer, upload, do, came)


def _said(request: HttpRequest, viewer: Viewer, upload: str, do: str, came: Mapping[str, Any]) -> HttpResponse:
    """Show what a file would do, or go on when it was done."""
    if do == "bring":
        return _ended(request, viewer, upload, came["left"])
    large = _found(viewer, upload).stat().st_size > LARGE
    content = {"preview": came, "upload": upload, "place": PLACE, "after": _after(request), "large": large}
    return render(request, "pages/import_sheet.html", content)


def _ended(request: HttpRequest, viewer: Viewer, upload: str, left: str) -> HttpResponse:
    """Forget a file that was brought or given up, and go on from there."""
    uploads.forget(viewer.community, viewer.account, upload)
    page = reverse(
        "pages:begin_talks" if _after(request) == BEGINNING else "pages:import", args=[viewer.community.name]
    )
    return redirect(f"{page}?{urlencode({'left': left})}" if left else page)


def _after(request: HttpRequest) -> str:
    return request.POST.get("after") or request.GET.get("after", "")


def _address(viewer: Viewer, upload: str, **more: str) -> str:
    """Return where a file is looked at."""
    address = reverse("pages:import_sheet", args=[viewer.community.name, upload])
    given = {name: value for name, value in more.items() if value}
    return f"{address}?{urlencode(given)}" if given else address


def _errand(viewer: Viewer, sent: QueryDict) -> Errand:
    """Return what is to be done about a file: what was seen is brought, what is to be seen is as of now."""
    answers = dict(_answers(sent))
    if sent.get("do") == "confirm":
        sequence = whole(given(sent, "sequence")) or 0
        return Errand("bring", answers, sequence, acting(viewer, sent).once)
    return Errand("look", answers, newest_entry(viewer.community))


def _params(viewer: Viewer, upload: str, errand: Errand) -> dict[str, Any]:
    """Return what a process of its own must know to run an errand."""
    return {
        "account": viewer.account.pk,
        "upload": upload,
        "language": viewer.language,
        "errand": asdict(errand),
    }


@require_GET
@of_community(does=Act.IMPORT)
def parked(request: HttpRequest, viewer: Viewer, upload: str) -> HttpResponse:
    """Hand out the copy with the rows that an import left out, to whoever imported, for as long as it is kept."""
    path = _found(viewer, upload)
    return _handed((path.name, path.read_bytes()))


@require_POST
@of_community(does=Act.IMPORT)
def back(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take a whole import back."""
    sequence = whole(given(request.POST, "import")) or 0
    take_back(acting(viewer, request.POST), sequence=sequence)
    return redirect("pages:import", viewer.community.name)


def _copy(viewer: Viewer, path: Path, answers: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the name and the content of a copy of a file that says what could not be read of each row."""
    reading, _ = read(viewer, path, answers)
    copy = copy_of(reading, viewer.language)
    if copy is None:
        raise Http404
    return copy


def _handed(copy: tuple[str, bytes]) -> HttpResponse:
    return handed(copy[1], copy[0], XLSX)


def _kept(viewer: Viewer, file: "UploadedFile[bytes]") -> str:
    """Keep a file that can be opened; return its key. Raises Refused for any other."""
    name = str(file.name)
    if (file.size or 0) > MOST * MEGABYTE:
        raise Refused([Complaint("importing.large", params={"most": MOST})])
    ending = PurePath(name).suffix
    if ending.lower() not in TAKEN:
        raise Refused([Complaint("importing.type", params={"seen": ending or name, "expected": " ".join(TAKEN)})])
    key = uploads.keep(viewer.community, viewer.account, name, file.chunks())
    if (file.size or 0) > LARGE:  # opened by whoever reads it
        return key
    try:
        open_file(_found(viewer, key))
    except Refused:
        uploads.forget(viewer.community, viewer.account, key)
        raise
    return key


def _found(viewer: Viewer, upload: str) -> Path:
    path = uploads.find(viewer.community, viewer.account, upload)
    if path is None:
        raise Refused([Complaint("importing.gone")])
    return path


def _answers(sent: QueryDict) -> Mapping[str, str]:
    """Return question → answer, where it is another than the one proposed: a proposal follows what else is answered."""
    answers = {}
    for field, value in sent.items():
        if not field.startswith(ANSWER):
            continue
        id = field.removeprefix(ANSWER)
        answer = sent.get(f"{TYPED}{id}", "").strip() or str(value)
        if answer and answer != sent.get(f"{PROPOSED}{id}", ""):
            answers[id] = answer
    return answers
