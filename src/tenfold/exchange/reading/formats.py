"""Files that are no sheets, as sheets: address cards, calendars, mailboxes, bank messages, cap tables.

Each becomes a grid whose header are words of the lexicon, so that it is read, asked about and kept as any other sheet.
The libraries are imported when a file of their kind is met.
"""

import io
import logging
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.exchange.lists import calendars, ledgers, packages
from tenfold.exchange.reading import captables, journals, mails
from tenfold.exchange.reading.decode import decode
from tenfold.exchange.reading.grid import Grid
from tenfold.terms.errors import Complaint, Place, Refused

BYTES_AT_MOST = 32 << 20  # what the libraries hold in memory at once
_FOLD = re.compile(rb"\r?\n([ \t])")
_PICTURE = re.compile(rb"^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:].*$", re.MULTILINE | re.IGNORECASE)
_OLD_CARD = re.compile(rb"^VERSION:2\.1", re.MULTILINE | re.IGNORECASE)  # there a fold keeps its blank
COMPANY = "x-abshowas"
LOOKED_AT = 8000  # bytes that tell a format
Rows = list[list[str | None]]

CARDS = ("full name", "company", "job title", "email", "phone", "city", "country")
GUESTS = ("event", "event date", "full name", "email", "attendance")
LINES = (
    "booking date", "credit", "debit", "currency", "counterparty", "counterparty account", "narrative",
    "bank reference",
)  # fmt: skip
ANSWERS = {
    "ACCEPTED": "registered", "TENTATIVE": "maybe", "NEEDS-ACTION": "invited", "DELEGATED": "invited",
    "DECLINED": "not attending", "COMPLETED": "attended",
}  # fmt: skip


def grid_of_package(data: bytes, file: str) -> Grid | None:
    """Return the register of shares that an archive of the Open Cap Table Format holds; None for another archive.

    A package that Tenfold wrote is the list of holdings that it was made of.

    Raises
    ------
    Refused   when the package is broken or holds no shares
    """
    try:
        if not captables.is_package(data):
            return None
        items = captables.items_of(data)
        own = [*packages.own_rows(items)]
        rows = own or captables.shares_of(items)
    except zipfile.BadZipFile:
        return None
    except Exception as error:  # a package that leaves out what the format demands
        raise Refused([Complaint("reading.format.broken", Place(file), {"seen": "OCF"})]) from error
    if not rows:
        raise Refused([Complaint("reading.format.nothing.ocf", Place(file))])
    return _grid(file, packages.COLUMNS if own else captables.HEADER, rows, "ocf")


def grid_of_format(data: bytes, file: str) -> Grid | None:
    """Return the grid of a file of a known format; None where it is none. A list that Tenfold wrote is that list.

    Raises
    ------
    Refused   when it is broken, larger than its library may take, or holds nothing that could be read
    """
    head = _plain(data[:LOOKED_AT])
    name = next((name for name, (tells, _, _) in FORMATS.items() if tells.search(head)), None)
    if name is None:
        return None
    if len(data) > BYTES_AT_MOST and name != mails.FORMAT:  # a mailbox is read message by message
        raise Refused([Complaint("maps.source_too_large", Place(file), {"most": BYTES_AT_MOST})])
    _, header, read = FORMATS[name]
    try:
        header, rows = _own(name, data, file) or (header, read(data, file))
    except Refused:
        raise
    except Exception as error:  # the libraries raise whatever the part they stumble over raises
        raise Refused([Complaint("reading.format.broken", Place(file), {"seen": name})]) from error
    if not rows:
        raise Refused([Complaint(f"reading.format.nothing.{name}", Place(file))])
    return _grid(file, header, rows, name)


def _own(name: str, data: bytes, file: str) -> tuple[Sequence[str], Rows] | None:
    """Return the header and the rows of a list that Tenfold wrote in a format; None for anything else."""
    match name:
        case "icalendar":
            return _filled(calendars.COLUMNS, calendars.own_rows(_events(data, file)))
        case "beancount":
            return _filled(ledgers.COLUMNS, ledgers.own_rows(journals.entries_of(decode(data, file).text)))
        case _:
            return None


def _filled(header: Sequence[str], rows: Iterable[list[str | None]]) -> tuple[Sequence[str], Rows] | None:
    listed = [*rows]
    return (header, listed) if listed else None


