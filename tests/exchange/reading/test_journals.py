"""Journals of double entry: what came and went of our money, whatever the accounts are called."""

import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.exchange.reading.test_reading import Run, empty, facts, folder, names, run

from tenfold.exchange.reading.file import open_file
from tenfold.terms.errors import Refused

__all__ = ["empty", "folder", "run"]  # fixtures

BEANCOUNT = """option "title" "Harbour"
plugin "beancount.plugins.auto_accounts"
include "other.beancount"
2026-01-01 open Assets:Bank:Main EUR
2026-01-01 open Equity:Investors
2026-01-01 open Expenses:Rent

2026-09-03 * "Pine Capital LP" "Investment round A" ^wire-77
  Assets:Bank:Main      14000000.00 EUR
  Equity:Investors

2026-10-15 * "Harbor GmbH" "rent October"
  Assets:Bank:Main       -120000.00 EUR
  Expenses:Rent

2026-10-16 * "moved to savings"
  Assets:Bank:Main         -1000.00 EUR
  Assets:Bank:Savings       1000.00 EUR

2026-10-17 balance Assets:Bank:Main  13879000.00 EUR
"""
HLEDGER = """; a journal
decimal-mark .
commodity EUR 1,000.00
account assets:bank:main

comment
2020-01-01 never
    assets:bank  1 EUR
end comment

2026-09-03=2026-09-04 * (wire-77) Pine Capital LP | Investment round A  ; tag:x
    assets:bank:main     14,000,000.00 EUR = 14,000,000.00 EUR
    equity:investors

2026/10/15 ! Harbor GmbH | rent October
    ; the lease
    expenses:rent           100,000.00 EUR
    expenses:heating         20,000.00 EUR
    assets:bank:main

2026.10.16 moved to savings
    assets:bank:main         -1,000.00 EUR
    assets:bank:savings

~ monthly
    expenses:rent  100 EUR
    assets:bank:main

P 2026-10-01 EUR $1.10
"""


@pytest.mark.parametrize(("name", "text"), [("j.beancount", BEANCOUNT), ("j.journal", HLEDGER)])
def test_a_journal_is_payments(name: str, text: str, folder: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    told = run("import", path, folder, "--yes", language="en")
    assert told["readings"][0]["kind"] == "bank"
    called = names(folder)
    rows = [
        (called[str(payer)], called[str(payee)], amount, currency, str(at)[:10])
        for payer, payee, amount, currency, at in facts(
            folder, "cash_movements", "payer", "payee", "amount", "currency", "occurred_at"
        )
    ]
    us = ({payer for payer, *_ in rows} & {payee for _, payee, *_ in rows}).pop()
    assert sorted(rows) == sorted([
        ("Pine Capital LP", us, "14000000.00", "EUR", "2026-09-02"),
        (us, "Harbor GmbH", "120000.00", "EUR", "2026-10-14"),
    ])  # fmt: skip
    again = run("import", path, folder, "--yes", language="en")
    assert again["written"] is None


@pytest.mark.parametrize(
    ("text", "id", "row"),
    [
        ("include more.journal\n\n2026-01-01 x\n  assets:bank  1 EUR\n  equity:a\n", "reading.format.directive", 1),
        ("2026-01-01 x\n  assets:bank  1 EUR\n  equity:a\n\nalias a=b\n", "reading.format.directive", 5),
        ("2026-01-01 x\n  assets:bank  one EUR\n  equity:a\n", "reading.format.posting", 2),
        ("2026-01-01 x\n  assets:bank\n  a:b  1,000 EUR\n  a:c  1 EUR\n", "reading.format.unbalanced", 1),
        ("2026-01-01 x\n  assets:bank\n  equity:a\n  a:c  1 EUR\n", "reading.format.unbalanced", 1),
    ],
)
def test_what_would_change_the_meaning_of_a_line_is_refused(text: str, id: str, row: int, tmp_path: Path) -> None:
    path = tmp_path / "j.journal"
    path.write_text(text, "utf-8")
    with pytest.raises(Refused) as refused:
        open_file(path)
    assert [(one.id, one.place.row) for one in refused.value.complaints] == [(id, row)]


@pytest.mark.parametrize("sum_", ["1/0 EUR", "0/0 EUR", "1/(2 - 2) EUR", "1 SHARE @ 1/0 EUR", "1 SHARE {1/0 EUR}"])
def test_a_sum_that_is_no_number_is_refused_and_ends_nothing(sum_: str, tmp_path: Path) -> None:
    path = tmp_path / "j.beancount"
    path.write_text(BEANCOUNT.replace("14000000.00 EUR", sum_), "utf-8")
    with pytest.raises(Refused) as refused:  # beancount's parser ends the process where its arithmetic raises
        open_file(path)
    assert refused.value.complaints[0].id == "reading.format.broken"


def test_a_sum_that_is_computed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "j.beancount"
    path.write_text(BEANCOUNT.replace("14000000.00 EUR", "2 * 7000000.00 EUR"), "utf-8")
    assert "14000000.00" in [cell for row in open_file(path).grids[0].cells for cell in row]


def test_a_journal_that_breaks_off_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "j.beancount"
    path.write_text('plugin "os"\n2026-01-01 * "a" "b\n  Assets:Bank  1 EUR\n', "utf-8")
    with pytest.raises(Refused) as refused:
        open_file(path)
    assert refused.value.complaints[0].id == "reading.format.broken"


@pytest.mark.parametrize(
    "head", [":20:", "BEGIN:VCARD", "2026-01-01 x\n ", "2026-01-01 open ", "From a\n", "<Document "]
)
def test_no_beginning_of_a_file_makes_the_search_for_its_format_slow(head: str, tmp_path: Path) -> None:
    """Of processor time, not of the clock; a search that doubles with each blank would never end."""
    path = tmp_path / "odd.txt"
    path.write_text(head + " \t" * 6000 + "\n  " * 2000 + "x", "utf-8")
    began = time.process_time()
    with suppress(Refused):
        open_file(path)
    assert time.process_time() - began < 20
