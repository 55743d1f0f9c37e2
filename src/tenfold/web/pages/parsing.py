"""Reading what a form sends: a text that is empty is missing; what cannot be read is refused with the field's name."""

import re
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from tenfold.exchange.papers import MEGABYTE, MOST
from tenfold.facts.written import amounts
from tenfold.terms.days import instant_at
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.money import to_minor
from tenfold.web.services.lines import MIDDAY
from tenfold.web.services.papers import Paper

DIGITS = 18  # of a whole number that every database keeps
AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?")


def given(sent: QueryDict, name: str) -> str:
    """Return a field that a form must have.

    Raises
    ------
    MultiValueDictKeyError   it is not there; the page says so
    """
    return str(sent[name])


def whole(text: str | None, field: str = "minutes") -> int | None:
    """Read a whole number.

    Raises
    ------
    Refused   it is none, or more than a database keeps
    """
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS:
        raise Refused([Complaint("acts.number", Place(column=field), {"seen": text})])
    return int(text)


def local_day(text: str, field: str = "day") -> date:
    """Read a local day.

    Raises
    ------
    Refused   it is none
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused([Complaint("acts.day", Place(column=field), {"seen": text})]) from None


def happened(text: str, today: date, zone: str) -> datetime | None:
    """Return when something was that happened on a typed local day: at its midday; now where it is today, or none.

    Raises
    ------
    Refused   it is no day
    """
    on = local_day(text) if text else today
    return None if on == today else instant_at(on, MIDDAY, zone)


def money(text: str, digits: int, field: str = "amount") -> int:
    """Read an amount as people type it, with or without thousands marks, into minor units of so many decimals.

    Raises
    ------
    Refused   it is none, finer than the currency, or more than a database keeps
    """
    plain = text.strip().replace(",", "").replace("，", "")
    minor = to_minor(Decimal(plain), digits) if AMOUNT.fullmatch(plain) else None
    if minor is None:
        raise Refused([Complaint("acts.money", Place(column=field), {"seen": text, "digits": str(digits)})])
    return minor


def round_sum(text: str, currency: str) -> int:
    """Read a sum of whole units as people write one: 12,000,000 or 1200万 or 3m, with the currency or without it.

    Raises
    ------
    Refused   it is none, not exact, or in another currency
    """
    found = amounts.read(text)
    if not isinstance(found, amounts.Written) or not _is_round(found, currency):
        raise Refused([Complaint("founding.unread_sum", params={"seen": text, "currency": currency})])
    return int(found.low)


def _is_round(found: amounts.Written, currency: str) -> bool:
    shared = amounts.units()["signs"].get(found.sign, ())
    if found.currency not in (None, currency) or (found.sign and currency not in shared):
        return False
    return found.known == "exact" and found.low == found.low.to_integral_value() and 0 <= found.low < 10**DIGITS


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
