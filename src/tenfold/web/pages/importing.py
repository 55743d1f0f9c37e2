"""A sheet is dropped, looked at before anything is written, confirmed as a whole, and taken back as a whole."""

from collections.abc import Mapping
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenfold.exchange.lists.forms import FORMS
from tenfold.exchange.reading.confirm import parked_name, write_copy
from tenfold.exchange.reading.file import open_file
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.handing import handed
from tenfold.web.pages.parsing import given, whole
from tenfold.web.pages.recorded import acting
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.importing import brought, preview, read
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.importing import bring, take_back
from tenfold.web.store import uploads

PLACE = "page.people"
MEGABYTE = 1 << 20
MOST = 20  # megabytes of a file
TAKEN = (
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".vcf", ".ics", ".xml", ".sta", ".mt940",
    ".ocf", ".zip", ".gz", ".beancount", ".journal", ".hledger", ".mbox",
)  # fmt: skip
XLSX = FORMS["xlsx"].kind
ANSWER, PROPOSED, TYPED = "answer.", "proposed.", "typed."  # what the fields of one question begin with
BEGINNING = "beginning"  # what follows a sheet that was dropped while a community begins


@require_http_methods(["GET", "POST"])
@of_community(does=Act.IMPORT)
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
    address = reverse("pages:import_sheet", args=[viewer.community.name, upload])
    return redirect(f"{address}?after={BEGINNING}" if after == BEGINNING else address)


@require_http_methods(["GET", "POST"])
@of_community(does=Act.IMPORT)
def look(request: HttpRequest, viewer: Viewer, upload: str) -> HttpResponse:
    """Show what a file would do with these answers, or do it."""
    path = _found(viewer, upload)
    sent = request.POST
    after = sent.get("after") or request.GET.get("after", "")
    answers = _answers(sent)
    if sent.get("do") == "parked":
        return _handed(_copy(viewer, path, answers))
    left = _brought(viewer, path, sent, answers) if sent.get("do") == "confirm" else ""
    if sent.get("do") in ("confirm", "leave"):
        uploads.forget(viewer.community, viewer.account, upload)
        page = reverse("pages:begin_talks" if after == BEGINNING else "pages:import", args=[viewer.community.name])
        return redirect(f"{page}?{urlencode({'left': left})}" if left else page)
    content = {"preview": preview(viewer, path, answers), "upload": upload, "place": PLACE, "after": after}
    return render(request, "pages/import_sheet.html", content)


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
    sequence = whole(given(request.POST, "import"), "import") or 0
    take_back(acting(viewer, request.POST), sequence=sequence)
    return redirect("pages:import", viewer.community.name)


def _brought(viewer: Viewer, path: Path, sent: QueryDict, answers: Mapping[str, str]) -> str:
    """Import a file; return the key of the copy with its rows that could not be read, empty where there are none."""
    sequence = whole(given(sent, "sequence"), "sequence") or 0
    copy = _copy(viewer, path, answers) if sent.get("unread", "0") != "0" else None
    bring(acting(viewer, sent), path=path, answers=answers, sequence=sequence)
    return "" if copy is None else uploads.keep(viewer.community, viewer.account, copy[0], [copy[1]])


def _copy(viewer: Viewer, path: Path, answers: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the name and the content of a copy of a file that says what could not be read of each row."""
    reading, _ = read(viewer, path, answers)
    if not reading.found.unread:
        raise Http404
    with TemporaryDirectory() as folder:
        copy = Path(folder) / parked_name(reading.file)
        write_copy(reading, copy, viewer.language)
        return copy.name, copy.read_bytes()


def _handed(copy: tuple[str, bytes]) -> HttpResponse:
    return handed(copy[1], copy[0], XLSX)


def _kept(viewer: Viewer, file: "UploadedFile[bytes]") -> str:
    """Keep a file that can be opened; return its key. Raises Refused for any other."""
    name = str(file.name)
    if (file.size or 0) > MOST * MEGABYTE:
        raise Refused([Complaint("importing.large", params={"most": MOST})])
    if PurePath(name).suffix.lower() not in TAKEN:
        raise Refused([Complaint("importing.type", params={"seen": name, "expected": " ".join(TAKEN)})])
    key = uploads.keep(viewer.community, viewer.account, name, file.chunks())
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
