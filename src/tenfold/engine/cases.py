"""Cases: a few facts, the rules they meet and what must come out, in a YAML file that anyone can write.

The same runner serves this project's own tests and a community's cases beside its charter (`tenfold charter test`).
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tenfold.charter.document import Charter, Rulebook
from tenfold.charter.load import load_charters
from tenfold.engine.board import Board
from tenfold.engine.community import Community, fact_context, read_moment
from tenfold.engine.cycle import decide
from tenfold.engine.registry import registry
from tenfold.engine.written import DECISION_KEYS, MEASURE_KEYS, decision_object, how, instant_text, written
from tenfold.facts.cells import cast
from tenfold.facts.complaints import complaints
from tenfold.facts.declaration import TABLES
from tenfold.facts.files import file_bytes
from tenfold.facts.store import FactStore
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.measure import Spec

Row = Mapping[str, Any]


HOW = "how"  # beside what is written of a measure: the figures that its value was made of
DECISION = "decision"  # under what name a case expects decisions; any other name is a measure's id


class Case(BaseModel):
    """One case: some facts under some rules, what must come of them and what must not.

    rules    of the version in force; `before` those of the version before it, where facts are older than the newer
             one's `charter: {version, effective_from}`
    facts    rows as a file would hold them; a row without `fact` is named by its table and number
    expect   of each measure, and of `decision`: rows that must be among those that come. `value: null` says that the
             row is there and has no value
    absent   rows that must not be: no decision, or no row of the measure, agrees with all that is said
    """

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    name: str
    rules: dict[str, Any] = Field(default_factory=dict)
    before: dict[str, Any] | None = None
    as_of: Any
    known_at: Any = None
    facts: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    expect: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    absent: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)

    @property
    def said(self) -> Sequence[tuple[str, Row]]:
        """What the case says: the name under which it looks, and the row that must or must not be there."""
        return [(id, row) for wanted in (self.expect, self.absent) for id, rows in wanted.items() for row in rows]

    @model_validator(mode="after")
    def _says_what_can_be(self) -> Self:
        """Refuse to speak of what does not exist: it would never come, whatever happens."""
        for id, row in self.said:
            if id != DECISION and id not in {spec.id for spec in registry().measures}:
                raise ValueError(id)
            unknown = row.keys() - (DECISION_KEYS if id == DECISION else MEASURE_KEYS | {HOW})
            if unknown or not row:
                raise ValueError(f"{id}: {', '.join(sorted(unknown))}")
        return self


@dataclass(frozen=True, slots=True)
class Missed:
    """An expectation that did not come true: what was looked for, and what there was instead.

    absent   whether the row was there and must not be
    """

    case: str
    id: str
    expected: Row
    seen: Sequence[Row]
    absent: bool = False


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `changes` laid over it: mappings are merged, anything else is replaced."""
    result = deepcopy(dict(base))
    for key, value in changes.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result


def missed(case: Case, base: Mapping[str, Any]) -> list[Missed]:
    """Run one case over the rules of `base` (a charter as plain data) and return what did not come true.

    Raises
    ------
    Refused   the case's facts cannot be read
    """
    versions = [case.rules] if case.before is None else [case.before, case.rules]
    rulebook = Rulebook([Charter.model_validate(merged(base, rules)) for rules in versions])
    community = Community(rulebook, _store(case, rulebook))
    zone = rulebook.newest.charter.timezone
    as_of = read_moment(str(case.as_of), zone)
    known_at = read_moment(str(case.known_at), zone) if case.known_at is not None else None
    seen = _seen(case, community.board(community.moment(as_of, known_at)), instant_text(as_of))
    return [*_lacking(case, seen), *_unwanted(case, seen)]


def _seen(case: Case, board: Board, at: str) -> Mapping[str, Sequence[Row]]:
    """Return what comes of a case under each name that it speaks of, computed with what it reads and no more."""
    wanted = {*case.expect, *case.absent}
    measures = sorted(wanted - {DECISION})
    board.compute(only=measures)
    seen: dict[str, Sequence[Row]] = {}
    for id in measures:
        rows = board.results[id].filter(pl.col("end") == board.ends.main)
        seen[id] = list(_measured(board, board.registry.specs[id], rows))
    if DECISION in wanted:
        seen[DECISION] = [decision_object(one, at) for one in decide(board, _kinds(case, board))]
    return seen


