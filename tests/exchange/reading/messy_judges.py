"""What a reading of a random statement, or list of people, made of its cells: right, asked, parked, said, or wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl
from tests.exchange.reading.messy import Messy
from tests.exchange.reading.messy_kinds import Line, Person

from tenfold.exchange.reading import lexicon
from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.reading import Reading, read_file
from tenfold.methods.names import normal_name
from tenfold.terms.days import local_day
from tenfold.terms.errors import Refused

ZONE = "Asia/Shanghai"
GLOBAL = ("kind", "header", "sheet", "encoding", "separator")  # questions that bear on every cell
Verdict = tuple[int, str, str]  # row, what the cell holds, what became of it


class Told:
    """What a reading says of a sheet, and what it would write."""

    def __init__(self, sheet: Messy, reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.asked = {question.id.split(".")[0] for question in reading.questions}
        problems = [found["row"] for found in reading.found.problems.values()]
        self.parked = set(pl.concat(problems).to_list()) if problems else set()
        self.left = {one.row for one in reading.left_out}
        self.used = {lexicon.plain(column.name) for column in reading.columns if column.role}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return what would be written into a table."""
        return list(self.reading.found.added.get(table, pl.DataFrame()).iter_rows(named=True))

    def verdict(self, row: int, holders: Iterable[str], bears: Iterable[str]) -> str:
        """Return what became of a cell that is not as it should be."""
        if row in self.parked or row in self.left:
            return "parked"
        if self.asked & {*GLOBAL, *bears}:
            return "asked"
        held = [self.sheet.columns[name] for name in holders if name in self.sheet.columns]
        return "wrong" if all(lexicon.plain(name) in self.used for name in held) else "said"


def judged_statement(sheet: Messy, around: Around) -> tuple[list[Verdict], int]:
    """Return row, cell and verdict of each line of a statement; and how many questions are its own."""
    return _judged(sheet, around, _lines, ("purpose", "round"))


def judged_people(sheet: Messy, around: Around) -> tuple[list[Verdict], int]:
    """Return row, cell and verdict of each cell of a list of people; and how many questions are its own."""
    return _judged(sheet, around, _people, ("class", "undated"))


def _judged(sheet: Messy, around: Around, judge: Any, usual: tuple[str, ...]) -> tuple[list[Verdict], int]:
    try:
        told = Told(sheet, read_file(sheet.path, around, Shelf(()), {}))
    except Refused:
        return [(row, "", "refused") for row in sheet.truth], 0
    return list(judge(told)), len([name for name in told.asked if name not in usual])


BEARS = ("currency", "sign", "mark", "order", "year", "party", "same", "round_cells")


def _lines(told: Told) -> Iterator[Verdict]:
    """Hold each payment against those that would be written; one that no line tells of is wrong."""
    names = {row["party"]: normal_name(row["name"]) for row in told.rows("parties")}
    found: Counter[tuple[str, Any, int]] = Counter()
    for row in told.rows("cash_movements"):
        came = row["payer"] in names
        amount = row["amount_minor"] if came else -row["amount_minor"]
        found[names.get(row["payer"] if came else row["payee"], ""), local_day(row["occurred_at"], ZONE), amount] += 1
    lines: dict[int, Line] = {row: line for row, line in told.sheet.truth.items() if line.party}
    for row, line in lines.items():
        key = normal_name(line.party), line.day, int(line.amount * 100)
        right = found[key] > 0
        found[key] -= right
        holders = [name for name in ("in", "out", "money", "sign", "paid_on", "party") if name in told.sheet.columns]
        yield row, "payment", "right" if right else told.verdict(row, holders, BEARS)
    for _ in range(sum(found.values())):
        yield 0, "nobody's payment", "asked" if told.asked & {*GLOBAL, *BEARS} else "wrong"


def _people(told: Told) -> Iterator[Verdict]:
    """Hold who would be known, with numbers, addresses and employers, against what the list says."""
    parties = {row["party"]: row for row in told.rows("parties")}
    by_name = {normal_name(row["name"]): row for row in parties.values()}
    employed = {
        (row["party"], normal_name(parties[row["organisation"]]["name"])): row["title"] or ""
        for row in told.rows("affiliations")
    }
    known = set()
    people: dict[int, Person] = told.sheet.truth
    for row, person in people.items():
        known |= {normal_name(person.name), normal_name(person.organisation)}
        for cell, right in _cells(person, by_name.get(normal_name(person.name), {}), employed):
            holders = {"name": ("name", "first", "last")}.get(cell, (cell,))
            bears = ("same", "party", "fill", "parts")
            yield row, cell, "right" if right else told.verdict(row, holders, bears)
    for name in by_name.keys() - known:
        yield 0, name, "asked" if told.asked & {*GLOBAL, "same", "party", "parts"} else "wrong"


def _cells(one: Person, found: dict[str, Any], employed: dict[tuple[str, str], str]) -> Iterator[tuple[str, bool]]:
    yield "name", found.get("type") == "person"
    if one.phone:
        yield "phone", found.get("phone") == one.phone
    if one.email:
        yield "email", found.get("email") == one.email
    if one.organisation:
        title = employed.get((found.get("party", ""), normal_name(one.organisation)))
        yield "organisation", title is not None
        yield "title", title == one.title or title is None