def _plain(head: bytes) -> str:
    """Return the first bytes as text that tells a format, in whatever encoding."""
    for bom in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(bom)
    return head.replace(b"\x00", b"").decode("latin-1")


def _grid(file: str, header: Sequence[str], rows: Rows, name: str) -> Grid:
    lines: Rows = [list(header), *rows]
    filled = [[(cell or "").strip() or None for cell in row] for row in lines]
    columns = zip(*filled, strict=True)
    cells = pl.DataFrame({str(place): pl.Series(list(column), dtype=pl.String) for place, column in enumerate(columns)})
    return Grid(file, cells, origin={"format": name})


# ---- address cards ------------------------------------------------------------------------------------------------


def _cards(data: bytes, file: str) -> Rows:
    import vobject

    logging.getLogger("vobject").setLevel(logging.CRITICAL)  # a line that it cannot read is no message of ours
    text = decode(_unfolded(data), file).text
    found = vobject.readComponents(io.StringIO(text), ignoreUnreadable=True, allowQP=True)
    return [row for card in found if any(row := _card(card))]


def _unfolded(data: bytes) -> bytes:
    """Return content lines whole again, before they are decoded: a fold may cut a letter of UTF-8 in two."""
    whole = _FOLD.sub(rb"\1", data) if _OLD_CARD.search(data) else _FOLD.sub(b"", data)
    return _PICTURE.sub(b"", whole)


def _card(card: Any) -> list[str | None]:
    content: Mapping[str, list[Any]] = card.contents
    places = [line.value for line in content.get("adr", ())]
    company = _first(_joined(line.value[:1]) for line in content.get("org", ()))
    name = _name(content)
    return [
        None if _is_company(content) else name,
        company or (name if _is_company(content) else None),
        _first(_joined(line.value) for line in content.get("title", ())),
        _first(str(line.value).removeprefix("mailto:") for line in content.get("email", ())),
        _first(_dialled(str(line.value)) for line in content.get("tel", ())),
        _first(_joined(place.city) for place in places),
        _first(_joined(place.country) for place in places),
    ]


def _is_company(content: Mapping[str, list[Any]]) -> bool:
    """Whether a card is an organisation's own: by vCard 4, or as telephones mark it."""
    kinds = [str(line.value).casefold() for word in ("kind", COMPANY) for line in content.get(word, ())]
    return any(kind in ("org", "company") for kind in kinds)


def _dialled(number: str) -> str:
    """Return the number of a tel: address, without its extension."""
    return number.removeprefix("tel:").partition(";")[0]


def _name(content: Mapping[str, list[Any]]) -> str | None:
    given = _first(_joined(line.value) for line in content.get("fn", ()))
    if given:
        return given
    names = [line.value for line in content.get("n", ()) if not isinstance(line.value, str)]
    return _first(" ".join(filter(None, (_joined(name.given), _joined(name.family)))) for name in names)