def _kinds(case: Case, board: Board) -> list[str] | None:
    """Return the kinds of decisions of which a case speaks; None where a row of it may be of any kind."""
    rows = [*case.expect.get(DECISION, ()), *case.absent.get(DECISION, ())]
    named = {row.get("kind") for row in rows}
    if not rows or None in named:
        return None
    every = (kind for one in board.registry.kinds.values() for kind in one.kinds)
    return [kind for kind in every if kind.partition(".")[2] in named]


def _measured(board: Board, spec: Spec, rows: pl.DataFrame) -> Iterator[Row]:
    """Yield a measure's rows as they are written, each with the figures of how it was made."""
    for row, seen in zip(written(board, spec, rows).to_dicts(), rows.iter_rows(named=True), strict=True):
        made = how(board, spec, seen)
        yield row | {HOW: made and made["params"]}


def _lacking(case: Case, seen: Mapping[str, Sequence[Row]]) -> Iterator[Missed]:
    for id, rows in case.expect.items():
        there = seen.get(id, [])
        for row in rows:
            if not any(_agrees(row, one) for one in there):
                alike = [one for one in there if one["subject"] == row.get("subject")]
                yield Missed(case.name, id, row, alike)


def _unwanted(case: Case, seen: Mapping[str, Sequence[Row]]) -> Iterator[Missed]:
    for id, rows in case.absent.items():
        for row in rows:
            there = [one for one in seen.get(id, []) if _agrees(row, one)]
            if there:
                yield Missed(case.name, id, row, there, absent=True)


def _agrees(expected: Row, seen: Row) -> bool:
    return all(_same(value, seen.get(key)) for key, value in expected.items())


def _same(expected: Any, seen: Any) -> bool:
    if isinstance(seen, list) and not isinstance(expected, list):  # `because: i7` names the first of the facts
        return bool(seen) and seen[0] == expected
    if isinstance(expected, Mapping) and isinstance(seen, Mapping):
        return _agrees(expected, seen)
    return bool(expected == seen)


def _store(case: Case, rulebook: Rulebook) -> FactStore:
    context = fact_context(rulebook)
    tables: dict[str, pl.DataFrame] = {}
    found: list[Complaint] = []
    for name, rows in case.facts.items():
        if name not in TABLES:
            raise Refused([Complaint("engine.case_table", params={"seen": name, "case": case.name})])
        texts = [{"fact": f"{name}-{number}"} | _texts(row) for number, row in enumerate(rows, start=1)]
        columns = sorted({column for row in texts for column in row})
        frame = pl.DataFrame(
            [{column: row.get(column) for column in columns} for row in texts], schema=dict.fromkeys(columns, pl.String)
        )
        tables[name], wrong = cast(TABLES[name], frame, context, recorded_by="case")
        found += complaints(wrong, f"{case.name}: {name}")
    if found:
        raise Refused(found)
    return FactStore.of(tables)


def _texts(row: Row) -> dict[str, str]:
    return {
        key: "yes"
        if value is True
        else "no"
        if value is False
        else ";".join(value)
        if isinstance(value, list)
        else str(value)
        for key, value in row.items()
        if value is not None
    }


def run_folder(folder: Path) -> tuple[int, list[Missed]]:
    """Run the cases that lie beside a community's charter (`cases/*.yaml`); return how many, and what was missed.

    Raises
    ------
    Refused   the charter or a case cannot be read
    """
    rulebook = load_charters(folder, {spec.id: spec for spec in registry().measures})
    base = rulebook.newest.model_dump(by_alias=True, exclude_unset=True)
    cases = [case for path in sorted((folder / "cases").glob("*.yaml")) for case in read_cases(path)]
    return len(cases), [one for case in cases for one in missed(case, base)]


def read_cases(path: Path) -> list[Case]:
    """Read a file of cases.

    Raises
    ------
    Refused   the file is no YAML, or a case lacks or doubles something, or says nothing and so cannot fail
    """
    from pydantic import ValidationError
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    text = file_bytes(path, path.name)
    try:
        content = YAML(typ="safe", pure=True).load(text.decode())
        cases = [Case.model_validate(one) for one in content or []]
    except (YAMLError, ValidationError, TypeError, UnicodeDecodeError) as error:
        raise Refused([Complaint("engine.case", Place(file=path.name), {"seen": str(error)})]) from error
    silent = [case.name for case in cases if not case.said]
    if silent:
        raise Refused([Complaint("engine.case", Place(file=path.name), {"seen": name}) for name in silent])
    return cases
