"""Cases: a few facts, the rules they meet and what must come out, in a YAML file that anyone can write.

The same runner serves this project's own tests and a community's cases beside its charter (`tenfold charter test`).
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from tenfold.charter.document import Charter, Rulebook
from tenfold.charter.load import load_charters
from tenfold.engine.community import Community, fact_context, read_moment
from tenfold.engine.cycle import run
from tenfold.engine.files import measure_frames
from tenfold.engine.registry import registry
from tenfold.engine.written import decision_object, instant_text
from tenfold.facts.cells import cast
from tenfold.facts.declaration import TABLES
from tenfold.facts.problems import complaints
from tenfold.facts.store import FactStore
from tenfold.terms.errors import Complaint, Place, Refused

Row = Mapping[str, Any]


class Case(BaseModel):
    """One case. `facts` are rows as a file would hold them; a row without `fact` is named by its table and number."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    name: str
    rules: dict[str, Any] = Field(default_factory=dict)
    as_of: Any
    known_at: Any = None
    facts: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    expect: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Missed:
    """An expectation that did not come true: what was looked for, and what there was instead."""

    case: str
    id: str
    expected: Row
    seen: Sequence[Row]


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
    rulebook = Rulebook([Charter.model_validate(merged(base, case.rules))])
    community = Community(rulebook, _store(case, rulebook))
    zone = rulebook.newest.charter.timezone
    as_of = read_moment(str(case.as_of), zone)
    known_at = read_moment(str(case.known_at), zone) if case.known_at is not None else None
    cycle = run(community, community.moment(as_of, known_at))
    at = instant_text(as_of)
    seen: dict[str, list[Row]] = {"decision": [decision_object(one, at) for one in cycle.decisions]}
    for frame in measure_frames(cycle):
        seen.setdefault(frame["id"][0], []).extend(frame.to_dicts())
    return [
        Missed(case.name, id, row, [one for one in seen.get(id, []) if one["subject"] == row.get("subject")])
        for id, rows in case.expect.items()
        for row in rows
        if not any(_agrees(row, one) for one in seen.get(id, []))
    ]


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
    Refused   the file is no YAML, or a case lacks or doubles something
    """
    from pydantic import ValidationError
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        return [Case.model_validate(one) for one in content or []]
    except (YAMLError, ValidationError, TypeError) as error:
        raise Refused([Complaint("engine.case", Place(file=str(path)), {"seen": str(error)})]) from error