def _joined(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


def _first(texts: Iterable[str]) -> str | None:
    return next((text for text in map(str.strip, texts) if text), None)


# ---- calendars ----------------------------------------------------------------------------------------------------


def _guests(data: bytes, file: str) -> Rows:
    """Return a row for each participant of each event that is not cancelled; of a series, its first meeting."""
    rows: Rows = []
    for event in _events(data, file):
        if str(event.get("status", "")).upper() != "CANCELLED" and "dtstart" in event:
            rows += _participants(event)
    return rows


def _events(data: bytes, file: str) -> list[Any]:
    from icalendar import Calendar

    text = decode(_unfolded(data), file).text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it says of names of time zones
        return [event for one in Calendar.from_ical(text, multiple=True) for event in one.walk("VEVENT")]


def _participants(event: Any) -> Rows:
    started = event["dtstart"].dt.isoformat()
    guests = event.get("attendee", [])
    rows: Rows = []
    for guest in guests if isinstance(guests, list) else [guests]:
        mail = re.sub(r"^mailto:", "", str(guest), flags=re.IGNORECASE)
        params = guest.params
        if str(params.get("cutype", "INDIVIDUAL")).upper() != "INDIVIDUAL":
            continue  # rooms, things, lists
        answer = ANSWERS.get(str(params.get("partstat", "NEEDS-ACTION")).upper(), "invited")
        rows.append([str(event.get("summary", "")), started, str(params.get("cn", "")) or mail, mail, answer])
    return rows


# ---- messages of banks --------------------------------------------------------------------------------------------


def _camt_lines(data: bytes, file: str) -> Rows:
    """Return the booked entries of camt.053; a batch as its parts, if these add up to what the balances say."""
    from pycamt.parser import Camt053Parser

    parser = Camt053Parser(data)
    booked = [one for one in parser.get_transactions() if one.get("Status") in (None, "BOOK")]
    _check_balances(parser.tree, booked, file)
    return [_camt_line(one) for one in booked]


def _camt_line(one: Mapping[str, Any]) -> list[str | None]:
    came = one["CreditDebitIndicator"] == "CRDT"
    side = "Debtor" if came else "Creditor"
    amount = str(one["Amount"])
    summary = one.get("RemittanceInformation") or one.get("AdditionalEntryInformation")
    return [
        one.get("BookingDate") or one.get("ValueDate"),
        amount if came else None,
        None if came else amount,
        one.get("Currency"),
        one.get(f"{side}Name"),
        one.get(f"{side}IBAN"),
        summary,
        one.get("TransactionID") or one.get("EndToEndId"),
    ]


def _check_balances(tree: Any, booked: Sequence[Mapping[str, Any]], file: str) -> None:
    """Refuse entries that do not lead from the opening to the closing balances: some part would count twice.

    A batch whose parts name no sums of their own is told by its library with the sum of the whole for each part.
    """
    opened = closed = Decimal(0)
    kinds = set()
    for balance in tree.iterfind(".//{*}Bal"):
        kind = balance.findtext("./{*}Tp/{*}CdOrPrtry/{*}Cd")
        sign = -1 if balance.findtext("./{*}CdtDbtInd") == "DBIT" else 1
        amount = sign * Decimal(balance.findtext("./{*}Amt") or "0")
        kinds.add(kind)
        opened += amount if kind in ("OPBD", "PRCD") else 0
        closed += amount if kind == "CLBD" else 0
    moved = sum(
        (Decimal(str(one["Amount"])) * (1 if one["CreditDebitIndicator"] == "CRDT" else -1) for one in booked),
        Decimal(0),
    )
    if kinds & {"OPBD", "PRCD"} and "CLBD" in kinds and opened + moved != closed:
        params = {"seen": f"{moved:,f}", "expected": f"{closed - opened:,f}"}
        raise Refused([Complaint("reading.format.balance", Place(file), params)])


def _mt940_lines(data: bytes, file: str) -> Rows:
    import mt940

    statement = mt940.parse(decode(data, file).text)
    return [_mt940_line(one.data) for one in statement]


def _mt940_line(one: Mapping[str, Any]) -> list[str | None]:
    amount = one["amount"]
    came = amount.amount > 0
    text = f"{abs(amount.amount):f}"
    name = " ".join(filter(None, (one.get("applicant_name"), one.get("recipient_name"))))
    return [
        (one.get("entry_date") or one["date"]).isoformat(),
        text if came else None,
        None if came else text,
        amount.currency,
        name,
        one.get("applicant_iban"),
        one.get("purpose") or one.get("transaction_details"),
        one.get("bank_reference") or one.get("customer_reference"),
    ]


FORMATS: Mapping[str, tuple[re.Pattern[str], Sequence[str], Callable[[bytes, str], Rows]]] = {
    "vcard": (re.compile(r"^\s*BEGIN:VCARD", re.IGNORECASE), CARDS, _cards),
    "icalendar": (re.compile(r"^\s*BEGIN:VCALENDAR", re.IGNORECASE), GUESTS, _guests),
    "camt": (re.compile(r"<(?:\w+:)?(?:BkToCstmrStmt|Document[^>]*camt\.05[23])"), LINES, _camt_lines),
    "beancount": (journals.BEANCOUNT, LINES, journals.beancount_lines),
    "hledger": (journals.HLEDGER, LINES, journals.hledger_lines),
    mails.FORMAT: (mails.TELLS, mails.HEADS, mails.heads),
    "mt940": (re.compile(r"^\s*(?:\{1:[^}]*\}|:20:)[\s\S]*:60F:", re.IGNORECASE), LINES, _mt940_lines),
}
