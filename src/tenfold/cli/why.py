"""Commands that answer why: explain, thread, measure, measures."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from tenfold.cli.options import AsOf, Folder, KnownAt, cycled, loaded, output_of
from tenfold.cli.output import Output
from tenfold.report.words import say

Id = Annotated[str, typer.Argument(metavar="ID")]


def _worded(content: Any, language: str) -> Any:
    """Return an explanation with its message ids put into words."""
    if isinstance(content, list):
        return [_worded(part, language) for part in content]
    if not isinstance(content, Mapping):
        return content
    worded = {key: _worded(part, language) for key, part in content.items()}
    if set(content) == {"id", "params"}:
        worded["text"] = say(language, content["id"], content["params"])
    if set(content) == {"version", "pointer", "text"}:
        worded["text"] = say(language, content["text"])
    return worded


def _tree(output: Output, node: Mapping[str, Any], depth: int = 0) -> None:
    name = f"{node['id']} {node['subject']}" if depth else str(node["id"])
    indent = "  " * depth
    output.text(f"{indent}{name}{_equals(output, node)}")
    where = f"v{node['rule']['version']} {node['rule']['pointer'] or ''}".rstrip()
    output.text(f"{indent}  {node['rule']['text']}  ({where})")
    facts = node["facts"]
    output.text(f"{indent}  {output.say('cli.explain.facts', count=facts['count'], sha256=facts['sha256'][:12])}")
    for below in node["measures"]:
        _tree(output, below, depth + 1)


def _equals(output: Output, node: Mapping[str, Any]) -> str:
    """Write what a node is worth; a decision may have no number."""
    if node["value"] is not None:
        return f" = {node['value']} {node['unit'] or ''}".rstrip()
    return f" = {output.say('cli.insufficient')}" if node.get("status") == "insufficient" else ""


def explain(
    context: typer.Context,
    folder: Folder,
    id: Id,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    page: Annotated[int, typer.Option("--page", min=1)] = 1,
) -> None:
    """Unfold a decision or a number to its rule, the measures below and the facts."""
    from tenfold.engine.explain import explain as explained

    output = output_of(context)
    content = _worded(explained(cycled(context, folder, as_of, known_at), id, page), output.language)
    output.result(content)
    if not output.as_json:
        _tree(output, content)
        rows = content["facts"]["rows"]
        shown = [(row["table"], row["fact"], row["occurred_at"], _cells(row)) for row in rows]
        output.table("cli.explain.rows", ("cli.table", "cli.fact", "cli.occurred_at", "cli.cells"), shown)


def _cells(row: Mapping[str, Any]) -> str:
    header = {"table", "fact", "occurred_at", "recorded_at", "recorded_by", "origin", "origin_key", "precision"}
    return " · ".join(f"{name} {value}" for name, value in row.items() if name not in header)


def thread(context: typer.Context, folder: Folder, id: Id, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """Show the facts and decisions that led to each other, with the days between."""
    from tenfold.engine.thread import thread as told

    output = output_of(context)
    stations = _worded(told(cycled(context, folder, as_of, known_at), id), output.language)
    output.result(stations)
    if not stations:
        output.line("cli.thread.none", id=id)
    rows = [
        (
            one["recorded_at"] or "",
            "" if one["days"] is None else f"+{one['days']}",
            one["table"] or one["kind"],
            one["id"],
        )
        for one in stations
    ]
    if rows:
        output.table("cli.thread.title", ("cli.recorded_at", "cli.days", "cli.table", "cli.fact"), rows)


def measure(
    context: typer.Context,
    folder: Folder,
    id: Id,
    series: Annotated[bool, typer.Option("--series")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Show the values of one measure, or its history on the observation grid."""
    from tenfold.engine.values import values

    output = output_of(context)
    community, moment = loaded(folder, as_of, known_at)
    rows = values(community, moment, id, series=series)
    output.result(rows)
    shown = [
        (row["subject"], row["end"], _value(output, row), str(row["n"] or ""), ", ".join(row["because"]))
        for row in rows
    ]
    output.table("cli.measure.title", ("cli.subject", "cli.end", "cli.value", "cli.n", "cli.because"), shown)


def _value(output: Output, row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return output.say("cli.insufficient")
    band = f" [{row['low']}, {row['high']}]" if row["low"] is not None else ""
    return f"{row['value']} {row['unit']}{band}"


def measures(context: typer.Context) -> None:
    """List the registry: every measure with unit, direction, minimum and source."""
    from tenfold.engine.registry import registry

    output = output_of(context)
    listed = registry().measures
    names = ("id", "version", "room", "subject", "unit", "direction", "minimum", "reads", "source", "pointer")
    output.result(
        [{name: getattr(spec, name) for name in names} | {"text": output.say(f"measure.{spec.id}")} for spec in listed]
    )
    rows = [(spec.id, spec.subject, spec.unit, spec.direction, output.say(f"measure.{spec.id}")) for spec in listed]
    output.table("cli.measures.title", ("cli.id", "cli.subject", "cli.unit", "cli.direction", "cli.definition"), rows)


COMMANDS: dict[str, Callable[..., Any]] = {
    "explain": explain,
    "thread": thread,
    "measure": measure,
    "measures": measures,
}
