"""The forms of files in which lists leave: which list each takes, and what the file is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tenfold.exchange.lists.calendars import calendar_of
from tenfold.exchange.lists.cards import cards_of
from tenfold.exchange.lists.held import Held
from tenfold.exchange.lists.ledgers import ledger_of
from tenfold.exchange.lists.packages import package_of
from tenfold.exchange.lists.sheets import csv_of, xlsx_of
from tenfold.exchange.lists.tables import HOLDINGS, LISTS, MONEY, PEOPLE, PROMISES, Listing
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed

Writer = Callable[[Listing, Held, str], bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of file.

    lists   the names of the lists that it can hold
    ending  of the file's name
    kind    the media type
    """

    lists: tuple[str, ...]
    ending: str
    kind: str
    write: Writer


FORMS: Mapping[str, Form] = {
    "csv": Form(tuple(LISTS), ".csv", "text/csv; charset=utf-8", csv_of),
    "xlsx": Form(tuple(LISTS), ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_of),
    "vcard": Form((PEOPLE.name,), ".vcf", "text/vcard; charset=utf-8", cards_of),
    "icalendar": Form((PROMISES.name,), ".ics", "text/calendar; charset=utf-8", calendar_of),
    "beancount": Form((MONEY.name,), ".beancount", "text/plain; charset=utf-8", ledger_of),
    "ocf": Form((HOLDINGS.name,), ".ocf.zip", "application/zip", package_of),
}


def forms_of(name: str) -> dict[str, Form]:
    """Return the forms in which a list leaves."""
    return {form: one for form, one in FORMS.items() if name in one.lists}


def written(name: str, form: str, held: Held, language: str) -> bytes:
    """Return a list as a file."""
    return FORMS[form].write(LISTS[name], held, language)


def list_of(form: str, wanted: str | None) -> str:
    """Return the list that a form is asked for; without a name, the only one that it can hold.

    Raises
    ------
    Refused   there is no such list in that form, or several could be meant
    """
    possible = FORMS[form].lists
    if wanted in possible:
        return str(wanted)
    if wanted is None and len(possible) == 1:
        return possible[0]
    params = {"seen": wanted or "–", "expected": Listed(possible), "form": form}
    raise Refused([Complaint("exporting.list_of_form", params=params)])
