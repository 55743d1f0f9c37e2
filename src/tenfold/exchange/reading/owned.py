"""What a register of shareholders says of who belongs with whom: it proposes, people confirm (DOMAIN §2.7)."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.exchange.reading.columns import Candidate
from tenfold.exchange.reading.conventions import cells_of
from tenfold.exchange.reading.kinds import Taken
from tenfold.exchange.reading.model import Option, Question, told
from tenfold.exchange.reading.parts import Parts
from tenfold.exchange.reading.table import Table
from tenfold.exchange.reading.values import is_nothing
from tenfold.facts.maps.fill import joined_names
from tenfold.facts.maps.result import Import
from tenfold.methods.names import core_name, legal_form, normal_name
from tenfold.terms.reason import Reason

HUNDRED = Decimal(100)
DIGITS = 18  # decimals that a share of the facts may have
LINKED = ("company", "controller", "concert", "nominee")  # slots that name whom a holder belongs with
US, TITLE = "us", "title"  # whose shares: those of the project itself, or of the company that the title names
COMPANY = "$company"  # the made column of that company
_REGISTER = re.compile(
    r"股东(?:名册|名单|信息|情况|及出资\w*)|股权结构\w*|出资情况\w*|股東(?:名冊|名單)|[（(][^（）()]*\d[^（）()]*[)）]"
    r"|(?:shareholder|stockholder|share)s?'? register|register of (?:members|shareholders|stockholders)"
    r"|(?:list of )?(?:shareholders|stockholders)|cap(?:italization|italisation)? table|\bof\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"[、;；,，/\n]|\s(?:and|&)\s+(?!co\b)", re.IGNORECASE)
_SHARE = re.compile(r"^(?P<number>[0-9]+(?:[.,][0-9]+)?)\s*(?P<percent>%?)$")


def whose(of: str, texts: Sequence[str], column: str, project: Collection[str]) -> dict[str, Any]:
    """Return which records tell of shares in the project (`us`, also where no company is named), or in others."""
    ours = ["", *(text for text in texts if normal_name(text) in project)]
    return {"column": column, "is" if of == US else "is_not": ours}


def company_in_title(table: Table, project: Collection[str]) -> str | None:
    """Return the company that a register names in what stands above it, or in its sheet's name; None for the project.

    >>> _named_in("海棠基金管理有限公司股东名册（2026年11月）"), _named_in("Register of members: Pine Capital, LLC")
    ('海棠基金管理有限公司', 'Pine Capital, LLC')
    """
    named = (_named_in(text) for text in (*table.preamble, table.grid.sheet or ""))
    return next((name for name in named if name and normal_name(name) not in project), None)


def _named_in(title: str) -> str | None:
    """Return the part of a title of a register that has the legal form of a company."""
    parts = (part.strip(" 　:：,，-—–_的") for part in _REGISTER.split(title))
    return next((part for part in parts if legal_form(part) is not None), None)


def asked_about(name: str, project: Collection[str]) -> Question:
    """Return the question whose shares a register lists that names another company in its title alone.

    A project that is known by a company's name has another one in no register of its own; one that is known by what it
    does may well have.
    """
    is_company = any(legal_form(one) is not None for one in project)
    return Question(
        "company",
        told("reading.ask.company", name=name),
        (Option(TITLE, told("reading.company.title", name=name)), Option(US, told("reading.company.us"))),
        TITLE if is_company else US,
        told("reading.company.why_title" if is_company else "reading.company.why_us", name=name),
    )


def with_company(parts: Parts, name: str) -> Parts:
    """Return what is made of columns, with the company of the title beside each holder."""
    columns = {**parts.columns, COMPANY: {"value": name}}
    return replace(parts, columns=columns, slots={**parts.slots, "company": COMPANY})


def apart(table: Table, one: str, other: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a made column, and conditions by which a record joins two parties.

    Nobody is joined to oneself, and a cell that names several parties joins nobody: which of them, it does not say.
    """
    several = [cell.text for cell in cells_of(table.rows, other) if names_several(cell.text)]
    found: list[dict[str, Any]] = [{"column": other, "is_not": several}] if several else []
    pairs = _to_oneself(table.rows, one, other)
    if not pairs:
        return {}, found
    both = f"{one} + {other}"
    return {both: {"join": [one, other]}}, [*found, {"column": both, "is_not": pairs}]


def said(found: Import, table: Table, taken: Taken) -> Iterator[Reason]:
    """Yield what people must know of the links that a register proposes, and of those that it does not."""
    if "group_links" in found.added:
        yield told("reading.note.links")
    for slot in LINKED:
        column = taken.columns.get(slot)
        if taken.kind.name == "captable" and column is not None:
            several = [cell.text for cell in cells_of(table.rows, column.name) if names_several(cell.text)]
            if several:
                yield told("reading.says.several", rows=len(several), cell=several[0])


def names_several(text: str) -> bool:
    """Whether a cell names more than one party.

    >>> names_several("张伟、李雷"), names_several("Pine Capital, LLC"), names_several("海棠基金")
    (True, False, False)
    """
    first, *others = [part for part in _SEVERAL.split(text) if part.strip()] or [""]
    return bool(first) and not is_nothing(text) and any(not _is_form(part) for part in others)


def _is_form(part: str) -> bool:
    """Whether what follows a name is a legal form alone: LLC, Inc., GmbH."""
    return core_name(f"x {part.strip()}") == "x"


def _to_oneself(rows: pl.DataFrame, one: str, other: str) -> list[str]:
    """Return the pairs of names in which both are one party, as the made column writes them."""
    both = rows.select(one, other).drop_nulls().unique(maintain_order=True)
    same = [normal_name(first) == normal_name(second) for first, second in both.iter_rows()]
    return joined_names(both.filter(pl.Series(same, dtype=pl.Boolean))).drop_nulls().to_list()


def parts_of_one(column: Candidate, table: Table) -> dict[str, str]:
    """Return the cells of a column of shares as parts of one; a cell that says none is left to be complained about.

    Percent where the cell, the header or the unit row says so, or where some bare number is above one.
    """
    cells = [cell.text for cell in cells_of(table.rows, column.name)]
    read = {text: found for text in cells if (found := _SHARE.match(text.strip().replace("％", "%")))}
    numbers = {text: Decimal(found["number"].replace(",", ".")) for text, found in read.items()}
    marked = "%" in f"{column.header.bracket}{column.name}{table.units.get(column.name, '')}".replace("％", "%")
    bare = [number for text, number in numbers.items() if not read[text]["percent"]]
    percent = marked or any(number > 1 for number in bare)
    shares: dict[str, str] = {}
    for text, number in numbers.items():
        share = number / HUNDRED if percent or read[text]["percent"] else number
        if 0 < share <= 1:
            shares[text] = f"{share:.{DIGITS}f}".rstrip("0").rstrip(".")
    return shares
