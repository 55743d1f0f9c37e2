"""Journals of double entry, beancount's and hledger's, as lines of a bank statement: what came and went of our money.

Our money is what the accounts of banks and cash hold; a journal without such names is read by all accounts of assets.
A transfer between two of them is no payment. beancount's own library reads its journals; neither plugins nor files that
a journal names are touched. hledger's have no library that is kept: what is read of them is stated here, and what would
change the meaning of a line (a file that is included, an account of another name) is refused with its row.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from itertools import chain
from typing import Any

from tenfold.exchange.reading.decode import decode
from tenfold.terms.errors import Complaint, Place, Refused

BEANCOUNT = re.compile(
    r"^(?:\d{4}[-/]\d\d[-/]\d\d[ \t]+(?:open|close|commodity|balance|pad|txn)\b|option[ \t]+\"|plugin[ \t]+\"|pushtag\b"
    r"|\d{4}[-/]\d\d[-/]\d\d[ \t]+[*!][ \t]+\")",
    re.MULTILINE,
)
HLEDGER = re.compile(
    r"^\d{4}[-/.]\d\d?[-/.]\d\d?(?:=\S+)?[ \t]+[^\n]*\n(?:[ \t]+;[^\n]*\n)*[ \t]+[^\s:;,]+(?: [^\s:;,]+)*:[^\n]*",
    re.MULTILINE,
)
BANKS = re.compile(
    r"\b(?:bank|cash|checking|savings|giro|current|treasury|banque|caja)|银行|现金|存款|銀行|現金", re.IGNORECASE
)
ASSETS = re.compile(r"^(?:assets?|资产|資產|activos?|actifs?|aktiva)(?::|$)", re.IGNORECASE)
Line = list[str | None]
Leg = tuple[str, str, str]  # account, amount with its sign, currency


# ---- both -----------------------------------------------------------------------------------------------------------


@dataclass
class _Entry:
    """One transaction: its day, who, what for, its number, and the legs whose sums are known."""

    day: str
    payee: str = ""
    narration: str = ""
    number: str = ""
    row: int = 0
    legs: list[Leg] = field(default_factory=list)


def _lines(entries: Sequence[_Entry]) -> list[Line]:
    """Return a line for each leg of a transaction that is our money; none where it only changes places."""
    accounts = {account for one in entries for account, _, _ in one.legs}
    ours = {account for account in accounts if ASSETS.match(account)}
    ours = {account for account in ours if BANKS.search(account)} or ours
    return [line for one in entries for line in _lines_of(one, ours)]


def _lines_of(one: _Entry, ours: set[str]) -> Iterator[Line]:
    others = [account for account, _, _ in one.legs if account not in ours]
    if not others:
        return
    for account, amount, currency in one.legs:
        if account in ours and amount.strip("-+0., "):
            came = not amount.startswith("-")
            bare = amount.lstrip("+-")
            who = one.payee or one.narration
            what = one.narration if one.payee else ""
            text = what or others[0].rpartition(":")[2]
            yield [one.day, bare if came else None, None if came else bare, currency, who, None, text, one.number]


# ---- beancount ------------------------------------------------------------------------------------------------------


def entries_of(text: str) -> list[Any]:
    """Return the directives of a beancount journal, as its own parser finds them.

    The parser computes (`1/3 USD`), and ends the whole process where that raises an exception: so nothing is raised
    there, and what came of it is looked at afterwards.

    Raises
    ------
    ValueError   it finds one that is none, or a sum that is no number
    """
    from beancount.parser import parser

    with localcontext() as context:
        context.clear_traps()
        entries, errors, _ = parser.parse_string(text)
    if errors:
        first = errors[0]
        raise ValueError(f"{first.source.get('lineno')}: {first.message}")
    for one in entries:
        if not all(number.is_finite() for number in _numbers(one)):
            raise ValueError(f"{one.meta['lineno']}: a sum that is no number")
    return list(entries)


def _numbers(directive: Any) -> Iterator[Decimal]:
    """Yield every number that stands in a directive, at whatever depth."""
    match directive:
        case Decimal():
            yield directive
        case dict():
            yield from chain.from_iterable(map(_numbers, directive.values()))
        case tuple() | list() | set() | frozenset():
            yield from chain.from_iterable(map(_numbers, directive))


def beancount_lines(data: bytes, file: str) -> list[Line]:
    """Return the lines of a beancount journal.

    Raises
    ------
    ValueError   it is none
    """
    from beancount.core.data import Transaction
    from beancount.parser.booking import book
    from beancount.parser.options import OPTIONS_DEFAULTS

    entries, errors = book(entries_of(decode(data, file).text), OPTIONS_DEFAULTS)
    if errors:
        raise ValueError(errors[0].message)
    return _lines([_of_beancount(one) for one in entries if isinstance(one, Transaction)])


def _of_beancount(entry: Any) -> _Entry:
    legs = [(leg.account, f"{leg.units.number:f}", leg.units.currency) for leg in entry.postings]
    number = next(iter(sorted(entry.links)), "")
    return _Entry(entry.date.isoformat(), entry.payee or "", entry.narration or "", number, 0, legs)


# ---- hledger --------------------------------------------------------------------------------------------------------

_HEAD = re.compile(
    r"^(?P<day>\d{4}[-/.]\d\d?[-/.]\d\d?)(?:=\S+)?(?:\s+[*!])?(?:\s+\((?P<number>[^()]*)\))?\s*(?P<rest>.*)$"
)
_POSTING = re.compile(
    r"^[ \t]+(?:[*!][ \t]+)?(?P<account>[^;\s](?:[^\t;]*?[^\s;])?)(?:(?:[ \t]{2,}|\t)(?P<amount>[^;]*))?(?:;.*)?$"
)
_AMOUNT = re.compile(
    r"^(?P<sign>[-+]?)\s*(?P<before>\"[^\"]+\"|[^\d\s\-+.,\"@={]*)\s*(?P<inner>[-+]?)\s*(?P<number>\d[\d.,' \u00a0]*)"
    r"(?P<after>\s*(?:\"[^\"]+\"|[^\d\s\-+.,\"@={]+))?\s*(?:[@={(].*)?$"
)
# A number that means one thing alone, whatever the decimal mark: 1,000 and 1.000 do not.
_UNMISTAKABLE = re.compile(r"^-?(?:\d+|\d{1,3}(?:,\d{3})+(?=\.))(?:\.\d{1,2})?$")
HARMLESS = ("account", "commodity", "P", "payee", "tag", "decimal-mark", "end", "comment", "N", "bucket")


def hledger_lines(data: bytes, file: str) -> list[Line]:
    """Return the lines of an hledger journal.

    Raises
    ------
    Refused   a line would mean something else by a directive that is not followed, or is none of a journal
    """
    return _lines([*_transactions(decode(data, file).text, file)])


def _transactions(text: str, file: str) -> Iterator[_Entry]:
    """Yield the transactions; what is indented below anything else (a rule, an account) is none of their legs."""
    entry: _Entry | None = None
    in_comment = False
    for row, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if in_comment:
            in_comment = bare != "end comment"
        elif bare and line[0].isspace():
            if entry is not None and not bare.startswith(";"):
                _leg(entry, line, file, row)
        elif bare:
            if entry is not None:
                yield _balanced(entry, file)
            entry = _head(line, row)
            in_comment = entry is None and _begins_comment(bare, file, row)
    if entry is not None:
        yield _balanced(entry, file)


def _head(line: str, row: int) -> _Entry | None:
    found = _HEAD.match(line)
    if found is None:
        return None
    year, month, day = re.split(r"[-/.]", found["day"])
    description = found["rest"].partition(";")[0].strip()
    payee, mark, note = (part.strip() for part in description.partition("|"))
    return _Entry(f"{year}-{month:0>2}-{day:0>2}", payee, note if mark else "", found["number"] or "", row)


def _begins_comment(line: str, file: str, row: int) -> bool:
    """Whether a line that is no transaction begins a comment of several; refused where it changes what others mean."""
    word = line.split(maxsplit=1)[0]
    if word not in HARMLESS and line[0] not in ";#*%|~=":
        raise Refused([Complaint("reading.format.directive", Place(file, row), {"seen": word})])
    return word == "comment"


def _leg(entry: _Entry, line: str, file: str, row: int) -> None:
    found = _POSTING.match(line)
    if found is None:
        raise Refused([Complaint("reading.format.posting", Place(file, row), {"seen": line.strip()})])
    account = found["account"].strip("()[]")
    written = (found["amount"] or "").strip()
    if found["account"].startswith("("):
        return  # a posting that need not balance is no money
    if not written or written.startswith("="):
        entry.legs.append((account, "", ""))
        return
    amount = _AMOUNT.match(written)
    if amount is None:
        raise Refused([Complaint("reading.format.posting", Place(file, row), {"seen": written})])
    sign = "-" if "-" in (amount["sign"] + amount["inner"]) else ""
    currency = (amount["before"] or amount["after"] or "").strip().strip('"')
    entry.legs.append((account, f"{sign}{amount['number'].strip()}", currency))


def _balanced(entry: _Entry, file: str) -> _Entry:
    """Return a transaction whose one leg without a sum has what the others leave.

    Raises
    ------
    Refused   the sum is not plain from one other leg: several amounts would have to be read before it is known how
    """
    silent = [leg for leg in entry.legs if not leg[1]]
    said = [leg for leg in entry.legs if leg[1]]
    if not silent:
        return entry
    if len(silent) > 1 or len(said) != 1:
        return _spread(entry, silent, said, file)
    amount = said[0][1]
    other = amount[1:] if amount.startswith("-") else f"-{amount}"
    entry.legs = [leg if leg[1] else (leg[0], other, said[0][2]) for leg in entry.legs]
    return entry


def _spread(entry: _Entry, silent: Sequence[Leg], said: Sequence[Leg], file: str) -> _Entry:
    """Return a transaction whose silent leg is what several leave; refused where that cannot be told."""
    unmistakable = all(_UNMISTAKABLE.match(amount) for _, amount, _ in said)
    if len(silent) != 1 or not said or not unmistakable or len({currency for _, _, currency in said}) != 1:
        raise Refused([Complaint("reading.format.unbalanced", Place(file, entry.row))])
    total = -sum(Decimal(amount.replace(",", "")) for _, amount, _ in said)
    entry.legs = [leg if leg[1] else (leg[0], f"{total:f}", said[0][2]) for leg in entry.legs]
    return entry
