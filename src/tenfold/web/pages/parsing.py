"""Reading what a form sends: a text that is empty is missing; what cannot be read is refused with the field's name."""

from datetime import date

from django.http import QueryDict

from tenfold.terms.errors import Complaint, Place, Refused


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
    Refused   it is none
    """
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
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
