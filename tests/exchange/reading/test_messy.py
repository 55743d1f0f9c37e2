"""Sheets made at random with a known truth: no cell is silently wrong, whatever habits come together.

A cell is right, or a question was asked that bears on it, or its row is parked with a reason, or its column or row is
said to be left out; anything else is silently wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.exchange.reading.messy import Maker, Messy, Truth
from tests.exchange.reading.messy_judges import judged_people, judged_statement
from tests.exchange.reading.messy_kinds import PeopleMaker, StatementMaker
from tests.night import NIGHT

from tenfold.exchange.reading import lexicon
from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.reading import Reading, read_file
from tenfold.methods.names import normal_name
from tenfold.terms.days import local_day
from tenfold.terms.errors import Refused

SHEETS = 10_000 if NIGHT else 60  # a sheet costs 0.3 to 0.4 s of processor time
OTHERS = 10_000 if NIGHT else 20  # of each further kind
CHUNKS = 4
ZONE = "Asia/Shanghai"
GLOBAL = ("kind", "header", "sheet", "encoding", "separator")  # questions that bear on every cell
Judging = Callable[[Messy, Around], tuple[list[tuple[int, str, str]], int]]
BEARS: Mapping[str, tuple[str, ...]] = {
    "amount": ("currency", "sign", "mark", "unit", "scale", "round_cells"),
    "stage": ("stage", "currency", "sign", "mark", "unit", "scale", "round_cells"),  # a deal without a sum is none
    "talked_on": ("order", "year"),
    "next_on": ("order", "year"),
    "party": ("same", "party", "fill"),
}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_cell_is_silently_wrong(chunk: int, around: Around, tmp_path: Path) -> None:
    score: Counter[str] = Counter()
    questions: Counter[int] = Counter()
    wrong = []
    for seed in range(chunk, SHEETS, CHUNKS):
        sheet = Maker(seed).make(tmp_path)
        verdicts, asked = judged(sheet, around)
        score.update(verdict for _, _, verdict in verdicts)
        questions[min(asked, 4)] += 1
        wrong += [(seed, row, cell, sheet.habits) for row, cell, verdict in verdicts if verdict == "wrong"]
        sheet.path.unlink()
    print(f"cells: {dict(score)}; sheets by questions beyond class and round: {dict(sorted(questions.items()))}")
    assert not wrong[:5]
    assert score["right"] > 0.8 * score.total(), "being right is the point"


@pytest.mark.parametrize(
    ("maker", "judge"), [(StatementMaker, judged_statement), (PeopleMaker, judged_people)], ids=["statements", "people"]
)
def test_no_line_of_a_statement_and_nobody_of_a_list_is_silently_wrong(
    maker: type[Maker], judge: Judging, around: Around, tmp_path: Path
) -> None:
    score: Counter[str] = Counter()
    wrong = []
    for seed in range(OTHERS):
        sheet = maker(seed).make(tmp_path)
        verdicts, _ = judge(sheet, around)
        score.update(verdict for _, _, verdict in verdicts)
        wrong += [(seed, row, cell, sheet.habits) for row, cell, verdict in verdicts if verdict == "wrong"]
        sheet.path.unlink()
    print(f"cells: {dict(score)}")
    assert not wrong[:5]
    assert score["right"] > 0.9 * score.total(), "being right is the point"


def judged(sheet: Messy, around: Around) -> tuple[list[tuple[int, str, str]], int]:
    """Return row, what the cell holds and the verdict of each cell; and how many questions are the sheet's own."""
    try:
        reading = read_file(sheet.path, around, Shelf(()), {})
    except Refused:
        return [(row, "party", "refused") for row in sheet.truth], 0
    judge = Judge(sheet, reading)
    return list(judge.verdicts()), len([id for id in judge.asked if id not in ("class", "round")])


class Judge:
    """Holds what a reading would write against the truth."""

    def __init__(self, sheet: Messy, reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.asked = {question.id.split(".")[0] for question in reading.questions}
        self.columns = {lexicon.plain(question.column or "") for question in reading.questions}
        problems = [found["row"] for found in reading.found.problems.values()]
        self.parked = set(pl.concat(problems).to_list()) if problems else set()
        self.left = {one.row for one in reading.left_out}
        self.used = {lexicon.plain(column.name): column.role for column in reading.columns}
        parties = self._rows("parties")
        self.party = {normal_name(row["name"]): row["party"] for row in parties}
        self.deals = {row["party"]: row for row in self._rows("opportunities")}
        self.talks = {(row["member"], self._day(row["occurred_at"])) for row in self._rows("interactions")}
        self.dues = {(row["to_party"], self._day(row["due_at"])) for row in self._rows("commitments")}
        self.phones = {(normal_name(row["name"]), row["phone"]) for row in parties}

    def _rows(self, table: str) -> list[dict[str, Any]]:
        return list(self.reading.found.added.get(table, pl.DataFrame()).iter_rows(named=True))

    def _day(self, at: datetime) -> Any:
        return local_day(at, ZONE)

    def verdicts(self) -> Iterator[tuple[int, str, str]]:
        for row, truth in self.sheet.truth.items():
            for cell, right in self._cells(truth):
                yield row, cell, "right" if right else self._verdict(row, cell)

    def _cells(self, truth: Truth) -> Iterator[tuple[str, bool]]:
        party = self.party.get(normal_name(truth.party), "")
        yield "party", bool(party)
        deal = self.deals.get(party)
        if truth.amount is None:
            yield "amount", deal is None
        else:
            yield "amount", deal is not None and self._is_money(deal, truth)
            yield "stage", deal is not None and deal["stage"] == truth.stage
        if truth.talked_on is not None:
            yield "talked_on", (party, truth.talked_on) in self.talks
        if truth.next_on is not None and truth.stage != "declined":
            yield "next_on", (party, truth.next_on) in self.dues
        if truth.contact is not None and truth.phone is not None:
            yield "phone", (normal_name(truth.contact), f"+86{truth.phone}") in self.phones

    def _is_money(self, deal: Mapping[str, Any], truth: Truth) -> bool:
        return deal["amount_minor"] == truth.amount * 100 and deal["currency"] == truth.currency

    def _verdict(self, row: int, cell: str) -> str:
        if row in self.parked or row in self.left:
            return "parked"
        header = lexicon.plain(self.sheet.columns.get(cell, ""))
        if self.asked & {*GLOBAL, *BEARS.get(cell, ())} or header in self.columns:
            return "asked"
        needed = [header, lexicon.plain(self.sheet.columns["amount"])] if cell == "stage" else [header]
        return "wrong" if all(self.used.get(name) for name in needed) else "said"
