"""Reading what a form sends: a text that is empty is missing; what cannot be read is refused with the field's name."""

from tenfold.terms.errors import Complaint, Place, Refused


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
