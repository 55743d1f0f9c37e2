"""Commands that answer why: explain, thread, measure, measures."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from tenfold.cli.options import AsOf, Folder, KnownAt, cycled, loaded, moment_of, output_of
from tenfold.report.words import say

Id = Annotated[str, typer.Argument(metavar="ID")]
Ids = Annotated[bool, typer.Option("--ids")]


def _worded(content: Any, language: str, params: Mapping[str, Any] | None = None) -> Any:
    """Return an explanation with its message ids put into words; a decision's rule says what its message does."""
    if isinstance(content, list):
        return [_worded(part, language) for part in content]
    if not isinstance(content, Mapping):
        return content
    message = content.get("message")
    given = message["params"] if isinstance(message, Mapping) else None
    worded = {key: _worded(part, language, given) for key, part in content.items()}
    if set(content) == {"id", "params"}:
        worded["text"] = say(language, content["id"], content["params"])
    if {"version", "pointer", "text"} <= set(content):
        worded["text"] = say(language, content["text"], params)
    return worded


def explain(
    context: typer.Context,
    folder: Folder,
    id: Id,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    page: Annotated[int, typer.Option("--page", min=1)] = 1,
    ids: Ids = False,
) -> None:
    """Unfold a decision or a number to its rule, the measures below and the facts."""
    from tenfold.engine.asked import asked
    from tenfold.engine.explain import PAGE
    from tenfold.engine.explain import explain as explained
    from tenfold.report.evidence import Evidence
    from tenfold.report.terminal import Spoken, facts, tree

    output = output_of(context)
    with output.working("cli.working.cycle") as watch:
        at = moment_of(context, folder, id, as_of, known_at)
        cycle, meant = asked(*loaded(folder, at, known_at), id, watch)
        content = explained(cycle, meant, page)
    output.result(_worded(content, output.language))
    if output.as_json:
        return
    speech = Spoken(cycle.board, output.language)
    for line in tree(speech, content, ids=ids):
        output.text(line)
    found = content["facts"]
    rows = facts(speech, Evidence(cycle), found, ids=ids)
    output.table("cli.explain.rows", ("cli.day", "cli.explain.content"), rows)
    if page * PAGE < found["count"]:
        output.hint("cli.explain.pages", shown=len(found["rows"]), count=found["count"], next=page + 1)


def thread(
    context: typer.Context, folder: Folder, id: Id, as_of: AsOf = None, known_at: KnownAt = None, ids: Ids = False
) -> None:
    """Show the facts and decisions that led to each other, with the days between."""
    from tenfold.engine.asked import is_row, row_of
    from tenfold.engine.thread import thread as told
    from tenfold.engine.today import today
    from tenfold.report.evidence import Evidence
    from tenfold.report.terminal import Spoken, stations

    output = output_of(context)
    cycle = cycled(context, folder, moment_of(context, folder, id, as_of, known_at), known_at)
    found = told(cycle, row_of(today(cycle), id).id if is_row(id) else id)
    output.result(_worded(found, output.language))
    if not found:
        output.line("cli.thread.none", id=id)
    elif not output.as_json:
        rows = stations(Spoken(cycle.board, output.language), Evidence(cycle), found, ids=ids)
        output.table("cli.thread.title", ("cli.day", "cli.days", "cli.thread.what"), rows)


def measure(
    context: typer.Context,
    folder: Folder,
    id: Id,
    series: Annotated[bool, typer.Option("--series")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    ids: Ids = False,
) -> None:
    """Show the values of one measure, or its history on the observation grid."""
    from tenfold.engine.values import values
    from tenfold.report.terminal import Spoken
    from tenfold.report.terminal import values as told

    output = output_of(context)
    community, moment = loaded(folder, as_of, known_at)
    rows = values(community, moment, id, series=series)
    output.result(rows)
    if output.as_json:
        return
    shown = told(Spoken(community.board(moment), output.language), rows, ids=ids)
    output.table("cli.measure.title", ("cli.subject", "cli.end", "cli.value", "cli.n"), shown)


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


def verify(
    context: typer.Context,
    folder: Folder,
    head: Annotated[str | None, typer.Option("--head", metavar="HASH|FILE")] = None,
) -> None:
    """Check an exported community: journal, facts and decisions, without a server or a network."""
    from dataclasses import asdict

    from tenfold.engine.verify import kept_head
    from tenfold.engine.verify import verify as verified

    output = output_of(context)
    with output.working("cli.working.cycle"):
        found = verified(folder, None if head is None else kept_head(head))
    output.result(asdict(found))
    output.line("cli.verify.done", entries=found.entries, facts=found.facts, head=found.head, root=found.root)
    if found.heads:
        output.line("cli.verify.heads", n=found.heads)
    if found.decisions is not None:
        output.line("cli.verify.decisions", n=found.decisions)
    if head is None:
        output.hint("cli.verify.head")


COMMANDS: dict[str, Callable[..., Any]] = {
    "verify": verify,
    "explain": explain,
    "thread": thread,
    "measure": measure,
    "measures": measures,
}
