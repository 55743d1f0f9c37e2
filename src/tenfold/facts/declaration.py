"""The one declaration of the fact tables: names, types, labels.

`schema.yaml` is the source that people read and change. Parsing it costs 0.3 s, so
`python -m tenfold.facts.declaration` writes it as `schema.json`, which is what a run loads; a test keeps the two equal.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["text", "key", "ref", "code", "enum", "int", "dec", "bool", "date", "instant", "money", "list"]
KINDS = get_args(Kind)
# A number of a kind lies strictly between minus and plus this; money in minor units. Within it, and with the numbers of
# one column adding up to less than TOTAL, all that the engine adds and multiplies fits 64-bit integers and 38 digits.
LIMITS: Mapping[str, int] = {"int": 10**15, "dec": 10**15, "money": 10**17}
TOTAL = 10**18
DECIMAL = pl.Decimal(38, 18)
INSTANT = pl.Datetime("us", "UTC")
SOURCE = Path(__file__).with_name("schema.yaml")
COMPILED = Path(__file__).with_name("schema.json")

_TYPE = re.compile(r"^(\w+)(?:\((.*)\))?$", re.DOTALL)
_BOUND = re.compile(r"^(>=|>|<)([0-9]+)$")
_BETWEEN = re.compile(r"^([0-9]+)\.\.([0-9]+)$")
_BOUNDED = ("int", "dec", "money")
_DTYPES: dict[str, pl.DataType] = {
    "int": pl.Int64(),
    "dec": DECIMAL,
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "instant": INSTANT,
    "money": pl.Int64(),
    "list": pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be; of money, in minor units."""

    least: int | None = None
    above: int | None = None
    below: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. A money column is `x` in files that people write and `x_minor` (int64) inside."""

    name: str
    kind: Kind
    required: bool = False
    personal: bool = False  # typed by or about people: held in the erasable side table
    target: str = ""  # of a ref: the table whose key or fact it names
    path: str = ""  # of a code: where the charter lists the ids
    also: tuple[str, ...] = ()  # of a code: ids allowed beside the charter's
    values: tuple[str, ...] = ()  # of an enum
    bounds: Bounds | None = None  # of an int, a dec or money
    item: "Column | None" = None  # of a list
    label: str = ""  # Chinese, unique within a table

    @property
    def stored(self) -> str:
        """The column's name inside and in files that Tenfold writes."""
        return f"{self.name}_minor" if self.kind == "money" else self.name

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type inside."""
        return _DTYPES.get(self.kind, pl.String())

    @property
    def textual(self) -> bool:
        """Whether the cell is text inside."""
        return self.kind not in _DTYPES


@dataclass(frozen=True)
class Table:
    """One family of facts. `columns` begin with the header; `by` names one thing's successive states.

    orders   pairs of columns of which the first never exceeds the second
    past     rows tell what has happened: none is dated after the day on which it was known
    """

    name: str
    kind: Literal["event", "state"]
    by: tuple[str, ...]
    key: str | None  # the entity key; None: rows are named by their fact id
    big: bool
    words: tuple[str, ...]
    columns: Mapping[str, Column]
    label: str = ""
    header: tuple[str, ...] = field(default=(), repr=False)
    orders: tuple[tuple[str, str], ...] = ()
    past: bool = False

    @cached_property
    def schema(self) -> dict[str, pl.DataType]:
        """Column names and types inside, in order."""
        return {column.stored: column.dtype for column in self.columns.values()}

    @cached_property
    def names(self) -> dict[str, str]:
        """What a file may write at the head of a column → the text column's id (`x` and `x_minor` stay apart)."""
        names = {name: name for name in self.columns}
        names |= {column.stored: column.stored for column in self.columns.values()}
        return names | {column.label: column.name for column in self.columns.values() if column.label}

    @cached_property
    def refs(self) -> tuple[Column, ...]:
        """Columns whose cells name rows of other tables, lists included."""
        return tuple(c for c in self.columns.values() if (c.item or c).kind == "ref")

    @property
    def identity(self) -> str:
        """The column that references to this table name."""
        return self.key or "fact"

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The order in which Tenfold writes rows: first reference column of the table's own, time, fact."""
        own = [c.name for c in self.columns.values() if c.kind == "ref" and c.name not in self.header]
        return (*own[:1], "occurred_at", "fact")

    @property
    def arrow(self) -> "pa.Schema":
        """The Arrow schema of the rows inside."""
        import pyarrow as pa

        types = {"int": pa.int64(), "money": pa.int64(), "bool": pa.bool_(), "date": pa.date32()}
        types |= {"dec": pa.decimal128(38, 18), "instant": pa.timestamp("us", "UTC"), "list": pa.list_(pa.string())}
        return pa.schema([(c.stored, types.get(c.kind, pa.string())) for c in self.columns.values()])

    def empty(self) -> pl.DataFrame:
        """Return the table without rows."""
        return self._empty.clone()

    @cached_property
    def _empty(self) -> pl.DataFrame:
        return pl.DataFrame(schema=self.schema)


