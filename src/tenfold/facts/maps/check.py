"""Checks a map file against the declaration and its sources before anything is made: every name must exist."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace

from tenfold.facts.declaration import TABLES, Table
from tenfold.facts.maps.language import Cell, Condition, Joins, Map, MapFile
from tenfold.facts.maps.shape import AT, FACT, ITEM, NTH
from tenfold.facts.maps.sources import Sources
from tenfold.facts.maps.written import beside
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed

MADE_ELSEWHERE = ("fact", "recorded_at", "corrects", "void", "origin", "origin_key")
FILLED_ELSEWHERE = ("fact", "recorded_at", "recorded_by")

Problem = tuple[str, str, dict[str, object]]  # message, pointer below the map, parameters


def check_maps(maps: MapFile, sources: Sources) -> None:
    """Raise Refused with the place of every table, column, key and source that is not there."""
    found: list[Complaint] = list(_file_problems(maps))
    for number, one in enumerate(maps.maps):
        shared = set(maps.content.columns)
        have = None if sources.path(one.from_) is None else {*_read(maps, number, sources), *shared}
        problems = [*_table_problems(one), *_found_problems(one, maps, have), *_source_problems(one, sources, shared)]
        found += [maps.complaint(message, f"/{number}{pointer}", **params) for message, pointer, params in problems]
    if found:
        raise Refused(found)


def _read(maps: MapFile, number: int, sources: Sources) -> list[str]:
    """Return the columns of a map's source; one that cannot be read is told with the line that names it."""
    one = maps.maps[number]
    try:
        return sources.frame(one.from_, one.sheet).columns
    except Refused as refused:
        line = maps.line(f"/{number}/{'from' if one.sheet is None else 'sheet'}")
        raise Refused([replace(told, place=replace(told.place, rule=line)) for told in refused.complaints]) from refused


def _file_problems(maps: MapFile) -> Iterator[Complaint]:
    """A file knows its rows either by their source or by what they say; whom it mentions stands in one source."""
    matched = [one.match is not None for one in maps.maps]
    if any(matched) and not all(matched):
        yield maps.complaint("maps.match_all", f"/{matched.index(False)}")
    found = maps.content.who or maps.content.columns
    if found and (not all(matched) or len({(one.from_, one.sheet) for one in maps.maps}) > 1):
        yield maps.complaint("maps.one_source", "")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _cells(one: Map) -> Iterator[tuple[str, str, Cell]]:
    """Yield (pointer, target, cell) of every cell of a map, those of a panel's ends and after `else` too."""
    groups = [("/set", one.set)]
    if one.snapshots is not None:
        groups += [("/snapshots/first", one.snapshots.first), ("/snapshots/gone", one.snapshots.gone or {})]
    for pointer, cells in groups:
        for target, cell in cells.items():
            yield from _chain(f"{pointer}/{_escaped(target)}", target, cell)


def _chain(pointer: str, target: str, cell: Cell | None) -> Iterator[tuple[str, str, Cell]]:
    while cell is not None:
        yield pointer, target, cell
        pointer, cell = f"{pointer}/else", cell.else_


def _times(one: Map) -> Iterator[tuple[str, str, Cell]]:
    if one.recorded_at is not None:
        yield from _chain("/recorded_at", "recorded_at", one.recorded_at)
    if one.rescored is not None:
        yield from _chain("/rescored/order", "recorded_at", one.rescored.order)
    if one.snapshots is not None:
        yield from _chain("/snapshots/at", AT, one.snapshots.at)


def _table_problems(one: Map) -> Iterator[Problem]:
    table = TABLES.get(one.table)
    if table is None:
        yield "maps.unknown_table", "/table", {"seen": one.table, "expected": Listed(TABLES)}
        return
    names = {name for name in (*table.columns, *table.schema) if name not in MADE_ELSEWHERE}
    for pointer, target, cell in _cells(one):
        if target not in names:
            yield "maps.unknown_target", pointer, {"seen": target, "expected": Listed(sorted(names))}
        elif cell.makes_key:
            yield from _key_problems(table, target, cell, pointer)
    for column in table.columns.values():
        if column.required and column.name not in FILLED_ELSEWHERE and not {column.name, column.stored} & set(one.set):
            yield "maps.missing_target", "/set", {"seen": column.name}
    if table.name == "parties" and "party" in one.set and one.match is None:
        yield from _party_problems(one, one.set["party"])


def _key_problems(table: Table, target: str, cell: Cell, pointer: str) -> Iterator[Problem]:
    column = table.columns.get(target)
    aimed = (column.item or column) if column is not None else None
    if aimed is None or aimed.kind not in ("key", "ref"):
        word = "who" if cell.who else "of" if cell.of else "key"
        yield "maps.no_key_column", f"{pointer}/{word}", {"seen": target}
    elif cell.kind is not None and (aimed.target or table.name) != "parties":
        yield "maps.kind_of_what", f"{pointer}/kind", {"seen": target}


def _party_problems(one: Map, party: Cell) -> Iterator[Problem]:
    """A map into `parties` names its rows as it names its parties, so that other maps and later imports find them."""
    if party.key is None or party.kind is None:
        yield "maps.party_key", "/set/party", {"seen": "party"}
    elif party.key != one.id:
        yield "maps.party_id", "/id", {"seen": Listed(one.id), "expected": Listed(party.key)}


