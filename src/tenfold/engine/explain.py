"""Explanations: any decision or number unfolded to its rule, the measures below it and the facts at the bottom.

The facts behind a value are a selection that is run only when somebody asks. The law (tested for every measure): the
measure computed on the selected facts alone gives the same value.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import polars as pl

from tenfold.charter.pointers import plain as document
from tenfold.charter.pointers import value_at
from tenfold.engine.board import Board
from tenfold.engine.corrections import corrected, uncorrected, with_newer
from tenfold.engine.cycle import Cycle
from tenfold.engine.values import named
from tenfold.engine.written import decision_object, how, instant_text, plain, written
from tenfold.facts.as_of import as_literals, counting
from tenfold.facts.declaration import TABLES
from tenfold.terms.days import in_last
from tenfold.terms.decision import Decision
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed
from tenfold.terms.measure import Select, Spec
from tenfold.terms.rules import Rules

PAGE = 50  # rows of facts, and subjects of a nested measure, shown at a time
BELOW, FIRST = 12, 3  # of these, the numbers and the facts that are told before the rest is asked for
TYPES = "/distribution/contribution_types"
COMMUNITY = "community"
POOLS = "pool.terms"  # when each pool was declared
PERSONS = frozenset({"member", "party", "promisor", "candidate", "payee"})
Subjects = tuple[str, ...] | None  # None is everybody
Selection = dict[str, pl.DataFrame]  # table → frame with column `fact`


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A number unfolded by one step: what every report, page and screen tells of it, in this order.

    version   of the charter that judges
    how       the sentence of how it was made, with its figures
    below     the numbers that it is made of, with the subjects that count for it
    named     facts that the value names
    ids       all facts behind it, by id; None where they were not asked for
    """

    spec: Spec
    subject: str
    version: int
    how: dict[str, Any] | None
    below: Sequence[tuple[Spec, str]]
    named: Sequence[str]
    ids: Sequence[str] | None

    @property
    def facts(self) -> Sequence[str]:
        """The facts in the order in which they are told: those that the value names, then the others by id."""
        return in_order(self.named, self.ids)


