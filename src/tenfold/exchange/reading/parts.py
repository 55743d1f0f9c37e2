"""Cells that hold several things: first and last names apart, a name with an address, a person with a firm."""

import re
from dataclasses import dataclass, field
from typing import Any

from tenfold.exchange.reading.conventions import cells_of
from tenfold.exchange.reading.kinds import Taken
from tenfold.exchange.reading.model import Asking, Option, Question, Seen, told
from tenfold.exchange.reading.table import Table
from tenfold.exchange.reading.values import EMAIL, is_organisation, is_person
from tenfold.terms.reason import Reason

NAMES = ("person", "contact", "party", "organisation", "holder", "introducer")
MOST = 0.5  # share of a column's cells from which a form counts as its habit
YES, NO, DOWN = "yes", "no", "down"
_WITH_MAIL = re.compile(r"^(?P<name>[^()（）<>]+?)\s*[(（<](?P<mail>[^()（）<>\s]+@[^()（）<>\s]+)[)）>]$")
_WITH_FIRM = re.compile(
    r"^(?P<name>[^()（）\-－—_/|]{2,20}?)\s*(?:[-－—_/|]|[(（])\s*(?P<firm>[^()（）]{2,40}?)[)）]?$"
)
_FORMULA = re.compile(r"^[=+@].*[|!(]|^=")
FIRM_CUTS = ("-", "－", "—", "_", "/", "|", "（", "(")


@dataclass
class Parts:
    """Columns that are made of others.

    columns   name → cell of the map language
    slots     slot → the column that fills it now
    blank     column → cells that count as empty
    """

    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)
    blank: dict[str, list[str]] = field(default_factory=dict)
    says: dict[str, tuple[Reason, ...]] = field(default_factory=dict)


def parts_of(asking: Asking, table: Table, taken: Taken) -> Parts:
    """Find what stands together in cells, and what belongs together in columns."""
    found = Parts()
    _joined_names(taken, found)
    for slot in NAMES:
        if slot in taken.columns:
            _with_mail(table, taken, slot, found)
            _with_firm(asking, table, taken, slot, found)
    _filled_down(asking, table, taken, found)
    return found


def _joined_names(taken: Taken, found: Parts) -> None:
    """Put first and last names together, where no column has the whole name."""
    if "person" in taken.columns or not {"first_name", "last_name"} <= set(taken.columns):
        return
    first, last = taken.columns["first_name"].name, taken.columns["last_name"].name
    chinese = taken.columns["last_name"].profile.of("person") < MOST and not first.isascii()
    name = f"{first} + {last}"
    found.columns[name] = {"join": [last, first] if chinese else [first, last]}
    found.slots["person"] = name


def _with_mail(table: Table, taken: Taken, slot: str, found: Parts) -> None:
    """Part `Bob Ray (bob@pine.example)`."""
    column = taken.columns[slot].name
    cells = cells_of(table.rows, column)
    matching = [cell for cell in cells if (match := _WITH_MAIL.match(cell.text)) and EMAIL.match(match["mail"])]
    if not cells or len(matching) < MOST * len(cells):
        return
    cuts = ["(", "（", "<"]
    name, mail = f"{column} · name", f"{column} · email"
    found.columns[name] = {"column": column, "split": cuts, "take": "first"}
    found.columns[mail] = {"column": column, "split": cuts, "take": "second", "strip": " )）>"}
    found.slots[slot] = name
    if "email" not in taken.columns:
        found.slots["email"] = mail
    found.says[column] = (told("reading.parts.mail", cell=matching[0].text),)


def _with_firm(asking: Asking, table: Table, taken: Taken, slot: str, found: Parts) -> None:
    """Part `李雷-青松资本` into a person and a firm, if people say so."""
    if slot not in ("person", "contact") or "organisation" in taken.columns or "party" in taken.columns:
        return
    column = taken.columns[slot].name
    cells = [cell for cell in cells_of(table.rows, column) if not _FORMULA.match(cell.text)]
    matching = [cell for cell in cells if _is_with_firm(cell)]
    _without_formulas(table, taken, slot, column, found)
    if not matching or len(matching) < MOST * len(cells):
        return
    question = Question(
        f"parts.{column}",
        told("reading.ask.parts", column=column, cell=matching[0].text),
        (Option(YES, told("reading.parts.two")), Option(NO, told("reading.parts.one"))),
        YES,
        told("reading.parts.why", rows=len(matching)),
        column,
        tuple(matching[:3]),
    )
    if asking.ask(question) != YES:
        return
    name, firm = f"{column} · name", f"{column} · firm"
    base = found.slots.get(slot, column)
    found.columns[name] = {"column": base, "split": list(FIRM_CUTS), "take": "first"}
    found.columns[firm] = {"column": base, "split": list(FIRM_CUTS), "take": "second", "strip": " )）"}
    found.slots |= {slot: name, "organisation": firm}


def _is_with_firm(cell: Seen) -> bool:
    match = _WITH_FIRM.match(cell.text)
    return bool(match) and is_person(match["name"]) and is_organisation(match["firm"]) if match else False


def _without_formulas(table: Table, taken: Taken, slot: str, column: str, found: Parts) -> None:
    """Take what looks like a formula for no name; another column of names stands in where one is missing."""
    formulas = [cell for cell in cells_of(table.rows, column) if _FORMULA.match(cell.text)]
    if formulas:
        found.says[column] = (told("reading.parts.formula", cell=formulas[0].text, row=formulas[0].row),)
    stand_in = taken.columns.get("nickname")
    if stand_in is None or (not formulas and not table.rows[column].null_count()):
        return
    name = f"{column} · {stand_in.name}"
    kept: dict[str, Any] = {"column": column}
    if formulas:
        names = {cell.text: cell.text for cell in cells_of(table.rows, column) if cell not in formulas}
        kept["map"] = {**dict.fromkeys((cell.text for cell in formulas), ""), **names}
    found.columns[name] = {**kept, "else": {"column": stand_in.name}}
    found.slots[slot] = name


def _filled_down(asking: Asking, table: Table, taken: Taken, found: Parts) -> None:
    """Fill an empty name from the row above, where a list names a group once: asked, for it may be a slip."""
    column = taken.columns.get("party")
    if column is None or "party" in found.slots or "contact" not in taken.columns:
        return
    names, contacts = table.rows[column.name], table.rows[taken.columns["contact"].name]
    empty = names.is_null() & contacts.is_not_null()
    if not empty.any() or names.is_null()[0]:
        return
    rows = table.rows.filter(empty)["$row"].to_list()
    question = Question(
        f"fill.{column.name}",
        told("reading.ask.fill", column=column.name, rows=len(rows), row=rows[0]),
        (Option(DOWN, told("reading.fill.down")), Option(NO, told("reading.fill.no"))),
        DOWN,
        told("reading.fill.why"),
        column.name,
        tuple(Seen(row, "") for row in rows[:3]),
    )
    if asking.ask(question) == DOWN:
        name = f"{column.name} ↓"
        found.columns[name] = {"column": column.name, "fill": "down"}
        found.slots["party"] = name