def _found_problems(one: Map, maps: MapFile, have: set[str] | None) -> Iterator[Problem]:
    """Whom a cell finds must be looked for; what a key is made of, and what a row is known by, must be filled."""
    looked_for = [who.name for who in maps.content.who]
    for pointer, target, cell in _cells(one):
        if cell.who is not None and cell.who not in looked_for:
            yield "maps.unknown_column", f"{pointer}/who", {"seen": cell.who, "expected": Listed(looked_for)}
        others = sorted(set(one.set) - {target})
        for name in [name for name in cell.of or [] if name not in others]:
            yield "maps.unknown_target", f"{pointer}/of", {"seen": name, "expected": Listed(others)}
    for number, who in enumerate(maps.content.who):
        for field in ("name", "organisation", "email", "phone", "registration", "account"):
            given = getattr(who, field)
            yield from _missing(f"/who/{number}/{field}", [given] if given else [], have)
    if one.match is None:
        return
    filled = {name.removesuffix("_minor") for name in one.set}
    for word, names in (("by", one.match.by), ("total", [one.match.total] if one.match.total else [])):
        for name in [name for name in names if name not in filled]:
            yield "maps.unknown_target", f"/match/{word}", {"seen": name, "expected": Listed(sorted(filled))}
    if one.match.joins is not None:
        yield from _join_problems(one.match.joins, filled, TABLES[one.table])


def _join_problems(joins: Joins, filled: set[str], table: Table) -> Iterator[Problem]:
    """What records agree in must be filled, what is compared must be columns of the table, a proof must be kept."""
    needed = [*joins.by, *(["evidence"] if joins.proof else [])]
    for name in [name for name in needed if name not in filled]:
        yield "maps.unknown_target", "/match/joins", {"seen": name, "expected": Listed(sorted(filled))}
    for name in [name for name in (*joins.agree, *joins.apart) if name not in table.columns]:
        yield "maps.unknown_target", "/match/joins", {"seen": name, "expected": Listed(table.columns)}


def _source_problems(one: Map, sources: Sources, shared: set[str]) -> Iterator[Problem]:
    found = yield from _columns(sources, one.from_, one.sheet, "/from")
    if found is None:
        return
    have = found | shared
    for name, cell in one.columns.items():
        pointer = f"/columns/{_escaped(name)}"
        if name in have:
            yield "maps.column_taken", pointer, {"seen": name}
        for below, _, link in _chain(pointer, name, cell):
            yield from _cell_problems(sources, below, link, have)
        have = {*have, name}
    made = ((ITEM, one.each), (AT, one.snapshots), (NTH, NTH in one.id))
    here = {*have, *(name for name, is_made in made if is_made)}
    for pointer, _, cell in (*_cells(one), *_times(one)):
        yield from _cell_problems(sources, pointer, cell, {*here, FACT})
    for pointer, names, known in _named(one, have, here):
        yield from _missing(pointer, names, known)
    for pointer, condition in _conditions(one):
        yield from _missing(f"{pointer}/column", [condition.column], have)
        file, _, column = (condition.in_ or condition.not_in or "").rpartition("#")
        if file:
            word = "in" if condition.in_ else "not_in"
            there = yield from _columns(sources, file, None, f"{pointer}/{word}")
            yield from _missing(f"{pointer}/{word}", [column], there)


def _cell_problems(sources: Sources, pointer: str, cell: Cell, have: set[str]) -> Iterator[Problem]:
    yield from _missing(f"{pointer}/column", [cell.column] if cell.column else [], have)
    yield from _missing(f"{pointer}/key", cell.key or [], have)
    yield from _missing(f"{pointer}/join", cell.join or [], have)
    if cell.money is not None:
        yield from _missing(f"{pointer}/money", beside(cell.money), have)
    if cell.day is not None and cell.day.clock is not None:
        yield from _missing(f"{pointer}/day/clock", [cell.day.clock], have)
    for below, _, kind in _chain(f"{pointer}/kind", "kind", cell.kind):
        yield from _cell_problems(sources, below, kind, have)
    if cell.lookup is not None:
        there = yield from _columns(sources, cell.lookup.in_, None, f"{pointer}/lookup/in")
        for word, name in (("match", cell.lookup.match), ("take", cell.lookup.take)):
            yield from _missing(f"{pointer}/lookup/{word}", [name], there)


def _named(one: Map, have: set[str], here: set[str]) -> Iterator[tuple[str, list[str], set[str]]]:
    """Yield the lists of column names outside cells: pointer, names, and which there are."""
    yield "/id", one.id, here
    yield "/distinct", one.distinct or [], here
    if one.each is not None:
        yield "/each/column", [one.each.column], have
    if one.rescored is not None:
        yield "/rescored/by", one.rescored.by, here
    if one.snapshots is not None:
        yield "/snapshots/key", one.snapshots.key, here
        yield "/snapshots/watch", one.snapshots.watch, here


def _conditions(one: Map) -> Iterator[tuple[str, Condition]]:
    for number, condition in enumerate(one.only or ()):
        yield ("/only" if len(one.only or ()) == 1 else f"/only/{number}"), condition
    for reason, condition in one.skip.items():
        yield f"/skip/{_escaped(reason)}", condition


def _columns(sources: Sources, file: str, sheet: str | None, pointer: str) -> Generator[Problem, None, set[str] | None]:
    """Return the columns of a source; None, after saying so, when it is missing."""
    if sources.path(file) is None:
        yield "maps.source_missing", pointer, {"seen": file}
        return None
    return set(sources.frame(file, sheet).columns)


def _missing(pointer: str, names: Iterable[str], have: set[str] | None) -> Iterator[Problem]:
    for name in names:
        if have is not None and name not in have:
            yield "maps.unknown_column", pointer, {"seen": name, "expected": Listed(sorted(have))}
