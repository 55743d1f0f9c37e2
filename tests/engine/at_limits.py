"""Communities whose cells lie at the limits of their types: what loads of them must be computed, whatever they say."""

import random
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl

from tenfold.charter.load import load_charters
from tenfold.engine.community import Community, fact_context
from tenfold.facts.commit import changing
from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.terms.errors import Refused

CHARTERS = Path(__file__).parents[2] / "src/tenfold/demo/charters"
CURRENCIES = ("CNY", "CNY", "USD", "JPY", "BHD")  # 2, 0 and 3 decimals
DATES = ("1970-01-02", "2024-02-29", "2026-10-31", "2026-11-02", "9999-12-30")
MOMENTS = ("1970-01-02", "2024-02-29T12:00:00Z", "2026-03-01", "2026-10-31T15:59:59.999999Z")
# Of each kind of number: plain ones, and those at its limits; a column's own bounds leave some out.
PLAIN = ("0", "1", "-1", "2", "7")
NUMBERS = {
    "int": (*PLAIN, "999999999999999", "-999999999999999"),
    "dec": (
        *PLAIN,
        "0.5",
        "0.000000000000000001",
        "99999999999.999999999999999999",
        "999999999999999.999999999999999999",
        "-999999999999999.9",
    ),
    "money": (*PLAIN, "100000", "99999999999999999", "-99999999999999999"),
}
SHARES = ("p", "probability", "quality", "level", "share")  # numbers from 0 to 1
ORDERED = ("low_minor", "mode_minor", "high_minor")
ORDERED = ("low_minor", "mode_minor", "high_minor")  # of a risk, which rise
ROWS = 4  # of a table
PARTIES = 6

Rows = dict[str, list[dict[str, str]]]


def community(folder: Path, seed: int) -> Community:
    """Write a community of random cells at the limits of their types, without the rows that `check` refuses."""
    folder.mkdir()
    for version in (1, 2, 3):
        name = "charter.yaml" if version == 3 else f"charters/a-project-v{version}.yaml"
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((CHARTERS / f"v{version}.yaml").read_bytes())
    rulebook = load_charters(folder)
    project = str(rulebook.newest.community.project)
    rows = _Dice(seed, fact_context(rulebook).codes or {}, project).rows()
    while True:
        _write(folder, rows)
        try:
            return Community.load(folder)
        except Refused as refused:
            for one in refused.complaints:
                table = Path(one.place.file).stem
                assert table in rows, one
                if one.place.row is not None:
                    rows[table][one.place.row - 2] = {}
            if "PRINT" in globals():
                print([str(o.place) + " " + o.id + str(o.params)[:90] for o in refused.complaints][:12])
            rows = {table: [row for row in listed if row] for table, listed in rows.items()}


class _Dice:
    def __init__(self, seed: int, codes: Mapping[str, object], project: str) -> None:
        self.random, self.codes = random.Random(seed), codes
        self.keys = {name: [f"{name}-k{number}" for number in range(ROWS)] for name in TABLES}
        self.keys["parties"] = [project, *(f"p{number}" for number in range(1, PARTIES))]

    def rows(self) -> Rows:
        return {
            name: [self._row(table, number) for number in range(self._height(name))] for name, table in TABLES.items()
        }

    def _height(self, name: str) -> int:
        return len(self.keys[name]) + self.random.randint(0, ROWS)

    def _row(self, table: Table, number: int) -> dict[str, str]:
        """One row: the first of each key are there, so that references lead somewhere."""
        own = self.keys[table.name]
        row = {"fact": f"{table.name}-{number}", "occurred_at": self.random.choice(MOMENTS[:3]), "recorded_by": "p1"}
        for column in table.columns.values():
            if column.name in table.header:
                continue
            if column.kind == "key":
                row[column.name] = own[number] if number < len(own) else self.random.choice(own)
            elif column.required or column.name == "currency" or self.random.random() < 0.7:
                name = column.stored if column.kind == "money" else column.name
                row[name] = self._cell(column)
        if not table.key and number < len(own):
            row["fact"] = own[number]
        if table.key and not table.by and number >= len(own):
            row[table.key] = f"{table.name}-x{number}"  # what happens once has a key of its own
        there = [name for name in ORDERED if name in row]
        return row | dict(zip(there, sorted((row[name] for name in there), key=int), strict=True))

    def _cell(self, column: Column) -> str:
        pick = self.random.choice
        if column.name in SHARES:
            return pick(("0", "0.000000000000000001", "0.5", "1"))
        match column.kind:
            case "enum":
                return pick(column.values)
            case "code":
                return pick([*sorted(self.codes.get(column.path, ())), *column.also])
            case "ref":
                return pick(self.keys[column.target])
            case "bool":
                return pick(("yes", "no"))
            case "date":
                return pick(DATES)
            case "instant":
                return pick(MOMENTS)
            case "list":
                return ";".join(self._cell(column.item) for _ in range(self.random.randint(0, 3)))
            case "int" | "dec" | "money":
                return pick([number for number in NUMBERS[column.kind] if _fits(column, Decimal(number))])
            case _:
                return (
                    pick(CURRENCIES) if column.name in ("currency", "base", "quote") else pick(("x", "equity", "=1+1"))
                )


def _fits(column: Column, number: Decimal) -> bool:
    bounds = column.bounds
    if bounds is None:
        return True
    low = (bounds.least is None or number >= bounds.least) and (bounds.above is None or number > bounds.above)
    return low and (bounds.below is None or number < bounds.below)


def _write(folder: Path, rows: Rows) -> None:
    with changing(folder, "test") as change:
        for name, listed in rows.items():
            frame = pl.from_dicts(listed, infer_schema_length=None) if listed else pl.DataFrame()
            if frame.width:
                with change.place(f"facts/{name}.csv") as path:
                    frame.cast(pl.String).write_csv(path)
            else:
                change.remove(f"facts/{name}.csv")