def read_type(name: str, text: str, label: str = "") -> Column:
    """Read one declared type such as `list(ref(parties))` or `money(>0)!`; raise ValueError for anything else."""
    match = _TYPE.match(text.removesuffix("!"))
    if match is None:
        raise ValueError(f"{name}: {text}")
    kind, inner = match[1], match[2] or ""
    required = text.endswith("!")
    if kind == "personal":
        return Column(name, cast("Kind", inner), required, personal=True, label=label)
    if kind not in KINDS:
        raise ValueError(f"{name}: {text}")
    path, *also = inner.split("|")
    return Column(
        name,
        cast("Kind", kind),
        required,
        target=inner if kind == "ref" else "",
        path=path if kind == "code" else "",
        also=tuple(also) if kind == "code" else (),
        values=tuple(inner.split(",")) if kind == "enum" else (),
        bounds=read_bounds(inner) if inner and kind in _BOUNDED else None,
        item=read_type(name, inner) if kind == "list" else None,
        label=label,
    )


def read_bounds(text: str) -> Bounds:
    """Read what a number may be: `>0`, `>=0,<100` or `0..1`; raise ValueError for anything else."""
    between = _BETWEEN.match(text)
    if between is not None:
        return Bounds(least=int(between[1]), most=int(between[2]))
    limits = dict.fromkeys((">=", ">", "<"))
    for part in text.split(","):
        match = _BOUND.match(part)
        if match is None:
            raise ValueError(text)
        limits[match[1]] = int(match[2])
    return Bounds(limits[">="], limits[">"], limits["<"])


def _table(name: str, declared: Mapping[str, Any], header: Mapping[str, str], labels: Mapping[str, Any]) -> Table:
    texts = {**header, **declared["columns"]}
    columns = {column: read_type(column, text, labels["columns"].get(column, "")) for column, text in texts.items()}
    key = next((c.name for c in columns.values() if c.kind == "key"), None)
    return Table(
        name,
        declared["kind"],
        tuple(declared.get("by", [key] if key and declared["kind"] == "state" else [])),
        key,
        bool(declared.get("big", False)),
        tuple(declared["words"]),
        MappingProxyType(columns),
        labels["tables"][name],
        tuple(header),
        tuple((low, high) for low, high in declared.get("orders", [])),
        bool(declared.get("past", False)),
    )


def read_declaration(declared: Mapping[str, Any]) -> Mapping[str, Table]:
    """Build the tables from the parsed declaration, in its order."""
    header, labels = declared["header"], declared["labels"]
    return MappingProxyType({n: _table(n, t, header, labels) for n, t in declared["tables"].items()})


def compiled() -> str:
    """Return `schema.yaml` as the compact JSON that a run loads."""
    from ruamel.yaml import YAML

    declared = YAML(typ="safe", pure=True).load(SOURCE.read_text("utf-8"))
    return json.dumps(declared, ensure_ascii=False, separators=(",", ":")) + "\n"


