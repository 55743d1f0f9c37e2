"""Commands on files that people already have: import by map or from our own workbook, export as lists or a workbook."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenfold.cli.options import Folder, output_of, tell_left
from tenfold.cli.output import Output
from tenfold.cli.reading import read_and_write
from tenfold.report.words import complaint
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed

if TYPE_CHECKING:
    from tenfold.facts.commit import Change
    from tenfold.facts.maps.result import Import, Report

Sources = Annotated[list[Path], typer.Argument(metavar="FILE... DIR", exists=True)]
AnswerFile = Annotated[Path | None, typer.Option("--answers", metavar="FILE", exists=True, dir_okay=False)]
TEMPLATE = "venture"  # whose ids a map is drafted in where no community is named
MapFile = Annotated[Path | None, typer.Option("--map", metavar="MAP", exists=True, dir_okay=False)]


def import_(
    context: typer.Context,
    paths: Sources,
    map: MapFile = None,
    park: Annotated[bool, typer.Option("--park")] = False,
    gone: Annotated[bool, typer.Option("--gone")] = False,
    suggest: Annotated[bool, typer.Option("--suggest")] = False,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    answers: AnswerFile = None,
) -> None:
    """Import files of any kind: read and shown first, or by a map, or a workbook of our own."""
    from tenfold.engine.community import Community, fact_context
    from tenfold.facts.commit import changing
    from tenfold.facts.maps.result import run_map

    output = output_of(context)
    if suggest:
        _suggest(output, paths)
        return
    *files, folder = paths
    if not files or not folder.is_dir():
        raise Refused([Complaint("import.no_folder", Place(file=str(folder)))])
    tell_left(output, folder)
    if map is None:
        own = [file for file in files if _is_own(file)]
        if own:
            _own_workbooks(output, own, folder)
        others = [file for file in files if file not in own]
        if others:
            read_and_write(output, others, folder, yes, answers, gone)
        return
    sources = files[0] if files[0].is_dir() else {path.name: path for path in files}
    with changing(folder, "import") as change:
        with output.working("cli.working.import"):
            community = Community.load(folder)
            now = community.now
            result = run_map(map, sources, community.facts, fact_context(community.rulebook, now), now)
        _park(output, result, change)
        if result.problems and not park:
            left = Complaint("cli.import.refused", params={"rows": result.unread})
            raise Refused([*result.complaints(), left])
        with output.working("cli.working.write"):
            result.put(change, without_gone=gone, without_unread=park)
            change.commit()
    _report(output, result)


def _is_own(file: Path) -> bool:
    """Whether a file is a workbook that Tenfold wrote: each of its sheets is a table of facts, or explains them."""
    from tenfold.exchange.workbook import ABOUT
    from tenfold.facts.declaration import TABLES
    from tenfold.facts.xlsx import sheet_names

    if file.suffix.lower() != ".xlsx":
        return False
    try:
        names = set(sheet_names(file.read_bytes(), file.name))
    except Refused:
        return False
    tables = {name for table in TABLES.values() for name in (table.name, table.label)}
    return bool(names & tables) and names <= tables | set(ABOUT.values())


def _suggest(output: Output, paths: list[Path]) -> None:
    """Draft a map beside each file, in the ids of the community's charter or of the venture template.

    Raises
    ------
    Refused   a map is there already: somebody may have corrected it
    """
    from tenfold.charter.load import load_charters, read_charter
    from tenfold.charter.templates import render_template, timezone_of
    from tenfold.exchange.suggest import recognised, suggestion
    from tenfold.facts.commit import replacing
    from tenfold.terms.days import local_day

    now = datetime.now(UTC)
    folders = [path for path in paths if path.is_dir()]
    if folders:
        charter = load_charters(folders[0]).newest
    else:
        text = render_template(TEMPLATE, "small", effective_from=local_day(now, timezone_of(TEMPLATE)))
        charter = read_charter(text.encode(), TEMPLATE)
    today = local_day(now, charter.charter.timezone)
    targets = {path: path.with_name(f"{path.stem}.map.yaml") for path in paths if not path.is_dir()}
    taken = [Complaint("suggest.exists", Place(file=str(target))) for target in targets.values() if target.exists()]
    if taken:
        raise Refused(taken)
    for path, target in targets.items():
        text = suggestion(recognised(path), charter, today.isoformat(), output.language)
        with replacing(target) as place:
            place.write_text(text, encoding="utf-8")
        output.result({"file": str(path), "map": str(target)})
        output.line("cli.import.suggested", file=path, map=target)


def _own_workbooks(output: Output, files: list[Path], folder: Path) -> None:
    from tenfold.exchange.workbook import import_workbook

    with output.working("cli.working.import"):
        brought = [(file, import_workbook(file, folder)) for file in files]
    told = [{"file": str(file), "tables": counts} for file, counts in brought]
    output.result(told[0] if len(told) == 1 else told)
    for file, counts in brought:
        if not counts:
            output.line("cli.import.nothing", file=file)
        for table, states in counts.items():
            output.line("cli.import.workbook", table=_titled(output, table), **states)


def _park(output: Output, result: "Import", change: "Change") -> None:
    """Write a copy of each source that holds unreadable rows, with the reason in its last column.

    It stays when the import is refused: it is what one puts right.
    """
    from tenfold.facts.safe_csv import safe

    header = output.say("maps.reason_header")
    for source, frame in result.parked(lambda one: complaint(output.language, one), header).items():
        name = f"{Path(source).name.removesuffix('.gz').removesuffix('.csv')}.parked.csv"
        with change.place(name) as path:
            safe(frame).write_csv(path, include_bom=True)  # without it, Excel in Chinese Windows reads garbled text
        rows = result.problems[source]["row"].n_unique()
        output.line("cli.import.parked", rows=rows, file=change.folder / name)
    change.commit()


def _report(output: Output, result: "Import") -> None:
    output.result(
        {
            "origin": result.origin,
            "maps": [report.as_dict() for report in result.reports],
            "gone": {table: rows.height for table, rows in result.gone.items()},
            "unread": result.unread,
        }
    )
    for report in result.reports:
        output.line(
            "cli.import.done", table=_titled(output, report.table), read=report.read, counts=_counts(output, report)
        )
        for reason, rows in report.skipped.items():
            output.line("cli.import.skipped", file=report.source, rows=rows, reason=reason)


def _titled(output: Output, table: str) -> str:
    from tenfold.facts.declaration import TABLES, title_of

    return title_of(table, TABLES[table].label, output.language)


def _counts(output: Output, report: "Report") -> str:
    """Say what became of the records that were read: where one record makes one row, the counts add up."""
    left = {"elsewhere": report.elsewhere, "repeated": report.repeated, "skipped": sum(report.skipped.values())}
    counts = {**report.states, **left, "unread": report.unread}
    return "".join(output.say(f"cli.import.count.{what}", rows=rows) for what, rows in counts.items() if rows)


Out = Annotated[Path | None, typer.Option(metavar="FILE", dir_okay=False)]


def export(
    context: typer.Context,
    folder: Folder,
    xlsx: Out = None,
    csv: Out = None,
    vcard: Out = None,
    icalendar: Out = None,
    beancount: Out = None,
    ocf: Out = None,
    what: Annotated[str | None, typer.Option("--what", metavar="LIST")] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", metavar="PURPOSE")] = None,
) -> None:
    """Write a list in the form of another program, or all facts as one workbook, a sheet a table."""
    given = {"xlsx": xlsx, "csv": csv, "vcard": vcard, "icalendar": icalendar, "beancount": beancount, "ocf": ocf}
    files = {form: path for form, path in given.items() if path is not None}
    output = output_of(context)
    if not files:
        raise Refused([Complaint("cli.export.nothing", params={"expected": Listed(f"--{form}" for form in given)})])
    if "xlsx" in files and what is None:
        _export_facts(output, folder, files.pop("xlsx"))
    if files:
        _export_lists(output, folder, files, what, purpose)


def _export_facts(output: Output, folder: Path, file: Path) -> None:
    """Write every fact: the community's own workbook, which comes back with what people changed in it."""
    from tenfold.engine.community import Community
    from tenfold.exchange.workbook import export_workbook

    facts = export_workbook(Community.load(folder), file, output.language)
    output.result({"file": str(file), "facts": facts})
    output.line("cli.export.done", facts=facts, file=file)


def _export_lists(
    output: Output, folder: Path, files: Mapping[str, Path], what: str | None, purpose: str | None
) -> None:
    """Write a list in each form that was asked for; what a form holds goes without saying where it holds one list."""
    from tenfold.engine.community import Community
    from tenfold.exchange.lists.forms import list_of, written
    from tenfold.exchange.lists.held import Held
    from tenfold.facts.commit import replacing

    lists = {form: list_of(form, what) for form in files}
    community = Community.load(folder)
    held = Held.of(community.facts, community.rulebook.newest, datetime.now(UTC), purpose)
    for form, file in files.items():
        content = written(lists[form], form, held, output.language)
        with replacing(file) as place:
            place.write_bytes(content)
        output.result({"file": str(file), "list": lists[form], "left_out": len(held.left)})
        output.line("cli.export.list", list=output.say(f"exporting.list.{lists[form]}"), file=file)
    if held.left and "people" in lists.values():
        output.line("cli.export.left", count=len(held.left))


COMMANDS: dict[str, Callable[..., Any]] = {"import": import_, "export": export}
