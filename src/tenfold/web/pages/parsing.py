"""Reading what a form sends: a text that is empty is missing; what cannot be read is refused with what was typed."""

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from tenfold.exchange.papers import MEGABYTE, MOST
from tenfold.facts.written import amounts
from tenfold.terms.days import instant_at
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.money import to_minor
from tenfold.web.services.lines import MIDDAY
from tenfold.web.services.papers import Paper

DIGITS = 18  # of a whole number that every database keeps
LONGEST = 60  # characters of what was typed that a refusal repeats


def given(sent: QueryDict, name: str) -> str:
    """Return a field that a form must have.

    Raises
    ------
    MultiValueDictKeyError   it is not there; the page says so
    """
    return str(sent[name])


def unread(id: str, text: str, **params: str) -> Refused:
    """Return the refusal of what was typed into a field, which it repeats; where nothing was, it asks for something."""
    typed = text.strip()
    return Refused([Complaint(id if typed else f"{id}.none", params={"seen": typed[:LONGEST], **params})])


def whole(text: str | None) -> int | None:
    """Read a whole number.

    Raises
    ------
    Refused   it is none, or more than a database keeps
    """
    if text is None or not text.strip():
        return None
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS:
        raise unread("acts.number", text)
    return int(text)


def local_day(text: str) -> date:
    """Read a local day.

    Raises
    ------
    Refused   it is none
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise unread("acts.day", text) from None


def happened(text: str, today: date, zone: str) -> datetime | None:
    """Return when something was that happened on a typed local day: at its midday; now where it is today, or none.

    Raises
    ------
    Refused   it is no day
    """
    on = local_day(text) if text else today
    return None if on == today else instant_at(on, MIDDAY, zone)


def money(text: str, digits: int) -> int:
    """Read an amount as people type it, such as 1,200,000 or 120万 or 1.2m, into minor units of so many decimals.

    Raises
    ------
    Refused   it is none, below zero, not exact, finer than the currency or more than a database keeps, or it names a
              currency, which a field of its own does
    """
    found = amounts.read(text)
    minor = to_minor(found.low, digits) if isinstance(found, amounts.Written) and _is_bare(found) else None
    if minor is None:
        raise unread("acts.money", text, digits=str(digits))
    return minor


def _is_bare(found: amounts.Written) -> bool:
    return found.known == "exact" and not found.sign and found.currency is None and found.low >= 0


def round_sum(text: str, currency: str) -> int:
    """Read a sum of whole units as people write one: 12,000,000 or 1200万 or 3m, with the currency or without it.

    Raises
    ------
    Refused   it is none, not exact, or in another currency
    """
    found = amounts.read(text)
    if not isinstance(found, amounts.Written) or not _is_round(found, currency):
        raise unread("founding.unread_sum", text, currency=currency)
    return int(found.low)


def _is_round(found: amounts.Written, currency: str) -> bool:
    shared = amounts.units()["signs"].get(found.sign, ())
    if found.currency not in (None, currency) or (found.sign and currency not in shared):
        return False
    return found.known == "exact" and found.low == found.low.to_integral_value() and 0 <= found.low < 10**DIGITS


def brings(request: HttpRequest) -> bool:
    """Whether a form brings what shows a payment: a file, or where it lies."""
    return bool(request.FILES.get("file") or request.POST.get("paper_place"))


def paper(request: HttpRequest, kind: str) -> Paper | None:
    """Return the paper that a form brings, as a file or by what it is alone; nothing where no kind is said.

    Raises
    ------
    Refused   a file is there, and nobody said what it is
    """
    file = request.FILES.get("file")
    sent = request.POST
    if not kind:
        if file is not None:
            raise Refused([Complaint("paper.no_kind")])
        return None
    title, place = sent.get("title") or None, sent.get("paper_place") or None
    if not isinstance(file, UploadedFile):
        return Paper(kind, title, place)
    content = file.read(MOST * MEGABYTE + 1)  # one more than is taken says that there is more
    return Paper(kind, title, place, str(file.name), content)


def proof(request: HttpRequest, kind: str) -> list[Paper]:
    """Return what a form brings as proof: a file, or nothing."""
    found = paper(request, kind) if request.FILES.get("file") else None
    return [] if found is None else [found]