_DECLARED = json.loads(COMPILED.read_text("utf-8"))
TABLES: Mapping[str, Table] = read_declaration(_DECLARED)
FIGURES = "figures"
# What the figures of a series may be; nothing is said of the others, nor of those that a community adds.
SERIES: Mapping[str, Bounds] = MappingProxyType(
    {name: read_bounds(text) for name, text in _DECLARED.get("series", {}).items()}
)


def code_paths() -> Iterator[str]:
    """Yield every charter path whose ids some column takes, sorted: what `Context.codes` must answer."""
    kinds = {(column.item or column).path for table in TABLES.values() for column in table.columns.values()}
    return iter(sorted(kinds - {""}))


def tables_by_name() -> dict[str, str]:
    """Return what a file or sheet may be called → the table's id: ids and Chinese labels."""
    return {name: name for name in TABLES} | {table.label: name for name, table in TABLES.items()}


def title_of(id: str, label: str, language: str) -> str:
    """Return what a table or column is called in a language: its Chinese label, else its id in words."""
    return label if language == "zh-Hans" and label else id.replace("_", " ")


def fact_schema(language: str) -> dict[str, Any]:
    """Return the JSON Schema of a community's facts: table → array of rows, cells as files hold them.

    Money is text in major units, decimals and instants are text; titles are in `language` (`en` or `zh-Hans`), the
    label of either language stands in `x-label`.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title_of("facts", "事实", language),
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {
                "title": title_of(name, table.label, language),
                "type": "array",
                "items": _row_schema(table, language),
                "x-label": {"en": title_of(name, "", "en"), "zh-Hans": table.label},
                "x-kind": table.kind,
                "x-by": list(table.by),
                "x-past": table.past,
                "x-orders": [list(pair) for pair in table.orders],
            }
            for name, table in TABLES.items()
        },
    }


def _row_schema(table: Table, language: str) -> dict[str, Any]:
    filled = ("recorded_at", "recorded_by")  # a file may leave them out
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [c.name for c in table.columns.values() if c.required and c.name not in filled],
        "properties": {
            column.name: {
                "title": title_of(column.name, column.label, language),
                **_cell_schema(column),
                "x-label": {"en": title_of(column.name, "", "en"), "zh-Hans": column.label},
            }
            for column in table.columns.values()
        },
    }


def _cell_schema(column: Column) -> dict[str, Any]:
    if column.item is not None:
        return {"type": "array", "items": _cell_schema(column.item)}
    forms: dict[str, dict[str, Any]] = {
        "int": {"type": "integer", **_limits(column.bounds)},
        "bool": {"type": "boolean"},
        "date": {"type": "string", "format": "date"},
        "dec": {"type": "string", "pattern": "^-?[0-9]{1,20}([.][0-9]{1,18})?$", **_limits(column.bounds, "x-")},
        "enum": {"type": "string", "enum": list(column.values)},
        "code": {"type": "string", "x-code": column.path, **({"x-also": list(column.also)} if column.also else {})},
        "ref": {"type": "string", "x-ref": column.target},
        "money": {"type": "string", "x-minor": column.stored, **_limits(column.bounds, "x-")},
    }
    personal = {"x-personal": True} if column.personal else {}
    return forms.get(column.kind, {"type": "string"}) | personal


def _limits(bounds: Bounds | None, mark: str = "") -> dict[str, int]:
    """Return bounds in the words of JSON Schema; marked where the number is text, of which it knows no bounds."""
    if bounds is None:
        return {}
    named = {
        "minimum": bounds.least,
        "exclusiveMinimum": bounds.above,
        "exclusiveMaximum": bounds.below,
        "maximum": bounds.most,
    }
    return {f"{mark}{name}": limit for name, limit in named.items() if limit is not None}


if __name__ == "__main__":
    COMPILED.write_text(compiled(), "utf-8")
