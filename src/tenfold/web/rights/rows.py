"""Rows of facts as one viewer may be given them: which, and which of their cells."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.report.speech import PARTS
from tenfold.web.rights.looks import saw_row
from tenfold.web.rights.policies import DATA_OF, FORECASTS, Data, Sight, data_of, data_of_row, known
from tenfold.web.rights.viewers import PARTIES, Viewer
from tenfold.web.store.communities import JournalEntry
from tenfold.web.store.current import Row, current, with_personal
from tenfold.web.store.declared import MODELS

UNNAMED = ("evidence", "verifier", "valid_until", "recorded_by")  # beside the result of a check
ANSWERS = "decision_acts"  # whoever sees a decision sees what was made of it, and nobody else
COMMUNITY = "community"
CONFIDED = {"ratings": ("rater", "recorded_by")}  # a candidate sees the reasons, and not who gave them


def current_rows(viewer: Viewer, table: str, **wanted: Collection[str]) -> list[Row]:
    """Return the current rows of a table that the viewer may see, with the cells that it may see."""
    return allowed(viewer, table, current(viewer.community, table, (), **wanted))


def allowed(viewer: Viewer, table: str, rows: Iterable[Row]) -> list[Row]:
    """Return those rows that the viewer may see, each without the cells that it may not."""
    declared, cuts = TABLES[table], _Cuts(viewer, TABLES[table])
    secret = DATA_OF[table].value == "surveys"  # detached from who gave them: nobody's own
    own = Owning(viewer)
    found: list[Row] = []
    for row in rows:
        if not secret and own.has(declared, row):
            found.append({name: cell for name, cell in row.items() if name not in CONFIDED.get(table, ())})
        elif table == ANSWERS:
            cells = columns_of(declared, own.answer(row["decision"]))
            found += [{name: cell for name, cell in row.items() if name in cells}] if cells else []
        elif kept := cuts.of(data := data_of_row(table, row)):
            if Sight.ALL in viewer.sees(data):
                saw_row(viewer, table, row)
            found.append({name: cell for name, cell in row.items() if name in kept})
    return found


def facts_of(viewer: Viewer, ids: Collection[str]) -> dict[str, tuple[str, Row]]:
    """Return fact → its table and row as far as the viewer may see them, as they were recorded.

    Facts that were corrected or withdrawn since are among them.
    """
    entries = JournalEntry.rows.of(viewer.community).filter(fact__in=ids, kind__in=MODELS).order_by("sequence")
    kinds = {str(fact): str(kind) for kind, fact in entries.values_list("kind", "fact")}
    seen: dict[str, Row] = {}
    for table in set(kinds.values()):
        of_table = [fact for fact, kind in kinds.items() if kind == table]
        rows = list(MODELS[table].rows.of(viewer.community).filter(fact__in=of_table).values())
        seen |= {row["fact"]: row for row in allowed(viewer, table, with_personal(viewer.community, table, rows))}
    return {fact: (table, seen[fact]) for fact, table in kinds.items() if fact in seen}


class _Cuts:
    """Which columns of a table's rows a viewer sees, by the kind of data that a row is; none where it sees no row."""

    def __init__(self, viewer: Viewer, table: Table) -> None:
        self.viewer, self.table = viewer, table
        self._known: dict[Data, frozenset[str]] = {}

    def of(self, data: Data) -> frozenset[str]:
        """Return the columns of rows that are not the viewer's own."""
        if data not in self._known:
            self._known[data] = columns_of(self.table, self.viewer.sees(data) - {Sight.OWN})
        return self._known[data]


def columns_of(table: Table, seen: Collection[Sight]) -> frozenset[str]:
    """Return the columns that viewers of these sights see of rows that are not their own."""
    return frozenset().union(*({c.stored for c in table.columns.values() if _shown(c, one)} for one in seen))


def _shown(column: Column, sight: Sight) -> bool:
    match sight:
        case Sight.ALL:
            return True
        case Sight.NO_AMOUNTS:
            return column.kind != "money" and column.name not in ("price", "units", "share", "rate", "value")
        case Sight.FLAGS:
            return not column.personal and column.name != "topic"
        case Sight.RESULT:
            return not column.personal and column.name not in UNNAMED
        case _:
            return False


class Owning:
    """What is about a viewer: rows that name it, or that name a thing which does."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    def has(self, table: Table, row: Mapping[str, Any]) -> bool:
        """Whether a row is about the viewer."""
        if table.name == PARTIES:
            return row["party"] in self.viewer.own
        return any(self._names(column, row.get(column.name)) for column in table.refs)

    def _names(self, column: Column, cell: Any) -> bool:
        if cell is None or column.name in ("recorded_by", "evidence"):
            return False
        target = (column.item or column).target
        own = self.viewer.own if target == PARTIES else self.viewer.keys(target)
        return any(key in own for key in (cell if column.item else [cell]))

    def answer(self, decision: str) -> frozenset[Sight]:
        """Return how much the viewer sees of what was made of a decision; a link is confirmed by its fact."""
        name, _, rest = decision.partition(":")
        if not known(name):
            return self.viewer.sees(Data.PIPELINE) - {Sight.OWN}
        if self.is_about(rest.rpartition(":")[0]):
            return frozenset({Sight.ALL})
        return self.viewer.sees(data_of(decision)) - {Sight.OWN}

    def sees(self, id: str, subject: str, data: Data | None = None) -> bool:
        """Whether the viewer may see a result; `data` is what it is, where its id alone does not say that."""
        seen = self.viewer.sees(data_of(id) if data is None else data)
        if seen - {Sight.OWN} or self.is_about(subject):
            return True
        return Sight.OWN in seen and subject == COMMUNITY and not id.startswith(FORECASTS)

    def is_about(self, subject: str) -> bool:
        """Whether a result of such a subject is about the viewer."""
        return not self.viewer.named.isdisjoint(PARTS.split(subject))