@dataclass
class Explainer:
    """Unfolds the numbers of one board; selections are remembered, for measures share what they read."""

    board: Board
    _selections: dict[tuple[str, Subjects, int], Selection] = field(default_factory=dict)
    _filtered: dict[tuple[object, ...], pl.DataFrame] = field(default_factory=dict)
    _ends_as_literals: dict[int, Mapping[str, pl.Expr]] = field(default_factory=dict)

    def selection(self, spec: Spec, subject: str | None, end: int) -> Selection:
        """Return all facts behind a value, its own and those behind what it reads; `subject` None is all subjects.

        Facts that counted in its history alone come with those that replaced them since.
        """
        behind = self._behind(spec, None if subject is None else (subject,), end)
        return with_newer(self.board.prepared, behind)

    def _behind(self, spec: Spec, subjects: Subjects, end: int) -> Selection:
        if subjects is not None and any(of_everyone(spec.subject, one) for one in subjects):
            subjects = None
        key = (spec.id, subjects, end)
        if key not in self._selections:
            self._selections[key] = {}  # a history reads itself at earlier ends
            subjects = self._with_records(spec, subjects, end)
            parts = [self._own(spec, subjects, end)]
            for id in self.board.registry.reads(spec, self._versions):
                if id in spec.covers:
                    continue
                below = self.board.registry.specs[id]
                at = None if id in spec.whole else below_subjects(spec.subject, subjects, below.subject)
                parts += [self._behind(below, at, when) for when in self._ends(spec, end)]
            self._selections[key] = merged([*parts, *self._elsewhere(spec, end)])
        return self._selections[key]

    def _with_records(self, spec: Spec, subjects: Subjects, end: int) -> Subjects:
        """Return subjects with the older records of the same people, where a value follows them."""
        if subjects is None:
            return None
        found = dict.fromkeys(subjects)
        for id in self.board.registry.reads(spec, self._versions):
            if self.board.registry.specs[id].records:
                same = self.board.results[id].filter(pl.col("end") == end)
                found |= {record: None for one in subjects for record in records_of(spec.subject, one, same)}
        return tuple(found)

    def _elsewhere(self, spec: Spec, end: int) -> Iterator[Selection]:
        """Yield the facts behind what a value reads at other moments: the tests of a pool, at its approval."""
        if spec.moments is None:
            return
        ends = self.board.ends.take({end})
        ids = [id for id in self.board.registry.reads(spec, self._versions) if id not in spec.reads]
        for moment in spec.moments(self.board.window(ends), self.board.rules_at(end), ends):
            other = self.board.at(*moment, ids)
            explainer = Explainer(other)
            for id in ids:
                yield explainer._behind(other.registry.specs[id], None, other.ends.main)

    def corrected(self, behind: Selection, asked: Iterable[tuple[Spec, str]], end: int) -> list[dict[str, Any]]:
        """Return the facts that would count, had no correction known by `end` replaced or withdrawn them.

        behind   the facts that count
        asked    the values that they are behind
        """
        board = self.board
        before = Explainer(replace(board, prepared=uncorrected(board.prepared)))
        would = merged([behind, *(before.selection(spec, subject, end) for spec, subject in asked)])
        gone = corrected(board.prepared, would, board.ends.frame["known_at"][end])
        shown = {
            row["fact"]: row
            for table, some in groupby(gone, key=lambda one: one.table)
            for row in self._shown(table, [one.fact for one in some])
        }
        return [
            shown[one.fact] | {"corrected_at": instant_text(one.at), "corrected_by": one.by}
            for one in sorted(gone, key=lambda one: (one.at, one.fact))
        ]

    def rows(self, spec: Spec, subject: str, end: int) -> pl.DataFrame:
        """Return the written row of a value (empty when there is none)."""
        found = self.board.results[spec.id].filter(pl.col("subject") == subject, pl.col("end") == end)
        return written(self.board, spec, found)

    def how(self, spec: Spec, subject: str, end: int) -> dict[str, Any] | None:
        """Return the sentence of how a value was made, with its figures; None where it or one of them is unknown."""
        found = self.board.results[spec.id].filter(pl.col("subject") == subject, pl.col("end") == end)
        return how(self.board, spec, found.row(0, named=True)) if found.height else None

    def unfold(self, spec: Spec, subject: str, end: int, *, whole: bool = True) -> Unfolded:
        """Return a value unfolded by one step; without `whole` its facts are not selected, which can take long."""
        found = self.board.results[spec.id].filter(pl.col("subject") == subject, pl.col("end") == end)
        named = found["because"].to_list()[0] if found.height else None
        return Unfolded(
            spec,
            subject,
            self.judging(spec, subject, end),
            self.how(spec, subject, end),
            self.below(spec, subject, end),
            tuple(named or ()),
            ids_of(self.selection(spec, subject, end)) if whole else None,
        )

    def measure(self, spec: Spec, subject: str, end: int, page: int = 1) -> dict[str, Any]:
        """Return the explanation of one value, recursively."""
        row = self.rows(spec, subject, end)
        value = row.row(0, named=True) if row.height else {"value": None, "unit": spec.unit, "status": "insufficient"}
        one = self.unfold(spec, subject, end)
        return {
            "id": spec.id,
            "subject": subject,
            "end": instant_text(self.board.ends.frame["as_of"][end]),
            "value": value["value"],
            "low": value.get("low"),
            "high": value.get("high"),
            "n": value.get("n"),
            "status": value["status"],
            "unit": value["unit"],
            "how": one.how,
            "rule": {"version": one.version, "pointer": spec.pointer, "text": f"measure.{spec.id}"},
            "measures": [self.measure(below, at, end) for below, at in one.below],
            "facts": self.facts(self.selection(spec, subject, end), page, one.named),
            "message": {"id": f"measure.{spec.id}", "params": {"subject": subject, "value": str(value["value"])}},
        }

    def judging(self, spec: Spec, subject: str, end: int) -> int:
        """Return the charter version that judges a value: of a pool the one in force when it was declared."""
        pool = pool_of(spec, subject)
        if pool is not None and POOLS in self.board.found:
            declared = self.board.results[POOLS].filter(end=end, pool=pool)["declared_at"].drop_nulls()
            if len(declared):
                return self.board.rulebook.judging(declared[0]).version
        return self.board.rules_at(end).version

    def decision(self, decision: Decision, page: int = 1) -> dict[str, Any]:
        """Return the explanation of a decision: its rule, the numbers it rests on, and all facts behind them."""
        main = self.board.ends.main
        as_of = instant_text(self.board.ends.frame["as_of"][main])
        content = decision_object(decision, as_of)
        specs = self.board.registry.specs
        parts = [self.selection(specs[ref.id], ref.subject, main) for ref in decision.measures]
        behind = merged([*parts, self._named(decision.facts, main)])
        asked = [(specs[ref.id], ref.subject) for ref in decision.measures]
        return content | {
            "rule": self._rule(decision),
            "measures": [self.measure(spec, subject, main) for spec, subject in asked],
            "facts": self.facts(behind, page, decision.facts) | {"corrected": self.corrected(behind, asked, main)},
        }

    def _rule(self, decision: Decision) -> dict[str, Any]:
        """Return the rule of a decision, with what the charter says there and in the settings of its number."""
        judges = next((rules for rules in self._versions if rules.charter.version == decision.version), None)
        charter = None if judges is None else document(judges)
        says = {at: value_at(charter, at) for at in (decision.pointer, *decision.settings)}
        return {
            "version": decision.version,
            "pointer": decision.pointer,
            "text": decision.message.id,
            "says": {at: value for at, value in says.items() if value is not None},
        }

    def facts(self, selection: Selection, page: int = 1, named: Sequence[str] = ()) -> dict[str, Any]:
        """Return count, SHA-256 of the sorted ids, and one page of rows: those that are `named` first, then by id."""
        ids = ids_of(selection)
        first = (page - 1) * PAGE
        shown = in_order(named, ids)[first : first + PAGE]
        wanted = set(shown)
        rows = {
            row["fact"]: row
            for table, frame in sorted(selection.items())
            for row in self._shown(table, [id for id in frame["fact"] if id in wanted])
        }
        return {"count": len(ids), "sha256": digest(ids), "page": page, "rows": [rows[id] for id in shown]}

    def _shown(self, table: str, facts: Sequence[str]) -> Iterator[dict[str, Any]]:
        wanted = pl.Series(facts, dtype=pl.String)
        columns = [column.stored for column in TABLES[table].columns.values() if not column.personal]
        rows = self.board.prepared[table].filter(pl.col("fact").is_in(wanted.implode())).select(columns)
        rules = self.board.main[0]
        for row in rows.iter_rows(named=True):
            rule = judged_by(rules, table, row)
            judged = {} if rule is None else {"rule": dict(zip(("version", "pointer"), rule, strict=True))}
            cells = {name: plain(cell) for name, cell in row.items() if cell is not None and cell != []}
            yield {"table": table} | cells | judged

    def _own(self, spec: Spec, subjects: Subjects, end: int) -> Selection:
        if not callable(spec.facts):
            return merged([{select.table: self._select(select, spec.subject, subjects, end)} for select in spec.facts])
        ends = self.board.ends.take({end})
        window, rules = self.board.window(ends), self.board.rules_at(end)
        return merged([dict(spec.facts(window, rules, ends, one)) for one in subjects or (None,)])

    def _select(self, select: Select, kind: str, subjects: Subjects, end: int) -> pl.DataFrame:
        """Return the facts of a filter; one that takes every subject's rows is run once for all."""
        column = select.subject
        whose = None
        if subjects is not None and column is not None:
            whose = tuple(sorted({own_part(kind, one, column) for one in subjects}))
        rules = self.board.rules_at(end)
        keep = select.keep(rules) if callable(select.keep) else select.keep
        days = select.days(rules) if callable(select.days) else select.days
        key = (select.table, column, whose, tuple(sorted(keep.items())), days, select.ever, select.naming, end)
        if key not in self._filtered:
            kept = [pl.col(name).is_in(values) for name, values in keep.items()]
            recent = [] if days is None else [in_last(days, "on", self._at(end)["today"])]
            rows = self.board.prepared[select.table].lazy().filter(*self._counting(select, end), *kept, *recent)
            chosen = rows if whose is None else rows.filter(pl.col(str(column)).is_in(whose))
            found = chosen.select("fact").collect()
            if select.naming is not None and whose is not None:
                more = rows.filter(pl.col(select.naming).is_in(found["fact"].implode())).select("fact").collect()
                found = pl.concat([found, more]).unique(maintain_order=True)
            self._filtered[key] = found
        return self._filtered[key]

    def _counting(self, select: Select, end: int) -> list[pl.Expr]:
        at = self._at(end)
        happened, known, uncorrected = counting(at["as_of"], at["known_at"])
        return [happened, known] if select.ever else [happened, known, uncorrected]

    def _at(self, end: int) -> Mapping[str, pl.Expr]:
        if end not in self._ends_as_literals:
            self._ends_as_literals[end] = as_literals(self.board.ends.take({end}))
        return self._ends_as_literals[end]

    def _named(self, ids: tuple[str, ...], end: int) -> Selection:
        return {
            name: found
            for name, rows in self.board.prepared.items()
            if not (found := rows.filter(pl.col("fact").is_in(ids)).select("fact")).is_empty()
        }

    def below(self, spec: Spec, subject: str, end: int) -> list[tuple[Spec, str]]:
        """Return the measures directly below a value, through views, with the subjects that count for it."""
        found: list[tuple[Spec, str]] = []
        for id in self.board.registry.reads(spec, self._versions):
            below = self.board.registry.specs[id]
            if below.kind != "measure":
                continue
            at = None if id in spec.whole else below_subject(spec.subject, subject, below.subject)
            here = self.board.results[id].filter(pl.col("end") == end)["subject"]
            subjects = [at] if at is not None else sorted(here)[:PAGE]
            found += [(below, one) for one in subjects]
        return found

    def _ends(self, spec: Spec, end: int) -> list[int]:
        return [*range(end), end] if spec.series else [end]

    @property
    def _versions(self) -> list[Any]:
        return [rules for _, rules in self.board.rulebook.versions]


