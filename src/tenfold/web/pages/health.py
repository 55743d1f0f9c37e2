"""How the installation is doing, for machines: whether it answers, and figures without anybody's name in them."""

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.freshness import Freshness, freshness
from tenfold.web.store.work import Lease, open_questions

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
BEARER = "Bearer "


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say `ok`; `degraded` where some numbers could not be computed; `down`, with status 503, without a database."""
    try:
        failed = any(one.error for one in _numbers())
    except Error:
        return _said("down", 503)
    return _said("degraded" if failed else "ok", 200)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Return figures as Prometheus reads them, to whoever holds the token; without one there is no such page."""
    sent = request.headers.get("Authorization", "").removeprefix(BEARER)
    if not settings.METRICS_TOKEN or not hmac.compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    lines = [f"# TYPE tenfold_{name} gauge\ntenfold_{name} {value}\n" for name, value in _figures()]
    return HttpResponse("".join(lines), content_type=PLAIN)


def _said(status: str, code: int) -> HttpResponse:
    return JsonResponse({"status": status}, status=code, headers={"Cache-Control": "no-store"})


def _numbers() -> list[Freshness]:
    return [freshness(community) for community in Community.objects.order_by("pk")]


def _figures() -> Iterator[tuple[str, float]]:
    """Yield each figure over all communities: none of them can be told from it."""
    now = datetime.now(UTC)
    numbers = _numbers()
    asked = [open_questions(community).count() for community in Community.objects.order_by("pk")]
    ages = [(now - one.as_of).total_seconds() for one in numbers if one.as_of is not None and one.stale]
    yield "communities", len(numbers)
    yield "journal_entries", sum(Chain.objects.values_list("sequence", flat=True))
    yield "entries_not_computed", sum(one.recorded - one.computed for one in numbers)
    yield "stale_seconds_max", round(max(ages, default=0.0), 3)
    yield "failed_cycles", sum(one.error is not None for one in numbers)
    yield "engines", Lease.objects.filter(until__gte=now).count()
    yield "open_questions", sum(asked)
