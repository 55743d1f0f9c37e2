"""Deals that a bank statement pays in full: proposed to be at the last stage, with the statement as evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tenfold.exchange.reading.build import PAPER
from tenfold.exchange.reading.community import CLOSED, OUTCOMES, Around
from tenfold.exchange.reading.model import Option, Question, told
from tenfold.exchange.reading.preview import day_of, grouped
from tenfold.facts.maps.match import living, newest
from tenfold.facts.maps.result import Import
from tenfold.methods.names import normal_name
from tenfold.terms.listed import BETWEEN, Listed
from tenfold.terms.money import from_minor

WIRED, YES, NO = CLOSED[-1], "yes", "no"
INVESTMENT = "investment"


@dataclass(frozen=True)
class Paid:
    """A deal that is paid in full: whose it is, its sum in major units, and the local day of the last line."""

    party: str
    names: frozenset[str]  # as the statement writes it, in normal form
    amount: str
    currency: str
    day: str


def paid_deals(found: Import, round: str, around: Around) -> list[Paid]:
    """Return the open deals of a round whose sum the payments reach, with those that an import adds."""
    assert found.run is not None
    added = found.added.get("cash_movements")
    if added is None or WIRED not in around.stages:
        return []
    payments = living(pl.concat([around.store.tables["cash_movements"], added]))
    payments = payments.filter((pl.col("purpose") == INVESTMENT) & (pl.col("round") == round))
    new = set(added["payer"].to_list())
    names: dict[str, set[str]] = {}
    for mention in found.run.mentions:
        names.setdefault(mention.party, set()).add(normal_name(mention.name))
    deals = _open_deals(round, around)
    return [paid for deal in deals if deal["party"] in new and (paid := _paid(deal, payments, names, around))]


def _open_deals(round: str, around: Around) -> Iterator[Mapping[str, Any]]:
    rows = living(around.store.tables["opportunities"]).filter(pl.col("round") == round)
    yield from newest(rows, "opportunity").filter(~pl.col("stage").is_in([WIRED, *OUTCOMES])).iter_rows(named=True)


def _paid(
    deal: Mapping[str, Any], payments: pl.DataFrame, names: Mapping[str, set[str]], around: Around
) -> Paid | None:
    own = payments.filter((pl.col("payer") == deal["party"]) & (pl.col("currency") == deal["currency"]))
    if deal["party"] not in names or not own.height or own["amount_minor"].sum() < deal["amount_minor"]:
        return None
    last = max(own["occurred_at"].to_list())
    digits = around.context.currencies.digits(deal["currency"]) or 0
    return Paid(
        deal["party"],
        frozenset(names[deal["party"]]),
        from_minor(deal["amount_minor"], digits),
        deal["currency"],
        day_of(last, around),
    )


def wired_question(paid: Sequence[Paid], around: Around) -> Question:
    """Ask whether the deals that are paid in full are at the last stage now."""
    listed = Listed(f"{around.called[one.party]}{BETWEEN}{grouped(one.amount)} {one.currency}" for one in paid)
    return Question(
        "wired",
        told("reading.ask.wired", deals=listed),
        (Option(YES, told("reading.wired.yes")), Option(NO, told("reading.wired.no"))),
        YES,
        told("reading.wired.why"),
    )


def wired_map(paid: Sequence[Paid], cells: Sequence[str], column: str, round: str, source: str) -> dict[str, Any]:
    """Return the map that advances deals that are paid in full.

    Parameters
    ----------
    cells
        The different names in the statement's column of payers.
    """
    by_cell = {cell: one for cell in cells for one in paid if normal_name(cell) in one.names}
    return {
        "table": "opportunities",
        "from": source,
        "id": ["$row"],
        "distinct": [column],
        "only": [{"column": column, "is": list(by_cell)}],
        "match": {"by": ["party", "round"], "known": "only"},
        "set": {
            "opportunity": {"of": ["party", "round"]},
            "round": {"value": round},
            "party": {"who": column},
            "amount": {"column": column, "map": {cell: one.amount for cell, one in by_cell.items()}},
            "currency": {"column": column, "map": {cell: one.currency for cell, one in by_cell.items()}},
            "stage": {"value": WIRED},
            "evidence": {"key": [PAPER]},
            "occurred_at": {"column": column, "map": {cell: one.day for cell, one in by_cell.items()}},
        },
    }