def merged(parts: list[Selection]) -> Selection:
    """Return the union of selections, each fact once."""
    frames: dict[str, list[pl.DataFrame]] = {}
    for part in parts:
        for table, frame in part.items():
            frames.setdefault(table, []).append(frame)
    return {table: _together(found) for table, found in sorted(frames.items())}


def _together(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return frames[0] if len(frames) == 1 else pl.concat(frames).lazy().unique().sort("fact").collect()


def ids_of(selection: Selection) -> list[str]:
    """Return the facts of a selection by id, each once."""
    return sorted({id for frame in selection.values() for id in frame["fact"]})


def digest(ids: Sequence[str]) -> str:
    """Return the SHA-256 of sorted ids, a line each: whoever has the facts can compare."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()


def in_order(named: Sequence[str], ids: Sequence[str] | None) -> list[str]:
    """Return facts in the order in which they are told: those that are named first; None for ids that nobody knows."""
    if ids is None:
        return list(dict.fromkeys(named))
    there = set(ids)
    return list(dict.fromkeys([*(id for id in named if id in there), *ids]))


def judged_by(rules: Rules, table: str, row: Mapping[str, Any]) -> tuple[int, str] | None:
    """Return the charter version and the place in it by which a line of a statement is judged; None for other facts.

    A contribution is judged by the version in force when it was made.
    """
    if table != "contributions":
        return None
    judges = rules.judging(row["occurred_at"])
    known = row["type"] in judges.distribution.contribution_types
    return judges.charter.version, f"{TYPES}/{row['type']}" if known else TYPES


def pool_of(spec: Spec, subject: str) -> str | None:
    """Return the pool (or the layer without one) that a number is of; None for numbers of no pool."""
    return dict(zip(spec.subject.split(" × "), subject.partition("/")[0].split("@"), strict=False)).get("pool")


def below_subjects(kind: str, subjects: Subjects, below: str) -> Subjects:
    """Return the subjects of what is read below for subjects above; None when all are needed."""
    found = [below_subject(kind, one, below) for one in subjects or (None,)]
    return tuple(dict.fromkeys(one for one in found if one is not None)) if None not in found else None


def records_of(kind: str, subject: str, same: pl.DataFrame) -> list[str]:
    """Return the subjects that differ from one in the record of its person alone.

    same   party, target (and pool, where records were merged by the instant of one): which record stands for which
    """
    kinds, parts = kind.split(" × "), subject.split("@")
    place = next((number for number, name in enumerate(kinds) if name in PERSONS), None)
    if place is None or place >= len(parts):
        return []
    here = [pl.col("target") == parts[place]]
    if "pool" in same.columns and "pool" in kinds:
        here.append(pl.col("pool") == parts[kinds.index("pool")])
    records = same.filter(here)["party"]
    return ["@".join([*parts[:place], record, *parts[place + 1 :]]) for record in records]


def below_subject(kind: str, subject: str | None, below: str) -> str | None:
    """Return the subject of what is read below for a subject above; None when all subjects are needed.

    Kinds: `member` and `party` are one; a pair `member × pool` (subject `M@P`) is read by its parts and gives them.
    """
    if of_everyone(kind, subject):
        return None
    if subject is None or kind == below:
        return subject
    if below == COMMUNITY:
        return below
    parts = dict(zip(kind.split(" × "), subject.split("@"), strict=False))
    for name, key in parts.items():
        if name == below or {name, below} <= PERSONS:
            return key
    return None


def of_everyone(kind: str, subject: str | None) -> bool:
    """Whether a subject is the community's row of a measure about members: every member's facts are behind it."""
    return subject == COMMUNITY != kind


def own_part(kind: str, subject: str, column: str) -> str:
    """Return the part of a pair's subject that a column names: column `pool` of subject `M@P` is `P`."""
    if "@" not in subject:
        return subject
    parts: Mapping[str, str] = dict(zip(kind.split(" × "), subject.split("@"), strict=False))
    return parts[column] if column in parts else next(iter(parts.values()))


def explain(cycle: Cycle, id: str, page: int = 1) -> dict[str, Any]:
    """Unfold a decision (by its id) or a measure (`id`, or `id:subject` where it has many).

    Raises
    ------
    Refused   nothing has that id, or a measure has several subjects and none was named
    """
    explainer = Explainer(cycle.board)
    decision = next((one for one in cycle.decisions if one.id == id), None)
    if decision is not None:
        return explainer.decision(decision, page)
    name, _, subject = id.partition(":")
    spec = named(name, asked=id, others=[one.id for one in cycle.decisions])
    here = cycle.board.results[name].filter(pl.col("end") == cycle.board.ends.main)["subject"].to_list()
    if not subject and len(here) == 1:
        subject = here[0]
    if not here:
        raise Refused([Complaint("engine.no_row", params={"seen": id})])
    if subject not in here:
        params = {"seen": id, "near": Listed(f"{name}:{one}" for one in here[:8])}
        raise Refused([Complaint("engine.no_subject", params=params)])
    main = cycle.board.ends.main
    content = explainer.measure(spec, subject, main, page)
    content["facts"]["corrected"] = explainer.corrected(
        explainer.selection(spec, subject, main), [(spec, subject)], main
    )
    return content
