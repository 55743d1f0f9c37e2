"""Reports: the ten at a glance, and the audit of the journal."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.audit import audit as looked_at
from tenfold.web.rights.audit import verified
from tenfold.web.rights.hand_offs import ten
from tenfold.web.rights.heads import signed_head
from tenfold.web.rights.policies import Data
from tenfold.web.rights.viewers import Viewer

PLACE = "page.reports"
SEED = 40  # characters that a seed may have


@require_GET
@of_community(sees=Data.CHARTER)
def reports(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the ten with what travels between them."""
    content = {"ten": ten(viewer), "may_audit": may(viewer, Act.AUDIT), "place": PLACE, "tab": "ten"}
    return render(request, "pages/ten.html", content)


@require_http_methods(["GET", "POST"])
@of_community(does=Act.AUDIT)
def audit(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the journal's head and a sample of it; read it from its first entry when asked to."""
    seed = request.GET.get("seed", "1")[:SEED]
    found = looked_at(viewer, seed)
    read = verified(viewer, viewer.community) if request.method == "POST" and found.small else None
    content = {"audit": found, "verified": read, "may_audit": True, "place": PLACE, "tab": "audit"}
    return render(request, "pages/audit.html", content | {"signed": signed_head(viewer)})


@require_GET
@of_community(sees=Data.CHARTER)
def head(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Give the newest signed head as a file that one keeps."""
    found = signed_head(viewer)
    if found is None:
        raise Http404
    answer = HttpResponse(found.line, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{viewer.community.name}-{found.iso}.head.json"'
    return answer
