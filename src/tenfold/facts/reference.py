"""The reference page of the fact tables, made from the declaration."""

from collections.abc import Callable, Iterator, Mapping

from tenfold.facts.declaration import FIGURES, LIMITS, SERIES, TABLES, TOTAL, Bounds, Column, Table, title_of
from tenfold.terms.listed import Listed

Say = Callable[[str, Mapping[str, object]], str]


def reference(language: str, say: Say) -> str:
    """Return the page of all tables as Markdown; `say` puts message ids of the catalogue into words of `language`."""
    limits = {"number": f"{LIMITS['dec']:,}", "money": f"{LIMITS['money']:,}", "total": f"{TOTAL:,}"}
    intro = (say("facts.page.intro", {"count": len(TABLES)}), say("facts.page.limits", limits))
    head = [f"# {say('facts.page.title', {})}", "", intro[0], "", intro[1], ""]
    header = next(iter(TABLES.values())).header
    first = [f"## {say('facts.page.header', {})}", "", *_rows(next(iter(TABLES.values())), header, language, say), ""]
    tables = [line for table in TABLES.values() for line in _table(table, language, say)]
    return "\n".join([*head, *first, *tables]).rstrip() + "\n"


def _table(table: Table, language: str, say: Say) -> Iterator[str]:
    yield f"## {title_of(table.name, table.label, language)} (`{table.name}`)"
    yield ""
    yield " ".join(_said(table, say))
    yield ""
    yield from _rows(table, tuple(name for name in table.columns if name not in table.header), language, say)
    yield ""
    if table.name == FIGURES:
        yield say("facts.page.series", {"series": Listed(f"`{name}`" for name in SERIES)})
        yield ""


def _said(table: Table, say: Say) -> Iterator[str]:
    """What holds of a table's rows as a whole."""
    yield say(f"facts.page.{table.kind}", {"by": Listed(f"`{name}`" for name in table.by)})
    if table.past:
        yield say("facts.page.past", {})
    if table.orders:
        yield say("facts.page.orders", {"orders": Listed(f"`{low}` ≤ `{high}`" for low, high in table.orders)})


def _rows(table: Table, names: tuple[str, ...], language: str, say: Say) -> Iterator[str]:
    yield "| " + " | ".join(say(f"facts.page.{word}", {}) for word in ("column", "label", "type", "required")) + " |"
    yield "|---|---|---|---|"
    for name in names:
        column = table.columns[name]
        required = say("facts.page.yes", {}) if column.required else ""
        yield f"| `{name}` | {title_of(name, column.label, language)} | {_type(column, say)} | {required} |"


def _type(column: Column, say: Say) -> str:
    """Write a column's type in words, with what it may hold."""
    if column.item is not None:
        return say("facts.type.list", {"of": _type(column.item, say)})
    params = {
        "values": Listed(f"`{value}`" for value in column.values),
        "path": column.path,
        "also": Listed(f"`{id}`" for id in column.also),
        "table": column.target,
        "minor": column.stored,
    }
    id = f"facts.type.{column.kind}" if not column.also else "facts.type.code_also"
    text = say(id, params) + _limits(column.bounds, say)
    return say("facts.type.personal", {"of": text}) if column.personal else text


def _limits(bounds: Bounds | None, say: Say) -> str:
    if bounds is None:
        return ""
    limits = {"least": bounds.least, "above": bounds.above, "below": bounds.below, "most": bounds.most}
    known = {name: f"{limit:,}" for name, limit in limits.items() if limit is not None}
    return "".join(say(f"facts.type.{name}", {"limit": limit}) for name, limit in known.items())
