"""Payments as a beancount journal: double entry, an account for the project's bank and one for each purpose."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tenfold.exchange.lists.held import Held
from tenfold.exchange.lists.tables import RECORD, Listing

COLUMNS = (RECORD, "date", "payer", "payee", "amount", "currency", "purpose", "reference")
OWN = "tenfold-"  # before the keys of what no other program asks for
BANK, OTHERS = "Assets:Bank", "Equity:Others"  # the project's money, and that of two others between themselves
KEPT = ("record", "payer", "payee", "purpose")  # columns that stand in metadata
ACCOUNTS: Mapping[str, str] = {
    "investment": "Equity:Investment",
    "grant": "Income:Grant",
    "loan": "Liabilities:Loan",
    "repayment": "Liabilities:Loan",
    "interest": "Expenses:Interest",
    "revenue": "Income:Revenue",
    "operating": "Expenses:Operating",
    "capital": "Expenses:Capital",
    "supply": "Expenses:Supply",
    "payout": "Equity:Payout",
    "clawback": "Equity:Payout",
    "refund": "Equity:Refund",
    "fee": "Expenses:Fee",
    "reserve": "Assets:Reserve",
}
_CURRENCY = re.compile(r"[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]")


def ledger_of(listing: Listing, held: Held, language: str) -> bytes:
    """Return a journal that beancount checks without a complaint; amounts are those of the records, to the digit."""
    from beancount.parser.printer import format_entry

    made = (_entry(row, held) for row in listing.plain(held))
    entries = sorted(made, key=lambda one: (one.date, one.meta[f"{OWN}{RECORD}"]))
    opened = [f"{_first(entries)} open {account}\n" for account in sorted(_accounts(entries))]
    return "".join([*opened, *(f"\n{format_entry(entry)}" for entry in entries)]).encode()


def _first(entries: Iterable[Any]) -> str:
    return min(str(entry.date) for entry in entries)


def _accounts(entries: Iterable[Any]) -> set[str]:
    return {posting.account for entry in entries for posting in entry.postings}


def _entry(row: Mapping[str, str], held: Held) -> Any:
    """Return one payment: what the bank gains, its counter account loses."""
    from beancount.core.amount import Amount
    from beancount.core.data import EMPTY_SET, Posting, Transaction

    came = row["payee"] == held.called(held.project)
    went = row["payer"] == held.called(held.project)
    amount = Decimal(row["amount"]) * (1 if came else -1)
    counter = ACCOUNTS[row["purpose"]]
    bank = BANK if came or went else OTHERS
    currency = row["currency"] if _CURRENCY.fullmatch(row["currency"]) else f"X{row['currency']}".upper()
    postings = [
        Posting(account, Amount(sum_, currency), None, None, None, None)
        for account, sum_ in ((bank, amount), (counter, -amount))
    ]
    meta = {f"{OWN}{name}": row[name] for name in KEPT if row[name]}
    counterparty = row["payer"] if came else row["payee"]
    day = date.fromisoformat(row["date"])
    return Transaction(meta, day, "*", counterparty, row["reference"], EMPTY_SET, EMPTY_SET, postings)


def own_rows(entries: Iterable[Any]) -> Iterator[list[str | None]]:
    """Yield the rows of the transactions that this room wrote."""
    for entry in entries:
        record = getattr(entry, "meta", {}).get(f"{OWN}{RECORD}")
        if record is None:
            continue
        units = entry.postings[0].units
        cells = {name: entry.meta.get(f"{OWN}{name}") for name in KEPT}
        cells |= {"date": entry.date.isoformat(), "amount": f"{abs(units.number):f}", "currency": units.currency}
        cells["reference"] = entry.narration
        yield [cells[name] for name in COLUMNS]
